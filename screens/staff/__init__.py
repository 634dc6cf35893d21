"""The board: what staff see of the terminals and do to them, in a terminal of their own over SSH."""
