"""What a fleet engine may learn of a visit: an event without personal data, written with the visit itself."""

from __future__ import annotations

import json

from kiosk.checkin.visit import Visit
from kiosk.ledger.records import Row

RECORDED = "visit recorded"


def event_of(visit: Visit) -> Row:
    """The columns of table `outbox` for a visit just recorded; `event` is what a receiver tells doubles by."""
    body = {
        "visit": visit.id,
        "kiosk": visit.kiosk,
        "number": str(visit.number),
        "day": visit.day.isoformat(),
        "at": visit.at.isoformat(),
        "way": visit.outcome.way.value,
        "reason": visit.outcome.reason.value,
        "confirmed": visit.outcome.confirmed,
    }
    return {
        "event": f"{visit.id}-recorded",
        "visit": visit.id,
        "kind": RECORDED,
        "body": json.dumps(body),
        "made_at": visit.at.isoformat(),
    }
