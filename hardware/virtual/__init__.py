"""Virtual devices."""
