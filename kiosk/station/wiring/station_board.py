"""The port `Board` inside the kiosk, over ledger, press, printer and switch of this terminal."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from kiosk.checkin.settlement import Settlement
from kiosk.ports.board import (
    BoardFailure,
    DayClose,
    Entered,
    OpenedVisit,
    Refusal,
    Role,
    Service,
    SlipLook,
    SlipVerdict,
    StaffAction,
    TerminalView,
    VisitLine,
    Which,
)
from kiosk.ports.printer import Printer, PrinterFailure, Slip
from kiosk.slip.fonts import FontMissing
from kiosk.slip.payload import NotGenuine
from kiosk.station.crash import report
from kiosk.station.service import NotKept
from kiosk.station.status import State
from kiosk.station.view import view_of
from kiosk.station.wiring.refusals import failures, printer_words, unknown_visit
from kiosk.station.wiring.shown_slip import read_slip, verdict

if TYPE_CHECKING:
    from kiosk.station.wiring.desk import Behind, StationDesk

TOGETHER_SECONDS = 0.1
"""What changes within so short a time is told together: a switch and the screen that follows it."""
ACTIONS = {
    Service.OPEN: StaffAction.OPENED,
    Service.PAUSED: StaffAction.PAUSED,
    Service.OUT_OF_ORDER: StaffAction.OUT_OF_ORDER,
}
"""What staff can switch to, and how the record calls it."""


class StationBoard:
    """The port `Board` of one user at the running kiosk."""

    def __init__(self, desk: StationDesk, who: str, role: Role) -> None:
        self._desk = desk
        self._who = who
        self._role = role
        self._listed = False

    @property
    def role(self) -> Role:
        """What this user may do."""
        return self._role

    async def look(self) -> TerminalView:
        return self._view()

    async def follow(self) -> AsyncIterator[TerminalView]:
        shown: TerminalView | None = None
        with self._desk.status.listening() as told:
            while True:
                told.clear()
                view = self._view()
                if shown is None or replace(view, as_of=shown.as_of) != shown:
                    shown = view
                    yield view
                await told.wait()
                await asyncio.sleep(TOGETHER_SECONDS)

    async def visits(self, which: Which, day: date | None = None) -> tuple[VisitLine, ...]:
        with failures():
            found = await self._desk.behind.record.visits(which, day or self._today())
        if not self._listed and self._to_be_recorded(which):  # a board that is open lists them with every change
            self._desk.note(self._who, StaffAction.LISTED, which.value)
        self._listed = True
        return found

    async def open(self, visit: str) -> OpenedVisit:
        with failures():
            found = await self._desk.behind.record.opened(visit, self._who)
        if found is None:
            raise unknown_visit()
        return found

    async def show_slip(self, code: str) -> SlipLook:
        behind = self._desk.behind
        try:
            payload = read_slip(code, behind.key, self._desk.settings.terminal.name)
        except NotGenuine as doubt:
            return SlipLook(verdict(doubt.doubt), None)
        visit = await self.open(payload.visit)
        with failures():
            first = await behind.record.slip_shown(payload.visit, self._who)
        return SlipLook(SlipVerdict.SHOWN_BEFORE if first else SlipVerdict.GENUINE, visit, first)

    async def settle(self, visit: str, settlement: Settlement) -> OpenedVisit:
        behind = self._desk.behind
        with failures():
            found = await behind.record.settle(visit, settlement, self._who)
        self._desk.enter(Entered(visit, found.entries[-1].id, self._who, settlement.settling))
        await _recounted(behind)
        return found

    async def reprint(self, visit: str) -> None:
        behind = self._desk.behind
        self._require_nobody()
        with failures():
            found = await behind.record.visit(visit)
            if found is None:
                raise unknown_visit()
            slip = await behind.slips.draw(found)
            self._require_nobody()
            # First: no slip leaves the printer that the record does not know of.
            await behind.record.staff_did(self._who, StaffAction.REPRINTED, str(found.number))
        await self._print(behind.printer, slip)
        with failures():
            await behind.record.printed(found, None)
        await _recounted(behind)

    async def test_print(self) -> None:
        behind = self._desk.behind
        self._require_nobody()
        slip = await asyncio.to_thread(self._trial)
        self._require_nobody()
        self._desk.note(self._who, StaffAction.TEST_PRINTED)
        await self._print(behind.printer, slip)

    async def switch(self, service: Service) -> TerminalView:
        desk = self._desk
        if service not in ACTIONS:
            raise BoardFailure(Refusal.NOT_UNDERSTOOD, "再開、一時休止、使用停止のどれかを選んでください")
        try:
            await desk.latch.switch(service, desk.clock.now())
        except NotKept:
            words = "切りかえましたが、ディスクに書けません。端末を起動し直すと元に戻ります。管理者に伝えてください"
            raise BoardFailure(Refusal.RECORD, words) from None
        finally:
            desk.status.serve(desk.latch.service)
            desk.note(self._who, ACTIONS[service])
        return self._view()

    async def days_to_close(self) -> tuple[date, ...]:
        with failures():
            return await self._desk.behind.record.days_to_close()

    async def close_day(self, day: date | None = None) -> DayClose:
        with failures():
            return await self._desk.behind.record.close_day(day or self._today(), self._who)

    async def backup(self) -> str:
        with failures():
            made = await self._desk.behind.record.backup()
        self._desk.note(self._who, StaffAction.BACKED_UP, made.name)
        state = self._desk.settings.terminal.state
        return str(made.relative_to(state) if made.is_relative_to(state) else made)

    async def erase(self) -> int:
        with failures():
            erased = await self._desk.behind.record.erase(self._today())
        self._desk.note(self._who, StaffAction.ERASED, str(erased))
        return erased

    def _to_be_recorded(self, which: Which) -> bool:
        """Who only looks at lists without a name may do so as often as they like."""
        return self._role is Role.STAFF or self._desk.seldom.now((self._who, which))

    def _view(self) -> TerminalView:
        status = self._desk.status.status
        view = view_of(status, status.updated_at, alive=True)
        return replace(view, entered=tuple(self._desk.entered)) if self._role is Role.STAFF else view

    def _today(self) -> date:
        return self._desk.clock.now().date()

    def _require_nobody(self) -> None:
        """Whoever stands there would take a slip that is somebody else's. Raises BoardFailure."""
        if self._desk.status.status.state is State.SERVING:
            raise BoardFailure(Refusal.BUSY, "受付中の人がいます。終わってから、もう一度行ってください")

    def _trial(self) -> Slip:
        from kiosk.slip.trial import trial_slip

        settings = self._desk.settings
        now = self._desk.clock.now()
        try:
            return trial_slip(settings.site.name, settings.terminal.name, now, settings.printer.head)
        except FontMissing as missing:
            raise BoardFailure(Refusal.PRINTER, "字体(フォント)がありません。設置した人に伝えてください") from missing

    async def _print(self, printer: Printer, slip: Slip) -> None:
        try:
            await printer.print(slip)
        except PrinterFailure as failure:
            raise BoardFailure(Refusal.PRINTER, printer_words(failure.fault)) from failure


async def _recounted(behind: Behind) -> None:
    """What was done is in the record: whatever becomes of the counts, nobody is told that it was not done."""
    try:
        await behind.recount()
    except Exception as crash:
        report(crash)
