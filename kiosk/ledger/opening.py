"""Opening the ledger's file: one writer, a sound database of this version, and the key that belongs to it."""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from sqlite_utils import Database

from kiosk.ledger.schema import migrations, require_known
from kiosk.ports.desk import LedgerFailure
from kiosk.vault import Vault, sync_folder

DATABASE = "ledger.db"
Connect = Callable[[Path], sqlite3.Connection]
"""Opens a file of SQLite."""
_SEALED = b"kenshin-kiosk ledger"


@contextmanager
def as_failures(doing: str) -> Iterator[None]:
    """Whatever SQLite or the disk raises becomes a LedgerFailure that says what was being done."""
    try:
        yield
    except sqlite3.Error as broken:
        name = getattr(broken, "sqlite_errorname", type(broken).__name__)
        raise LedgerFailure(f"{doing}: {broken} ({name})") from broken
    except OSError as broken:
        raise LedgerFailure(f"{doing}: {broken.strerror}; check the disk and who owns the folder") from broken


def open_database(state: Path, connect: Connect = sqlite3.connect) -> tuple[Database, Vault, int]:
    """<state>/ledger.db, opened or made, with its vault and the lock of its only writer.

    Raises LedgerFailure: another kiosk has it open, it is damaged, newer, no ledger, or its key is not there.
    """
    path = state / DATABASE
    with as_failures(str(path)), ExitStack() as undo:
        state.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = _sole_writer(state)
        undo.callback(os.close, lock)
        _touch(path)
        db = _connect(path, connect)
        undo.callback(db.close)
        require_sound(db)
        require_known(db)
        migrations.apply(db)
        vault = _unlocked(db, state)
        # Start with an empty WAL: the file alone is then the whole ledger, for copies as for readers.
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        undo.pop_all()
    return db, vault, lock


def _sole_writer(state: Path) -> int:
    """A lock that lasts as long as the process. Two writers could damage the WAL (SQLite before 3.51.3)."""
    lock = os.open(state / "ledger.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as taken:
        os.close(lock)
        raise LedgerFailure(f"{state}: another kiosk writes to this ledger; stop it first") from taken
    return lock


def _touch(path: Path) -> None:
    """Make the file for its owner alone; SQLite gives its WAL the same mode."""
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    sync_folder(path.parent)


def _connect(path: Path, connect: Connect) -> Database:
    db = Database(connect(path), execute_plugins=False)
    try:
        db.conn.row_factory = sqlite3.Row
        for pragma in ("busy_timeout = 5000", "synchronous = FULL", "foreign_keys = ON", "temp_store = MEMORY"):
            db.execute(f"PRAGMA {pragma}")
        (mode,) = db.execute("PRAGMA journal_mode = WAL").fetchone()
        if mode != "wal":
            raise LedgerFailure(f"{path}: this disk cannot hold a write-ahead log; use a local file system")
    except BaseException:
        db.close()
        raise
    return db


def require_sound(db: Database) -> None:
    """Raises LedgerFailure when a page or a reference is damaged."""
    (verdict,) = db.execute("PRAGMA quick_check(1)").fetchone()
    orphan = db.execute("PRAGMA foreign_key_check").fetchone()
    if verdict != "ok" or orphan:
        raise LedgerFailure("the ledger is damaged; move ledger.db* to a safe place and put the last copy back")


def _unlocked(db: Database, state: Path) -> Vault:
    """The vault whose key belongs to this ledger; a new key is made only for a ledger that has sealed nothing."""
    seal = db.execute("SELECT token FROM seal").fetchone()
    vault = Vault.open(state, create=seal is None)
    if seal is None:
        with db.atomic():
            db.table("seal").insert({"entry": 1, "token": vault.seal(_SEALED)})
    elif vault.unseal(seal["token"]) != _SEALED:
        raise LedgerFailure("the key does not belong to this ledger")
    return vault
