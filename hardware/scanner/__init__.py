"""Scanner devices."""
