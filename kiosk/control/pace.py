"""How often one user may ask, and how often the record hears of it: nobody else waits, and no disk fills."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable
from time import monotonic

SELDOM_SECONDS = 3600.0
"""Who may only look, or not even that, comes as often as they like: the record hears of it once an hour."""
MOST_KNOWN = 1000
"""Things that are remembered; more than all users of a site can do."""


class Pace:
    """So many at once, and so many a second in the long run (a token bucket)."""

    def __init__(self, at_once: int, a_second: float, clock: Callable[[], float] = monotonic) -> None:
        self._most, self._a_second, self._clock = float(at_once), a_second, clock
        self._left, self._at = float(at_once), clock()

    async def turn(self) -> None:
        """Wait until it is one's turn."""
        now = self._clock()
        self._left = min(self._most, self._left + (now - self._at) * self._a_second)
        self._at = now
        self._left -= 1
        if self._left < 0:
            await asyncio.sleep(-self._left / self._a_second)


class Seldom:
    """The same thing once in so many seconds."""

    def __init__(self, seconds: float = SELDOM_SECONDS, clock: Callable[[], float] = monotonic) -> None:
        self._seconds, self._clock = seconds, clock
        self._last: dict[Hashable, float] = {}

    def now(self, thing: Hashable) -> bool:
        """Whether it is time for that; if so, it is not again until they are over."""
        at = self._clock()
        self._last = {other: last for other, last in self._last.items() if at - last < self._seconds}
        if thing in self._last or len(self._last) >= MOST_KNOWN:
            return False
        self._last[thing] = at
        return True
