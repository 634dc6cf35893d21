"""Putting another file in the place of the ledger: no number is given twice, and what was there is kept.

The draft is made and put on disk first. Then a marker lies beside the ledger until the draft is in its place, and no
kiosk writes to what is there in between. The marker says which draft it is and where the former ledger goes, so that
a second try ends what the first one began when that was cut off.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from sqlite_utils import Database

from kiosk.ledger.adoption import floor_event
from kiosk.ledger.chain import Chain, Event, Json, Kind
from kiosk.ledger.numbers import given_unsure, last_series, raise_floor
from kiosk.ledger.opening import DATABASE, EXCHANGE, open_alone, require_sound
from kiosk.ports.desk import LedgerFailure
from kiosk.vault import give_to_owner_of, sync_folder

DRAFT = ".ledger.db.new"
"""The file that is to become the ledger, while it is made."""
SALVAGE = ".salvage-"
"""How the folders begin in which a salvage reads a copy of the damaged ledger."""
REPLACED = "replaced"
"""Below it lies what a ledger was before, in a folder by the time of its exchange."""

Given = Mapping[tuple[str, str], int]
"""The highest number that was given, by letter and day."""


class NumbersUnknown(LedgerFailure):
    """Nobody knows which numbers were given today; the message says how to tell."""


def given_by(state: Path, today: date) -> dict[tuple[str, str], int] | None:
    """The numbers that the ledger there has given, and those that a try that was cut off knew; None when unknown.

    Those of its last series, and those that an unsure clock has given since, count as today's: nobody knows whether
    the people who got them are still here.
    """
    known: Given | None = None
    if (state / EXCHANGE).exists():
        marker = _marked(state)
        if marker is None:
            return None
        known = marker.given
    if (state / DATABASE).exists():
        try:
            with closing(sqlite3.connect(f"{(state / DATABASE).absolute().as_uri()}?mode=ro", uri=True)) as raw:
                db = Database(raw, execute_plugins=False)
                require_sound(db)
                found = {(prefix, day): int(last) for prefix, day, last in raw.execute(_GIVEN)}
                here = {(prefix, today.isoformat()): still_here(db, prefix) for prefix, _ in found}
        except (sqlite3.Error, LedgerFailure):
            return dict(known) if known is not None else None
        return higher(higher(found, here), known or {})
    return dict(known) if known is not None else None


def with_told(given: Given | None, letter: str, today: date, last_number: int | None) -> Given:
    """The numbers given, with what staff tell of today. Raises NumbersUnknown when neither is known."""
    if last_number is not None:
        return higher(given or {}, {(letter, today.isoformat()): last_number})
    if given is None:
        raise NumbersUnknown(
            "the ledger that is there cannot be read, so nobody knows which numbers were given today; look at the last"
            " slip and add --last-number N (0 when nobody was here today)"
        )
    return given


def finish(state: Path, at: datetime, given: Given, kind: Kind, body: Mapping[str, Json]) -> None:
    """Bring the draft to this version, let its numbers go on behind those that were given, and write what happened.

    While the clock is not sure the draft's last series goes on: that one, too, behind what was given today.
    Raises LedgerFailure, and what SQLite raises.
    """
    db, vault = open_alone(state / DRAFT, state)
    with closing(db):
        chain = Chain(db, vault)
        with db.atomic():
            for (prefix, day), last in sorted(_with_series(db, given, at.date()).items()):
                if last > _last_of(db, prefix, day):
                    raise_floor(db, prefix, date.fromisoformat(day), last)
                    floor_event(chain, prefix, day, last, at, sure=True)
            chain.append(kind, at, sure=True, body=body)


def put_in_place(state: Path, at: datetime, given: Given) -> Path | None:
    """Let the finished draft take the place of the ledger; where the former one is kept, if there is one.

    Raises OSError, and what SQLite raises.
    """
    _sync_file(state / DRAFT)
    give_to_owner_of(state, state / DRAFT)
    sync_folder(state)
    marker = _Marker(_head_of(state / DRAFT), given, _free_name(state / REPLACED, at))
    _mark(state, marker)
    return _move(state, marker)


def go_on(state: Path) -> tuple[Event, Path | None] | None:
    """End what a try began that was cut off after its draft was whole.

    What its last event tells, and where the former ledger is kept; None when there is nothing to end. Raises OSError,
    and what SQLite raises.
    """
    marker = _marked(state)
    if marker is None:
        return None
    for file in (state / DRAFT, state / DATABASE):
        if file.exists():
            if _head_of(file) != marker.draft:
                return None
            event = _last_event(file)
            return event, _move(state, marker)
    return None


@dataclass(frozen=True, slots=True)
class _Marker:
    draft: str
    """The hash at the end of its chain."""
    given: Given
    kept: str
    """The folder of the former ledger, below `replaced`."""


def _mark(state: Path, marker: _Marker) -> None:
    """The marker is there as a whole, or not at all."""
    draft = state / f".{EXCHANGE}.new"
    numbers = [[prefix, day, number] for (prefix, day), number in sorted(marker.given.items())]
    draft.write_text(json.dumps({"draft": marker.draft, "given": numbers, "kept": marker.kept}), "ascii")
    _sync_file(draft)
    give_to_owner_of(state, draft)
    draft.replace(state / EXCHANGE)
    sync_folder(state)


def _marked(state: Path) -> _Marker | None:
    """What the marker says; None when there is none, or when nobody can read it any more."""
    try:
        told = json.loads((state / EXCHANGE).read_text("ascii"))
        given = {(str(prefix), str(day)): int(number) for prefix, day, number in told["given"]}
        return _Marker(str(told["draft"]), given, str(told["kept"]))
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None


def _move(state: Path, marker: _Marker) -> Path | None:
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


def _head_of(file: Path) -> str:
    with _still(file) as raw:
        head = raw.execute("SELECT hash FROM head").fetchone()
    return bytes(head[0]).hex() if head else ""


def _last_event(file: Path) -> Event:
    with _still(file) as raw:
        return Event.of(raw.execute("SELECT * FROM event ORDER BY seq DESC LIMIT 1").fetchone())


def _still(file: Path) -> closing[sqlite3.Connection]:
    """A ledger to which nobody writes, without the files that a reader of a write-ahead log makes."""
    return closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro&immutable=1", uri=True))


def sweep_salvage(state: Path, but: Path | None = None) -> None:
    """Remove the copies that a salvage made which was killed. Raises OSError."""
    for folder in state.glob(f"{SALVAGE}*"):
        if folder != but:
            shutil.rmtree(folder)


def clear_draft(state: Path) -> None:
    """Remove what an earlier try left. Raises OSError."""
    for file in state.glob(f"{DRAFT}*"):
        file.unlink()


_GIVEN = """
    SELECT prefix, day, max(last) FROM (
        SELECT prefix, day, max(sequence) AS last FROM visit GROUP BY prefix, day
        UNION ALL SELECT prefix, day, floor FROM number_floor)
    GROUP BY prefix, day"""


def _with_series(db: Database, given: Given, today: date) -> Given:
    series: dict[tuple[str, str], int] = {}
    for (prefix, day), last in given.items():
        if day == today.isoformat() and (found := last_series(db, prefix)):
            series[prefix, found[0]] = last
    return higher(given, series)


def still_here(db: Database, prefix: str) -> int:
    """The highest number of the last series, and of what an unsure clock has given since."""
    series = last_series(db, prefix)
    return max(series[1] if series else 0, given_unsure(db, prefix))


def _last_of(db: Database, prefix: str, day: str) -> int:
    (last,) = db.execute(
        "SELECT max(coalesce((SELECT max(sequence) FROM visit WHERE prefix = ?1 AND day = ?2), 0),"
        " coalesce((SELECT floor FROM number_floor WHERE prefix = ?1 AND day = ?2), 0))",
        [prefix, day],
    ).fetchone()
    return int(last)


def higher(one: Given, other: Given) -> dict[tuple[str, str], int]:
    """The higher one of both, for each letter and day."""
    return {place: max(one.get(place, 0), other.get(place, 0)) for place in one.keys() | other.keys()}


def _sync_file(file: Path) -> None:
    descriptor = os.open(file, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
