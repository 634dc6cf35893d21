"""Whether the event loop was ever held up: a task that sleeps for a moment and notes how late it woke."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

NAP_SECONDS = 0.005
LIMIT_SECONDS = 0.050
"""What a person at the screen does not notice."""
NEARLY_ALL = 0.999
BIN_SECONDS = 0.0001


@dataclass(slots=True)
class Naps:
    """How late naps ended, by tenths of a millisecond: a million of them take no room."""

    counted: Counter[int] = field(default_factory=Counter)
    longest: float = 0.0

    def add(self, late: float) -> None:
        """One more nap."""
        self.counted[int(late / BIN_SECONDS)] += 1
        self.longest = max(self.longest, late)

    def update(self, others: Naps) -> None:
        """Those as well."""
        self.counted.update(others.counted)
        self.longest = max(self.longest, others.longest)

    def __len__(self) -> int:
        return self.counted.total()

    def quantile(self, share: float) -> float:
        """What so large a share of the naps does not exceed; 0.0 of none."""
        left = share * len(self)
        for place in sorted(self.counted):
            left -= self.counted[place]
            if left <= 0:
                return min(self.longest, (place + 1) * BIN_SECONDS)
        return self.longest

    def over(self, seconds: float) -> int:
        """How many were later than that."""
        return sum(count for place, count in self.counted.items() if place * BIN_SECONDS >= seconds)

    def told(self) -> dict[str, object]:
        """For a report, in ms."""
        return {
            "naps": len(self),
            "p50_ms": round(1000 * self.quantile(0.5), 2),
            "p99.9_ms": round(1000 * self.quantile(NEARLY_ALL), 1),
            "max_ms": round(1000 * self.longest, 1),
            "over_50_ms": self.over(LIMIT_SECONDS),
        }


@dataclass(slots=True)
class LoopProbe:
    """How late the loop was, nap by nap.

    The time for which the kernel let other programs run in its place is not the loop's doing, and is noted apart: on a
    machine that does nothing else it is next to nothing.
    """

    late: Naps = field(default_factory=Naps)
    """Without what the kernel took."""
    taken: Naps = field(default_factory=Naps)
    """What the kernel took, of the same naps."""
    lately: float = 0.0
    """The longest since somebody set this to 0."""

    async def watch(self) -> None:
        """Nap for ever."""
        loop, waited = asyncio.get_running_loop(), RunQueue()
        while True:
            began, queued = loop.time(), waited.seconds
            await asyncio.sleep(NAP_SECONDS)
            late = max(0.0, loop.time() - began - NAP_SECONDS)
            taken = min(late, max(0.0, waited.seconds - queued))
            self.late.add(late - taken)
            self.taken.add(taken)
            self.lately = max(self.lately, late - taken)

    def told(self) -> dict[str, object]:
        """For a report, in ms."""
        return self.late.told() | {"taken_by_others_max_ms": round(1000 * self.taken.longest, 1)}


class RunQueue:
    """For how long this thread was ready to run, and others ran."""

    def __init__(self) -> None:
        self._file = Path(f"/proc/self/task/{threading.get_native_id()}/schedstat")

    @property
    def seconds(self) -> float:
        """In all; 0.0 where the kernel does not count it."""
        try:
            return int(self._file.read_text(encoding="ascii").split()[1]) / 1e9
        except (OSError, IndexError):
            return 0.0


@asynccontextmanager
async def probed() -> AsyncIterator[LoopProbe]:
    """A probe that watches this loop for as long as the block runs."""
    probe = LoopProbe()
    watching = asyncio.create_task(probe.watch(), name="loop probe")
    try:
        yield probe
    finally:
        watching.cancel()
