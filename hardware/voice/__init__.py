"""Sound through ALSA."""
