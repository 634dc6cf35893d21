"""Visits that no kiosk has written as they are: stand-ins take the place of what cannot be read.

Somebody who alters one row must not hide the others of its day, nor the number and what staff entered. What it was
stands in its event, and `kiosk ledger verify` says it.
"""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache

from kiosk.checkin.reasons import Reason
from kiosk.checkin.ways import Way
from kiosk.ledger.outcomes import outcome_of
from kiosk.ledger.rows import Row, Stored, Value

_STAND_INS: Row = {
    "reason": Reason.STAFF_CALLED.value,
    "way": Way.DESK.value,
    "confirmed": 0,
    "findings": "[]",
    "hints": "[]",
}
"""Somebody has to look: a confirmation that was altered is none."""


def with_stand_ins(row: Stored) -> tuple[Row, bool]:
    """A row of `visit`, perhaps with its settlement (`later_`), and whether anything of it had to be replaced."""
    legible: Row = {name: row[name] for name in row.keys()}  # noqa: SIM118 - `in` of a sqlite3.Row looks at values
    later = legible.get("later_at") is not None
    replaced: Row = {}
    for which in ("", "later_") if later else ("",):
        if not _is_outcome(row, which):
            replaced |= {f"{which}{column}": value for column, value in _STAND_INS.items()}
    day = _day_of(row)
    if day is None:
        replaced["day"] = date.min.isoformat()
    for column in ("at", "began_at", "later_at") if later else ("at", "began_at"):
        if not _is_moment(row[column]):
            replaced[column] = f"{day or date.min}T00:00:00+00:00"
    legible.update(replaced)
    return legible, bool(replaced)


def is_altered(row: Stored) -> bool:
    """Whether the row of a visit says what no kiosk writes: nobody knows then what its slip says."""
    _, altered = with_stand_ins(row)
    return altered


def _is_outcome(row: Stored, which: str) -> bool:
    reason, way, confirmed, findings, hints = (row[f"{which}{column}"] for column in _STAND_INS)
    return _fit(reason, way, confirmed, findings, hints)


@lru_cache(maxsize=256)
def _fit(reason: Value, way: Value, confirmed: Value, findings: Value, hints: Value) -> bool:
    """Kept: the visits of a day have few different outcomes, and their list is looked at again and again."""
    try:
        outcome = outcome_of({"reason": reason, "way": way, "findings": findings, "hints": hints})
    except (ValueError, KeyError, TypeError, RecursionError):
        return False
    return confirmed == outcome.confirmed


def _day_of(row: Stored) -> date | None:
    return written_day(str(row["day"]))


def written_day(written: str) -> date | None:
    """None for one that a kiosk does not write so, as 20261120: no list of that day has its visit."""
    try:
        day = date.fromisoformat(written)
    except ValueError:
        return None
    return day if day.isoformat() == written else None


def _is_moment(written: Value) -> bool:
    try:
        return datetime.fromisoformat(str(written)).tzinfo is not None
    except ValueError:
        return False
