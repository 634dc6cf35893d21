"""Exchanging the ledger, cut off at any moment: the second try loses nothing and gives no number twice."""

from __future__ import annotations

import os
import signal
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.ledger import exchange
from kiosk.ledger.backups import FOLDER, back_up
from kiosk.ledger.book import Book
from kiosk.ledger.given import NumbersUnknown
from kiosk.ledger.opening import DATABASE, EXCHANGE
from kiosk.ledger.reader import LedgerReader
from kiosk.ledger.repair import salvage
from kiosk.ledger.restore import restore
from kiosk.ports.desk import LedgerFailure
from tests.ledger.invented import CONFIRMED, MORNING
from tests.ledger.test_verify import verified

DAY = MORNING.date()
YESTERDAY = MORNING - timedelta(days=1)
LATER = MORNING + timedelta(hours=2)


def commits(state: Path, count: int, *, sure: bool = True) -> list[str]:
    book = Book.open(state, "A", "k01")
    numbers = [str(book.commit(CONFIRMED, MORNING, sure=sure).number) for _ in range(count)]
    book.close()
    return numbers


def cut_with_a_log(state: Path, count: int) -> None:
    """As a power cut leaves a kiosk: the visits stand in the write-ahead log alone."""
    child = os.fork()
    if child == 0:
        book = Book.open(state, "A", "k01")
        for _ in range(count):
            book.commit(CONFIRMED, MORNING)
        os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(child, 0)
    assert (state / f"{DATABASE}-wal").stat().st_size > 0


def visits_in(state: Path) -> int:
    with LedgerReader.open(state) as reader:
        return len(list(reader.entries(DAY, DAY)))


def cut_off_at(step: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The so many-th change of a name in the folder, by `rename` or `unlink`, does not happen."""
    left = step
    for name in ("rename", "replace", "unlink"):
        original = getattr(Path, name)

        def cut(self: Path, *where: Path, _original: object = original, **how: bool) -> object:
            nonlocal left
            if "ledger" in self.name:
                left -= 1
                if left == 0:
                    raise OSError(5, "cut off")
            return _original(self, *where, **how)  # type: ignore[operator]  # one of the three

        monkeypatch.setattr(Path, name, cut)


@pytest.mark.parametrize("step", range(1, 8))
def test_salvage_cut_off_at_any_step_and_done_again_keeps_every_visit(
    state: Path, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    cut_with_a_log(state, 5)
    with monkeypatch.context() as broken:
        cut_off_at(step, broken)
        try:
            salvage(state, "A", LATER)
        except LedgerFailure:
            pass
        else:
            assert step > 5  # all was done before that step
            return
    saved = salvage(state, "A", LATER + timedelta(minutes=1))
    assert (saved.visits, saved.lost, saved.chain_kept) == (5, 0, True)
    assert saved.kept is not None
    assert not (state / EXCHANGE).exists()
    assert visits_in(state) == 5
    assert commits(state, 1) == ["A-006"]
    assert verified(state).sound
    with closing(sqlite3.connect(saved.kept / DATABASE)) as former:
        assert former.execute("SELECT count(*) FROM visit").fetchone() == (5,)


def test_draft_that_is_not_the_one_of_the_marker_is_made_again(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    commits(state, 2)
    file = back_up(state, state / FOLDER, 14, MORNING, "A")
    commits(state, 3)
    with monkeypatch.context() as broken:
        broken.setattr(exchange, "_move", lambda *_: (_ for _ in ()).throw(OSError(5, "cut off")))
        with pytest.raises(LedgerFailure, match="cut off"):
            restore(state, file, "A", LATER)
    (state / exchange.DRAFT).write_bytes(file.read_bytes())  # no numbers were raised in it
    restore(state, file, "A", LATER + timedelta(minutes=1))
    assert commits(state, 1) == ["A-006"]


@pytest.mark.parametrize(
    "octets", [b"", bytes(40), b"[]", b'{"given": [[1]]}', b"\xff"], ids=["empty", "zeros", "list", "other", "no text"]
)
def test_marker_that_nobody_can_read_asks_for_the_last_number(state: Path, octets: bytes) -> None:
    commits(state, 2)
    file = back_up(state, state / FOLDER, 14, MORNING, "A")
    (state / EXCHANGE).write_bytes(octets)
    with pytest.raises(NumbersUnknown):
        restore(state, file, "A", LATER)
    with pytest.raises(NumbersUnknown):
        salvage(state, "A", LATER)
    restore(state, file, "A", LATER, last_number=7)
    assert commits(state, 1) == ["A-008"]


@pytest.mark.parametrize("how", ["restore", "salvage"])
@pytest.mark.parametrize("before", [3, 9])
def test_unsure_clock_after_an_exchange_gives_no_number_of_today_again(state: Path, how: str, before: int) -> None:
    """The backup ends with yesterday: while the clock is not sure its series goes on, behind what today has given."""
    book = Book.open(state, "A", "k01")
    for _ in range(before):
        book.commit(CONFIRMED, YESTERDAY)
    book.close()
    file = back_up(state, state / FOLDER, 14, YESTERDAY, "A")
    given = commits(state, 6)
    if how == "restore":
        restore(state, file, "A", LATER)
    else:
        salvage(state, "A", LATER)
    given += commits(state, 3, sure=False) + commits(state, 12) + commits(state, 2, sure=False) + commits(state, 2)
    assert len(set(given)) == len(given)
    assert verified(state).sound


def test_what_an_unsure_clock_gave_before_a_restore_counts_as_given_today(state: Path) -> None:
    book = Book.open(state, "A", "k01")
    book.commit(CONFIRMED, YESTERDAY)
    file = back_up(state, state / FOLDER, 14, YESTERDAY, "A")
    given = [str(book.commit(CONFIRMED, YESTERDAY, sure=False).number) for _ in range(4)]
    book.close()
    restore(state, file, "A", LATER)
    given += commits(state, 5)
    assert len(set(given)) == len(given)


def test_erasure_takes_former_ledgers_and_what_a_killed_salvage_left(state: Path) -> None:
    commits(state, 2)
    file = back_up(state, state / FOLDER, 14, MORNING, "A")
    restore(state, file, "A", YESTERDAY)
    kept = restore(state, file, "A", LATER)
    (left := state / ".salvage-cut").mkdir()
    (left / DATABASE).touch()
    book = Book.open(state, "A", "k01")
    book.erase_oldest(DAY, LATER, sure=True)
    book.close()
    assert list((state / "replaced").iterdir()) == [kept]
    assert not left.exists()


def test_salvage_removes_what_a_killed_one_left(state: Path) -> None:
    commits(state, 2)
    (left := state / ".salvage-cut").mkdir()
    salvage(state, "A", LATER)
    assert not left.exists()


def test_checkpoint_that_an_erasure_owes_is_made_up_by_the_next(state: Path) -> None:
    book = Book.open(state, "A", "k01")
    book.commit(CONFIRMED, YESTERDAY)
    with closing(sqlite3.connect(state / DATABASE, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM visit").fetchone()
        assert book.erase_oldest(DAY, LATER, sure=True) == 1
        with pytest.raises(LedgerFailure, match="somebody reads"):
            book.checkpoint()
    assert book.erase_oldest(DAY, LATER, sure=True) == 0
    assert (state / f"{DATABASE}-wal").stat().st_size == 0
    book.close()
