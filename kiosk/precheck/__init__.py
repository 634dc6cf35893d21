"""事前照会: the roster asked the evening before, and its answers for a day on which nobody answers."""
