"""Opening the ledger's file: one writer, a sound database of this version, and the key that belongs to it."""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from sqlite_utils import Database

from kiosk.ledger.adoption import adopt
from kiosk.ledger.chain import REMEDY, Chain
from kiosk.ledger.schema import migrations, require_known
from kiosk.ports.desk import LedgerFailure
from kiosk.vault import Vault, give_to_owner_of, sync_folder

DATABASE = "ledger.db"
EXCHANGE = "ledger.exchange"
"""Lies beside the ledger while another file takes its place: what is there then is no ledger to write to."""
READ_ALL = partial(str, encoding="utf-8", errors="replace")
"""SQLite's texts: one in which damage left what is no text spoils its own row, not every list that the row is in."""
Connect = Callable[[Path], sqlite3.Connection]
"""Opens a file of SQLite."""
_SEALED = b"kenshin-kiosk ledger"
"""The sealed word of a ledger from before there was a chain."""
_CHAINED = b"kenshin-kiosk ledger with a chain"
"""The sealed word since: who drops the chain cannot make it look as if there had never been one."""


class KioskRuns(LedgerFailure):
    """A running kiosk, or another command, has the ledger."""


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

    Raises LedgerFailure: another kiosk has it open, it is damaged, newer, no ledger, its key is not there, or the
    end of its chain does not fit.
    """
    path = state / DATABASE
    with as_failures(str(path)), ExitStack() as undo:
        lock = sole_writer(state)
        undo.callback(os.close, lock)
        require_no_exchange(state)
        _touch(path)
        db, vault = open_alone(path, state, connect)
        undo.pop_all()
    return db, vault, lock


@contextmanager
def only_writer(state: Path) -> Iterator[tuple[Database, Vault]]:
    """The ledger of a kiosk that is not running, for a command. Raises LedgerFailure as `open_database` does."""
    db, vault, lock = open_database(state)
    try:
        yield db, vault
    finally:
        try:
            with as_failures("closing"):
                db.close()
        finally:
            os.close(lock)


def open_alone(path: Path, state: Path, connect: Connect = sqlite3.connect) -> tuple[Database, Vault]:
    """The ledger in that file, brought to this version, with the key of the state folder; who calls holds the lock.

    Raises LedgerFailure as `open_database` does, and what SQLite raises.
    """
    with ExitStack() as undo:
        db = _connect(path, connect)
        undo.callback(db.close)
        require_sound(db)
        require_known(db)
        migrations.apply(db)
        vault = _unlocked(db, state)
        Chain(db, vault).require_end()
        # Start with an empty WAL: the file alone is then the whole ledger, for copies as for readers.
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        undo.pop_all()
    return db, vault


def require_no_exchange(state: Path) -> None:
    """Raises LedgerFailure when a restore or a repair was cut off in the middle."""
    if (state / EXCHANGE).exists():
        raise LedgerFailure(f"{state}: putting a ledger back was interrupted; run that `kiosk ledger` command again")


def sole_writer(state: Path) -> int:
    """A lock that lasts as long as the process. Two writers could damage the WAL (SQLite before 3.51.3).

    Raises LedgerFailure when a kiosk has it, OSError when the folder cannot be used.
    """
    if not state.exists():
        state.mkdir(mode=0o700, parents=True, exist_ok=True)
        give_to_owner_of(state.parent, state)
    path = state / "ledger.lock"
    try:
        lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as refused:
        raise LedgerFailure(f"{path}: {refused.strerror}; it has to belong to the kiosk's user") from refused
    try:
        give_to_owner_of(state, lock)
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as taken:
        os.close(lock)
        raise KioskRuns(f"{state}: another kiosk writes to this ledger; stop it first") from taken
    except OSError:
        os.close(lock)
        raise
    return lock


def _touch(path: Path) -> None:
    """Make the file for its owner alone; SQLite gives its WAL the same mode."""
    made = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        give_to_owner_of(path.parent, made)
    finally:
        os.close(made)
    sync_folder(path.parent)


_PRAGMAS = (
    *("busy_timeout = 5000", "synchronous = FULL", "foreign_keys = ON", "temp_store = MEMORY"),
    "secure_delete = ON",  # what is erased is overwritten, not only forgotten
)


def _connect(path: Path, connect: Connect) -> Database:
    db = Database(connect(path), execute_plugins=False)
    try:
        db.conn.row_factory = sqlite3.Row
        db.conn.text_factory = READ_ALL
        for pragma in _PRAGMAS:
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
        raise LedgerFailure("the ledger is damaged; `kiosk ledger repair` saves what can be read, or puts a copy back")


def _unlocked(db: Database, state: Path) -> Vault:
    """The vault whose key belongs to this ledger; a new key is made only for a ledger that has sealed nothing."""
    seal = db.execute("SELECT token FROM seal").fetchone()
    vault = Vault.open(state, create=seal is None)
    word = vault.unseal(seal["token"]) if seal is not None else _SEALED
    if word not in (_SEALED, _CHAINED):
        raise LedgerFailure("the key does not belong to this ledger")
    if word == _SEALED:
        if db.execute("SELECT 1 FROM event LIMIT 1").fetchone() or db.execute("SELECT 1 FROM head").fetchone():
            raise LedgerFailure(f"the record was put together from two ledgers; {REMEDY}")
        with db.atomic():
            chain = Chain(db, vault)
            chain.begin()
            adopt(db, chain, datetime.now(UTC))
            reseal_word(db, vault)
    return vault


def reseal_word(db: Database, vault: Vault) -> None:
    """Seal the ledger's word with the newest key."""
    db.execute("INSERT OR REPLACE INTO seal VALUES (1, ?)", [vault.seal(_CHAINED)])


def seal_first_word(db: Database, vault: Vault) -> None:
    """Seal the word of a ledger without a chain: the next opening begins one."""
    db.execute("INSERT OR REPLACE INTO seal VALUES (1, ?)", [vault.seal(_SEALED)])
