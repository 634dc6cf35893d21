"""What was handed in for many at once (一括照会), so that the same is fetched and not handed in a second time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from operator import attrgetter
from uuid import uuid4

from kiosk.checkin.insurance import QualificationQuery

MOST_QUERIES = 500
"""In one: what a gateway takes."""


@dataclass(frozen=True, slots=True, repr=False)
class Upload:
    """One 一括照会, as it is handed in again word for word after a break. Its repr shows nothing."""

    reference: str
    """Its clientRef, and its key."""
    at: datetime
    """When it was first handed in, with the time zone."""
    queries: Mapping[str, QualificationQuery]
    """By clientRef; all for one day."""

    def __repr__(self) -> str:
        return "Upload(…)"

    @property
    def day(self) -> date:
        """For which all are asked."""
        return next(iter(self.queries.values())).confirmation_date


def uploads_of(queries: Iterable[QualificationQuery], at: datetime) -> Iterator[Upload]:
    """New ones, of one day and at most 500 queries each, the earliest day first."""
    by_day = groupby(sorted(queries, key=_day_of), key=_day_of)
    for of_day in (list(found) for _, found in by_day):
        for begin in range(0, len(of_day), MOST_QUERIES):
            yield Upload(str(uuid4()), at, {str(uuid4()): one for one in of_day[begin : begin + MOST_QUERIES]})


_day_of = attrgetter("confirmation_date")
