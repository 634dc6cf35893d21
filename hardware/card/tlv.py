"""BER-TLV as 券面AP stores it: private two-byte tags, lengths of one to three bytes, filler. Every byte is hostile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hardware.card.errors import CardError

_FILLER = (0x00, 0xFF)
_LONG_TAG = 0x1F
STRAY_BYTES = 2
"""Bytes that some cards (about 2023) store before the container."""
HEADER_BYTES = STRAY_BYTES + 2 + 3
"""Bytes that are enough to know how long the container is."""


class TlvError(CardError):
    """The data are not the TLV that they should be; the message holds none of them."""


@dataclass(frozen=True, slots=True)
class Extent:
    """Where an object's value stands: from `start` to before `end`."""

    start: int
    end: int


def find_container(data: bytes, tag: bytes) -> Extent:
    """The value of the object `tag` that begins in the first bytes; its end may lie beyond the data.

    Raises TlvError when it does not begin there.
    """
    at = data[: STRAY_BYTES + len(tag)].find(tag)
    if at < 0:
        raise TlvError(f"no container {tag.hex().upper()}")
    return _extent(data, at + len(tag))


def parse_objects(data: bytes) -> Mapping[int, bytes]:
    """The objects that stand one after another, by tag (DF22 is 0xDF22); filler between them is skipped.

    Raises TlvError.
    """
    objects: dict[int, bytes] = {}
    at = 0
    while at < len(data):
        if data[at] in _FILLER:
            at += 1
            continue
        width = 2 if data[at] & _LONG_TAG == _LONG_TAG else 1
        tag = int.from_bytes(data[at : at + width], "big")
        value = _extent(data, at + width)
        if value.end > len(data):
            raise TlvError("an object is longer than its container")
        if tag in objects:
            raise TlvError("an object stands twice")
        objects[tag] = data[value.start : value.end]
        at = value.end
    return objects


def _extent(data: bytes, at: int) -> Extent:
    head = data[at : at + 1]
    if not head:
        raise TlvError("a length is missing")
    if head[0] < 0x80:
        return Extent(at + 1, at + 1 + head[0])
    width = head[0] & 0x7F
    octets = data[at + 1 : at + 1 + width]
    if width not in (1, 2) or len(octets) != width:
        raise TlvError("a length is not of one to three bytes")
    start = at + 1 + width
    return Extent(start, start + int.from_bytes(octets, "big"))
