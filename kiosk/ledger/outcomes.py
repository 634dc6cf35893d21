"""An outcome as columns and back."""

from __future__ import annotations

import json

from kiosk.checkin.collation import Field, Finding, Source
from kiosk.checkin.outcome import Hint, Outcome
from kiosk.checkin.reasons import Reason
from kiosk.checkin.ways import Way
from kiosk.ledger.rows import Row, Stored


def outcome_columns(outcome: Outcome) -> Row:
    """The columns of an outcome in `visit` and `settlement`."""
    return {
        "reason": outcome.reason.value,
        "way": outcome.way.value,
        "confirmed": int(outcome.confirmed),
        "findings": json.dumps(
            [[finding.field.name, *(source.name for source in finding.between)] for finding in outcome.findings]
        ),
        "hints": json.dumps([hint.name for hint in outcome.hints]),
    }


def outcome_of(row: Stored, which: str = "") -> Outcome:
    """The outcome in those columns, whose names begin with `which`. Raises ValueError, KeyError, TypeError."""
    return Outcome(
        reason=Reason(row[f"{which}reason"]),
        way=Way(row[f"{which}way"]),
        findings=tuple(
            Finding(Field[field], (Source[one], Source[other]))
            for field, one, other in json.loads(str(row[f"{which}findings"]))
        ),
        hints=tuple(Hint[name] for name in json.loads(str(row[f"{which}hints"]))),
    )
