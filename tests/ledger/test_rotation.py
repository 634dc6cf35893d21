"""A new key for a ledger in which a text is damaged: it finishes, names the text, and keeps what may still open it."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from kiosk.checkin.settlement import Settlement, Settling
from kiosk.ledger.backups import FOLDER, back_up
from kiosk.ledger.book import Book
from kiosk.ledger.opening import DATABASE
from kiosk.ledger.repair import salvage
from kiosk.ledger.restore import restore
from kiosk.ledger.retention import drop_replaced
from kiosk.ledger.rotation import rotate_key
from kiosk.vault import keep_newest_key, old_keys
from tests.ledger.invented import CANARY, CLEAN, CONFIRMED, DEFERRED, MORNING
from tests.ledger.test_verify import named, tampering, verified

LATER = MORNING + timedelta(hours=2)
KEY = Path("keys") / "ledger.key"


@pytest.fixture
def state(tmp_path: Path) -> Path:
    state = tmp_path / "state"
    book = Book.open(state, "A", "k01")
    book.commit(CONFIRMED, MORNING)
    visit = book.commit(DEFERRED, MORNING)
    book.settle(visit.id, Settlement(Settling.NOTE, note="seen"), "sato", MORNING, sure=True)
    book.settled_later(visit, CLEAN, CANARY, MORNING)
    book.commit(CONFIRMED, MORNING)
    book.close()
    return state


def sealed(state: Path, table: str = "visit", column: str = "personal") -> list[bytes]:
    with closing(sqlite3.connect(state / DATABASE)) as raw:
        rows = raw.execute(f"SELECT CAST({column} AS BLOB) FROM {table} ORDER BY rowid")  # noqa: S608 - ours
        return [text for (text,) in rows]


def damage(state: Path, table: str, column: str, row: int, octets: bytes) -> bytes:
    """Put octets into the middle of a sealed text; what stands there then."""
    text = sealed(state, table, column)[row - 1]
    spoilt = text[:40] + octets + text[40 + len(octets) :]
    with closing(sqlite3.connect(state / DATABASE)) as raw, raw:
        raw.execute(
            f"UPDATE {table} SET {column} = CAST(? AS TEXT) WHERE rowid = ?",  # noqa: S608 - ours
            [spoilt, row],
        )
    return spoilt


def keys_in(state: Path) -> list[bytes]:
    return (state / KEY).read_bytes().split()


@pytest.mark.parametrize("octets", [b"AAAA", "鶯".encode(), b"\xff\xfe"], ids=["letters", "kanji", "no text"])
@pytest.mark.parametrize(("table", "column", "row"), [("visit", "personal", 3), ("staff_entry", "note", 1)])
def test_damaged_text_stays_as_it_is_and_is_named_while_all_others_have_the_new_key(
    state: Path, table: str, column: str, row: int, octets: bytes
) -> None:
    spoilt = damage(state, table, column, row, octets)
    (old,) = keys_in(state)
    rotated = rotate_key(state, LATER)
    assert (rotated.count, rotated.unreadable) == (4, ((table, str(row)),))
    assert sealed(state, table, column)[row - 1] == spoilt
    (new,) = keys_in(state)
    assert new != old
    for text in [*sealed(state), *sealed(state, "settlement"), *sealed(state, "staff_entry", "note")]:
        if text != spoilt:
            Fernet(new).decrypt(text)
    report = verified(state)
    assert (named(report), report.unreadable) == ({(table, str(row))}, ((table, str(row)),))


def test_damaged_later_result_is_named_by_its_visit(state: Path) -> None:
    damage(state, "settlement", "personal", 1, b"AAAA")
    with closing(sqlite3.connect(state / DATABASE)) as raw:
        (visit,) = raw.execute("SELECT visit FROM settlement").fetchone()
    assert rotate_key(state, LATER).unreadable == (("settlement", visit),)
    assert verified(state).unreadable == (("settlement", visit),)


def test_text_that_a_repair_saved_damaged_is_told_by_every_verify_until_it_is_erased(state: Path) -> None:
    damage(state, "visit", "personal", 3, b"AAAA")
    salvage(state, "A", LATER)
    assert (verified(state).sound, verified(state).lost) == (True, 1)
    for _ in range(2):
        assert rotate_key(state, LATER).unreadable == (("visit", "3"),)
        report = verified(state)
        assert (report.problems, report.lost, report.unreadable) == ([], 1, (("visit", "3"),))
    book = Book.open(state, "A", "k01")
    assert book.commit(CONFIRMED, MORNING).number.sequence == 4
    assert book.erase_oldest((MORNING + timedelta(days=1)).date(), LATER, sure=True) == 4
    book.close()
    report = verified(state)
    assert (report.sound, report.unreadable) == (True, ())


def test_repair_that_begins_a_new_chain_names_the_text_that_it_vouches_for_unread(state: Path) -> None:
    """Its row gets an event as it was found, so that nothing else would tell."""
    damage(state, "visit", "personal", 3, b"AAAA")
    with tampering(state) as raw:
        raw.execute("DELETE FROM event WHERE seq = (SELECT max(seq) FROM event)")
    saved = salvage(state, "A", LATER)
    assert (saved.lost, saved.unreadable, saved.chain_kept) == (0, 1, False)
    report = verified(state)
    assert (report.sound, report.unreadable) == (True, (("visit", "3"),))


def test_old_key_is_put_aside_for_the_copies_that_it_alone_opens(state: Path) -> None:
    copy = back_up(state, state / FOLDER, 14, MORNING, "A")
    damage(state, "visit", "personal", 3, b"AAAA")
    (old,) = keys_in(state)
    rotated = rotate_key(state, LATER)
    assert rotated.old_key is not None
    assert (rotated.old_key.read_bytes().split(), rotated.old_key.stat().st_mode & 0o777) == ([old], 0o600)
    assert verified(state).head[0] > 0  # the key aside is none of the keys in use
    shutil.copy(rotated.old_key, state / KEY)
    restore(state, copy, "A", LATER)
    assert verified(state).sound


def test_old_key_goes_with_the_former_ledgers(state: Path) -> None:
    damage(state, "visit", "personal", 3, b"AAAA")
    rotate_key(state, LATER)
    drop_replaced(state, LATER.date())
    assert len(old_keys(state)) == 1
    drop_replaced(state, (LATER + timedelta(days=1)).date())
    assert old_keys(state) == []


def test_old_key_is_dropped_where_everything_was_sealed_anew(state: Path) -> None:
    rotated = rotate_key(state, LATER)
    assert (rotated.count, rotated.unreadable, rotated.old_key) == (5, (), None)
    assert old_keys(state) == []
    assert len(keys_in(state)) == 1


def test_rotation_cut_off_after_the_old_key_was_put_aside_keeps_it_once(
    state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    damage(state, "visit", "personal", 3, b"AAAA")
    with monkeypatch.context() as broken:
        broken.setattr("kiosk.ledger.rotation.keep_newest_key", lambda _: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            rotate_key(state, LATER)
    assert len(keys_in(state)) == 2
    rotated = rotate_key(state, LATER + timedelta(minutes=1))
    assert old_keys(state) == [rotated.old_key]
    assert len(keys_in(state)) == 1
    keep_newest_key(state)
    assert verified(state).unreadable == (("visit", "3"),)


def test_visit_whose_text_opens_with_no_key_does_not_hold_up_the_queries_of_others(state: Path) -> None:
    book = Book.open(state, "A", "k01")
    broken, whole = (book.commit(DEFERRED, MORNING) for _ in range(2))
    book.close()
    damage(state, "visit", "personal", 4, b"AAAA")
    book = Book.open(state, "A", "k01")
    assert book.awaiting(MORNING.date()) == whole
    assert book.awaiting(MORNING.date(), whole) is None
    assert book.counts(MORNING.date()).deferred == 2
    assert book.awaiting(MORNING.date(), broken) == whole
    book.close()
