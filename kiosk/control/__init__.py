"""The control socket: what staff ask of a running kiosk, and what it answers."""
