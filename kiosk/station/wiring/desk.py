"""The desk inside the kiosk: who asks gets a board, and what staff do gets into the record."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Protocol

from structlog import get_logger

from kiosk.checkin.settlement import Settlement
from kiosk.checkin.visit import Visit
from kiosk.control.pace import Seldom
from kiosk.ports.board import (
    BoardFailure,
    DayClose,
    Entered,
    OpenedVisit,
    Refusal,
    Role,
    StaffAction,
    StaffNote,
    VisitLine,
    Which,
)
from kiosk.ports.desk import Clock, LedgerFailure, Slips
from kiosk.ports.device import Condition, Part
from kiosk.ports.printer import Printer, PrinterFault
from kiosk.settings import Settings
from kiosk.slip.keys import PublicKey
from kiosk.station.heartbeat import StatusFile
from kiosk.station.notebook import Notebook, new_note
from kiosk.station.service import ServiceLatch
from kiosk.station.wiring.station_board import StationBoard

MOST_NOTES = 100
"""Entries for the record that may wait for a disk that hangs; more are dropped, and logged."""
MOST_ENTERED = 16
"""Entries of staff that boards are told of: more than several clerks make between two views."""
AGAIN_SECONDS = 10.0
"""Between tries to enter what was noted while the record could not be written."""
LAST_SECONDS = 2.0
"""At the end of the kiosk, for what is still being written."""


class Record(Protocol):
    """What the desk needs of the ledger; every method raises LedgerFailure."""

    async def visits(self, which: Which, day: date) -> tuple[VisitLine, ...]: ...

    async def opened(self, visit: str, who: str) -> OpenedVisit | None: ...

    async def settle(self, visit: str, settlement: Settlement, who: str) -> OpenedVisit: ...

    async def visit(self, visit: str) -> Visit | None: ...

    async def printed(self, visit: Visit, fault: PrinterFault | None) -> None: ...

    async def slip_shown(self, visit: str, who: str) -> datetime | None: ...

    async def staff_did(self, who: str, action: StaffAction, detail: str = "") -> None: ...

    async def staff_had_done(self, note: StaffNote) -> None: ...

    async def days_to_close(self) -> tuple[date, ...]: ...

    async def close_day(self, day: date, who: str) -> DayClose: ...

    async def backup(self) -> Path: ...

    async def erase(self, today: date) -> int: ...


@dataclass(frozen=True, slots=True)
class Behind:
    """What stands behind the desk while the terminal is open."""

    record: Record
    slips: Slips
    printer: Printer
    key: PublicKey
    """Checks the slips of this terminal."""
    recount: Callable[[], Awaitable[None]]
    """Brings the counts of the status up to date."""


class StationDesk:
    """Gives out boards. While the terminal is not ready there is only its status, and the switch."""

    def __init__(self, settings: Settings, status: StatusFile, latch: ServiceLatch, clock: Clock) -> None:
        """Reads what could not be entered into the record before the restart."""
        self.settings = settings
        self.status = status
        self.latch = latch
        self.clock = clock
        self.notebook = Notebook(settings.terminal.state)
        self.entered: deque[Entered] = deque(maxlen=MOST_ENTERED)
        self.seldom = Seldom()
        self._behind: Behind | None = None
        self._writing: set[asyncio.Task[None]] = set()

    def board(self, who: str, role: Role) -> StationBoard:
        """The board of somebody with that name and role."""
        return StationBoard(self, who, role)

    @contextmanager
    def opened(self, behind: Behind) -> Iterator[None]:
        """The terminal is open for as long as the block runs; what staff did before is recorded now."""
        self._behind = behind
        entering = asyncio.create_task(self._keep_entering(behind.record), name="staff notes")
        try:
            yield
        finally:
            self._behind = None
            entering.cancel()

    @property
    def behind(self) -> Behind:
        """Raises BoardFailure while the terminal is not ready."""
        if self._behind is None:
            raise BoardFailure(Refusal.RECORD, "端末の準備ができていません。kiosk doctor で原因を調べてください")
        return self._behind

    def note(self, who: str, action: StaffAction, detail: str = "") -> None:
        """Put it into the record, soon, or into the notebook until the record can be written; never raises."""
        if len(self._writing) >= MOST_NOTES:
            get_logger().warning("staff action is not in the record", state=action)
            return
        sure = self.status.status.condition(Part.CLOCK) is Condition.OK
        note = new_note(self.clock.now(), who, action, detail, sure=sure)
        writing = asyncio.create_task(self._note(note), name="staff action")
        self._writing.add(writing)
        writing.add_done_callback(self._writing.discard)

    def enter(self, entered: Entered) -> None:
        """Tell every board of staff that an entry was added."""
        self.entered.append(entered)
        self.status.beat()

    async def settled(self, seconds: float | None = None) -> None:
        """Wait, at most that long, until everything noted is in the record or in the notebook."""
        if self._writing:  # `wait`, not `gather`: what has ended leaves the set with the loop's next round
            await asyncio.wait(self._writing, timeout=seconds)

    async def _note(self, note: StaffNote) -> None:
        behind = self._behind
        try:
            if behind is None:
                await self.notebook.add(note)
            else:
                await behind.record.staff_did(note.who, note.action, note.detail)
        except LedgerFailure:
            await self.notebook.add(note)

    async def _keep_entering(self, record: Record) -> None:
        while True:
            with suppress(LedgerFailure):  # the status tells of it
                await self.notebook.hand_over(record.staff_had_done)
            await asyncio.sleep(AGAIN_SECONDS)
