"""A time limit that begins anew with whatever is done, and can be made longer."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

MORE_SECONDS = 60
"""What 「時間をのばす」 adds at least: reading with a finger on the paper takes that long."""


class TimeLimit:
    """Does `over` when nobody has done anything for so many seconds; somebody has to look from time to time."""

    def __init__(self, seconds: float, over: Callable[[], None]) -> None:
        self._seconds = seconds
        self._over = over
        self._until = monotonic() + seconds

    def touched(self) -> None:
        """Somebody is there."""
        self._until = max(self._until, monotonic() + self._seconds)

    def more(self) -> None:
        """So much longer."""
        self._until = max(self._until, monotonic()) + max(MORE_SECONDS, self._seconds)

    def look(self) -> None:
        """Is it over?"""
        if monotonic() >= self._until:
            self._over()
