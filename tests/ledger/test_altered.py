# ruff: noqa: S608 - statements are put together from our own words
"""A visit whose codes somebody changed on disk hides none of the others, and says that it was changed."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from click.testing import CliRunner, Result

from kiosk.checkin.reasons import Reason
from kiosk.checkin.settlement import Settlement, Settling, Standing
from kiosk.checkin.ways import Way
from kiosk.ledger.command import ledger as command
from kiosk.ledger.desk import Altered
from kiosk.ledger.ledger import SqliteLedger
from kiosk.ledger.reader import LedgerReader
from kiosk.ports.board import OpenedVisit, VisitLine, Which
from kiosk.ports.printer import PrinterFault
from tests.ledger.invented import AT_DESK, CANARY, CLEAN, CONFIRMED, DEFERRED, MORNING, StillClock
from tests.ledger.test_desk import StampSigner
from tests.ledger.test_verify import named, tampering, verified

DAY = MORNING.date()
BY_APP = Settlement(Settling.WAY, Way.LIMITED_APP, "seen")
SECOND = "WHERE entry = 2"
OF_SECOND = "WHERE visit = (SELECT id FROM visit WHERE entry = 2)"
CHANGES = {
    "no such reason": f"UPDATE visit SET reason = 'X99' {SECOND}",
    "no such way": f"UPDATE visit SET way = 'by bicycle' {SECOND}",
    "neither confirmed nor not": f"UPDATE visit SET confirmed = 7 {SECOND}",
    "confirmed against its reason": f"UPDATE visit SET confirmed = 1 - confirmed {SECOND}",
    "findings that are none": f"UPDATE visit SET findings = '[[\"X\",1]]' {SECOND}",
    "no JSON": f"UPDATE visit SET hints = '{{' {SECOND}",
    "endless JSON": f"UPDATE visit SET hints = '{'[' * 100_000}' {SECOND}",
    "no time": f"UPDATE visit SET at = 'noon' {SECOND}",
    "a time without a place": f"UPDATE visit SET at = '2026-11-20T08:00:00', began_at = 'x' {SECOND}",
    "no text": f"UPDATE visit SET reason = CAST(x'ff00' AS TEXT) {SECOND}",
    "no such later reason": f"UPDATE settlement SET reason = 'X99' {OF_SECOND}",
    "no later time": f"UPDATE settlement SET at = '' {OF_SECOND}",
    "a print job that is gone": f"DELETE FROM print_job {OF_SECOND}",
    "no such settling": f"UPDATE staff_entry SET settling = 'X99' {OF_SECOND}",
    "a way for no settling": f"UPDATE staff_entry SET way = NULL {OF_SECOND}",
}


@pytest.fixture
async def ledger(state: Path) -> SqliteLedger:
    """A ledger of three visits; the second one was made up, and staff entered something."""
    opened = SqliteLedger(state, "A", "k01", StillClock(), signer=StampSigner())
    await opened.open()
    await opened.commit(CONFIRMED)
    second = await opened.commit(DEFERRED)
    await opened.commit(AT_DESK)
    await opened.settled_later(second, CLEAN, CANARY)
    await opened.settle(second.id, Settlement(Settling.REFUSED), "suzuki")
    await opened.settle(second.id, BY_APP, "sato")
    return opened


@pytest.fixture
def config(tmp_path: Path, state: Path) -> Iterator[Path]:
    file = tmp_path / "kiosk.toml"
    file.write_text(
        f'[site]\nname = "試験健診センター"\n[terminal]\nstate = "{state}"\n[printer]\ndevice = "virtual:slips"\n',
        encoding="utf-8",
    )
    with time_machine.travel(MORNING, tick=False):
        yield file


def run(config: Path, *arguments: str) -> Result:
    return CliRunner().invoke(command, arguments, obj=config)


def change(state: Path, statement: str) -> None:
    with tampering(state) as raw:
        raw.execute("PRAGMA foreign_keys = OFF")
        assert raw.execute(statement).rowcount > 0


@pytest.mark.parametrize("statement", CHANGES.values(), ids=CHANGES)
async def test_the_others_are_listed_the_changed_one_says_so_and_all_are_counted(
    ledger: SqliteLedger, state: Path, config: Path, statement: str
) -> None:
    change(state, statement)
    lines = await ledger.visits(Which.ALL, DAY)
    assert [(line.number, line.altered) for line in lines] == [("A-003", False), ("A-002", True), ("A-001", False)]
    assert (await ledger.counts()).total == 3
    assert not verified(state).sound
    listed = run(config, "list")
    assert listed.exit_code == 0, listed.output
    assert [line.split()[0] for line in listed.stdout.splitlines()] == ["A-001", "A-002", "A-003"]
    visit = lines[1].id
    opened = await ledger.opened(visit, "sato")
    assert opened is not None
    assert opened.line == lines[1]
    assert opened.person is not None
    assert opened.person.name == CANARY.name
    await ledger.settle(visit, Settlement(Settling.CANCELLED), "sato")
    assert (await line_of(ledger, visit)).standing is Standing.CANCELLED
    await ledger.close()


async def line_of(ledger: SqliteLedger, visit: str) -> VisitLine:
    return next(line for line in await ledger.visits(Which.ALL, DAY) if line.id == visit)


async def second_of(ledger: SqliteLedger) -> OpenedVisit:
    visit = (await ledger.visits(Which.ALL, DAY))[1].id
    opened = await ledger.opened(visit, "sato")
    assert opened is not None
    return opened


async def test_what_staff_entered_still_holds_but_not_what_stands_before_an_entry_that_was_changed(
    ledger: SqliteLedger, state: Path
) -> None:
    change(state, CHANGES["no such reason"])
    opened = await second_of(ledger)
    assert (opened.line.standing, opened.line.settled_way) == (Standing.SETTLED, Way.LIMITED_APP)
    assert [entry.settlement.settling for entry in opened.entries] == [Settling.REFUSED, Settling.WAY]
    change(state, f"UPDATE staff_entry SET settling = 'X99' {OF_SECOND} AND settling = 'way'")
    opened = await second_of(ledger)
    assert opened.line.standing is Standing.OPEN
    assert [entry.settlement.settling for entry in opened.entries] == [Settling.REFUSED]
    settled = await ledger.settle(opened.line.id, BY_APP, "sato")
    assert settled.line.standing is Standing.SETTLED
    await ledger.close()


async def test_a_confirmation_that_was_changed_is_open(ledger: SqliteLedger, state: Path) -> None:
    change(state, "UPDATE visit SET reason = 'X99' WHERE entry = 1")
    (first,) = [line for line in await ledger.visits(Which.OPEN, DAY) if line.number == "A-001"]
    assert (first.altered, first.reason.confirms, first.way) == (True, False, Way.DESK)
    await ledger.close()


async def test_verify_names_it_and_what_it_was(ledger: SqliteLedger, state: Path) -> None:
    change(state, CHANGES["no such reason"])
    report = verified(state)
    assert named(report) == {("visit", "2")}
    assert f"A-002 {DAY} {DEFERRED.outcome.reason.value}" in report.problems[0].words
    await ledger.close()


async def test_no_slip_is_printed_of_it(ledger: SqliteLedger, state: Path) -> None:
    change(state, CHANGES["no such reason"])
    visit = (await second_of(ledger)).line.id
    with pytest.raises(Altered):
        await ledger.visit(visit)
    with LedgerReader.open(state) as reader:
        assert [str(one.number) for one in reader.committed(DAY)] == ["A-001", "A-003"]
    await ledger.close()


async def test_the_terminal_offers_the_slip_of_the_one_before_it(ledger: SqliteLedger, state: Path) -> None:
    change(state, "UPDATE visit SET reason = 'C1' WHERE entry = 3")
    offered = await ledger.unprinted()
    assert offered is not None
    assert str(offered.number) == "A-002"
    await ledger.close()


@pytest.mark.parametrize("change_of_last", ["reason = 'C1'", "reason = 'X99'", "at = '2026-11-20T08:30:15'"])
async def test_no_slip_is_owed_of_it(ledger: SqliteLedger, state: Path, change_of_last: str) -> None:
    last = await ledger.commit(AT_DESK)
    await ledger.printed(last, PrinterFault.PAPER_OUT)
    assert await ledger.owed(timedelta(minutes=5)) is not None
    change(state, f"UPDATE visit SET {change_of_last} WHERE entry = 4")
    assert await ledger.owed(timedelta(minutes=5)) is None
    await ledger.close()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE visit SET at = 'noon' WHERE entry = 1",
        "DELETE FROM print_job WHERE visit = (SELECT id FROM visit WHERE entry = 1)",
    ],
)
async def test_a_fleet_is_told_that_it_confirms_nothing(ledger: SqliteLedger, state: Path, statement: str) -> None:
    change(state, statement)
    first = (await ledger.visits(Which.ALL, DAY))[2]
    settled = await ledger.settle(first.id, Settlement(Settling.NOTE, note="seen"), "sato")
    assert settled.line.standing is Standing.OPEN
    with tampering(state) as raw:
        (body,) = raw.execute("SELECT body FROM outbox ORDER BY entry DESC LIMIT 1").fetchone()
    told = json.loads(body)
    assert (told["standing"], told["altered"], told["confirmed"]) == (Standing.OPEN.value, True, False)
    await ledger.close()


async def test_a_fleet_is_told_nothing_of_what_stands_before_an_entry_that_was_changed(
    ledger: SqliteLedger, state: Path
) -> None:
    change(state, f"UPDATE staff_entry SET settling = 'X99' {OF_SECOND} AND settling = 'way'")
    second = (await ledger.visits(Which.ALL, DAY))[1]
    settled = await ledger.settle(second.id, Settlement(Settling.NOTE, note="seen"), "sato")
    with tampering(state) as raw:
        (body,) = raw.execute("SELECT body FROM outbox ORDER BY entry DESC LIMIT 1").fetchone()
    assert json.loads(body)["standing"] == settled.line.standing.value == Standing.OPEN.value
    await ledger.close()


async def test_a_close_counts_it_under_no_way_and_no_reason_and_names_it(ledger: SqliteLedger, state: Path) -> None:
    change(state, CHANGES["no such reason"])
    closed = await ledger.close_day(DAY, "sato")
    assert (closed.altered, sum(closed.by_way.values()), sum(closed.by_reason.values())) == (1, 2, 2)
    assert sum(closed.by_standing.values()) == 3
    signed = json.loads((state / closed.export).read_text(encoding="utf-8"))
    assert signed["close"]["altered"] == [(await second_of(ledger)).line.id]
    assert (await ledger.days_to_close()) == ()
    await ledger.close()


@pytest.mark.parametrize("day", ["20251120", "2025-W47-4"])
async def test_a_day_in_a_form_that_no_kiosk_writes_holds_up_no_close(
    ledger: SqliteLedger, state: Path, day: str
) -> None:
    change(state, f"UPDATE visit SET day = '{day}' WHERE entry = 3")
    closed = await ledger.close_day(DAY, "sato")
    assert sum(closed.by_standing.values()) == 2
    assert await ledger.days_to_close() == ()
    await ledger.close()


async def test_a_day_that_is_none_holds_up_no_close(ledger: SqliteLedger, state: Path) -> None:
    change(state, f"UPDATE visit SET day = '2026-06-00' {SECOND}")
    assert [line.number for line in await ledger.visits(Which.ALL, DAY)] == ["A-003", "A-001"]
    assert DAY in await ledger.days_to_close()
    opened = await ledger.opened(str(verified_id(state)), "sato")
    assert opened is not None
    assert opened.line.altered
    settled = await ledger.settle(opened.line.id, BY_APP, "sato")
    assert settled.line.standing is Standing.SETTLED
    await ledger.close()


def verified_id(state: Path) -> str:
    with tampering(state) as raw:
        (found,) = raw.execute(f"SELECT id FROM visit {SECOND}").fetchone()
    return str(found)


async def test_the_call_list_has_one_that_waits(state: Path) -> None:
    ledger = SqliteLedger(state, "A", "k01", StillClock())
    await ledger.open()
    await ledger.commit(DEFERRED)
    await ledger.commit(DEFERRED)
    change(state, "UPDATE visit SET reason = 'X99', at = 'noon' WHERE entry = 1")
    lines = await ledger.visits(Which.DEFERRED, DAY + timedelta(days=1))
    assert [(line.number, line.altered) for line in lines] == [("A-002", False), ("A-001", True)]
    await ledger.close()


async def test_the_list_of_the_command_says_it(ledger: SqliteLedger, state: Path, config: Path) -> None:
    change(state, CHANGES["no such reason"])
    await ledger.close()
    listed = run(config, "list")
    assert ["記録が変わっています" in line for line in listed.stdout.splitlines()] == [False, True, False]
    assert "A-002" in listed.stdout
    assert "kiosk ledger verify" in listed.stderr
    told = json.loads(run(config, "list", "--json").stdout)["visits"]
    assert [visit["altered"] for visit in told] == [False, True, False]
    assert (told[1]["number"], told[1]["reason"], told[1]["way"], told[1]["confirmed"]) == ("A-002", None, None, False)
    assert told[0]["reason"] == CONFIRMED.outcome.reason.value


async def test_export_leaves_its_codes_empty_and_names_the_row(
    ledger: SqliteLedger, state: Path, config: Path, tmp_path: Path
) -> None:
    change(state, CHANGES["no such reason"])
    await ledger.close()
    told = run(config, "export", str(tmp_path / "today.csv"))
    assert told.exit_code == 3
    assert "line 3: A-002: its record was changed" in told.stderr
    rows = list(csv.DictReader(io.StringIO((tmp_path / "today.csv").read_text("utf-8-sig"), newline="")))
    assert [row["氏名"] for row in rows] == [CANARY.name] * 3
    assert (rows[1]["結果"], rows[1]["理由コード"], rows[1]["確認方法"]) == ("要確認", "", "")
    assert rows[2]["理由コード"] == AT_DESK.outcome.reason.value


async def test_a_sound_one_is_not_called_changed(ledger: SqliteLedger, state: Path) -> None:
    assert not any(line.altered for line in await ledger.visits(Which.ALL, DAY))
    with LedgerReader.open(state) as reader:
        assert not any(entry.altered for entry in reader.entries(DAY, DAY))
    assert (await second_of(ledger)).line.reason is not Reason.STAFF_CALLED
    await ledger.close()
