"""Which day a visit belongs to, and which number it gets: none is given twice before the same people.

While the clock is not sure no new day begins: the series of the last visit goes on, whatever the clock says. When the
right day begins after that, its numbers go on behind those that were given under another date.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlite_utils import Database

from kiosk.checkin.visit import VisitNumber

_FROM_THE_END = "FROM visit WHERE +prefix = ? ORDER BY entry DESC"
"""The last first. The + keeps the index of numbers out of it: nearly all visits have the same letter."""


def business_day(db: Database, letter: str, at: datetime, *, sure: bool) -> date:
    """The day of a visit at that time; the last visit's while the clock is not sure."""
    if not sure:
        last = db.execute(f"SELECT day {_FROM_THE_END} LIMIT 1", [letter]).fetchone()
        if last is not None:
            return date.fromisoformat(last[0])
    return at.date()


def next_number(db: Database, letter: str, day: date) -> VisitNumber:
    """The number after the last one of that day, or behind its floor."""
    last, floor = _given(db, letter, day)
    return VisitNumber(letter, max(last or 0, floor or 0) + 1)


def unsure_floor(db: Database, letter: str, day: date) -> int:
    """Behind which number a day goes on whose date is sure: what an unsure clock has given since; 0 for none."""
    last, floor = _given(db, letter, day)
    unsure = given_unsure(db, letter)
    return unsure if unsure > max(last or 0, floor or 0) else 0


def last_series(db: Database, letter: str) -> tuple[str, int] | None:
    """The day of the last visit, and the highest number of that day; None without a visit."""
    row = db.execute(f"SELECT day {_FROM_THE_END} LIMIT 1", [letter]).fetchone()
    if row is None:
        return None
    last, floor = _given(db, letter, date.fromisoformat(row[0]))
    return str(row[0]), max(last or 0, floor or 0)


def raise_floor(db: Database, letter: str, day: date, floor: int) -> None:
    """Let the numbers of a day go on behind that one, or stay behind a higher one."""
    db.execute(
        "INSERT INTO number_floor VALUES (?, ?, ?)"
        " ON CONFLICT (prefix, day) DO UPDATE SET floor = excluded.floor WHERE excluded.floor > floor",
        [letter, day.isoformat(), floor],
    )


def _given(db: Database, letter: str, day: date) -> tuple[int | None, int | None]:
    last, floor = db.execute(
        "SELECT (SELECT max(sequence) FROM visit WHERE prefix = ?1 AND day = ?2),"
        " (SELECT floor FROM number_floor WHERE prefix = ?1 AND day = ?2)",
        [letter, day.isoformat()],
    ).fetchone()
    return last, floor


def given_unsure(db: Database, letter: str) -> int:
    """The highest number given since the clock was sure for the last time."""
    (highest,) = db.execute(
        "SELECT coalesce(max(sequence), 0) FROM visit WHERE +prefix = :letter AND NOT dated AND entry > coalesce("
        "(SELECT entry FROM visit WHERE +prefix = :letter AND dated ORDER BY entry DESC LIMIT 1), 0)",
        {"letter": letter},
    ).fetchone()
    return int(highest)
