"""The port `CardReader` over PC/SC, as a device that the station looks after.

The monitor's thread watches, the worker's thread talks, the event loop only waits. A thread that hangs in a call of
the system is left behind, and another one takes its place.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Self

from hardware.card.apdu import Tape
from hardware.card.calls import Calls, Limits
from hardware.card.monitor import Monitor, Slot
from hardware.card.pcsc import PcscConnection
from hardware.card.session import PcscSession
from hardware.card.worker import Worker
from kiosk.ports.card import CardFailure, CardFault
from kiosk.ports.device import Condition, DeviceFailure, DeviceFault, Part, Pulse

MOST_LEFT_BEHIND = 6
"""Threads that may hang at a time; they end when pcscd ends or the reader is pulled out, and then others begin."""
_NOBODY_LOOKS = Slot(fault=DeviceFault.NO_SERVICE)


class PcscReader:
    """The reader on the counter: `async with` starts it, and `attend` keeps it going."""

    part = Part.READER

    def __init__(self, reader_pattern: str = "", *, tape: Tape | None = None, limits: Limits | None = None) -> None:
        """`reader_pattern` is a regular expression found in the reader's name; empty takes any reader.

        `tape` gets every exchange in clear, PIN and all: for measurements with invented people, never at a counter.
        """
        self._pattern = reader_pattern
        self._limits = limits or Limits()
        self._tape = tape
        self._slot = _NOBODY_LOOKS
        self._changed = asyncio.Event()
        self._sign = asyncio.Event()
        """Something of the threads was heard: that they live, or more."""
        self._monitor: Monitor | None = None
        self._worker: Worker | None = None
        self._in_session: tuple[int, Worker] | None = None
        """The insertion and the worker of the session that is open."""
        self._left_behind: list[Monitor | Worker] = []

    @property
    def silence_seconds(self) -> float:
        """See Device."""
        return self._limits.silence

    async def start(self) -> None:
        """Start the threads; returns with the first report, or without it when pcscd is slow. Never fails."""
        self._set_up()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._limits.first_report):
                await self._sign.wait()

    async def close(self) -> None:
        """Ask the threads to end; returns when the monitor's has, if it does not hang."""
        monitor = self._monitor
        self._let_go()
        if monitor is not None:
            await asyncio.to_thread(monitor.join, self._limits.close)

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def attend(self, pulse: Pulse) -> None:
        """See Device. Goes on with the threads that `start` has started; otherwise it starts others."""
        if self._monitor is None:
            self._set_up()
        try:
            while True:
                await self._sign.wait()
                self._sign.clear()
                if self._monitor is not None and self._monitor.error is not None:
                    raise self._monitor.error
                fault = self.fault
                if fault is None:
                    pulse.beat()
                elif fault.permanent:
                    raise DeviceFailure(fault)
                else:
                    pulse.beat(Condition.DOWN, fault)
        finally:
            self._let_go()

    @property
    def fault(self) -> DeviceFault | None:
        """Why no card can be read, for staff; None while one can."""
        if self._worker is not None and self._worker.halted_seconds > self._limits.hang:
            return DeviceFault.HANGS
        return self._slot.fault

    @property
    def available(self) -> bool:
        """Whether there is a reader that could take a card now; one that hangs in a call cannot."""
        return self._slot.fault is None and self._worker is not None and not self._worker.halted

    @property
    def holds_card(self) -> bool:
        """Whether something is in the reader now."""
        return self._slot.present

    async def inserted(self) -> None:
        """Wait until something is in the reader. Raises CardFailure NO_READER while there is none."""
        while not self._slot.present:
            if self._slot.fault is not None:
                raise CardFailure(CardFault.NO_READER)
            await self._changed.wait()

    async def removed(self) -> None:
        """Wait until the reader is empty, or gone; during a session, until that card is no longer there."""
        insertion = self._slot.insertion if self._in_session is None else self._in_session[0]
        while self._slot.present and self._slot.insertion == insertion:
            await self._changed.wait()

    @asynccontextmanager
    async def session(self) -> AsyncIterator[PcscSession]:
        """Connect to what is in the reader, exclusively; at the end the card loses power.

        Entering raises CardFailure: NO_READER, MUTE, PULLED, TROUBLE.
        """
        reader, worker = self._slot.reader, self._worker
        if reader is None or worker is None or not self.available:
            raise CardFailure(CardFault.NO_READER)
        if not self._slot.present:
            raise CardFailure(CardFault.PULLED)
        insertion = self._slot.insertion
        calls = Calls(worker, self._limits, lambda: self._pulled(insertion))
        session = PcscSession(calls)
        self._in_session = (insertion, worker)
        try:
            await calls(lambda: session.open(self._connected(reader, calls)), seconds=self._limits.connect)
            yield session
        finally:
            self._in_session = None
            await calls.last(session.close)
            if worker is not self._worker:
                worker.stop()

    def _connected(self, reader: str, calls: Calls) -> PcscConnection:
        """In the worker's thread."""
        return PcscConnection(reader, halted=lambda: calls.halted, tape=self._tape)

    def _pulled(self, insertion: int) -> None:
        """A command has found that card gone; pcscd, which looks only now and then, may not know it yet."""
        if self._monitor is not None and self._slot.insertion == insertion:
            self._monitor.doubt()

    def _set_up(self) -> None:
        """Start the threads. Raises DeviceFailure HANGS while too many hang."""
        if self._too_many_hang():
            raise DeviceFailure(DeviceFault.HANGS)
        loop = asyncio.get_running_loop()

        def report(slot: Slot) -> None:
            # A loop that is closed has nobody left to tell.
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(self._hear, monitor, slot)

        self._monitor = monitor = Monitor(self._pattern, report)
        self._replace_worker(Worker("card"))
        monitor.start()

    def _let_go(self) -> None:
        """Ask the threads to end, whatever they are doing; the reader counts as gone."""
        monitor, self._monitor = self._monitor, None
        if monitor is not None:
            monitor.stop()
            self._left_behind.append(monitor)
        self._replace_worker(None)
        self._take(Slot(fault=self._slot.fault or DeviceFault.NO_SERVICE))

    def _replace_worker(self, worker: Worker | None) -> None:
        old, self._worker = self._worker, worker
        if worker is not None:
            worker.start()
        if old is None:
            return
        self._left_behind.append(old)
        # The worker of an open session has its card's power to take yet, and is stopped after that.
        if self._in_session is None or self._in_session[1] is not old:
            old.stop()

    def _too_many_hang(self) -> bool:
        self._left_behind = [thread for thread in self._left_behind if thread.running]
        return len(self._left_behind) >= MOST_LEFT_BEHIND

    def _hear(self, monitor: Monitor, slot: Slot) -> None:
        """What a monitor has reported, in the loop; one that was left behind has nothing to say any more."""
        if monitor is self._monitor:
            if slot != self._slot:
                self._take(slot)
            self._sign.set()

    def _take(self, slot: Slot) -> None:
        self._slot = slot
        worker = self._worker
        if slot.reader is None and worker is not None and worker.halted and not self._too_many_hang():
            # What it hangs in is gone; should the system forget to tell it so, the next card does not wait for it.
            self._replace_worker(Worker("card"))
        waiting, self._changed = self._changed, asyncio.Event()
        waiting.set()
