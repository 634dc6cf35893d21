"""Which visits wait for their query to be made up."""

from __future__ import annotations

from datetime import date, timedelta

from kiosk.checkin.settlement import Settling

ASKED_FOR = timedelta(days=7)
"""How long a query is worth making up: within a week staff have settled it by hand, and the visit stays as it is."""

_DECIDES_NOTHING = ", ".join(f"'{settling.value}'" for settling in (Settling.NOTE, Settling.UNDONE))
_IN_FORCE = f"""
    SELECT made.settling FROM staff_entry AS made
    WHERE made.visit = visit.id AND made.settling NOT IN ({_DECIDES_NOTHING}) AND NOT EXISTS (
        SELECT 1 FROM staff_entry AS undoing WHERE undoing.visit = visit.id AND undoing.undoes = made.id)
    ORDER BY made.entry DESC LIMIT 1"""  # noqa: S608 - nothing but our own names
"""As kiosk.checkin.settlement.in_force."""

WAITS = (
    "visit.deferred = 1 AND +visit.personal IS NOT NULL AND settlement.visit IS NULL AND visit.day >= :since"
    f" AND coalesce(({_IN_FORCE}), '') <> '{Settling.CANCELLED.value}'"
)
"""Of `visit LEFT JOIN settlement`, with `asked_since` as :since.

A visit whose personal fields are erased has no query any more. The + keeps the index of those that are not erased out
of it: nearly all visits stand there. One that staff cancelled counts for nothing, and nobody is asked about it, unless
that was undone.
"""


def asked_since(today: date) -> str:
    """The oldest day whose queries are still made up."""
    return (today - ASKED_FOR).isoformat()
