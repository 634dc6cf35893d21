"""The ESC/POS commands that a slip is made of: where each one ends in a stream of bytes."""

from __future__ import annotations

RASTER = b"\x1dv0"
RASTER_HEAD = 8
"""Octets of GS v 0 m xL xH yL yH, before its dots."""

_LENGTHS = {
    b"\x1b@": 2,  # initialise
    b"\x1bd": 3,  # print and feed n lines
    b"\x1bJ": 3,  # print and feed n dots
    b"\x1b2": 2,  # default line spacing
    b"\x1b3": 3,  # line spacing n
    b"\x1ba": 3,  # justification n
    b"\x10\x04": 3,  # ask for the status n at once
}
_CUT = b"\x1dV"
_CUTS_WITH_FEED = (65, 66)
_LINE_FEED = b"\n"


class UnknownCommand(ValueError):
    """The bytes hold something that no slip has."""


def command_length(data: bytes, place: int = 0) -> int | None:
    """Octets of the command that begins at `place`; None while too few have come to say, or for the end of the data.

    Raises UnknownCommand.
    """
    name = data[place : place + 2]
    if name[:1] == _LINE_FEED:
        return 1
    if len(name) < 2:
        return None
    if name == _CUT:
        kind = data[place + 2 : place + 3]
        length = None if not kind else 4 if kind[0] in _CUTS_WITH_FEED else 3
    elif name == RASTER[:2]:
        length = _raster_length(data[place : place + RASTER_HEAD])
    elif name in _LENGTHS:
        length = _LENGTHS[name]
    else:
        raise UnknownCommand(f"unknown command at byte {place}")
    return length if length is not None and place + length <= len(data) else None


def raster_size(head: bytes) -> tuple[int, int]:
    """Width in octets and height in rows of a raster command."""
    return int.from_bytes(head[4:6], "little"), int.from_bytes(head[6:8], "little")


def _raster_length(head: bytes) -> int | None:
    if len(head) < RASTER_HEAD:
        return None
    width, height = raster_size(head)
    return RASTER_HEAD + width * height
