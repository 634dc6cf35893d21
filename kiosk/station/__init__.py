"""What keeps a terminal alive."""
