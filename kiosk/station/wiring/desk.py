"""The desk inside the kiosk: the port `Board` over ledger, press, printer and switch of this terminal."""

from __future__ import annotations

import asyncio
import unicodedata
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Protocol, assert_never

from structlog import get_logger

from kiosk.checkin.settlement import Settlement
from kiosk.checkin.visit import Visit
from kiosk.control.pace import Seldom
from kiosk.ledger.desk import ClosedDay, DoesNotFit, UnknownVisit
from kiosk.ports.board import (
    BoardFailure,
    DayClose,
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
from kiosk.ports.desk import Clock, LedgerFailure, Slips
from kiosk.ports.printer import Printer, PrinterFailure, PrinterFault, Slip
from kiosk.settings import Settings
from kiosk.slip.fonts import FontMissing
from kiosk.slip.keys import PublicKey
from kiosk.slip.payload import Doubt, NotGenuine, Payload, claimed_kiosk, verify
from kiosk.station.heartbeat import StatusFile
from kiosk.station.service import NotKept, ServiceLatch
from kiosk.station.status import State
from kiosk.station.view import view_of

MOST_NOTES = 100
"""Entries for the record that may wait for the terminal, or a disk that hangs; more are dropped, and logged."""
TOGETHER_SECONDS = 0.1
"""What changes within so short a time is told together: a switch and the screen that follows it."""
ACTIONS = {
    Service.OPEN: StaffAction.OPENED,
    Service.PAUSED: StaffAction.PAUSED,
    Service.OUT_OF_ORDER: StaffAction.OUT_OF_ORDER,
}


class Record(Protocol):
    """What the desk needs of the ledger; every method raises LedgerFailure."""

    async def visits(self, which: Which, day: date) -> tuple[VisitLine, ...]: ...

    async def opened(self, visit: str, who: str) -> OpenedVisit | None: ...

    async def settle(self, visit: str, settlement: Settlement, who: str) -> OpenedVisit: ...

    async def visit(self, visit: str) -> Visit | None: ...

    async def printed(self, visit: Visit, fault: PrinterFault | None) -> None: ...

    async def slip_shown(self, visit: str, who: str) -> datetime | None: ...

    async def staff_did(self, who: str, action: StaffAction, detail: str = "") -> None: ...

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
        self.settings = settings
        self.status = status
        self.latch = latch
        self.clock = clock
        self._behind: Behind | None = None
        self._notes: set[asyncio.Task[None]] = set()
        self._kept: list[tuple[str, StaffAction, str]] = []
        self.seldom = Seldom()

    def board(self, who: str, role: Role) -> StationBoard:
        """The board of somebody with that name and role."""
        return StationBoard(self, who, role)

    @contextmanager
    def opened(self, behind: Behind) -> Iterator[None]:
        """The terminal is open for as long as the block runs; what staff did before is recorded now."""
        self._behind = behind
        kept, self._kept = self._kept, []
        for who, action, detail in kept:
            self.note(who, action, detail)
        try:
            yield
        finally:
            self._behind = None

    @property
    def behind(self) -> Behind:
        """Raises BoardFailure while the terminal is not ready."""
        if self._behind is None:
            raise BoardFailure(Refusal.RECORD, "端末の準備ができていません。kiosk doctor で原因を調べてください")
        return self._behind

    def note(self, who: str, action: StaffAction, detail: str = "") -> None:
        """Put it into the record, soon, or once the terminal is open, with the time at which it was; never raises."""
        if len(self._kept if self._behind is None else self._notes) >= MOST_NOTES:
            get_logger().warning("staff action is not in the record", state=action)
            return
        if self._behind is None:
            self._kept.append((who, action, f"{detail} {self.clock.now():%Y-%m-%d %H:%M:%S}".strip()))
            return
        noting = asyncio.create_task(self._note(self._behind.record, who, action, detail), name="staff action")
        self._notes.add(noting)
        noting.add_done_callback(self._notes.discard)

    async def settled(self) -> None:
        """Wait until everything noted is on disk, or could not be."""
        while self._notes:
            await asyncio.gather(*self._notes)

    async def _note(self, record: Record, who: str, action: StaffAction, detail: str) -> None:
        try:
            await record.staff_did(who, action, detail)
        except LedgerFailure:
            get_logger().warning("staff action is not in the record", state=action)


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
        with _failures():
            found = await self._desk.behind.record.visits(which, day or self._today())
        if not self._listed and self._to_be_recorded(which):  # a board that is open lists them with every change
            self._desk.note(self._who, StaffAction.LISTED, which.value)
        self._listed = True
        return found

    async def open(self, visit: str) -> OpenedVisit:
        with _failures():
            found = await self._desk.behind.record.opened(visit, self._who)
        if found is None:
            raise _unknown_visit()
        return found

    async def show_slip(self, code: str) -> SlipLook:
        behind = self._desk.behind
        try:
            payload = _read_slip(code, behind.key, self._desk.settings.terminal.name)
        except NotGenuine as doubt:
            return SlipLook(_verdict(doubt.doubt), None)
        visit = await self.open(payload.visit)
        with _failures():
            first = await behind.record.slip_shown(payload.visit, self._who)
        return SlipLook(SlipVerdict.SHOWN_BEFORE if first else SlipVerdict.GENUINE, visit, first)

    async def settle(self, visit: str, settlement: Settlement) -> OpenedVisit:
        behind = self._desk.behind
        with _failures():
            found = await behind.record.settle(visit, settlement, self._who)
        await behind.recount()
        return found

    async def reprint(self, visit: str) -> None:
        behind = self._desk.behind
        self._require_nobody()
        with _failures():
            found = await behind.record.visit(visit)
            if found is None:
                raise _unknown_visit()
            slip = await behind.slips.draw(found)
            self._require_nobody()
            # First: no slip leaves the printer that the record does not know of.
            await behind.record.staff_did(self._who, StaffAction.REPRINTED, str(found.number))
        await self._print(behind.printer, slip)
        with _failures():
            await behind.record.printed(found, None)
        await behind.recount()

    async def test_print(self) -> None:
        behind = self._desk.behind
        self._require_nobody()
        slip = await asyncio.to_thread(self._trial)
        self._require_nobody()
        self._desk.note(self._who, StaffAction.TEST_PRINTED)
        await self._print(behind.printer, slip)

    async def switch(self, service: Service) -> TerminalView:
        desk = self._desk
        try:
            await desk.latch.switch(service, desk.clock.now())
        except NotKept:
            words = "切りかえましたが、ディスクに書けません。端末を起動し直すと元に戻ります。管理者に伝えてください"
            raise BoardFailure(Refusal.RECORD, words) from None
        finally:
            desk.status.serve(desk.latch.service)
            desk.note(self._who, ACTIONS[service])
        return self._view()

    async def close_day(self, day: date | None = None) -> DayClose:
        with _failures():
            return await self._desk.behind.record.close_day(day or self._today(), self._who)

    async def backup(self) -> str:
        with _failures():
            made = await self._desk.behind.record.backup()
        self._desk.note(self._who, StaffAction.BACKED_UP, made.name)
        state = self._desk.settings.terminal.state
        return str(made.relative_to(state) if made.is_relative_to(state) else made)

    async def erase(self) -> int:
        with _failures():
            erased = await self._desk.behind.record.erase(self._today())
        self._desk.note(self._who, StaffAction.ERASED, str(erased))
        return erased

    def _to_be_recorded(self, which: Which) -> bool:
        """Who only looks at lists without a name may do so as often as they like."""
        return self._role is Role.STAFF or self._desk.seldom.now((self._who, which))

    def _view(self) -> TerminalView:
        status = self._desk.status.status
        return view_of(status, status.updated_at, alive=True)

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
            raise BoardFailure(Refusal.PRINTER, _printer_words(failure.fault)) from failure


@contextmanager
def _failures() -> Iterator[None]:
    """What the ledger raises, as the board knows it; the cause is cut off, it may quote the record."""
    try:
        yield
    except UnknownVisit:
        raise _unknown_visit() from None
    except ClosedDay:
        raise BoardFailure(Refusal.CLOSED_DAY, "その日はもう締めてあります。メモだけ足せます") from None
    except DoesNotFit:
        words = "この受付には合いません。画面を新しくして、いまの状態を確かめてください"
        raise BoardFailure(Refusal.DOES_NOT_FIT, words) from None
    except LedgerFailure as failure:
        get_logger().warning("record cannot be used by staff", text=str(failure))
        words = "記録を読み書きできません。kiosk doctor で原因を調べてください"
        raise BoardFailure(Refusal.RECORD, words) from None


def _unknown_visit() -> BoardFailure:
    return BoardFailure(Refusal.UNKNOWN_VISIT, "その受付は、この端末の記録にありません")


def _read_slip(code: str, key: PublicKey, kiosk: str) -> Payload:
    """Raises NotGenuine. A slip that says it is another terminal's is not called forged: its key is not here."""
    text = "".join(unicodedata.normalize("NFKC", code).split())  # as a Japanese keyboard types it
    try:
        return verify(text, (key,), kiosk)
    except NotGenuine as doubt:
        if doubt.doubt is Doubt.UNKNOWN_KEY and claimed_kiosk(text) not in (None, kiosk):
            raise NotGenuine(Doubt.OTHER_KIOSK) from doubt
        raise


def _verdict(doubt: Doubt) -> SlipVerdict:
    match doubt:
        case Doubt.NOT_A_SLIP | Doubt.OTHER_VERSION:
            return SlipVerdict.NOT_A_SLIP
        case Doubt.UNKNOWN_KEY | Doubt.BAD_SIGNATURE:
            return SlipVerdict.FORGED
        case Doubt.OTHER_KIOSK:
            return SlipVerdict.ANOTHER_KIOSK
        case _:
            assert_never(doubt)


def _printer_words(fault: PrinterFault) -> str:
    match fault:
        case PrinterFault.PAPER_OUT:
            return "紙がありません。新しい紙を入れてください"
        case PrinterFault.COVER_OR_OFFLINE:
            return "ふたが開いているか、オフラインです。ふたを閉じ、電源を確かめてください"
        case PrinterFault.UNREACHABLE:
            return "プリンターにつながりません。電源と線を確かめてください"
        case PrinterFault.BROKE_OFF:
            return "途中で線が切れました。出た紙がないか見て、もう一度行ってください"
        case PrinterFault.TIMED_OUT:
            return "時間内に終わりませんでした。プリンターの電源を入れ直してください"
        case PrinterFault.QR_UNREADABLE:
            return "紙の幅の設定(printer.head)が合っていません。設置した人に伝えてください"
        case _:
            assert_never(fault)
