"""事前照会: an answer from the evening before, and when it may stand in for one that nobody gives."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from kiosk.checkin.insurance import QualificationAnswer, QualificationQuery
from kiosk.checkin.writing import fold_number

QueryKey = tuple[str, ...]
"""What two queries have in common that ask for the same."""


@dataclass(frozen=True, slots=True, repr=False)
class Precheck:
    """One answer, when it was asked for, and to which query. Its repr shows nothing."""

    query: QualificationQuery
    """Its confirmation date is the day of the appointment."""
    answer: QualificationAnswer
    asked_at: datetime
    """With the time zone."""

    def __repr__(self) -> str:
        return "Precheck(…)"

    def counts_for(self, query: QualificationQuery, now: datetime, longest: timedelta) -> bool:
        """Whether it answers that query now: the same numbers, birth date and day, that day is today, and not too old.

        `now` is in the site's time zone, as its day counts.
        One that seems to be from later was written under another clock, and does not count.
        """
        age = now - self.asked_at
        return (
            key_of(self.query) == key_of(query)
            and query.confirmation_date == now.date()
            and timedelta(0) <= age <= longest
        )


def key_of(query: QualificationQuery) -> QueryKey:
    """The query without what only its writing differs in. A part that one lacks and the other has makes two of them."""
    insured = query.insured
    return (
        query.insurer.digits,
        fold_number(insured.symbol),
        fold_number(insured.number).lstrip("0"),
        fold_number(insured.branch).zfill(2) if insured.branch else "",
        query.birthdate.isoformat(),
        query.confirmation_date.isoformat(),
    )
