"""The thread that watches the readers. It outlives pcscd: a context that fails is built anew, for as long as it takes.

pyscard's own CardMonitor ends for good when pcscd restarts, and writes to stderr.
"""

from __future__ import annotations

import itertools
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from hardware.card.errors import PcscError, device_fault_of
from hardware.card.pcsc import Context, ReaderEvent, service_socket
from hardware.card.trust import Trust
from kiosk.ports.device import DeviceFault

_FIRST_PAUSE, _LAST_PAUSE = 0.1, 2.0
"""Seconds between attempts to reach pcscd; doubled up to the last."""
_WAIT_MILLISECONDS = 1000
"""Upper end of one wait: a reader plugged in between two waits is seen after this at the latest."""
_REFUSALS = 4
"""So often in a row means it: a pcscd that ends while it is asked looks the same as one that refuses the user."""
_CANCEL_SECONDS, _CANCELS = 0.1, 30
"""A cancel before the wait has begun is lost, so it is said again; a thread that heeds none is left behind."""
_DOUBT_MILLISECONDS = 100
"""The same while it is not known whether the card was swapped."""
_HASTY_SECONDS = 0.02
"""Between questions whether pcscd has looked; it looks every 0.4 s."""
_insertions = itertools.count(1)
"""Over all monitors of the process: none may call two insertions the same."""


@dataclass(frozen=True, slots=True)
class Slot:
    """The reader that the kiosk uses, as seen last."""

    reader: str | None = None
    """Its full name; None when pcscd or the reader is not there."""
    present: bool = False
    """Whether something is in it."""
    mute: bool = False
    """Whether what is in it does not answer."""
    insertion: int = 0
    """Another number for each insertion, so that a fast swap is seen."""
    fault: DeviceFault | None = None
    """Why no card can be read; None while one can."""


class Monitor:
    """Reports the reader whose name matches a pattern: at once, on every change, and every other second in any case."""

    def __init__(self, pattern: str, report: Callable[[Slot], None]) -> None:
        """`pattern` is a regular expression found in the reader's name, empty for any; `report` runs in the thread."""
        self._pattern = re.compile(pattern)
        self._report = report
        self._stop = threading.Event()
        self._context: Context | None = None
        self._slot: Slot | None = None
        self._count: int | None = None
        self._trust = Trust()
        self.error: Exception | None = None
        """What nobody foresaw and ended the thread; set before the last report."""
        self._thread = threading.Thread(target=self._run, name="card-monitor", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    @property
    def running(self) -> bool:
        """Whether the thread has not ended yet."""
        return self._thread.is_alive()

    def stop(self) -> None:
        """Ask the thread to end. Returns at once: pcscd, and with it the cancelling, may hang."""
        self._stop.set()
        threading.Thread(target=self._cancel, name="card-monitor-end", daemon=True).start()

    def doubt(self) -> None:
        """The card was pulled in the middle of a command. pcscd may never notice, if another one is soon there.

        What is in when it has had time to look is reported as another insertion. May be called from another thread.
        """
        self._trust.doubt()

    def join(self, seconds: float) -> None:
        """Wait for the end of the thread, but not longer."""
        self._thread.join(seconds)

    def _cancel(self) -> None:
        for _ in range(_CANCELS):
            context = self._context
            if context is not None:
                context.cancel()
            self._thread.join(_CANCEL_SECONDS)
            if not self.running:
                return

    def _run(self) -> None:
        pause, refusals = _FIRST_PAUSE, 0
        while not self._stop.is_set():
            try:
                with Context() as context:
                    self._context = context
                    try:
                        pause, refusals = _FIRST_PAUSE, 0
                        self._watch(context)
                    finally:
                        self._context = None
            except PcscError as error:
                if self._stop.is_set():
                    return
                fault = device_fault_of(error)
                refusals = refusals + 1 if fault is DeviceFault.NOT_ALLOWED else 0
                self._see_none(DeviceFault.NO_SERVICE if 0 < refusals < _REFUSALS else fault)
                self._stop.wait(pause)
                pause = min(pause * 2, _LAST_PAUSE)
            except Exception as error:
                self.error = error
                self._see_none(DeviceFault.FAULTY)
                return

    def _watch(self, context: Context) -> None:
        """Until it is stopped, or pcscd has another socket than when this began. Raises PcscError."""
        known: dict[str, int] = {}
        socket, self._trust = service_socket(), Trust()
        while not self._stop.is_set() and service_socket() == socket:
            names = [name for name in context.readers() if self._pattern.search(name)]
            if not names:
                had = self._slot is not None and (self._slot.reader or self._slot.fault is DeviceFault.GONE)
                self._see_none(DeviceFault.GONE if had else DeviceFault.NOT_THERE)
            lost = self._slot is None or self._slot.reader not in names
            known = {name: 0 if lost else known.get(name, 0) for name in names}
            # pcscd tells the state that it had when it was asked; of some that came meanwhile it says nothing.
            asked_at = time.monotonic()
            events = context.wait(known, _DOUBT_MILLISECONDS if self._trust.doubts else _WAIT_MILLISECONDS)
            if any(self._hasty(event) for event in events):
                # What was known stays known, so that the next wait() asks again at once.
                self._trust.doubt()
                self._look(context, asked_at)
                self._tell(self._slot)
                self._stop.wait(_HASTY_SECONDS)
                continue
            known |= {event.reader: event.state for event in events}
            if events:
                self._see(self._chosen(events))
            else:
                self._see_no_news(context, asked_at)

    def _hasty(self, event: ReaderEvent) -> bool:
        """Whether pcscd calls the reader empty without having looked: that would have counted on.

        It does when a session ends, or asks for power, after the card was pulled (pcsc-lite to 2.3.3 at least). Its
        look follows within 0.4 s; a card put in before is not reported, so nobody may be asked for one before.
        """
        mine = self._slot is not None and self._slot.present and self._slot.reader == event.reader
        # A count of 0 is none: the card was in when pcscd started.
        return mine and event.empty and event.count == self._count != 0 and not self._trust.looked

    def _see_no_news(self, context: Context, asked_at: float) -> None:
        """pcscd says what it said before. After a card was pulled it means another one, once it has looked."""
        slot = self._slot
        if self._trust.looked and self._trust.has_waited(asked_at):
            self._trust.believe()
            if slot is not None and slot.present:
                slot = replace(slot, insertion=next(_insertions))
        else:
            self._look(context, asked_at)
        self._tell(slot)

    def _look(self, context: Context, asked_at: float) -> None:
        if self._trust.must_look(asked_at) and self._slot is not None and self._slot.reader is not None:
            context.look_again(self._slot.reader)

    def _chosen(self, events: tuple[ReaderEvent, ...]) -> ReaderEvent:
        """The reader that held a card and still does, else one that does, else the first that works."""
        mine = self._slot.reader if self._slot is not None else None
        return max(events, key=lambda event: (event.present, event.works, event.reader == mine))

    def _see(self, event: ReaderEvent) -> None:
        before = self._slot or Slot()
        swapped = before.reader != event.reader or self._count != event.count
        insertion = before.insertion
        found = event.present and (not before.present or self._trust.doubts)
        if (event.present and swapped) or found:
            insertion = next(_insertions)
        self._trust.believe()
        if found and not swapped:
            self._trust.check_later()
        self._count = event.count
        fault = None if event.works else DeviceFault.GONE
        self._tell(Slot(event.reader, event.present, event.mute, insertion, fault))

    def _see_none(self, fault: DeviceFault) -> None:
        self._count = None
        self._trust.believe()
        self._tell(Slot(fault=fault))

    def _tell(self, slot: Slot | None) -> None:
        """Report it, changed or not: that is the sign that the thread lives."""
        if slot is not None:
            self._slot = slot
            self._report(slot)
