"""Card devices."""
