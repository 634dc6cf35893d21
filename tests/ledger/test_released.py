"""Ledgers of every released version: they open, their rows enter the chain, and everything goes on."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from kiosk.checkin.settlement import Settlement, Settling
from kiosk.ledger.backups import FOLDER, back_up
from kiosk.ledger.book import Book
from kiosk.ledger.opening import DATABASE
from kiosk.ledger.reader import LedgerReader
from kiosk.ledger.restore import restore
from kiosk.ledger.rotation import rotate_key
from kiosk.ports.board import Which
from kiosk.ports.desk import LedgerFailure
from tests.ledger.invented import CONFIRMED, MORNING
from tests.ledger.released import RELEASED, VISITS, write
from tests.ledger.test_verify import named, tampering, verified

DAY = MORNING.date()


@pytest.fixture(params=RELEASED)
def state(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    state = tmp_path / "state"
    write(state, request.param)
    return state


def test_every_row_enters_the_chain_and_everything_goes_on(state: Path) -> None:
    book = Book.open(state, "A", "k01")
    assert book.commit(CONFIRMED, MORNING).number.sequence == VISITS + 1
    lines = book.visits(Which.ALL, DAY, DAY)
    assert [line.number for line in lines] == [f"A-00{number}" for number in range(VISITS + 1, 0, -1)]
    book.settle(lines[1].id, Settlement(Settling.INSURER), "sato", MORNING, sure=True)
    book.close()
    report = verified(state)
    assert report.problems == []
    assert report.visits == VISITS + 1
    rotate_key(state, MORNING)
    assert verified(state).sound


def test_row_of_an_older_version_that_is_changed_later_is_named(state: Path) -> None:
    Book.open(state, "A", "k01").close()
    with tampering(state) as raw:
        raw.execute("UPDATE visit SET way = '1' WHERE entry = 2")
        raw.execute("UPDATE print_job SET state = 'printed', fault = NULL WHERE visit LIKE '%2'")
        raw.execute("UPDATE visit SET personal = NULL WHERE entry = 1")
    assert named(verified(state)) == {("visit", "2"), ("print_job", f"{2:032x}"), ("visit", "1")}


def test_nothing_can_be_verified_or_changed_before_this_version_opened_it(state: Path) -> None:
    before = (state / DATABASE).read_bytes()
    with LedgerReader.open(state) as reader, pytest.raises(LedgerFailure, match="no chain"):
        reader.verify()
    assert (state / DATABASE).read_bytes() == before


def test_backup_of_an_older_version_can_be_put_back(state: Path) -> None:
    file = back_up(state, state / FOLDER, 14, MORNING, "A")
    Book.open(state, "A", "k01").close()
    restore(state, file, "A", MORNING)
    book = Book.open(state, "A", "k01")
    assert book.commit(CONFIRMED, MORNING).number.sequence == VISITS + 1
    book.close()
    assert verified(state).sound


def test_adoption_that_fails_midway_leaves_it_as_it_was_and_is_done_again(
    state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr("kiosk.ledger.opening.reseal_word", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            Book.open(state, "A", "k01")
    with closing(sqlite3.connect(state / DATABASE)) as raw:
        assert raw.execute("SELECT count(*) FROM event").fetchone() == (0,)
    Book.open(state, "A", "k01").close()
    assert verified(state).sound
