"""Named check-ins, played through the real screens, the real gateway and the chosen devices.

It is the acceptance test of an installation (`kiosk rehearse`) and what `make bench` times.
"""
