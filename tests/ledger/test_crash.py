"""Power cuts: a crash at any point leaves either no visit or a whole one, and the numbers stay a gapless prefix."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.ledger.book import Book
from kiosk.ledger.opening import DATABASE
from kiosk.ledger.reader import LedgerReader
from tests.ledger.invented import CONFIRMED, MORNING

REPOSITORY = Path(__file__).parents[2]
SECTOR = 512
COMMITS = 3


class Cut:
    """A ledger with `COMMITS` visits in its WAL, and copies of it with another WAL."""

    def __init__(self, state: Path) -> None:
        book = Book.open(state, "A", "k01")
        self._wal = state / f"{DATABASE}-wal"
        self.ends = []
        for _ in range(COMMITS):
            book.commit(CONFIRMED, MORNING)
            self.ends.append(self._wal.stat().st_size)
        self._database = (state / DATABASE).read_bytes()
        self.log = self._wal.read_bytes()
        self._path = state / DATABASE
        book.close()

    def survivors(self, log: bytes) -> int:
        """How many visits are there after a start with that WAL; all of them whole, and the next one fits."""
        self._path.write_bytes(self._database)
        self._wal.write_bytes(log)
        (self._path.parent / f"{DATABASE}-shm").unlink(missing_ok=True)
        book = Book.open(self._path.parent, "A", "k01")
        counts = book.counts(MORNING.date())
        assert counts.total == counts.unprinted == counts.outbox
        with LedgerReader.open(self._path.parent) as reader:
            visits = [entry.visit for entry in reader.entries(MORNING.date(), MORNING.date())]
            assert reader.verify().sound
        assert [visit.number.sequence for visit in visits] == list(range(1, counts.total + 1))
        assert all(visit.draft == CONFIRMED for visit in visits)
        assert book.commit(CONFIRMED, MORNING).number.sequence == counts.total + 1
        book.close()
        return counts.total


@pytest.fixture
def cut(state: Path) -> Cut:
    return Cut(state)


def test_wal_cut_at_every_sector_keeps_every_commit_before_the_cut(cut: Cut) -> None:
    for end in range(0, len(cut.log), SECTOR):
        assert cut.survivors(cut.log[:end]) == sum(commit <= end for commit in cut.ends)


def test_torn_sector_loses_no_commit_before_it(cut: Cut) -> None:
    for start in range(0, len(cut.log), 7 * SECTOR):
        torn = cut.log[:start] + b"\xa5" * SECTOR + cut.log[start + SECTOR :]
        assert cut.survivors(torn) >= sum(commit <= start for commit in cut.ends)


def test_killed_kiosk_loses_nothing_that_it_told(tmp_path: Path) -> None:
    killing = [sys.executable, "-m", "tests.ledger.killing", str(tmp_path), "20"]
    answer = subprocess.run(killing, cwd=REPOSITORY, capture_output=True, text=True, timeout=120, check=False)
    assert answer.returncode == 0, answer.stderr
    visits, settled, served = map(int, answer.stdout.split())
    assert visits > 20
    assert settled > 20
    assert served > 0
