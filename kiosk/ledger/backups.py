"""Backups: a consistent copy of the ledger, made beside its writer, checked, and in its place only when it is whole."""

from __future__ import annotations

import os
import re
import secrets
from contextlib import closing
from datetime import datetime
from pathlib import Path

from sqlite_utils import Database

from kiosk.ledger.chain import Chain
from kiosk.ledger.opening import as_failures, require_sound
from kiosk.ledger.reader import LedgerReader
from kiosk.ledger.still import still
from kiosk.vault import Vault, give_to_owner_of, sync_folder

FOLDER = "backups"
_NAME = re.compile(r"ledger-(?:(?P<letter>[A-Z])-)?(?P<time>(?P<day>\d{4}-\d{2}-\d{2})T\d{6})\.db")
"""Several terminals may copy into one folder; a copy without a letter is of an older version."""


def back_up(state: Path, folder: Path, keep: int, at: datetime, letter: str) -> Path:
    """Copy <state>/ledger.db into that folder, and keep the last copy of each of so many days of this terminal.

    VACUUM INTO through a reader: the kiosk goes on writing, and the copy is the ledger of one moment.
    Raises LedgerFailure.
    """
    file = folder / f"ledger-{letter}-{at:%Y-%m-%dT%H%M%S}.db"
    draft = folder / f".{file.name}.{secrets.token_hex(4)}"
    with as_failures(f"backing up to {folder}"):
        own = folder.absolute() == (state / FOLDER).absolute()
        made = not folder.exists()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Somebody else's folder stays theirs.
        if own or made:
            _give(state, folder, must=own)
        _sweep(folder, letter, own=own)
        try:
            # SQLite takes an empty file that is there; so it is for its owner alone from the beginning.
            os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
            with LedgerReader.open(state) as reader:
                reader.copy_into(draft)
                require_good(draft, reader.vault)
            _to_disk(draft, state, must=own)
            draft.replace(file)
            sync_folder(folder)
        finally:
            draft.unlink(missing_ok=True)
        for old in _superfluous(folder, keep, letter, own=own):
            if old != file:
                old.unlink()
    return file


def backups_in(folder: Path) -> list[Path]:
    """The backups there, the newest first."""
    found = [(named["time"], file) for file in folder.glob("ledger-*.db") if (named := _NAME.fullmatch(file.name))]
    return [file for _, file in sorted(found, reverse=True)]


def require_good(file: Path, vault: Vault) -> None:
    """Raises LedgerFailure when the copy is damaged, or its chain does not end as its head says."""
    with closing(still(file)) as connection:
        db = Database(connection, execute_plugins=False)
        require_sound(db)
        if "head" in db.table_names():
            Chain(db, vault).require_end()


def _superfluous(folder: Path, keep: int, letter: str, *, own: bool) -> list[Path]:
    last_of_day: dict[str, Path] = {}
    files: list[Path] = []
    for file in backups_in(folder):
        named = _NAME.fullmatch(file.name)
        # A copy without a letter is this terminal's only where no other one copies to.
        if named and (named["letter"] == letter or (own and named["letter"] is None)):
            files.append(file)
            last_of_day.setdefault(named["day"], file)
    kept = {last_of_day[day] for day in sorted(last_of_day, reverse=True)[:keep]}
    return [file for file in files if file not in kept]


def _sweep(folder: Path, letter: str, *, own: bool) -> None:
    """Remove what a backup of this terminal left that was killed."""
    for draft in folder.glob(".ledger-*.db.*" if own else f".ledger-{letter}-*.db.*"):
        draft.unlink(missing_ok=True)


def _to_disk(file: Path, state: Path, *, must: bool) -> None:
    descriptor = os.open(file, os.O_RDWR)
    try:
        _give(state, descriptor, must=must)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _give(state: Path, made: int | Path, *, must: bool) -> None:
    """A stick or a share may know no owners."""
    try:
        give_to_owner_of(state, made)
    except PermissionError:
        if must:
            raise
