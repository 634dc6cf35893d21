"""How often one user may ask: whoever asks more waits a little, and nobody else does."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from time import monotonic


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
