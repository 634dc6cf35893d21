"""Backups: a consistent copy of the ledger, made beside its writer, checked, and in its place only when it is whole."""

from __future__ import annotations

import os
import re
import secrets
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

from sqlite_utils import Database

from kiosk.ledger.chain import Chain
from kiosk.ledger.opening import as_failures, require_sound
from kiosk.ledger.reader import LedgerReader
from kiosk.vault import Vault, give_to_owner_of, sync_folder

FOLDER = "backups"
_NAME = re.compile(r"ledger-(?P<day>\d{4}-\d{2}-\d{2})T\d{6}\.db")


def back_up(state: Path, folder: Path, keep: int, at: datetime) -> Path:
    """Copy <state>/ledger.db into that folder, and keep the last copy of each of so many days.

    VACUUM INTO through a reader: the kiosk goes on writing, and the copy is the ledger of one moment.
    Raises LedgerFailure.
    """
    file = folder / f"ledger-{at:%Y-%m-%dT%H%M%S}.db"
    draft = folder / f".{file.name}.{secrets.token_hex(4)}"
    with as_failures(f"backing up to {folder}"):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        give_to_owner_of(state, folder)
        _sweep(folder)
        try:
            # SQLite takes an empty file that is there; so it is for its owner alone from the beginning.
            os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
            with LedgerReader.open(state) as reader:
                reader.copy_into(draft)
                require_good(draft, reader.vault)
            _to_disk(draft, state)
            draft.replace(file)
            sync_folder(folder)
        finally:
            draft.unlink(missing_ok=True)
        for old in _superfluous(folder, keep):
            old.unlink()
    return file


def backups_in(folder: Path) -> list[Path]:
    """The backups there, the newest first."""
    return sorted((file for file in folder.glob("ledger-*.db") if _NAME.fullmatch(file.name)), reverse=True)


def require_good(file: Path, vault: Vault) -> None:
    """Raises LedgerFailure when the copy is damaged, or its chain does not end as its head says."""
    with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        db = Database(connection, execute_plugins=False)
        require_sound(db)
        if "head" in db.table_names():
            Chain(db, vault).require_end()


def _superfluous(folder: Path, keep: int) -> list[Path]:
    last_of_day: dict[str, Path] = {}
    for file in backups_in(folder):
        last_of_day.setdefault(file.name[len("ledger-") :][:10], file)
    kept = set(sorted(last_of_day.values(), reverse=True)[:keep])
    return [file for file in backups_in(folder) if file not in kept]


def _sweep(folder: Path) -> None:
    """Remove what a backup left that was killed."""
    for draft in folder.glob(".ledger-*.db.*"):
        draft.unlink(missing_ok=True)


def _to_disk(file: Path, state: Path) -> None:
    descriptor = os.open(file, os.O_RDWR)
    try:
        give_to_owner_of(state, descriptor)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
