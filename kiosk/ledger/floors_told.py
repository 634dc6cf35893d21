"""Behind which numbers the days go on, as the chain tells it and as the table says."""

from __future__ import annotations

from collections.abc import Iterable

from sqlite_utils import Database

from kiosk.ledger.chain import Event, told_in
from kiosk.ledger.lost import Lost
from kiosk.ledger.report import Report, Wrong
from kiosk.ledger.rows import Stored


def compare_floors(db: Database, events: Iterable[Stored], report: Report, lost: Lost) -> None:
    """`events`: those of kind FLOOR, in their order."""
    told: dict[tuple[str, str], tuple[int, Event]] = {}
    for row in events:
        event = Event.of(row)
        body = told_in(event.body)
        place, floor = (str(body.get("prefix")), str(event.subject)), body.get("floor")
        # One that was changed is a problem already; it tells of nothing.
        if isinstance(floor, int) and (place not in told or floor > told[place][0]):
            told[place] = floor, event
    found = {(row["prefix"], row["day"]): row["floor"] for row in db.execute("SELECT * FROM number_floor").fetchall()}
    for place in sorted(told.keys() | found.keys()):
        if place not in found:
            lost.add(told[place][1], Wrong.REMOVED, "number_floor", " ".join(place), "an event tells of it")
        elif place not in told:
            report.add(Wrong.INSERTED, "number_floor", " ".join(place), "no event tells of it")
        elif told[place][0] != found[place]:
            words = "an event tells otherwise"
            lost.add(told[place][1], Wrong.ALTERED, "number_floor", " ".join(place), words)
