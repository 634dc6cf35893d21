"""Tells systemd that the kiosk is alive, for as long as all that an examinee needs gives signs of life.

It is petted from the event loop, so a loop that is stuck is silent by itself. What runs in threads has to be seen:
each device beats or is declared down by the supervisor, and the ledger's own thread answers a probe. A device that is
down, or a ledger that refuses, is no reason to start again: the kiosk serves without it or shows that it is out of
order, and both heal by themselves. Only who says nothing at all is.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import NoReturn

from structlog import get_logger

from kiosk.ports.desk import LedgerFailure
from kiosk.station.notify import Notifier

PROBE_SECONDS = 5.0
"""Between two questions to the ledger."""
PROBE_LIMIT_SECONDS = 20.0
"""An SD card that cleans up may hold a write for some seconds, never for so long."""
TICK_SECONDS = 2.5
"""Between two looks. With WatchdogSec=30 some ten of them may be lost."""
LONGEST_START_SECONDS = 15 * 60.0
"""The check of a ledger with a million visits takes minutes on an SD card; a start that lasts longer hangs."""

Silent = Callable[[], Iterable[str]]
"""Names those that have been silent for too long; plain words for the log."""


@dataclass(slots=True)
class Probe:
    """Asks something that must answer, again and again; it is silent when the last answer is too old.

    It must open nothing: a ledger that cannot be opened refuses at once, which is an answer, however long its check is.
    """

    name: str
    ask: Callable[[], Awaitable[object]]
    limit: float = PROBE_LIMIT_SECONDS
    now: Callable[[], float] = time.monotonic
    _answered: float = field(init=False)

    def __post_init__(self) -> None:
        self._answered = self.now()

    def silent(self) -> Iterator[str]:
        """Itself, when it has not answered in time."""
        if self.now() - self._answered > self.limit:
            yield self.name

    async def keep_asking(self, every: float = PROBE_SECONDS) -> NoReturn:
        """For ever. A refusal is an answer, too: its owner tells staff of it."""
        while True:
            with suppress(LedgerFailure):
                await self.ask()
            self._answered = self.now()
            await asyncio.sleep(every)


class Watchdog:
    """Speaks to systemd for a kiosk."""

    def __init__(self, notifier: Notifier, now: Callable[[], float] = time.monotonic) -> None:
        self._notifier = notifier
        self._now = now
        self._began = now()
        self._stands = False
        self._watched: list[Silent] = []
        self._missed: tuple[str, ...] = ()
        self._words = ""

    @contextmanager
    def watching(self, *silent: Silent) -> Iterator[None]:
        """Pet only while none of these names anybody."""
        self._watched += silent
        try:
            yield
        finally:
            for one in silent:
                self._watched.remove(one)

    @contextmanager
    def opening(self) -> Iterator[Callable[[], None]]:
        """A terminal is being opened until what this gives is called; pet no more when that takes too long.

        It counts also when the first question stands: a terminal that was not ready opens behind its screen.
        """
        began, opened = self._now(), False

        def silent() -> Iterator[str]:
            if not opened and self._now() - began > LONGEST_START_SECONDS:
                yield "opening"

        def end() -> None:
            nonlocal opened
            opened = True

        with self.watching(silent):
            yield end

    def first_screen(self) -> None:
        """The first question stands; later calls change nothing."""
        if not self._stands:
            self._stands = True
            self._notifier.ready()

    def say(self, words: str) -> None:
        """How the kiosk is, for `systemctl status`; told only when it is news."""
        if self._stands and words != self._words:
            self._words = words
            self._notifier.status(words)

    def look(self) -> bool:
        """Pet if everybody is alive; whether it did. Who is not is logged once."""
        if not self._stands:
            starting = self._now() - self._began < LONGEST_START_SECONDS
            if starting:
                self._notifier.still_starting(4 * TICK_SECONDS + PROBE_LIMIT_SECONDS)
            return starting
        missed = tuple(name for silent in self._watched for name in silent())
        if missed and missed != self._missed:
            get_logger().critical("no sign of life", text=" ".join(missed))
        elif self._missed and not missed:
            get_logger().info("signs of life again", text=" ".join(self._missed))
        self._missed = missed
        if not missed:
            self._notifier.pet()
        return not missed

    async def keep_looking(self, say: Callable[[], str] = lambda: "") -> NoReturn:
        """Look for ever, from the event loop. `say` gives the words for `systemctl status`."""
        every = min(TICK_SECONDS, self._notifier.watchdog_seconds / 4 or TICK_SECONDS)
        while True:
            self.look()
            if words := say():
                self.say(words)
            await asyncio.sleep(every)
