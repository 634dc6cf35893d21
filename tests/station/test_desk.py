"""What staff do at the running kiosk: over the real record, press, printer and switch, by way of the real socket."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from hardware.printer.factory import open_printer
from hardware.virtual.printer import Condition as Printing
from hardware.virtual.printer import VirtualPrinter
from kiosk.checkin.settlement import Settlement, Settling, Standing
from kiosk.checkin.visit import Visit
from kiosk.checkin.ways import Way
from kiosk.control.address import SOCKET_NAME
from kiosk.control.client import BoardClient
from kiosk.control.connecting import at_socket
from kiosk.ledger.ledger import SqliteLedger
from kiosk.ports.board import BoardFailure, Entered, Level, Refusal, Role, Service, SlipVerdict, Which
from kiosk.settings import Settings, load
from kiosk.slip.content import SlipSite
from kiosk.slip.keys import KEY_FILE, SigningKey
from kiosk.slip.payload import sign
from kiosk.slip.press import SlipPress
from kiosk.station.heartbeat import StatusFile
from kiosk.station.notebook import NOTES_NAME
from kiosk.station.service import SERVICE_NAME
from kiosk.station.status import State
from kiosk.station.wiring.close_signature import CloseSigner
from kiosk.station.wiring.control import Control
from kiosk.station.wiring.desk import Behind
from kiosk.station.wiring.house import configure
from tests.ledger.invented import AT_DESK, CANARY, CLEAN, CONFIRMED, DEFERRED, MORNING, StillClock
from tests.station.unopened import WHO, waiting
from tests.waiting import until

DAY = MORNING.date()


@dataclass
class Terminal:
    """An open terminal without examinees, and a board at its socket."""

    settings: Settings
    status: StatusFile
    ledger: SqliteLedger
    press: SlipPress
    key: SigningKey
    machine: VirtualPrinter
    control: Control
    board: BoardClient
    recounted: int = 0
    counts_break: bool = False

    async def visit(self) -> Visit:
        visit = await self.ledger.commit(AT_DESK)
        await self.ledger.printed(visit, None)
        return visit

    async def recount(self) -> None:
        self.recounted += 1
        if self.counts_break:
            raise ValueError

    async def slip(self) -> str:
        return (await asyncio.wait_for(self.machine.next_job(), 20)).qr or ""


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Terminal]:
    machine = VirtualPrinter()
    await machine.start()
    settings = load(configure(tmp_path, gateway="", printer=machine.device))
    clock = StillClock()
    key = SigningKey.load_or_create(settings.terminal.state / KEY_FILE)
    status = StatusFile(settings.terminal.run, clock, kiosk="k01", version="1")
    status.enter(State.IDLE)
    ledger = SqliteLedger(settings.terminal.state, "A", "k01", clock)
    await ledger.open()
    press = SlipPress(lambda: SlipSite.from_settings(settings, simulator=False), key)
    control = Control(settings, status, clock)
    board = BoardClient("k01", at_socket(settings.terminal.run / SOCKET_NAME), name="佐藤")
    there = Terminal(settings, status, ledger, press, key, machine, control, board)
    printer = open_printer(machine.device, 576, 5, cut=True)
    behind = Behind(ledger, press, printer, key.public, there.recount)
    keeping = asyncio.create_task(control.keep_open(0.01))
    with control.desk.opened(behind):
        await until((settings.terminal.run / SOCKET_NAME).exists)
        yield there
        await board.aclose()
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)
        await control.desk.settled()
    await ledger.close()
    await machine.close()


async def refused(asked: object) -> Refusal:
    with pytest.raises(BoardFailure) as failure:
        await asked  # type: ignore[misc]  # any coroutine of the board
    return failure.value.refusal


async def actions(here: Terminal) -> list[str]:
    """What the record says of staff, as it stands on disk."""
    await here.control.desk.settled()
    uri = f"{(here.settings.terminal.state / 'ledger.db').as_uri()}?mode=ro"
    with closing(sqlite3.connect(uri, uri=True)) as rows:
        found = rows.execute("SELECT who, body FROM event WHERE kind = 'staff' ORDER BY seq").fetchall()
    assert {who for who, _ in found} <= {"佐藤 (root)", f"佐藤 ({_login()})"}
    return [json.loads(body)["action"] for _, body in found]


def _login() -> str:
    from kiosk.control.peers import own_login

    return own_login()


async def test_what_is_recorded_is_not_refused_because_the_counts_break(here: Terminal) -> None:
    visit = await here.visit()
    here.counts_break = True
    settled = await here.board.settle(visit.id, Settlement(Settling.REFUSED))
    assert settled.line.standing is Standing.REFUSED
    await here.board.reprint(visit.id)
    assert await here.slip()
    assert here.recounted == 2


async def test_visits_are_listed_opened_and_settled(here: Terminal) -> None:
    visit = await here.visit()
    (line,) = await here.board.visits(Which.OPEN, DAY)
    assert (line.id, line.standing) == (visit.id, Standing.OPEN)
    opened = await here.board.open(visit.id)
    assert opened.person is not None
    assert opened.person.name == "金糸雀　花子"
    settled = await here.board.settle(visit.id, Settlement(Settling.WAY, Way.CERTIFICATE, note="原本を見た"))
    assert (settled.line.standing, settled.entries[0].who) == (Standing.SETTLED, f"佐藤 ({_login()})")
    assert await here.board.visits(Which.OPEN, DAY) == ()
    assert here.recounted == 1
    undone = Settlement(Settling.UNDONE, undoes=settled.entries[0].id)
    assert (await here.board.settle(visit.id, undone)).line.standing is Standing.OPEN
    assert await refused(here.board.settle(visit.id, undone)) is Refusal.DOES_NOT_FIT
    assert await refused(here.board.settle("f" * 32, undone)) is Refusal.UNKNOWN_VISIT
    assert await refused(here.board.open("f" * 32)) is Refusal.UNKNOWN_VISIT


async def test_a_slip_opens_its_visit_and_the_second_time_is_said(here: Terminal) -> None:
    visit = await here.visit()
    code = sign(visit, here.key)
    first, second = await here.board.show_slip(code), await here.board.show_slip(f" {_wide(code)}\n")
    assert (first.verdict, second.verdict) == (SlipVerdict.GENUINE, SlipVerdict.SHOWN_BEFORE)
    assert first.visit is not None
    assert first.visit.line.id == visit.id
    assert second.first_shown == MORNING


def _wide(digits: str) -> str:
    """As a Japanese keyboard types them."""
    return digits.translate({ord("0") + digit: 0xFF10 + digit for digit in range(10)})


async def test_an_edited_slip_one_of_another_terminal_and_no_slip(here: Terminal, tmp_path: Path) -> None:
    visit = await here.visit()
    code = sign(visit, here.key)
    other_key = SigningKey.load_or_create(tmp_path / "other" / "slip.key")
    cases = {
        str(int(code) + 1): SlipVerdict.FORGED,
        sign(visit, other_key): SlipVerdict.FORGED,
        sign(replace(visit, kiosk="k02"), other_key): SlipVerdict.ANOTHER_KIOSK,
        sign(replace(visit, kiosk="k02"), here.key): SlipVerdict.ANOTHER_KIOSK,
        "4901234567894": SlipVerdict.NOT_A_SLIP,
        "": SlipVerdict.NOT_A_SLIP,
    }
    for text, verdict in cases.items():
        look = await here.board.show_slip(text)
        assert (look.verdict, look.visit) == (verdict, None)
    stranger = sign(replace(visit, id="f" * 32), here.key)
    assert await refused(here.board.show_slip(stranger)) is Refusal.UNKNOWN_VISIT


async def test_a_reprint_is_the_same_slip_and_stands_in_the_record(here: Terminal) -> None:
    visit = await here.visit()
    await here.board.reprint(visit.id)
    assert await here.slip() == sign(visit, here.key)
    assert "reprinted" in await actions(here)
    assert await refused(here.board.reprint("f" * 32)) is Refusal.UNKNOWN_VISIT


async def test_a_reprint_of_a_visit_whose_query_was_made_up_is_the_slip_that_was_given(here: Terminal) -> None:
    visit = await here.ledger.commit(DEFERRED)
    await here.ledger.settled_later(visit, CLEAN, CANARY)
    await here.board.reprint(visit.id)
    assert await here.slip() == sign(visit, here.key)


async def test_a_reprint_after_a_jam_ends_what_was_owed(here: Terminal) -> None:
    visit = await here.ledger.commit(CONFIRMED)
    assert (await here.ledger.counts()).unprinted == 1
    await here.board.reprint(visit.id)
    await here.slip()
    assert (await here.ledger.counts()).unprinted == 0


async def test_while_somebody_is_served_nothing_is_printed_for_others(here: Terminal) -> None:
    visit = await here.visit()
    here.status.enter(State.SERVING)
    assert await refused(here.board.reprint(visit.id)) is Refusal.BUSY
    assert await refused(here.board.test_print()) is Refusal.BUSY
    here.status.enter(State.IDLE)
    await here.board.test_print()
    await here.slip()
    assert len(here.machine.jobs) == 1
    assert "test printed" in await actions(here)


async def test_a_printer_without_paper_says_so(here: Terminal) -> None:
    visit = await here.visit()
    await here.machine.become(Printing.OUT)
    with pytest.raises(BoardFailure, match="紙がありません"):
        await here.board.reprint(visit.id)


async def test_switching_is_kept_recorded_and_seen_by_all(here: Terminal) -> None:
    views = here.board.follow()
    assert (await anext(views)).service is Service.OPEN
    other = BoardClient("k01", at_socket(here.settings.terminal.run / SOCKET_NAME), name="佐藤")
    for service in (Service.PAUSED, Service.OUT_OF_ORDER, Service.OPEN):
        assert (await other.switch(service)).service is service
        assert here.control.gate.service is service
        async with asyncio.timeout(20):
            while (await anext(views)).service is not service:
                pass
    await other.aclose()
    await views.aclose()  # type: ignore[attr-defined]  # it is a generator
    done = await actions(here)
    assert [action for action in done if action in ("paused", "out of order", "opened")] == [
        "paused",
        "out of order",
        "opened",
    ]


async def test_the_backup_is_named_below_the_state_folder(here: Terminal) -> None:
    await here.visit()
    name = await here.board.backup()
    assert (here.settings.terminal.state / name).is_file()
    assert not name.startswith("/")
    assert await here.board.erase() == 0
    assert {"backed up", "erased", "signed in"} <= set(await actions(here))


async def test_a_record_that_is_closed_refuses_and_the_switch_works_all_the_same(here: Terminal) -> None:
    await here.ledger.close()
    assert await refused(here.board.visits(Which.ALL, date(2026, 11, 20))) is Refusal.RECORD
    assert (await here.board.switch(Service.PAUSED)).service is Service.PAUSED


async def test_a_terminal_that_is_not_ready_can_be_seen_and_switched(tmp_path: Path) -> None:
    settings = load(configure(tmp_path, gateway="", printer=f"virtual:{tmp_path / 'slips'}"))
    clock = StillClock()
    status = StatusFile(settings.terminal.run, clock, kiosk="k01", version="1")
    control = Control(settings, status, clock)
    keeping = asyncio.create_task(control.keep_open(0.01))
    async with BoardClient("k01", at_socket(settings.terminal.run / SOCKET_NAME)) as board:
        while not (await board.look()).alive:
            await asyncio.sleep(0.01)
        assert (await board.look()).state == "starting"
        assert await refused(board.visits(Which.ALL)) is Refusal.RECORD
        assert (await board.switch(Service.PAUSED)).service is Service.PAUSED
    keeping.cancel()
    await asyncio.gather(keeping, return_exceptions=True)


async def test_a_kiosk_that_stops_keeps_who_signed_out(here: Terminal) -> None:
    """The connection ends after the terminal is closed."""
    await here.board.look()
    keeping = asyncio.create_task(here.control.keep_open(0.01))
    with here.control.desk.opened(here.control.desk.behind):
        await asyncio.sleep(0)
    keeping.cancel()
    await asyncio.gather(keeping, return_exceptions=True)
    notes = (here.settings.terminal.state / NOTES_NAME).read_text(encoding="utf-8")
    assert "signed out" in notes


async def test_days_that_no_close_has_counted_are_offered_the_oldest_first(tmp_path: Path) -> None:
    there = waiting(tmp_path)
    there.record = SqliteLedger(
        there.settings.terminal.state, "A", "k01", there.clock, signer=CloseSigner(_key(there.settings))
    )
    await there.record.open()
    board = there.desk.board(WHO, Role.STAFF)
    with there.desk.opened(there.behind):
        assert await board.days_to_close() == (DAY,)
        await there.record.commit(AT_DESK)
        there.clock.move(timedelta(days=1))
        assert await board.days_to_close() == (DAY, DAY + timedelta(1)), "today also without a visit"
        await there.record.commit(AT_DESK)
        await board.close_day(DAY)
        assert await board.days_to_close() == (DAY + timedelta(1),)
        export = (await board.close_day()).export
        assert await board.days_to_close() == ()
        (there.settings.terminal.state / export).rename(tmp_path / "taken away")
        assert await board.days_to_close() == (DAY + timedelta(1),), "its file is to be written once more"
        await board.close_day(DAY + timedelta(1))
        assert await board.days_to_close() == ()
        await there.record.commit(AT_DESK)
        assert await board.days_to_close() == (DAY + timedelta(1),), "a visit came since"
        there.clock.move(timedelta(days=30))
        assert await board.days_to_close() == (DAY + timedelta(1), DAY + timedelta(31))
    await there.record.close()


def _key(settings: Settings) -> SigningKey:
    return SigningKey.load_or_create(settings.terminal.state / KEY_FILE)


async def test_every_board_of_staff_hears_of_an_entry_also_of_a_note(here: Terminal) -> None:
    visit = await here.visit()
    other = BoardClient("k01", at_socket(here.settings.terminal.run / SOCKET_NAME), name="佐藤")
    views = other.follow()
    assert (await anext(views)).entered == ()
    opened = await here.board.settle(visit.id, Settlement(Settling.NOTE, note="電話した"))
    async with asyncio.timeout(20):
        while not (view := await anext(views)).entered:
            pass
    assert view.entered == (Entered(visit.id, opened.entries[0].id, f"佐藤 ({_login()})", Settling.NOTE),)
    viewer = await here.control.desk.board("kiosk-viewer", Role.VIEWER).look()
    assert viewer.entered == (), "who only looks opens no visit"
    await views.aclose()  # type: ignore[attr-defined]  # it is a generator
    await other.aclose()


async def test_nobody_switches_to_what_is_not_known(here: Terminal) -> None:
    assert await refused(here.board.switch(Service.UNKNOWN)) is Refusal.NOT_UNDERSTOOD
    assert here.control.gate.service is Service.OPEN


async def test_a_broken_latch_has_words_of_its_own_on_the_board_and_in_the_status(tmp_path: Path) -> None:
    place = waiting(tmp_path).settings.terminal
    place.state.mkdir(parents=True, exist_ok=True)
    (place.state / SERVICE_NAME).write_text('{"service": "pau', encoding="utf-8")
    there = waiting(tmp_path)
    view = await there.desk.board(WHO, Role.STAFF).look()
    assert (view.service, view.level) == (Service.UNKNOWN, Level.CRITICAL)
    assert any("service.json" in words and "kiosk service resume" in words for words in view.words)
    assert not any("職員が" in words and "しています" in words for words in view.words), "nobody paused it"
    assert (await there.desk.board(WHO, Role.STAFF).switch(Service.OPEN)).service is Service.OPEN
    await there.desk.settled()
    assert waiting(tmp_path).status.status.service is Service.OPEN


async def test_who_only_looks_is_listed_once_an_hour_and_staff_each_time(here: Terminal) -> None:
    for role in (Role.VIEWER, Role.STAFF):
        for _ in range(3):
            await here.control.desk.board(f"佐藤 ({_login()})", role).visits(Which.ALL)
    assert (await actions(here)).count("listed") == 1 + 3


async def test_a_socket_that_cannot_be_opened_is_told_once_and_the_kiosk_goes_on(
    tmp_path: Path, log: Callable[[], list[str]]
) -> None:
    settings = load(configure(tmp_path, gateway="", printer=f"virtual:{tmp_path / 'slips'}"))
    place = settings.terminal.run / SOCKET_NAME
    place.mkdir(parents=True)
    status = StatusFile(settings.terminal.run, StillClock(), kiosk="k01", version="1")
    keeping = asyncio.create_task(Control(settings, status, StillClock()).keep_open(0.01))
    await until(lambda: not status.status.control)
    await asyncio.sleep(0.1)  # a few more tries
    await asyncio.to_thread(place.rmdir)
    await until(lambda: status.status.control)
    assert sum("control socket cannot be opened" in line for line in log()) == 1
    keeping.cancel()
    await asyncio.gather(keeping, return_exceptions=True)
    assert not place.exists()
