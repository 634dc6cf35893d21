"""Counts what the status tells."""

from __future__ import annotations

from datetime import date, timedelta

from sqlite_utils import Database

from kiosk.ledger.counts import Counts
from kiosk.ledger.waiting import WAITS, asked_since

MOST_COUNTED = 10_000
"""Waiting events are counted up to that: where no fleet engine takes them there is half a year of them."""


def count_visits(db: Database, day: date) -> Counts:
    """What the status tells on that day."""
    total, confirmed, unprinted = db.execute(
        "SELECT count(*), coalesce(sum(coalesce(settlement.confirmed, visit.confirmed)), 0),"
        " coalesce(sum(print_job.state = 'pending'), 0)"
        " FROM visit LEFT JOIN print_job ON print_job.visit = visit.id"
        " LEFT JOIN settlement ON settlement.visit = visit.id WHERE visit.day = ?",
        [day.isoformat()],
    ).fetchone()
    (outbox,) = db.execute(
        "SELECT count(*) FROM (SELECT 1 FROM outbox WHERE sent_at IS NULL LIMIT ?)", [MOST_COUNTED]
    ).fetchone()
    (deferred,) = db.execute(
        f"SELECT count(*) FROM visit LEFT JOIN settlement ON settlement.visit = visit.id WHERE {WAITS}",  # noqa: S608 - ours
        {"since": asked_since(day)},
    ).fetchone()
    settled, withdrawn = db.execute(
        "SELECT count(*), coalesce(sum(visit.confirmed AND NOT settlement.confirmed), 0)"
        " FROM settlement JOIN visit ON visit.id = settlement.visit"
        " WHERE settlement.at >= ? AND settlement.at < ?",
        [day.isoformat(), (day + timedelta(days=1)).isoformat()],
    ).fetchone()
    return Counts(confirmed, total - confirmed, unprinted, outbox, deferred, settled, withdrawn)
