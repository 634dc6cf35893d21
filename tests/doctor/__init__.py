"""The doctor: what it can find, how it walks, and the real command on this machine."""
