"""The ESC/POS commands that a slip is made of: where each one ends in a stream of bytes."""

from __future__ import annotations

from collections.abc import Iterator

FORGET = b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"
"""Empties the printer's buffers, also while it is out of paper: it would print the rest of a slip later by itself."""
RASTER = b"\x1dv0"
RASTER_HEAD = 8
"""Octets of GS v 0 m xL xH yL yH, before its dots."""

_LENGTHS = {
    b"\x1bE": 3,  # bold n
    b"\x1d!": 3,  # size of letters n
    b"\x1dB": 3,  # white on black n
    b"\x1c&": 2,  # kanji mode
    b"\x1cC": 3,  # kanji code system n
    b"\x1cW": 3,  # kanji of double size n
    b"\x1b@": 2,  # initialise
    b"\x1bd": 3,  # print and feed n lines
    b"\x1bJ": 3,  # print and feed n dots
    b"\x1b2": 2,  # default line spacing
    b"\x1b3": 3,  # line spacing n
    b"\x1ba": 3,  # justification n
    b"\x10\x04": 3,  # ask for the status n at once
    b"\x10\x14": 10,  # forget at once what is not printed yet (n = 8)
}
_CUT = b"\x1dV"
_CUTS_WITH_FEED = (65, 66)
_LINE_FEED = b"\n"
_SYMBOL = b"\x1d("
"""GS ( k pL pH …: a two-dimensional code."""


class UnknownCommand(ValueError):
    """The bytes hold something that no slip has."""


def command_length(data: bytes, place: int = 0) -> int | None:
    """Octets of the command that begins at `place`; None while too few have come to say, or for the end of the data.

    Raises UnknownCommand.
    """
    name = data[place : place + 2]
    if name[:1] == _LINE_FEED:
        return 1
    if name and _is_letter(name[0]):
        letter = 2 if _is_lead(name[0]) else 1
        return letter if place + letter <= len(data) else None
    if len(name) < 2:
        return None
    if name == _CUT:
        kind = data[place + 2 : place + 3]
        length = None if not kind else 4 if kind[0] in _CUTS_WITH_FEED else 3
    elif name == _SYMBOL:
        size = data[place + 3 : place + 5]
        length = 5 + int.from_bytes(size, "little") if len(size) == 2 else None
    elif name == RASTER[:2]:
        length = _raster_length(data[place : place + RASTER_HEAD])
    elif name in _LENGTHS:
        length = _LENGTHS[name]
    else:
        raise UnknownCommand(f"unknown command at byte {place}")
    return length if length is not None and place + length <= len(data) else None


def _is_letter(octet: int) -> bool:
    """Whether a letter begins there, in Shift_JIS; all commands begin with a control character."""
    return octet >= 0x20 and octet != 0x7F


def _is_lead(octet: int) -> bool:
    """Whether two octets make the letter."""
    return 0x81 <= octet <= 0x9F or 0xE0 <= octet <= 0xFC


def commands(data: bytes) -> Iterator[bytes]:
    """The commands one after the other. Raises UnknownCommand, also when the bytes end within one."""
    place = 0
    while length := command_length(data, place):
        yield data[place : place + length]
        place += length
    if place < len(data):
        raise UnknownCommand("the bytes end within a command")


def raster_size(head: bytes) -> tuple[int, int]:
    """Width in octets and height in rows of a raster command."""
    return int.from_bytes(head[4:6], "little"), int.from_bytes(head[6:8], "little")


def _raster_length(head: bytes) -> int | None:
    if len(head) < RASTER_HEAD:
        return None
    width, height = raster_size(head)
    return RASTER_HEAD + width * height
