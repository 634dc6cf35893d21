"""What to do with a damaged ledger: see what is wrong, save what can be read into a new one, or put a backup back."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from kiosk.ledger.backups import FOLDER, backups_in
from kiosk.ledger.chain import KEPT, Json, Kind, told_in
from kiosk.ledger.exchange import DRAFT, SALVAGE, clear_draft, finish, go_on, put_in_place, sweep_salvage
from kiosk.ledger.given import given_by, higher, with_told
from kiosk.ledger.marker import Given
from kiosk.ledger.opening import (
    DATABASE,
    EXCHANGE,
    as_failures,
    only_writer,
    require_no_exchange,
    sole_writer,
)
from kiosk.ledger.readable import tolerant
from kiosk.ledger.rescue import Rescue, Saved
from kiosk.ledger.restore import require_restorable
from kiosk.ledger.still import End, end_of, goes_on_behind
from kiosk.ports.desk import LedgerFailure
from kiosk.vault import Vault


@dataclass(frozen=True, slots=True)
class Salvaged:
    """What was saved of a damaged ledger."""

    visits: int
    lost: int
    """Rows of which the chain tells and that cannot be read as they were."""
    unreadable: int
    """Sealed texts that no key opens; they are kept."""
    chain_kept: bool
    """False: events were lost too, so a new chain begins with what is there."""
    kept: Path | None
    """Where the damaged ledger lies now."""


def what_is_wrong(state: Path) -> str | None:
    """Why a kiosk could not start with this ledger; None when it is sound. Raises LedgerFailure while a kiosk runs."""
    with as_failures(str(state)):
        os.close(sole_writer(state))
        if not (state / DATABASE).exists():
            try:
                require_no_exchange(state)
            except LedgerFailure as interrupted:
                return str(interrupted)
            return f"{state / DATABASE}: there is no ledger"
    try:
        with only_writer(state):
            return None
    except LedgerFailure as wrong:
        return str(wrong)


def newest_good_backup(state: Path) -> Path | None:
    """The newest backup that could be put back. Raises LedgerFailure when the key is missing.

    The newest by name, and any that holds all that it holds and more: it was made later, whatever the clock said.
    """
    vault = Vault.open(state, create=False)
    newest: tuple[Path, End] | None = None
    for file in backups_in(state / FOLDER):
        with suppress(LedgerFailure, sqlite3.Error):
            if newest is None or goes_on_behind(file, newest[1]):
                require_restorable(file, vault)
                newest = file, end_of(file)
    return newest[0] if newest else None


def salvage(state: Path, letter: str, at: datetime, last_number: int | None = None) -> Salvaged:
    """Put every row that can be read into a new ledger in the place of the damaged one, which is kept.

    Raises LedgerFailure: the kiosk runs, no visit at all can be read, the key is another one, or nobody knows the last
    number of today (NumbersUnknown). Then everything is as it was.
    """
    with as_failures("saving what can be read"), TemporaryDirectory(prefix=SALVAGE, dir=state) as folder:
        lock = sole_writer(state)
        try:
            vault = Vault.open(state, create=False)
            sweep_salvage(state, Path(folder))
            ended = go_on(state)
            if ended and ended[0].kind == Kind.SALVAGED.value:
                return _salvaged(told_in(ended[0].body), ended[1])
            clear_draft(state)
            # A copy: reading a damaged database plays its log back, and what was found is to stay as it was.
            for file in state.glob(f"{DATABASE}*"):
                shutil.copy(file, folder)
            with closing(tolerant(Path(folder) / DATABASE)) as source:
                saved = Rescue(source, state / DRAFT, vault, at.date()).save()
            given = _numbers(state, saved, letter, at, last_number)
            body: dict[str, Json] = {
                "chain": KEPT if saved.chain_kept else "begun anew",
                "lost": [[table, row] for table, row in saved.lost],
                "rows": dict(saved.rows),
                "unreadable": [[table, row] for table, row in saved.unreadable],
                "visits": saved.visits,
            }
            finish(state, at, given, Kind.SALVAGED, body)
            return _salvaged(body, put_in_place(state, at, given))
        finally:
            os.close(lock)


def _salvaged(told: Mapping[str, Json], kept: Path | None) -> Salvaged:
    """As the event of the repair tells it."""
    visits, lost, unreadable = told.get("visits"), told.get("lost"), told.get("unreadable")
    return Salvaged(
        visits if isinstance(visits, int) else 0,
        len(lost) if isinstance(lost, list) else 0,
        len(unreadable) if isinstance(unreadable, list) else 0,
        told.get("chain") == KEPT,
        kept,
    )


def _numbers(state: Path, saved: Saved, letter: str, at: datetime, last_number: int | None) -> Given:
    """The chain tells all numbers; without it only somebody who was there knows whether the last ones are lost."""
    known: Given | None = given_by(state, at.date())
    if saved.chain_kept and (known is not None or not (state / EXCHANGE).exists()):
        known = higher(saved.given, known or {})
    return with_told(known, letter, at.date(), last_number)
