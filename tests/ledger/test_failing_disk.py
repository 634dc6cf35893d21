"""The virtual disk fails as a real one does, and the ledger keeps whole visits and gapless numbers on it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from hardware.virtual.disk import Trouble, VirtualDisk
from kiosk.ledger.book import Book
from kiosk.ledger.opening import DATABASE
from kiosk.ports.desk import LedgerFailure
from tests.ledger.invented import AT_DESK, CONFIRMED, MORNING

SOON_MS = 50
"""The ledger's own patience with a lock is 5 s."""
WORDS = {
    Trouble.FULL: "full",
    Trouble.READ_ONLY: "readonly",
    Trouble.WRITE_ERROR: "I/O",
    Trouble.COMMIT_ERROR: "I/O",
    Trouble.LOCKED: "locked",
}


@pytest.fixture
def disk() -> Iterator[VirtualDisk]:
    disk = VirtualDisk()
    yield disk
    disk.become(Trouble.NONE)


@pytest.fixture
def book(state: Path, disk: VirtualDisk) -> Iterator[Book]:
    book = Book.open(state, "A", "k01", disk.connect)
    book._db.execute(f"PRAGMA busy_timeout = {SOON_MS}")
    yield book
    book.close()


@pytest.mark.parametrize("trouble", WORDS)
def test_a_visit_is_whole_or_absent_and_no_number_is_lost(
    state: Path, disk: VirtualDisk, book: Book, trouble: Trouble
) -> None:
    assert book.commit(CONFIRMED, MORNING).number.sequence == 1
    disk.become(trouble)
    for _ in range(2):
        with pytest.raises(LedgerFailure, match=WORDS[trouble]):
            book.commit(AT_DESK, MORNING)
    disk.become(Trouble.NONE)
    assert book.commit(CONFIRMED, MORNING).number.sequence == 2
    with closing(sqlite3.connect(state / DATABASE)) as rows:
        for table in ("visit", "print_job", "outbox"):
            assert rows.execute(f"SELECT count(*) FROM {table}").fetchone() == (2,)  # noqa: S608 (ours)


@pytest.mark.parametrize("trouble", [trouble for trouble in WORDS if trouble is not Trouble.COMMIT_ERROR])
def test_what_is_there_can_still_be_read(disk: VirtualDisk, book: Book, trouble: Trouble) -> None:
    visit = book.commit(CONFIRMED, MORNING)
    disk.become(trouble)
    assert book.unprinted(visit.day) == visit
