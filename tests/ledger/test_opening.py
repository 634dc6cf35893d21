"""What the ledger checks before it takes a visit, and the key that it takes."""

from __future__ import annotations

import os
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from kiosk.ledger.book import Book
from kiosk.ledger.opening import DATABASE
from kiosk.ledger.reader import LedgerReader
from kiosk.ports.desk import LedgerFailure
from kiosk.vault import Vault
from tests.ledger.invented import CANARY, CONFIRMED, MORNING


def test_disk_is_asked_to_keep_what_it_was_given(book: Book) -> None:
    pragmas = {
        name: book._db.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
    }
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 5000}


def test_all_tables_are_strict(book: Book) -> None:
    ours = [table for table in book._db.tables if not table.name.startswith(("_sqlite", "sqlite"))]
    assert {table.name for table in ours} == {
        *("visit", "number_floor", "settlement", "print_job", "outbox", "seal"),
        *("event", "head", "staff_entry"),
    }
    assert all(table.strict for table in ours)


def test_every_file_is_for_its_owner_alone(book: Book, state: Path) -> None:
    book.commit(CONFIRMED, MORNING)
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in state.rglob("*") if file.is_file()}
    assert {DATABASE, f"{DATABASE}-wal", "ledger.key"} <= modes.keys()
    assert set(modes.values()) == {0o600}


def test_second_kiosk_on_the_same_ledger_is_refused(book: Book, state: Path) -> None:
    with pytest.raises(LedgerFailure, match="another kiosk"):
        Book.open(state, "B", "k02")
    assert book.commit(CONFIRMED, MORNING).number.sequence == 1


def test_refused_opening_leaves_no_lock(state: Path) -> None:
    state.mkdir()
    (state / DATABASE).write_bytes(b"no database" * 1000)
    for _ in range(2):
        with pytest.raises(LedgerFailure, match="not a database"):
            Book.open(state, "A", "k01")
    (state / DATABASE).unlink()
    Book.open(state, "A", "k01").close()


def test_damage_inside_is_found_at_the_start(state: Path) -> None:
    book = Book.open(state, "A", "k01")
    for _ in range(30):
        book.commit(CONFIRMED, MORNING)
    book.close()
    octets = bytearray((state / DATABASE).read_bytes())
    octets[8192:] = os.urandom(len(octets) - 8192)
    (state / DATABASE).write_bytes(octets)
    with pytest.raises(LedgerFailure, match=r"damaged|malformed"):
        Book.open(state, "A", "k01")


def test_ledger_of_a_newer_version_is_left_alone(state: Path) -> None:
    Book.open(state, "A", "k01").close()
    with closing(sqlite3.connect(state / DATABASE)) as raw, raw:
        raw.execute("INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('ledger', 'later', '')")
    before = (state / DATABASE).read_bytes()
    with pytest.raises(LedgerFailure, match="newer version"):
        Book.open(state, "A", "k01")
    with pytest.raises(LedgerFailure, match="newer version"), LedgerReader.open(state):
        pass
    assert (state / DATABASE).read_bytes() == before


def test_another_database_is_left_alone(state: Path) -> None:
    state.mkdir()
    with closing(sqlite3.connect(state / DATABASE)) as raw, raw:
        raw.execute("CREATE TABLE somebody_elses (x)")
    with pytest.raises(LedgerFailure, match="not a ledger"):
        Book.open(state, "A", "k01")


@pytest.mark.parametrize("broken", [None, b"", b"no key\n", Fernet.generate_key()], ids=["gone", "empty", "bad", "new"])
def test_ledger_without_its_own_key_is_refused_and_gets_no_new_one(state: Path, broken: bytes | None) -> None:
    Book.open(state, "A", "k01").close()
    key = state / "keys" / "ledger.key"
    key.unlink()
    if broken is not None:
        key.write_bytes(broken)
    with pytest.raises(LedgerFailure, match="key"):
        Book.open(state, "A", "k01")
    assert key.exists() == (broken is not None)


def test_key_of_the_service_manager_comes_first(state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    credentials = tmp_path / "credentials"
    credentials.mkdir()
    (credentials / "ledger.key").write_bytes(Fernet.generate_key())
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(credentials))
    Book.open(state, "A", "k01").close()
    assert not (state / "keys").exists()
    monkeypatch.delenv("CREDENTIALS_DIRECTORY")
    with pytest.raises(LedgerFailure, match="key"):
        Book.open(state, "A", "k01")


def test_visits_sealed_with_the_former_key_are_read_after_a_new_one_is_put_before_it(state: Path) -> None:
    book = Book.open(state, "A", "k01")
    book.commit(CONFIRMED, MORNING)
    book.close()
    key = state / "keys" / "ledger.key"
    key.write_bytes(Fernet.generate_key() + b"\n" + key.read_bytes())
    book = Book.open(state, "A", "k01")
    book.commit(CONFIRMED, MORNING)
    book.close()
    with LedgerReader.open(state) as reader:
        people = [entry.visit.draft.registered for entry in reader.entries(MORNING.date(), MORNING.date())]
    assert people == [CANARY, CANARY]


def test_personal_fields_moved_to_another_visit_are_found_out(state: Path) -> None:
    book = Book.open(state, "A", "k01")
    for _ in range(2):
        book.commit(CONFIRMED, MORNING)
    book._db.execute("UPDATE visit SET personal = (SELECT personal FROM visit WHERE entry = 1)")
    with pytest.raises(LedgerFailure, match="belong to another"):
        book.unprinted(MORNING.date())
    book.close()


def test_visit_whose_personal_fields_were_erased_keeps_its_codes(book: Book) -> None:
    visit = book.commit(CONFIRMED, MORNING)
    book._db.execute("UPDATE visit SET personal = NULL")
    found = book.unprinted(MORNING.date())
    assert found is not None
    assert (found.id, found.number, found.outcome) == (visit.id, visit.number, visit.outcome)
    assert found.draft.person is None


def test_vault_shows_nothing() -> None:
    key = Fernet.generate_key()
    assert key.decode() not in repr(Vault([key]))
