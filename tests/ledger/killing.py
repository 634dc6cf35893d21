"""`python -m tests.ledger.killing FOLDER ROUNDS`: commit, settle or work at the desk in a child, kill it, and look.

Each of the three is killed ROUNDS times, at any moment.

A process of its own, because only one without threads may fork.
"""

from __future__ import annotations

import os
import random
import select
import signal
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from kiosk.checkin.settlement import Settlement, Settling
from kiosk.ledger.book import Book
from kiosk.ledger.reader import LedgerReader
from tests.ledger.invented import CANARY, CLEAN, CONFIRMED, DEFERRED, MORNING

DAY = MORNING.date()


def commit_for_ever(state: Path, told: int) -> None:
    book = Book.open(state, "A", "k01")
    while True:
        os.write(told, b"%d\n" % book.commit(CONFIRMED, MORNING).number.sequence)


def settle_for_ever(state: Path, told: int) -> None:
    book = Book.open(state, "A", "k01")
    number = 0
    while True:
        while (visit := book.awaiting(DAY)) is None:
            book.commit(DEFERRED, MORNING)
        book.settled_later(visit, CLEAN, CANARY, MORNING)
        number += 1
        os.write(told, b"%d\n" % number)


def show_slip(book: Book, visit: str) -> None:
    book.in_one("showing a slip", lambda desk: desk.slip_shown(visit, "sato", MORNING, sure=True))


def serve_for_ever(state: Path, told: int) -> None:
    """All that a day brings: visits, slips, the desk, erasures."""
    book = Book.open(state, "A", "k01")
    number, old = 0, MORNING - timedelta(days=300)
    while True:
        visit = book.commit(CONFIRMED, MORNING)
        book.printed(visit, None, MORNING)
        book.settle(visit.id, Settlement(Settling.NOTE, note="seen"), "sato", MORNING, sure=True)
        show_slip(book, visit.id)
        book.commit(DEFERRED, old)
        book.erase_oldest(DAY - timedelta(days=30), MORNING, sure=True)
        number += 1
        os.write(told, b"%d\n" % number)


def killed_after(work: Callable[[Path, int], None], state: Path, commits: int, seconds: float) -> int:
    """The last number that the child told before it was killed, so long after so many commits."""
    inlet, outlet = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            work(state, outlet)
        finally:
            os._exit(1)
    os.close(outlet)
    with os.fdopen(inlet, "rb") as numbers:
        told = [numbers.readline() for _ in range(commits)]
        select.select([], [], [], seconds)  # any moment within a commit
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        # A number that lost its end in the kill was not told.
        told += numbers.read().split(b"\n")[:-1]
        return max(int(line) for line in told)


def main(state: Path, rounds: int) -> None:
    chance = random.Random(rounds)  # noqa: S311 - no secret
    for _ in range(rounds):
        told = killed_after(commit_for_ever, state, chance.randint(1, 4), chance.uniform(0, 0.003))
        book = Book.open(state, "A", "k01")
        counts = book.counts(DAY)
        assert counts.total >= told
        assert counts.total == counts.unprinted == counts.outbox
        book.close()
    with LedgerReader.open(state) as reader:
        assert reader.verify().sound
        visits = [entry.visit for entry in reader.entries(DAY, DAY)]
    assert [visit.number.sequence for visit in visits] == list(range(1, len(visits) + 1))
    assert all(visit.draft == CONFIRMED for visit in visits)
    settled = 0
    for _ in range(rounds):
        settled += killed_after(settle_for_ever, state, chance.randint(1, 4), chance.uniform(0, 0.003))
        book = Book.open(state, "A", "k01")
        counts = book.counts(DAY)
        assert counts.settled_later >= settled
        assert counts.outbox == counts.total + counts.settled_later
        assert counts.deferred == counts.total - len(visits) - counts.settled_later
        settled = counts.settled_later
        book.close()
    with LedgerReader.open(state) as reader:
        assert reader.verify().sound
    served = 0
    for _ in range(rounds):
        served += killed_after(serve_for_ever, state, chance.randint(1, 3), chance.uniform(0, 0.01))
        book = Book.open(state, "A", "k01")
        open_job = book.unprinted(DAY)
        # The slip of the last visit, when the kill came between its commit and its print: offered once, then never.
        if open_job is not None and open_job.number.sequence > len(visits):
            book.printed(open_job, None, MORNING)
            again = book.unprinted(DAY)
            assert again is None or again.id != open_job.id
        book.close()
    with LedgerReader.open(state) as reader:
        report = reader.verify()
        assert report.sound, report.problems
        assert report.visits >= len(visits) + served
    print(len(visits), settled, served)  # noqa: T201 - the test reads it


if __name__ == "__main__":
    main(Path(sys.argv[1]) / "state", int(sys.argv[2]))
