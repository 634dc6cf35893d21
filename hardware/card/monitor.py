"""The thread that watches the readers. It outlives pcscd: a context that fails is built anew, for as long as it takes.

pyscard's own CardMonitor ends for good when pcscd restarts, and writes to stderr.
"""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass

from hardware.card.errors import PcscError
from hardware.card.pcsc import Context, ReaderEvent

log = logging.getLogger(__name__)

_FIRST_PAUSE, _LAST_PAUSE = 0.1, 2.0
"""Seconds between attempts to reach pcscd; doubled up to the last."""
_WAIT_MILLISECONDS = 1000
"""Upper end of one wait: a reader plugged in between two waits is seen after this at the latest."""
_STOP_SECONDS = 3.0
_HASTY_SECONDS = 0.02
"""Between questions whether pcscd has looked; it looks every 0.4 s."""


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


NO_READER = Slot()


class Monitor:
    """Reports every change of the reader whose name matches a pattern; the first report comes at once."""

    def __init__(self, pattern: str, report: Callable[[Slot], None]) -> None:
        """`pattern` is a regular expression found in the reader's name, empty for any; `report` runs in the thread."""
        self._pattern = re.compile(pattern)
        self._report = report
        self._stop = threading.Event()
        self._context: Context | None = None
        self._slot: Slot | None = None
        self._count: int | None = None
        self._insertion = 0
        self._thread = threading.Thread(target=self._run, name="card-monitor", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread; returns when it is over."""
        self._stop.set()
        for _ in range(int(_STOP_SECONDS / 0.1)):
            # A cancel before the wait has begun is lost, so it is said again.
            context = self._context
            if context is not None:
                context.cancel()
            self._thread.join(0.1)
            if not self._thread.is_alive():
                return

    def _run(self) -> None:
        pause = _FIRST_PAUSE
        while not self._stop.is_set():
            try:
                with Context() as context:
                    self._context = context
                    try:
                        pause = _FIRST_PAUSE
                        self._watch(context)
                    finally:
                        self._context = None
            except Exception as error:
                # The thread must live: whatever happened, the reader counts as gone and is looked for again.
                if self._stop.is_set():
                    return
                reason = str(error) if isinstance(error, PcscError) else type(error).__name__
                self._see(None, reason)
                self._stop.wait(pause)
                pause = min(pause * 2, _LAST_PAUSE)

    def _watch(self, context: Context) -> None:
        known: dict[str, int] = {}
        while not self._stop.is_set():
            names = [name for name in context.readers() if self._pattern.search(name)]
            if not names:
                self._see(None, "no reader matches")
            lost = self._slot is None or self._slot.reader not in names
            known = {name: 0 if lost else known.get(name, 0) for name in names}
            events = context.wait(known, _WAIT_MILLISECONDS)
            if any(self._hasty(event) for event in events):
                # What was known stays known, so that the next wait() asks again at once.
                self._stop.wait(_HASTY_SECONDS)
                continue
            known |= {event.reader: event.state for event in events}
            if events:
                self._see(self._chosen(events), "")

    def _hasty(self, event: ReaderEvent) -> bool:
        """Whether pcscd calls the reader empty without having looked: that would have counted on.

        It does when a session ends, or asks for power, after the card was pulled (pcsc-lite to 2.3.3 at least). Its
        look follows within 0.4 s; a card put in before is not reported, so nobody may be asked for one before.
        """
        mine = self._slot is not None and self._slot.present and self._slot.reader == event.reader
        # A count of 0 is none: the card was in when pcscd started.
        return mine and event.empty and event.count == self._count != 0

    def _chosen(self, events: tuple[ReaderEvent, ...]) -> ReaderEvent:
        """The reader that held a card and still does, else one that does, else the first."""
        mine = self._slot.reader if self._slot is not None else None
        return max(events, key=lambda event: (event.present, event.reader == mine))

    def _see(self, event: ReaderEvent | None, reason: str) -> None:
        before = self._slot
        if event is None:
            slot, self._count = NO_READER, None
        else:
            swapped = before is None or before.reader != event.reader or self._count != event.count
            if event.present and (swapped or not (before and before.present)):
                self._insertion += 1
            self._count = event.count
            slot = Slot(event.reader, event.present, event.mute, self._insertion)
        if slot == before:
            return
        if before is None or (before.reader is None) != (slot.reader is None):
            if slot.reader is None:
                log.info("no card reader: %s", reason)
            else:
                log.info("card reader is there: %s", slot.reader)
        self._slot = slot
        self._report(slot)
