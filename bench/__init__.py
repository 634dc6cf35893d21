"""The measured promises: `make bench`. A figure is a ratio against a floor of the same run, or says what it counts."""
