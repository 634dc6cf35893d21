"""The rows of a table in their order, taken by the events that tell of them."""

from __future__ import annotations

from collections.abc import Iterator

from sqlite_utils import Database

from kiosk.ledger.rows import Stored


class RowsInOrder:
    """One walk along a table; what is passed by waits until an event tells of it."""

    def __init__(self, db: Database, query: str) -> None:
        self._rows: Iterator[Stored] = iter(db.execute(query))
        self._passed: dict[int, Stored] = {}
        """Rows that no event has told of yet. In a sound ledger there is never one."""
        self.excused: set[int] = set()

    def take(self, place: int) -> Stored | None:
        """The row of that number."""
        if place in self._passed:
            return self._passed.pop(place)
        for row in self._rows:
            if row["entry"] == place:
                return row
            self._passed[int(row["entry"] or 0)] = row
            if int(row["entry"] or 0) > place:
                return None
        return None

    def unknown(self) -> Iterator[int]:
        """The numbers of the rows that were not taken."""
        for place in sorted(self._passed):
            if place not in self.excused:
                yield place
        for row in self._rows:
            if row["entry"] not in self.excused:
                yield int(row["entry"] or 0)
