"""Backups, and putting them back: whole ledgers only, and no number twice."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
import stat
import time
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from kiosk.ledger.backups import FOLDER, back_up, backups_in
from kiosk.ledger.book import Book
from kiosk.ledger.desk import ClosedDay
from kiosk.ledger.given import NumbersUnknown
from kiosk.ledger.ledger import SqliteLedger
from kiosk.ledger.opening import DATABASE, EXCHANGE
from kiosk.ledger.reader import LedgerReader
from kiosk.ledger.restore import restore
from kiosk.ports.desk import LedgerFailure
from kiosk.settings import LedgerSection
from tests.ledger.invented import CONFIRMED, MORNING, StillClock
from tests.ledger.test_full_disk import files_of_at_most
from tests.ledger.test_verify import verified

DAY = MORNING.date()
LATER = MORNING + timedelta(hours=2)


def visits_in(state: Path) -> list[str]:
    with LedgerReader.open(state) as reader:
        return [str(entry.visit.number) for entry in reader.entries(DAY, DAY)]


def commits(state: Path, count: int) -> list[str]:
    book = Book.open(state, "A", "k01")
    numbers = [str(book.commit(CONFIRMED, MORNING).number) for _ in range(count)]
    book.close()
    return numbers


def backup_of(state: Path, count: int) -> Path:
    commits(state, count)
    return back_up(state, state / FOLDER, 14, MORNING, "A")


async def test_backup_is_the_record_of_one_moment_while_the_kiosk_goes_on(state: Path, clock: StillClock) -> None:
    ledger = SqliteLedger(state, "A", "k01", clock)
    await ledger.open()
    for _ in range(5):
        await ledger.commit(CONFIRMED)
    file, *_ = await asyncio.gather(ledger.backup(), *(ledger.commit(CONFIRMED) for _ in range(20)))
    await ledger.close()
    assert file == state / FOLDER / "ledger-A-2026-11-20T083015.db"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    copied = state.parent / "copied"
    shutil.copytree(state / "keys", copied / "keys")
    shutil.copy(file, copied / DATABASE)
    report = verified(copied)
    assert report.sound
    assert 5 <= report.visits <= 25


async def test_last_backup_of_each_of_the_last_days_is_kept(state: Path, clock: StillClock) -> None:
    ledger = SqliteLedger(state, "A", "k01", clock, kept=LedgerSection(backups=3))
    await ledger.open()
    for hours in (0, 2, 24, 48, 50, 72):
        clock.time = MORNING + timedelta(hours=hours)
        await ledger.backup()
    await ledger.close()
    assert [file.name[9:22] for file in backups_in(state / FOLDER)] == [
        "2026-11-23T08",
        "2026-11-22T10",
        "2026-11-21T08",
    ]


def test_backup_for_which_there_is_no_room_leaves_the_others_and_nothing_else(state: Path) -> None:
    file = backup_of(state, 3)
    with files_of_at_most(8192), pytest.raises(LedgerFailure):
        back_up(state, state / FOLDER, 14, LATER, "A")
    assert [left.name for left in (state / FOLDER).iterdir()] == [file.name]


def test_restored_backup_goes_on_behind_the_numbers_that_were_given_since(state: Path) -> None:
    file = backup_of(state, 2)
    commits(state, 3)
    kept = restore(state, file, "A", LATER)
    assert visits_in(state) == ["A-001", "A-002"]
    assert commits(state, 2) == ["A-006", "A-007"]
    assert verified(state).sound
    assert kept is not None
    shutil.copytree(state / "keys", kept / "keys")
    assert visits_in(kept) == [f"A-00{number}" for number in range(1, 6)]


def test_restored_twice_on_one_day_still_gives_no_number_again(state: Path) -> None:
    file = backup_of(state, 2)
    commits(state, 1)
    restore(state, file, "A", LATER)
    assert commits(state, 1) == ["A-004"]
    restore(state, file, "A", LATER + timedelta(minutes=1))
    assert commits(state, 1) == ["A-005"]
    assert verified(state).sound


@pytest.mark.parametrize("how", ["gone", "damaged"])
def test_number_is_asked_for_when_the_former_ledger_cannot_tell_it(state: Path, how: str) -> None:
    file = backup_of(state, 2)
    commits(state, 3)
    if how == "gone":
        (state / DATABASE).unlink()
    else:
        octets = bytearray((state / DATABASE).read_bytes())
        octets[8192:] = os.urandom(len(octets) - 8192)
        (state / DATABASE).write_bytes(octets)
    before = (state / DATABASE).read_bytes() if how == "damaged" else None
    with pytest.raises(NumbersUnknown, match="--last-number"):
        restore(state, file, "A", LATER)
    assert not (state / EXCHANGE).exists()
    assert ((state / DATABASE).read_bytes() if (state / DATABASE).exists() else None) == before
    restore(state, file, "A", LATER, last_number=5)
    assert commits(state, 1) == ["A-006"]
    assert verified(state).sound


def test_interrupted_restore_lets_no_kiosk_begin_an_empty_ledger_and_can_be_done_again(
    state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = backup_of(state, 2)
    commits(state, 3)
    original = Path.rename

    def cut_off(self: Path, target: Path) -> Path:
        if self.name == ".ledger.db.new":
            raise OSError(5, "cut off")
        return original(self, target)

    with monkeypatch.context() as broken:
        broken.setattr(Path, "rename", cut_off)
        with pytest.raises(LedgerFailure, match="cut off"):
            restore(state, file, "A", LATER)
    assert (state / EXCHANGE).exists()
    assert not (state / DATABASE).exists()
    with pytest.raises(LedgerFailure, match="interrupted"):
        Book.open(state, "A", "k01")
    restore(state, file, "A", LATER + timedelta(minutes=1))
    assert commits(state, 1) == ["A-006"]


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        ("key", "key does not belong"),
        ("newer", "newer version"),
        ("damaged", "damaged|malformed|not a database"),
        ("foreign", "not a ledger"),
        ("gone", "no such file"),
    ],
)
def test_backup_that_cannot_be_used_leaves_everything_as_it_was(state: Path, spoil: str, words: str) -> None:
    file = backup_of(state, 30)
    if spoil == "key":
        (state / "keys" / "ledger.key").write_bytes(Fernet.generate_key())
    elif spoil == "damaged":
        octets = bytearray(file.read_bytes())
        octets[8192:] = os.urandom(len(octets) - 8192)
        file.write_bytes(octets)
    elif spoil == "gone":
        file.unlink()
    else:
        with closing(sqlite3.connect(file)) as raw, raw:
            if spoil == "newer":
                raw.execute("INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('ledger','x','')")
            else:
                raw.execute("PRAGMA application_id = 1")
    before = (state / DATABASE).read_bytes()
    with pytest.raises(LedgerFailure, match=words):
        restore(state, file, "A", LATER)
    assert (state / DATABASE).read_bytes() == before
    assert not (state / EXCHANGE).exists()


def test_nothing_is_put_back_while_the_kiosk_runs(state: Path) -> None:
    file = backup_of(state, 1)
    book = Book.open(state, "A", "k01")
    with pytest.raises(LedgerFailure, match="another kiosk"):
        restore(state, file, "A", LATER)
    book.close()


def test_folder_of_two_terminals_keeps_the_copies_of_both(state: Path, tmp_path: Path) -> None:
    """Each one prunes and sweeps what is its own; the copy just made stays even where others seem to be newer."""
    commits(state, 1)
    stick = tmp_path / "stick"
    stick.mkdir(mode=0o755)
    (stick / ".ledger-B-2026-11-20T080000.db.cafe").touch()
    theirs = [back_up(state, stick, 9, MORNING + timedelta(days=days), "B") for days in range(3)]
    back_up(state, stick, 1, MORNING + timedelta(days=900), "A")
    made = back_up(state, stick, 1, LATER, "A")
    assert made.exists()
    assert all(file.exists() for file in theirs)
    assert stat.S_IMODE(stick.stat().st_mode) == 0o755


def test_sweep_leaves_the_draft_of_another_terminal(state: Path, tmp_path: Path) -> None:
    commits(state, 1)
    (draft := tmp_path / ".ledger-B-2026-11-20T080000.db.cafe").touch()
    back_up(state, tmp_path, 9, MORNING, "A")
    assert draft.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root makes files for another user")
def test_what_root_makes_for_the_kiosk_is_the_kiosks(state: Path, tmp_path: Path) -> None:
    state.mkdir()
    os.chown(state, 12345, 12345)
    (stick := tmp_path / "stick").mkdir()
    file = backup_of(state, 1)
    back_up(state, stick, 3, MORNING, "A")
    assert {made.stat().st_uid for made in (state / "ledger.lock", state / DATABASE, file, file.parent)} == {12345}
    assert stick.stat().st_uid == 0


def test_stick_that_knows_no_owners_takes_a_backup(
    state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commits(state, 1)

    def refuse(_state: Path, _made: int | Path) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr("kiosk.ledger.backups.give_to_owner_of", refuse)
    assert back_up(state, tmp_path / "stick", 3, MORNING, "A").exists()


def test_lock_that_cannot_be_taken_is_named(state: Path) -> None:
    (state / "ledger.lock").mkdir(parents=True)
    with pytest.raises(LedgerFailure, match=r"ledger\.lock"):
        Book.open(state, "A", "k01")


class _Signer:
    def sign(self, content: bytes) -> str:
        return f"signed {len(content)}"


def test_close_after_a_restore_leaves_the_file_of_the_former_record(state: Path) -> None:
    file = backup_of(state, 2)
    book = Book.open(state, "A", "k01")
    first = state / book.close_day(DAY, "sato", LATER, _Signer(), sure=True).export
    before = first.read_bytes()
    book.close()
    restore(state, file, "A", LATER)
    book = Book.open(state, "A", "k01")
    second = state / book.close_day(DAY, "sato", LATER, _Signer(), sure=True).export
    with pytest.raises(ClosedDay):
        book.close_day(DAY, "sato", LATER, _Signer(), sure=True)
    book.close()
    assert (first.read_bytes(), second.exists(), first == second) == (before, True, False)


def test_checkpoint_of_an_erasure_does_not_wait_for_a_reader(state: Path) -> None:
    """A commit behind it would wait as long."""
    book = Book.open(state, "A", "k01")
    book.commit(CONFIRMED, MORNING)
    with closing(sqlite3.connect(state / DATABASE, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM visit").fetchone()
        book.commit(CONFIRMED, MORNING)
        began = time.monotonic()
        with pytest.raises(LedgerFailure, match="somebody reads"):
            book.checkpoint()
        assert time.monotonic() - began < 4.5  # SQLite's own patience is 5 s
    book.checkpoint()
    book.close()
