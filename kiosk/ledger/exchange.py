"""Putting another file in the place of the ledger: no number is given twice, and what was there is kept.

While it lasts a marker lies beside the ledger, and no kiosk writes to what is there then. The marker holds the numbers
that were given, so that a second try knows them too when the first one was cut off.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from datetime import date, datetime
from pathlib import Path

from sqlite_utils import Database

from kiosk.ledger.adoption import floor_event
from kiosk.ledger.chain import Chain, Json, Kind
from kiosk.ledger.numbers import raise_floor
from kiosk.ledger.opening import DATABASE, EXCHANGE, open_alone, require_sound
from kiosk.ports.desk import LedgerFailure
from kiosk.vault import give_to_owner_of, sync_folder

DRAFT = ".ledger.db.new"
"""The file that is to become the ledger, while it is made."""
REPLACED = "replaced"
"""Below it lies what a ledger was before, in a folder by the time of its exchange."""

Given = Mapping[tuple[str, str], int]
"""The highest number that was given, by letter and day."""


class NumbersUnknown(LedgerFailure):
    """Nobody knows which numbers were given today; the message says how to tell."""


def given_by(state: Path) -> dict[tuple[str, str], int] | None:
    """The numbers that the ledger there has given, and those that a try that was cut off knew; None when unknown."""
    marker = state / EXCHANGE
    known: dict[tuple[str, str], int] | None = None
    if marker.exists():
        with_marker = json.loads(marker.read_text("ascii") or "null")
        if with_marker is not None:
            known = {(prefix, day): number for prefix, day, number in with_marker}
    if (state / DATABASE).exists():
        try:
            with closing(sqlite3.connect(f"{(state / DATABASE).absolute().as_uri()}?mode=ro", uri=True)) as raw:
                require_sound(Database(raw, execute_plugins=False))
                found = {(prefix, day): int(last) for prefix, day, last in raw.execute(_GIVEN)}
        except (sqlite3.Error, LedgerFailure):
            return known
        return _higher(found, known or {})
    return known


def with_told(given: Given | None, letter: str, today: date, last_number: int | None) -> Given:
    """The numbers given, with what staff tell of today. Raises NumbersUnknown when neither is known."""
    if last_number is not None:
        return _higher(given or {}, {(letter, today.isoformat()): last_number})
    if given is None:
        raise NumbersUnknown(
            "the ledger that is there cannot be read, so nobody knows which numbers were given today; look at the last"
            " slip and add --last-number N (0 when nobody was here today)"
        )
    return given


def finish(state: Path, at: datetime, given: Given, kind: Kind, body: Mapping[str, Json]) -> None:
    """Bring the draft to this version, let its numbers go on behind those that were given, and write what happened.

    Raises LedgerFailure, and what SQLite raises.
    """
    db, vault = open_alone(state / DRAFT, state)
    with closing(db):
        chain = Chain(db, vault)
        with db.atomic():
            for (prefix, day), last in sorted(given.items()):
                if last > _last_of(db, prefix, day):
                    raise_floor(db, prefix, date.fromisoformat(day), last)
                    floor_event(chain, prefix, day, last, at, sure=True)
            chain.append(kind, at, sure=True, body=body)


def put_in_place(state: Path, at: datetime, given: Given) -> Path | None:
    """Let the draft take the place of the ledger; where the former one is kept, when there was one. Raises OSError."""
    marker = state / EXCHANGE
    marker.write_text(json.dumps([[prefix, day, number] for (prefix, day), number in sorted(given.items())]), "ascii")
    _sync_file(marker)
    give_to_owner_of(state, marker)
    _sync_file(state / DRAFT)
    give_to_owner_of(state, state / DRAFT)
    sync_folder(state)
    kept = None
    if (state / DATABASE).exists():
        kept = state / REPLACED / f"{at:%Y-%m-%dT%H%M%S}"
        kept.mkdir(mode=0o700, parents=True)
        give_to_owner_of(state, kept.parent)
        give_to_owner_of(state, kept)
        # The log first: without its database it is nothing, the database without it an older ledger.
        for name in (f"{DATABASE}-wal", DATABASE):
            if (state / name).exists():
                (state / name).rename(kept / name)
        sync_folder(kept)
    (state / f"{DATABASE}-shm").unlink(missing_ok=True)
    sync_folder(state)
    (state / DRAFT).rename(state / DATABASE)
    sync_folder(state)
    marker.unlink()
    sync_folder(state)
    return kept


def clear_draft(state: Path) -> None:
    """Remove what an earlier try left. Raises OSError."""
    for file in state.glob(f"{DRAFT}*"):
        file.unlink()


_GIVEN = """
    SELECT prefix, day, max(last) FROM (
        SELECT prefix, day, max(sequence) AS last FROM visit GROUP BY prefix, day
        UNION ALL SELECT prefix, day, floor FROM number_floor)
    GROUP BY prefix, day"""


def _last_of(db: Database, prefix: str, day: str) -> int:
    (last,) = db.execute(
        "SELECT max(coalesce((SELECT max(sequence) FROM visit WHERE prefix = ?1 AND day = ?2), 0),"
        " coalesce((SELECT floor FROM number_floor WHERE prefix = ?1 AND day = ?2), 0))",
        [prefix, day],
    ).fetchone()
    return int(last)


def _higher(one: Given, other: Given) -> dict[tuple[str, str], int]:
    return {place: max(one.get(place, 0), other.get(place, 0)) for place in one.keys() | other.keys()}


def _sync_file(file: Path) -> None:
    descriptor = os.open(file, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
