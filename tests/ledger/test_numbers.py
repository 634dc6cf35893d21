"""Numbers are gapless from 1 for each business day, whatever happens."""

from __future__ import annotations

import sqlite3
import tempfile
from collections import defaultdict
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.ledger.book import Book
from kiosk.ledger.opening import DATABASE
from kiosk.ports.desk import LedgerFailure
from tests.ledger.invented import AT_DESK, CONFIRMED, MORNING, UNWRITABLE

TABLES = ("visit", "print_job", "outbox")

ACTIONS = st.lists(
    st.one_of(
        st.just("commit"),
        st.just("refused draft"),
        st.sampled_from(TABLES).map(lambda table: f"fail {table}"),
        st.just("fail COMMIT"),
        st.just("reopen"),
        st.integers(-50, 50).map(lambda hours: timedelta(hours=hours)),
    ),
    max_size=30,
)


def deny(book: Book, denied: str) -> None:
    """Let SQLite itself refuse an INSERT into that table, or the COMMIT."""

    def authorize(action: int, first: str | None, _second: str | None, _db: str | None, _trigger: str | None) -> int:
        insert = action == sqlite3.SQLITE_INSERT and first == denied
        commit = action == sqlite3.SQLITE_TRANSACTION and first == denied
        return sqlite3.SQLITE_DENY if insert or commit else sqlite3.SQLITE_OK

    book._db.conn.set_authorizer(authorize)


@settings(max_examples=40, deadline=None)
@given(ACTIONS)
def test_numbers_have_no_gap_whatever_fails_and_wherever_the_clock_goes(actions: list[str | timedelta]) -> None:
    given_out: defaultdict[date, list[int]] = defaultdict(list)
    now = MORNING
    with tempfile.TemporaryDirectory() as folder:
        book = Book.open(Path(folder), "A", "k01")
        for action in actions:
            match action:
                case timedelta():
                    now += action
                case "commit":
                    visit = book.commit(CONFIRMED, now)
                    given_out[visit.day].append(visit.number.sequence)
                case "refused draft":
                    with pytest.raises(LedgerFailure):
                        book.commit(UNWRITABLE, now)
                case "reopen":
                    book.close()
                    book = Book.open(Path(folder), "A", "k01")
                case _:
                    deny(book, action.removeprefix("fail "))
                    with pytest.raises(LedgerFailure):
                        book.commit(AT_DESK, now)
                    book._db.conn.set_authorizer(None)
        book.close()
        assert all(numbers == list(range(1, len(numbers) + 1)) for numbers in given_out.values())
        with closing(sqlite3.connect(Path(folder) / DATABASE)) as raw:
            rows = [raw.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in TABLES]  # noqa: S608 - ours
        assert rows == [sum(map(len, given_out.values()))] * 3


def test_two_letters_count_apart(state: Path) -> None:
    for letter in "ABA":
        book = Book.open(state, letter, "k01")
        visit = book.commit(CONFIRMED, MORNING)
        book.close()
    assert str(visit.number) == "A-002"


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM visit",
        "UPDATE visit SET sequence = 2",
        "UPDATE visit SET day = '2026-01-01'",
        "INSERT INTO visit SELECT 9, 'x', kiosk, prefix, day, 3, at, began_at, reason, way, confirmed, findings, hints,"
        " NULL, 0, 1 FROM visit",
        "INSERT INTO visit SELECT 9, 'x', kiosk, prefix, day, 1, at, began_at, reason, way, confirmed, findings, hints,"
        " NULL, 0, 1 FROM visit",
    ],
)
def test_file_itself_refuses_to_lose_or_renumber_a_visit(state: Path, statement: str) -> None:
    book = Book.open(state, "A", "k01")
    book.commit(CONFIRMED, MORNING)
    book.close()
    with closing(sqlite3.connect(state / DATABASE)) as raw, pytest.raises(sqlite3.IntegrityError):
        raw.execute(statement)
