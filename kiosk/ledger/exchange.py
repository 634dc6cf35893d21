"""Putting another file in the place of the ledger: no number is given twice, and what was there is kept.

The draft is made and put on disk first. Then a marker lies beside the ledger until the draft is in its place, and no
kiosk writes to what is there in between. The marker says which draft it is and where the former ledger goes, so that
a second try ends what the first one began when that was cut off.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from contextlib import closing
from datetime import date, datetime
from pathlib import Path

from kiosk.ledger.adoption import floor_event
from kiosk.ledger.chain import Chain, Event, Json, Kind
from kiosk.ledger.given import last_of, with_series
from kiosk.ledger.marker import Given, Marker, put_marker, read_marker, sync_file
from kiosk.ledger.numbers import raise_floor
from kiosk.ledger.opening import DATABASE, EXCHANGE, open_alone
from kiosk.ledger.still import end_of, last_event
from kiosk.vault import give_to_owner_of, sync_folder

DRAFT = ".ledger.db.new"
"""The file that is to become the ledger, while it is made."""
SALVAGE = ".salvage-"
"""How the folders begin in which a salvage reads a copy of the damaged ledger."""
REPLACED = "replaced"
"""Below it lies what a ledger was before, in a folder by the time of its exchange."""


def finish(state: Path, at: datetime, given: Given, kind: Kind, body: Mapping[str, Json]) -> None:
    """Bring the draft to this version, let its numbers go on behind those that were given, and write what happened.

    While the clock is not sure the draft's last series goes on: that one, too, behind what was given today.
    Raises LedgerFailure, and what SQLite raises.
    """
    behind = end_of(state / DRAFT)[0]
    db, vault = open_alone(state / DRAFT, state)
    with closing(db):
        chain = Chain(db, vault)
        with db.atomic():
            for (prefix, day), last in sorted(with_series(db, given, at.date()).items()):
                if last > last_of(db, prefix, day):
                    raise_floor(db, prefix, date.fromisoformat(day), last)
                    floor_event(chain, prefix, day, last, at, sure=True)
            chain.append(kind, at, sure=True, body={**body, "behind": behind})


def put_in_place(state: Path, at: datetime, given: Given) -> Path | None:
    """Let the finished draft take the place of the ledger; where the former one is kept, if there is one.

    Raises OSError, and what SQLite raises.
    """
    sync_file(state / DRAFT)
    give_to_owner_of(state, state / DRAFT)
    sync_folder(state)
    marker = Marker(end_of(state / DRAFT)[1].hex(), given, _free_name(state / REPLACED, at))
    put_marker(state, marker)
    return _move(state, marker)


def go_on(state: Path) -> tuple[Event, Path | None] | None:
    """End what a try began that was cut off after its draft was whole.

    What its last event tells, and where the former ledger is kept; None when there is nothing to end. Raises OSError,
    and what SQLite raises.
    """
    marker = read_marker(state)
    if marker is None:
        return None
    for file in (state / DRAFT, state / DATABASE):
        if file.exists():
            if end_of(file)[1].hex() != marker.draft:
                return None
            event = last_event(file)
            return event, _move(state, marker)
    return None


def _move(state: Path, marker: Marker) -> Path | None:
    """Each step may have been done before."""
    kept = state / REPLACED / marker.kept
    if (state / DRAFT).exists():
        if (state / DATABASE).exists():
            kept.mkdir(mode=0o700, parents=True, exist_ok=True)
            give_to_owner_of(state, kept.parent)
            give_to_owner_of(state, kept)
            # The log first: without its database it is nothing, the database without it an older ledger.
            for name in (f"{DATABASE}-wal", DATABASE):
                if (state / name).exists():
                    (state / name).rename(kept / name)
            for folder in (kept, kept.parent):
                sync_folder(folder)
        (state / f"{DATABASE}-shm").unlink(missing_ok=True)
        sync_folder(state)
        (state / DRAFT).rename(state / DATABASE)
        sync_folder(state)
    (state / EXCHANGE).unlink()
    sync_folder(state)
    return kept if kept.exists() else None


def _free_name(folder: Path, at: datetime) -> str:
    name = f"{at:%Y-%m-%dT%H%M%S}"
    number = 1
    while (folder / (free := name if number == 1 else f"{name}-{number}")).exists():
        number += 1
    return free


def sweep_salvage(state: Path, but: Path | None = None) -> None:
    """Remove the copies that a salvage made which was killed. Raises OSError."""
    for folder in state.glob(f"{SALVAGE}*"):
        if folder != but:
            shutil.rmtree(folder)


def clear_draft(state: Path) -> None:
    """Remove what an earlier try left. Raises OSError."""
    for file in state.glob(f"{DRAFT}*"):
        file.unlink()
