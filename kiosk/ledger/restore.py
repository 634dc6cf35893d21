"""Putting a backup back: only one that is whole, of this kiosk's key, and known to this version."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

from sqlite_utils import Database

from kiosk.ledger.chain import Chain, Json, Kind, told_in
from kiosk.ledger.exchange import DRAFT, clear_draft, finish, go_on, put_in_place
from kiosk.ledger.given import given_by, with_told
from kiosk.ledger.opening import as_failures, require_sound, sole_writer
from kiosk.ledger.schema import require_known
from kiosk.ports.desk import LedgerFailure
from kiosk.vault import Vault


def restore(state: Path, file: Path, letter: str, at: datetime, last_number: int | None = None) -> Path | None:
    """Put that backup in the place of the ledger of a kiosk that is not running; where the former one is kept.

    The numbers of every day go on behind the last one that the former ledger has given. When it cannot be read,
    `last_number` is the last one of today. What another try began is ended first.
    Raises LedgerFailure: the kiosk runs, the backup is damaged, of another key
    or a newer version, or nobody knows the last number (NumbersUnknown); then everything is as it was.
    """
    with as_failures(f"restoring {file}"):
        lock = sole_writer(state)
        try:
            vault = Vault.open(state, create=False)
            ended = go_on(state)
            if ended and ended[0].kind == Kind.RESTORED.value and told_in(ended[0].body).get("file") == file.name:
                return ended[1]
            clear_draft(state)
            _draft_of(file, state, vault)
            given = with_told(given_by(state, at.date()), letter, at.date(), last_number)
            told: dict[str, Json] = {"file": file.name, "last_number": last_number}
            finish(state, at, given, Kind.RESTORED, told)
            return put_in_place(state, at, given)
        finally:
            os.close(lock)


def require_restorable(file: Path, vault: Vault) -> None:
    """Raises LedgerFailure for what is no whole ledger of this key and version, sqlite3.Error for no database."""
    with closing(_reading(file)) as connection:
        _require_good(Database(connection, execute_plugins=False), vault)


def _draft_of(file: Path, state: Path, vault: Vault) -> None:
    """Copy the backup, when it is good."""
    with closing(_reading(file)) as connection:
        db = Database(connection, execute_plugins=False)
        _require_good(db, vault)
        os.close(os.open(state / DRAFT, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        db.execute("VACUUM INTO ?", [str(state / DRAFT)])


def _reading(file: Path) -> sqlite3.Connection:
    if not file.is_file():
        raise LedgerFailure(f"{file}: there is no such file")
    connection = sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)
    connection.row_factory = sqlite3.Row
    return connection


def _require_good(db: Database, vault: Vault) -> None:
    require_known(db)
    try:
        require_sound(db)
    except LedgerFailure as damaged:
        raise LedgerFailure("this backup is damaged; take another one") from damaged
    seal = db.execute("SELECT token FROM seal").fetchone()
    if seal is None:
        raise LedgerFailure("this file is no ledger that a kiosk has used")
    vault.unseal(seal["token"])
    if "head" in db.table_names():
        Chain(db, vault).require_end()
