"""`python -m tests.ledger.filling FOLDER`: the ledger, while the small disk of that folder fills up and fails."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from kiosk.ledger.book import Book
from kiosk.ledger.reader import LedgerReader
from kiosk.ports.desk import LedgerFailure
from tests.ledger.invented import CONFIRMED, MORNING


def fill(disk: Path) -> Path:
    """Take up every block that is free."""
    filler = disk / "somebody's photographs"
    with filler.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            return filler


def commit_until_refused(book: Book) -> tuple[int, str]:
    """The last number, and the words of the failure."""
    number = 0
    while True:
        try:
            number = book.commit(CONFIRMED, MORNING).number.sequence
        except LedgerFailure as refused:
            return number, str(refused)


def main(disk: Path) -> None:
    state = disk / "state"
    book = Book.open(state, "A", "k01")
    assert not book.space_low
    filler = fill(disk)
    assert os.statvfs(disk).f_bavail == 0
    number = 0
    while (state / "ledger.ballast").exists():
        number += 1
        assert book.commit(CONFIRMED, MORNING).number.sequence == number
    low = book.space_low
    number, refusal = commit_until_refused(book)
    assert "SQLITE_FULL" in refusal
    filler.unlink()
    book.probe()
    assert (low, book.space_low) == (True, False)
    assert book.commit(CONFIRMED, MORNING).number.sequence == number + 1
    book.close()
    book = Book.open(state, "A", "k01")
    counts = book.counts(MORNING.date())
    assert counts.total == counts.unprinted == counts.outbox == number + 1
    book.commit(CONFIRMED, MORNING)
    # As a power cut leaves it: the last visit stands in the WAL alone.
    shutil.copytree(state, disk / "cut")
    book.close()
    read_only(disk, number + 2)


def read_only(disk: Path, count: int) -> None:
    """The disk became read-only, as ext4 does it when it finds an error: no visit is taken, all can be exported."""
    # The mount, not the file system: in a namespace mount 2.41 repeats its option uid, which has another value there.
    subprocess.run(["mount", "-o", "remount,bind,ro", str(disk)], check=True)
    for state in (disk / "state", disk / "cut"):
        try:
            Book.open(state, "A", "k01")
        except LedgerFailure as refused:
            print(refused)  # noqa: T201 - the test reads it
        with LedgerReader.open(state) as reader:
            assert len(list(reader.entries(MORNING.date(), MORNING.date()))) == count


if __name__ == "__main__":
    main(Path(sys.argv[1]))
