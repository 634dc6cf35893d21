"""A visit whose personal fields do not open any more: its number and codes stay in sight, and it can be settled."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import time_machine
from click.testing import CliRunner, Result

from kiosk.checkin.settlement import Settlement, Settling, Standing
from kiosk.checkin.ways import Way
from kiosk.ledger.book import Book
from kiosk.ledger.command import ledger as command
from kiosk.ledger.entries import UNREADABLE_NOTE
from kiosk.ledger.ledger import SqliteLedger
from kiosk.ledger.opening import DATABASE
from kiosk.ledger.reader import LedgerReader
from kiosk.ports.board import Which
from tests.ledger.invented import CANARY, CLEAN, CONFIRMED, DEFERRED, MORNING, StillClock
from tests.ledger.test_rotation import damage

DAY = MORNING.date()
NO_KEY, NO_TEXT = b"AAAA", b"\xff\xfe"
BY_APP = Settlement(Settling.WAY, Way.LIMITED_APP, "seen")


@pytest.fixture
def config(tmp_path: Path, state: Path) -> Iterator[Path]:
    file = tmp_path / "kiosk.toml"
    file.write_text(
        f'[site]\nname = "試験健診センター"\n[terminal]\nstate = "{state}"\n[printer]\ndevice = "virtual:slips"\n',
        encoding="utf-8",
    )
    with time_machine.travel(MORNING, tick=False):
        yield file


@pytest.fixture(params=[NO_KEY, NO_TEXT], ids=["no key", "no text"])
def damaged(request: pytest.FixtureRequest, state: Path) -> list[str]:
    """Three visits, of which the second one does not open; their ids."""
    book = Book.open(state, "A", "k01")
    visits = [book.commit(draft, MORNING).id for draft in (CONFIRMED, DEFERRED, DEFERRED)]
    book.close()
    damage(state, "visit", "personal", 2, request.param)
    return visits


def run(config: Path, *arguments: str) -> Result:
    return CliRunner().invoke(command, arguments, obj=config)


def test_list_shows_every_row_and_which_one_does_not_open(damaged: list[str], config: Path) -> None:
    listed = run(config, "list")
    assert listed.exit_code == 0
    assert [line.split()[0] for line in listed.stdout.splitlines()] == ["A-001", "A-002", "A-003"]
    assert ["個人情報を開けません" in line for line in listed.stdout.splitlines()] == [False, True, False]
    visits = json.loads(run(config, "list", "--json").stdout)["visits"]
    assert [visit["unreadable"] for visit in visits] == [False, True, False]
    assert [visit["visit"] for visit in visits] == damaged


@pytest.mark.usefixtures("damaged")
def test_export_leaves_the_fields_empty_and_names_the_row(config: Path, tmp_path: Path) -> None:
    told = run(config, "export", str(tmp_path / "today.csv"))
    assert told.exit_code == 3
    assert "line 3: A-002" in told.stderr
    rows = list(csv.DictReader(io.StringIO((tmp_path / "today.csv").read_text("utf-8-sig"), newline="")))
    assert [row["氏名"] for row in rows] == [CANARY.name, "", CANARY.name]
    assert (rows[1]["受付番号"], rows[1]["理由コード"]) == ("A-002", DEFERRED.outcome.reason.value)


async def test_board_shows_what_there_is_and_settles_it(damaged: list[str], state: Path) -> None:
    ledger = SqliteLedger(state, "A", "k01", StillClock())
    await ledger.open()
    opened = await ledger.opened(damaged[1], "sato")
    assert opened is not None
    assert (opened.line.number, opened.person, opened.unreadable) == ("A-002", None, True)
    assert [line.id for line in await ledger.visits(Which.OPEN, DAY)] == damaged[:0:-1]
    settled = await ledger.settle(damaged[1], BY_APP, "sato")
    assert (settled.line.standing, settled.unreadable) == (Standing.SETTLED, True)
    undone = await ledger.settle(damaged[1], Settlement(Settling.UNDONE, undoes=settled.entries[0].id), "sato")
    assert undone.line.standing is Standing.OPEN
    again = await ledger.visit(damaged[1])
    assert again is not None
    assert (str(again.number), again.draft.person) == ("A-002", None)
    awaiting = await ledger.awaiting()
    assert awaiting is not None
    assert awaiting.id == damaged[2]
    await ledger.close()


async def test_what_a_later_query_brought_is_shown_when_that_opens(ledger: SqliteLedger, state: Path) -> None:
    visit = await ledger.commit(DEFERRED)
    await ledger.settled_later(visit, CLEAN, CANARY)
    damage(state, "visit", "personal", 1, NO_KEY)
    opened = await ledger.opened(visit.id, "sato")
    assert opened is not None
    assert opened.person is not None
    assert (opened.person.name, opened.person.address, opened.unreadable) == (CANARY.name, CANARY.address, True)


async def test_fields_of_another_visit_are_not_shown_and_keep_no_query_waiting(
    ledger: SqliteLedger, state: Path
) -> None:
    first, second = await ledger.commit(DEFERRED), await ledger.commit(DEFERRED)
    with closing(sqlite3.connect(state / DATABASE)) as raw, raw:
        raw.execute("UPDATE visit SET personal = (SELECT personal FROM visit WHERE entry = 2) WHERE entry = 1")
    opened = await ledger.opened(first.id, "sato")
    assert opened is not None
    assert (opened.person, opened.unreadable) == (None, True)
    awaiting = await ledger.awaiting()
    assert awaiting is not None
    assert awaiting.id == second.id


async def test_note_that_does_not_open_hides_no_entry(ledger: SqliteLedger, state: Path) -> None:
    visit = await ledger.commit(DEFERRED)
    await ledger.settle(visit.id, BY_APP, "sato")
    damage(state, "staff_entry", "note", 1, NO_KEY)
    opened = await ledger.opened(visit.id, "sato")
    assert opened is not None
    assert [entry.settlement.note for entry in opened.entries] == [UNREADABLE_NOTE]
    assert opened.line.standing is Standing.SETTLED


def test_key_of_another_ledger_is_no_row_that_does_not_open(
    damaged: list[str], state: Path, tmp_path: Path, config: Path
) -> None:
    del damaged
    Book.open(tmp_path / "other", "A", "k01").close()
    (tmp_path / "other/keys/ledger.key").replace(state / "keys/ledger.key")
    told = run(config, "list")
    assert told.exit_code == 1
    assert "the key does not belong" in told.stderr


def test_all_of_a_sound_ledger_opens(book: Book, state: Path) -> None:
    book.commit(CONFIRMED, MORNING)
    with LedgerReader.open(state) as reader:
        assert [entry.unreadable for entry in reader.entries(DAY, DAY)] == [False]
