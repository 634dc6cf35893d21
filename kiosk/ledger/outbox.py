"""What a fleet engine may learn of a visit: events without personal data, written with what they tell of.

An event leaves the outbox when the personal fields of its visit are erased, taken or not: so where no fleet takes them
it holds no more than the retention time, and a fleet that is set up later still learns of what staff may yet settle. By
the visit, not by the event's time: a visit whose date nobody knew stays as long as its fields do. Nothing else depends
on the outbox, and no event of the chain tells of it.
"""

from __future__ import annotations

import json
from datetime import datetime

from sqlite_utils import Database

from kiosk.checkin.settlement import StaffEntry, Standing
from kiosk.checkin.visit import Visit
from kiosk.ledger.rows import Row

RECORDED = "visit recorded"
SETTLED = "settled"
"""A query that was made up after an outage has changed the visit."""

BY_STAFF = "settled by staff"
DROPPED_AT_ONCE = 1000
"""In one transaction: some 30 ms, so that who stands at the screen does not wait for the years of an older version."""


def event_of(visit: Visit) -> Row:
    """The columns of table `outbox` for a visit just recorded; `event` is what a receiver tells doubles by."""
    return _event(visit, "recorded", RECORDED, _body(visit), visit.at)


def settled_event_of(visit: Visit, at: datetime) -> Row:
    """The columns of table `outbox` for a visit just settled later: its reason is the new one."""
    first = visit.first_reason.value if visit.first_reason else None
    body = _body(visit) | {"first_reason": first, "settled_at": at.isoformat()}
    return _event(visit, "settled", SETTLED, body, at)


def staff_event_of(visit: Visit, entry: StaffEntry, standing: Standing, *, altered: bool = False) -> Row:
    """The columns of table `outbox` for an entry of staff: how the visit stands now, without the note.

    `altered`: somebody changed the record of the visit, so that way and reason may be stand-ins, and confirm nothing.
    """
    way = entry.settlement.way
    body = _body(visit) | {
        "entry": entry.id,
        "settling": entry.settlement.settling.value,
        "settled_way": way.value if way else None,
        "standing": standing.value,
        "settled_at": entry.at.isoformat(),
        **({"altered": True, "confirmed": False} if altered else {}),
    }
    return _event(visit, f"staff-{entry.id}", BY_STAFF, body, entry.at)


def drop_due(db: Database) -> int:
    """Drop the oldest events whose visits are erased, a bounded number; how many. Belongs into a transaction."""
    return db.execute(
        "DELETE FROM outbox WHERE entry IN (SELECT outbox.entry FROM outbox JOIN visit ON visit.id = outbox.visit"
        " WHERE visit.personal IS NULL ORDER BY outbox.entry LIMIT ?)",
        [DROPPED_AT_ONCE],
    ).rowcount


def _body(visit: Visit) -> dict[str, str | bool | None]:
    return {
        "visit": visit.id,
        "kiosk": visit.kiosk,
        "number": str(visit.number),
        "day": visit.day.isoformat(),
        "at": visit.at.isoformat(),
        "way": visit.outcome.way.value,
        "reason": visit.outcome.reason.value,
        "confirmed": visit.outcome.confirmed,
    }


def _event(visit: Visit, name: str, kind: str, body: dict[str, str | bool | None], made_at: datetime) -> Row:
    return {
        "event": f"{visit.id}-{name}",
        "visit": visit.id,
        "kind": kind,
        "body": json.dumps(body),
        "made_at": made_at.isoformat(),
    }
