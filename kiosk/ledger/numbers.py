"""Which day a visit belongs to, and which number it gets: none is given twice before the same people.

While the clock is not sure no new day begins: the series of the last visit goes on, whatever the clock says. When the
right day begins after that, its numbers go on behind those that were given under another date.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlite_utils import Database

from kiosk.checkin.visit import VisitNumber


def business_day(db: Database, letter: str, at: datetime, *, sure: bool) -> date:
    """The day of a visit at that time; the last visit's while the clock is not sure."""
    if not sure:
        last = db.execute("SELECT day FROM visit WHERE prefix = ? ORDER BY entry DESC LIMIT 1", [letter]).fetchone()
        if last is not None:
            return date.fromisoformat(last[0])
    return at.date()


def next_number(db: Database, letter: str, day: date, *, sure: bool) -> VisitNumber:
    """The number after the last one of that day; the first one goes on behind what an unsure clock has given."""
    (last,) = db.execute(
        "SELECT max(sequence) FROM visit WHERE prefix = ? AND day = ?", [letter, day.isoformat()]
    ).fetchone()
    if last is None:
        last = _given_unsure(db, letter) if sure else 0
        if last:
            db.table("number_floor").insert(
                {"prefix": letter, "day": day.isoformat(), "floor": last}, pk=("prefix", "day"), ignore=True
            )
    return VisitNumber(letter, last + 1)


def _given_unsure(db: Database, letter: str) -> int:
    """The highest number given since the clock was sure for the last time."""
    (highest,) = db.execute(
        "SELECT coalesce(max(sequence), 0) FROM visit WHERE prefix = ? AND NOT dated AND entry >"
        " (SELECT coalesce(max(entry), 0) FROM visit WHERE prefix = ? AND dated)",
        [letter, letter],
    ).fetchone()
    return int(highest)
