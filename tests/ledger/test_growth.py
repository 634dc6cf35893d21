"""What the years cost, in steps of SQLite's machine: no clock, so that a slow computer measures the same."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bench.growth import fill
from kiosk.ledger.book import Book
from kiosk.ledger.opening import DATABASE
from kiosk.ports.board import Which
from tests.ledger.invented import CONFIRMED

NOW = datetime.now(ZoneInfo("Asia/Tokyo"))
TODAY = NOW.date()
FEW, MANY = 900, 9000
"""15 and 150 days: more than a week, which is what the call list tells of."""
GRANULARITY = 20
"""Steps between two calls."""
WORK: dict[str, Callable[[Book], object]] = {
    "commit": lambda book: book.commit(CONFIRMED, NOW),
    "commit while the clock is not sure": lambda book: book.commit(CONFIRMED, NOW, sure=False),
    "the list of today": lambda book: book.visits(Which.ALL, TODAY, TODAY),
    "the call list": lambda book: book.visits(Which.DEFERRED, TODAY, TODAY),
    "an open print job": lambda book: book.unprinted(TODAY),
}


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    states = {count: tmp_path_factory.mktemp("grown") / str(count) for count in (FEW, MANY)}
    for count, state in states.items():
        fill(state, count)
        with closing(Book.open(state, "A", "k01")) as book:
            book.commit(CONFIRMED, NOW)  # the last one opens: the others have one person's sealed fields
        with closing(sqlite3.connect(state / DATABASE)) as raw, raw:
            raw.execute(
                "INSERT INTO staff_entry SELECT entry, id, id, at, 'sato', 'refused', NULL, NULL, NULL FROM visit"
                " WHERE day < date('now', '-10 days')"
            )
    return states


def steps(state: Path, work: Callable[[Book], object]) -> int:
    count = 0

    def step() -> int:
        nonlocal count
        count += 1
        return 0

    with closing(Book.open(state, "A", "k01")) as book:
        work(book)  # what is compiled once
        book._db.conn.set_progress_handler(step, GRANULARITY)
        work(book)
    return count


@pytest.mark.parametrize("what", WORK)
def test_ten_times_the_visits_cost_no_more_steps(books: dict[int, Path], what: str) -> None:
    few, many = (steps(books[count], WORK[what]) for count in (FEW, MANY))
    assert many <= 1.5 * few + 20
