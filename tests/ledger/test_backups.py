"""Backups, and putting them back: whole ledgers only, and no number twice."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
import stat
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from kiosk.ledger.backups import FOLDER, back_up, backups_in
from kiosk.ledger.book import Book
from kiosk.ledger.exchange import NumbersUnknown
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
    return back_up(state, state / FOLDER, 14, MORNING)


async def test_backup_is_the_record_of_one_moment_while_the_kiosk_goes_on(state: Path, clock: StillClock) -> None:
    ledger = SqliteLedger(state, "A", "k01", clock)
    for _ in range(5):
        await ledger.commit(CONFIRMED)
    file, *_ = await asyncio.gather(ledger.backup(), *(ledger.commit(CONFIRMED) for _ in range(20)))
    await ledger.close()
    assert file == state / FOLDER / "ledger-2026-11-20T083015.db"
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
    assert [file.name[7:20] for file in backups_in(state / FOLDER)] == [
        "2026-11-23T08",
        "2026-11-22T10",
        "2026-11-21T08",
    ]


def test_backup_for_which_there_is_no_room_leaves_the_others_and_nothing_else(state: Path) -> None:
    file = backup_of(state, 3)
    with files_of_at_most(8192), pytest.raises(LedgerFailure):
        back_up(state, state / FOLDER, 14, LATER)
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
