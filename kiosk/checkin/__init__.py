"""The rules of a check-in. Pure: no I/O, no clock of its own, no await; imports nothing of the other rooms."""
