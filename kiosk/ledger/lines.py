"""Visits as the board lists them: nothing is unsealed for a list."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime

from sqlite_utils import Database

from kiosk.checkin.reasons import Reason
from kiosk.checkin.settlement import Settling, StaffEntry, Standing, in_force, standing
from kiosk.checkin.visit import VisitNumber
from kiosk.checkin.ways import Way
from kiosk.ledger.altered import with_stand_ins
from kiosk.ledger.entries import entry_from
from kiosk.ledger.rows import Stored
from kiosk.ledger.waiting import WAITS, asked_since
from kiosk.ports.board import VisitLine, Which
from kiosk.ports.desk import LedgerFailure

_OF_VISIT = ("id", "prefix", "sequence", "day", "at", "began_at", "reason", "way", "confirmed", "findings", "hints")
_OF_SETTLEMENT = ("at", "reason", "way", "confirmed", "findings", "hints")
_COLUMNS = ", ".join(
    (
        *(f"visit.{column}" for column in _OF_VISIT),
        *(f"settlement.{column} AS later_{column}" for column in _OF_SETTLEMENT),
    )
)
_LINES = f"""
    SELECT {_COLUMNS}, {WAITS} AS waits, print_job.state = 'printed' AS printed
    FROM visit LEFT JOIN print_job ON print_job.visit = visit.id LEFT JOIN settlement ON settlement.visit = visit.id
    WHERE """  # noqa: S608 - nothing but our own names
_ENTRIES = """
    SELECT staff_entry.* FROM visit JOIN staff_entry ON staff_entry.visit = visit.id
    WHERE staff_entry.settling <> 'note' AND """


def lines_of(db: Database, which: Which | str, day: date, today: date) -> tuple[VisitLine, ...]:
    """The visits of a day (all or the open ones), those of any day that wait for their query, or one by its id.

    The last first. One whose row, or whose entries, somebody altered stands among the others, as altered.
    """
    if isinstance(which, str):
        where = with_entries = "visit.id = :visit"
    elif which is Which.DEFERRED:
        where, with_entries = WAITS, "visit.deferred = 1 AND visit.day >= :since"
    else:
        where = with_entries = "visit.day = :day"
    values = {
        "visit": which if isinstance(which, str) else "",
        "day": day.isoformat(),
        "since": asked_since(today),
    }
    entries: defaultdict[str, list[StaffEntry]] = defaultdict(list)
    altered: set[str] = set()
    # The + lets the index of the days find them: else the whole table would be gone through in its order.
    rows = db.execute(f"{_LINES}{where} ORDER BY +visit.entry DESC", values).fetchall()
    if rows:
        for row in db.execute(f"{_ENTRIES}{with_entries} ORDER BY +staff_entry.entry", values):
            try:
                entries[row["visit"]].append(entry_from(row))
            except LedgerFailure:
                # It may have undone or decided anything: only what staff enter behind it holds.
                entries[row["visit"]].clear()
                altered.add(row["visit"])
    lines = (_line(row, entries.get(row["id"], ()), entries_altered=row["id"] in altered) for row in rows)
    return tuple(line for line in lines if which is not Which.OPEN or line.standing is Standing.OPEN)


def _settled_way(entries: list[StaffEntry] | tuple[()]) -> Way | None:
    """By which way staff confirmed a visit; the insurer's answer is the notice's way (b)."""
    last = in_force(entries)
    if last is None:
        return None
    return Way.PROVISIONAL_INSURER if last.settlement.settling is Settling.INSURER else last.settlement.way


def _line(row: Stored, entries: list[StaffEntry] | tuple[()], *, entries_altered: bool) -> VisitLine:
    legible, row_altered = with_stand_ins(row)
    which = "" if legible["later_at"] is None else "later_"
    altered = row_altered or entries_altered or row["printed"] is None
    return VisitLine(
        id=str(legible["id"]),
        number=str(VisitNumber(str(legible["prefix"]), int(legible["sequence"] or 0))),
        day=date.fromisoformat(str(legible["day"])),
        at=datetime.fromisoformat(str(legible["at"])),
        way=Way(legible[f"{which}way"]),
        reason=Reason(legible[f"{which}reason"]),
        standing=standing(confirmed=bool(legible[f"{which}confirmed"]) and not altered, entries=entries),
        deferred=bool(legible["waits"]),
        printed=bool(legible["printed"]),
        settled_way=_settled_way(entries),
        altered=altered,
    )
