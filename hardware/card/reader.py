"""The port `CardReader` over PC/SC: the monitor's thread watches, the worker's thread talks, the loop only waits."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Self, TypeVar

from hardware.card.apdu import Tape
from hardware.card.errors import CardError, failure_of
from hardware.card.monitor import NO_READER, Monitor, Slot
from hardware.card.pcsc import PcscConnection
from hardware.card.session import PcscSession
from hardware.card.worker import Worker
from kiosk.ports.card import CardFailure, CardFault

log = logging.getLogger(__name__)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds that the loop waits for the threads."""

    first_report: float = 2.0
    connect: float = 5.0
    read: float = 10.0
    """One call of a session: at most a dozen commands, each some 15 ms, on a slow card some 100."""
    close: float = 3.0


class PcscReader:
    """The reader on the counter. Use it as an asynchronous context manager, or with start() and close()."""

    def __init__(self, reader_pattern: str = "", *, tape: Tape | None = None, limits: Limits | None = None) -> None:
        """`reader_pattern` is a regular expression found in the reader's name; empty takes any reader.

        `tape` gets every exchange in clear, PIN and all: for measurements with invented people, never at a counter.
        """
        self._limits = limits or Limits()
        self._tape = tape
        self._slot = NO_READER
        self._in_session: int | None = None
        self._changed = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._worker = Worker("card")
        self._monitor = Monitor(reader_pattern, self._reported)

    async def start(self) -> None:
        """Start the threads; returns with the first report, or without it when pcscd is slow. Never fails."""
        self._loop = asyncio.get_running_loop()
        first_report = self._changed
        self._worker.start()
        self._monitor.start()
        try:
            async with asyncio.timeout(self._limits.first_report):
                await first_report.wait()
        except TimeoutError:
            log.info("pcscd has not answered yet")

    async def close(self) -> None:
        """End the threads."""
        await asyncio.to_thread(self._monitor.stop)
        self._worker.stop()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    @property
    def available(self) -> bool:
        """Whether there is a reader that could take a card now; one that hangs in a call cannot."""
        return self._slot.reader is not None and not self._worker.halted

    @property
    def holds_card(self) -> bool:
        """Whether something is in the reader now."""
        return self._slot.present

    async def inserted(self) -> None:
        """Wait until something is in the reader. Raises CardFailure NO_READER while there is none."""
        while not self._slot.present:
            if self._slot.reader is None:
                raise CardFailure(CardFault.NO_READER)
            await self._changed.wait()

    async def removed(self) -> None:
        """Wait until the reader is empty, or gone; during a session, until that card is no longer there."""
        insertion = self._slot.insertion if self._in_session is None else self._in_session
        while self._slot.present and self._slot.insertion == insertion:
            await self._changed.wait()

    @asynccontextmanager
    async def session(self) -> AsyncIterator[PcscSession]:
        """Connect to what is in the reader, exclusively; at the end the card loses power.

        Entering raises CardFailure: NO_READER, MUTE, PULLED, TROUBLE.
        """
        reader = self._slot.reader
        if reader is None or not self.available:
            raise CardFailure(CardFault.NO_READER)
        if not self._slot.present:
            raise CardFailure(CardFault.PULLED)
        session = PcscSession(self._call)
        self._in_session = self._slot.insertion
        try:
            await self._call(lambda: session.open(self._connected(reader)), seconds=self._limits.connect)
            yield session
        finally:
            self._in_session = None
            await self._end(session)

    def _connected(self, reader: str) -> PcscConnection:
        """In the worker's thread."""
        return PcscConnection(reader, halted=lambda: self._worker.halted, tape=self._tape)

    async def _end(self, session: PcscSession) -> None:
        try:
            await self._worker.run(session.close, self._limits.close, required=True)
        except TimeoutError:
            log.info("card reader hangs: it could not take the card's power in time")

    async def _call(
        self, call: Callable[[], T], *, seconds: float | None = None, dropped: Callable[[], None] | None = None
    ) -> T:
        """A call in the worker's thread; whatever fails there comes out as a CardFailure."""
        try:
            return await self._worker.run(call, seconds or self._limits.read, dropped=dropped)
        except TimeoutError:
            log.info("card reader hangs: no answer in time")
            raise CardFailure(CardFault.TROUBLE) from None
        except CardFailure:
            raise
        except CardError as error:
            failure = failure_of(error)
            log.info("card: %s (%s: %s)", failure.fault.value, type(error).__name__, error)
            raise failure from None
        except Exception as error:
            # A mistake in our own code; its message could hold what the card said, so only its kind is kept.
            log.error("card: %s", type(error).__name__)
            raise CardFailure(CardFault.TROUBLE) from None

    def _reported(self, slot: Slot) -> None:
        """In the monitor's thread."""
        # A loop that is closed has nobody left to tell.
        if self._loop is not None:
            with contextlib.suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._take, slot)

    def _take(self, slot: Slot) -> None:
        self._slot = slot
        waiting, self._changed = self._changed, asyncio.Event()
        waiting.set()
