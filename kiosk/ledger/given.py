"""Which numbers were given before another file takes the place of the ledger: none of them is given again."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

from sqlite_utils import Database

from kiosk.ledger.chain import Kind
from kiosk.ledger.marker import Given, read_marker
from kiosk.ledger.numbers import given_unsure, last_series
from kiosk.ledger.opening import DATABASE, EXCHANGE, require_sound
from kiosk.ports.desk import LedgerFailure


class NumbersUnknown(LedgerFailure):
    """Nobody knows which numbers were given today; the message says how to tell."""


def given_by(state: Path, today: date) -> dict[tuple[str, str], int] | None:
    """The numbers that the ledger there has given, and those that a try that was cut off knew; None when unknown.

    Those of its last series, and those that an unsure clock has given since, count as today's: nobody knows whether
    the people who got them are still here.
    """
    known: Given | None = None
    if (state / EXCHANGE).exists():
        marker = read_marker(state)
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


def given_in_chain(db: Database, today: date) -> tuple[dict[tuple[str, str], int], dict[str, int]]:
    """The highest numbers by letter and day, and the highest rows by table, of which the chain tells.

    The last series counts as today's, with what an unsure clock has given since, as in `given_by`.
    """
    given: dict[tuple[str, str], int] = {}
    rows: dict[str, int] = {}
    series: dict[str, str] = {}
    unsure: dict[str, int] = {}
    found = db.execute(
        "SELECT kind, subject, sure, body FROM event WHERE kind IN (?, ?, ?, ?) ORDER BY seq",
        [Kind.VISIT.value, Kind.ADOPTED.value, Kind.ENTRY.value, Kind.FLOOR.value],
    )
    for row in found:
        body = json.loads(row["body"])
        if row["kind"] == Kind.FLOOR.value:
            place, number = (body["prefix"], row["subject"]), body["floor"]
        elif "number" in body:
            prefix, _, sequence = body["number"].rpartition("-")
            place, number = (prefix, body["day"]), int(sequence)
            rows["visit"] = max(body["row"], rows.get("visit", 0))
            series[prefix] = body["day"]
            unsure[prefix] = 0 if row["sure"] or row["kind"] != Kind.VISIT.value else max(number, unsure.get(prefix, 0))
        else:
            if "row" in body:
                rows["staff_entry"] = max(body["row"], rows.get("staff_entry", 0))
            continue
        given[place] = max(number, given.get(place, 0))
    here = {
        (prefix, today.isoformat()): max(given[prefix, day], unsure[prefix], still_here(db, prefix))
        for prefix, day in series.items()
    }
    return higher(given, here), rows


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


_GIVEN = """
    SELECT prefix, day, max(last) FROM (
        SELECT prefix, day, max(sequence) AS last FROM visit GROUP BY prefix, day
        UNION ALL SELECT prefix, day, floor FROM number_floor)
    GROUP BY prefix, day"""


def with_series(db: Database, given: Given, today: date) -> Given:
    """With today's numbers for the last series, too, which goes on while the clock is not sure."""
    series: dict[tuple[str, str], int] = {}
    for (prefix, day), last in given.items():
        if day == today.isoformat() and (found := last_series(db, prefix)):
            series[prefix, found[0]] = last
    return higher(given, series)


def still_here(db: Database, prefix: str) -> int:
    """The highest number of the last series, and of what an unsure clock has given since."""
    series = last_series(db, prefix)
    return max(series[1] if series else 0, given_unsure(db, prefix))


def last_of(db: Database, prefix: str, day: str) -> int:
    """Behind which number that day goes on."""
    (last,) = db.execute(
        "SELECT max(coalesce((SELECT max(sequence) FROM visit WHERE prefix = ?1 AND day = ?2), 0),"
        " coalesce((SELECT floor FROM number_floor WHERE prefix = ?1 AND day = ?2), 0))",
        [prefix, day],
    ).fetchone()
    return int(last)


def higher(one: Given, other: Given) -> dict[tuple[str, str], int]:
    """The higher one of both, for each letter and day."""
    return {place: max(one.get(place, 0), other.get(place, 0)) for place in one.keys() | other.keys()}
