"""Digits being typed, kept only where they can be overwritten."""

from __future__ import annotations

DIGITS = b"0123456789"


class Entry:
    """One field of at most `limit` characters. What was typed lives in one bytearray, and `wipe` zeroes it.

    Characters beyond the limit are counted, not kept: a number that was cut off must not pass for one that fits.
    """

    def __init__(self, limit: int, allowed: bytes = DIGITS) -> None:
        self.limit = limit
        self._allowed = allowed
        self._octets = bytearray()
        self.excess = 0
        """How many characters too many were typed."""

    def add(self, character: str) -> bool:
        """Take a character of half width; False when it is not one of those allowed or there is no room."""
        octet = character.encode("utf-8")
        if len(octet) != 1 or octet not in self._allowed:
            return False
        if self.full:
            self.excess += 1
            return False
        self._octets += octet
        return True

    def erase(self) -> bool:
        """Take the last character back, or all that were too many at once; False when there is none.

        Nobody sees how many too many there were: one key for each of them would seem to do nothing.
        """
        if self.excess:
            self.excess = 0
            return True
        if not self._octets:
            return False
        self._octets[-1] = 0
        del self._octets[-1]
        return True

    def wipe(self) -> None:
        """Overwrite and empty the field."""
        for place in range(len(self._octets)):
            self._octets[place] = 0
        self._octets.clear()
        self.excess = 0

    @property
    def full(self) -> bool:
        return len(self._octets) >= self.limit

    @property
    def octets(self) -> bytearray:
        """A copy in ASCII; whoever takes it wipes it."""
        return self._octets[:]

    @property
    def text(self) -> str:
        """What was typed."""
        return self._octets.decode("ascii")

    def __len__(self) -> int:
        return len(self._octets)
