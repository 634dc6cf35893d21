"""`python -m tests.ledger.killing FOLDER ROUNDS`: commit or settle in a child process, kill it at any moment, and look.

A process of its own, because only one without threads may fork.
"""

from __future__ import annotations

import os
import random
import select
import signal
import sys
from collections.abc import Callable
from pathlib import Path

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
        for _ in range(commits):
            numbers.readline()
        select.select([], [], [], seconds)  # any moment within a commit
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        # A number that lost its end in the kill was not told.
        return max((int(line) for line in numbers.read().split(b"\n")[:-1]), default=0)


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
    print(len(visits), settled)  # noqa: T201 - the test reads it


if __name__ == "__main__":
    main(Path(sys.argv[1]) / "state", int(sys.argv[2]))
