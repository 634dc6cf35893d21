"""The scanners that may be plugged in, by names that stay the same whatever socket and whatever order."""

from __future__ import annotations

from pathlib import Path

DEV = Path("/dev")
PLACES = ("input/by-id/*-event-kbd", "serial/by-id/*")
"""Where udev links USB keyboards and serial lines by their makers' names."""


def plugged_in(dev: Path = DEV) -> list[Path]:
    """Keyboards and serial lines; a keypad is among them, and only who plugged it in knows which is the scanner."""
    return sorted(link for place in PLACES for link in dev.glob(place))
