"""Numbers while nobody knows the day: none is given twice to people of the same real day."""

from __future__ import annotations

import sqlite3
import tempfile
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.ledger.book import Book
from kiosk.ledger.ledger import SqliteLedger
from kiosk.ledger.opening import DATABASE
from tests.ledger.invented import CONFIRMED, MORNING, StillClock

TODAY, YESTERDAY = MORNING, MORNING - timedelta(days=1)


@pytest.fixture
def book(tmp_path: Path) -> Book:
    return Book.open(tmp_path, "A", "k01")


def numbers(book: Book, at: datetime, count: int, *, sure: bool) -> list[str]:
    return [str(book.commit(CONFIRMED, at, sure=sure).number) for _ in range(count)]


def test_day_that_becomes_known_goes_on_behind_the_numbers_of_the_same_people(book: Book) -> None:
    """A Pi starts with the date of yesterday; the time service comes an hour later."""
    assert numbers(book, YESTERDAY, 3, sure=True) == ["A-001", "A-002", "A-003"]
    assert numbers(book, YESTERDAY, 1, sure=False) == ["A-004"]
    assert numbers(book, TODAY, 2, sure=True) == ["A-005", "A-006"]
    assert numbers(book, TODAY + timedelta(days=1), 1, sure=True) == ["A-001"]
    book.close()


def test_clock_that_leaps_to_another_day_begins_no_new_series(book: Book) -> None:
    assert numbers(book, TODAY, 2, sure=True) == ["A-001", "A-002"]
    assert numbers(book, TODAY + timedelta(days=365), 1, sure=False) == ["A-003"]
    assert numbers(book, TODAY - timedelta(days=30), 1, sure=False) == ["A-004"]
    assert numbers(book, TODAY, 1, sure=True) == ["A-005"]
    book.close()


def test_first_visit_of_all_takes_the_clocks_day_whatever_it_is(book: Book) -> None:
    visit = book.commit(CONFIRMED, YESTERDAY, sure=False)
    assert (str(visit.number), visit.day) == ("A-001", YESTERDAY.date())
    assert numbers(book, TODAY, 1, sure=True) == ["A-002"]
    book.close()


def test_numbers_of_the_day_are_counted_and_offered_under_the_day_they_belong_to(tmp_path: Path) -> None:
    book = Book.open(tmp_path, "A", "k01")
    visit = book.commit(CONFIRMED, TODAY)
    leapt = TODAY + timedelta(days=400)
    day = book.business_day(leapt, sure=False)
    assert day == visit.day
    assert book.counts(day).confirmed == 1
    assert book.unprinted(day) == visit
    book.close()


async def test_ledger_asks_its_clock(tmp_path: Path) -> None:
    clock = StillClock()
    ledger = SqliteLedger(tmp_path, "A", "k01", clock)
    await ledger.open()
    first = await ledger.commit(CONFIRMED)
    clock.time, clock.sure = clock.time + timedelta(days=99), False
    second = await ledger.commit(CONFIRMED)
    assert (second.number.sequence, second.day) == (first.number.sequence + 1, first.day)
    assert await ledger.unprinted() == second
    assert (await ledger.counts()).confirmed == 2
    await ledger.close()


def test_where_the_numbers_of_a_day_began_cannot_be_changed(book: Book, tmp_path: Path) -> None:
    numbers(book, YESTERDAY, 1, sure=False)
    numbers(book, TODAY, 1, sure=True)
    book.close()
    with closing(sqlite3.connect(tmp_path / DATABASE)) as db:
        assert db.execute("SELECT day, floor FROM number_floor").fetchall() == [(TODAY.date().isoformat(), 1)]
        for change in (
            "UPDATE number_floor SET floor = 1",
            "UPDATE number_floor SET day = 0",
            "DELETE FROM number_floor",
        ):
            with pytest.raises(sqlite3.IntegrityError):
                db.execute(change)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.integers(-400, 400)), max_size=14), st.integers(0, 3))
def test_nobody_of_one_real_day_gets_the_number_of_another(steps: list[tuple[bool, int]], before: int) -> None:
    """One real day: unsure visits under whatever date, sure ones under the right one; the day before was sure."""
    with tempfile.TemporaryDirectory() as folder:
        book = Book.open(Path(folder), "A", "k01")
        for _ in range(before):
            book.commit(CONFIRMED, YESTERDAY)
        given_out = [
            book.commit(CONFIRMED, TODAY if sure else TODAY + timedelta(days=off), sure=sure).number.sequence
            for sure, off in steps
        ]
        book.close()
    assert len(set(given_out)) == len(given_out)
