"""Which sealed texts took the place of others when the key was rotated, as the chain tells it."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping

from sqlite_utils import Database

from kiosk.ledger.chain import Json, told_in
from kiosk.ledger.digests import Relation
from kiosk.ledger.rows import Stored


class Resealed:
    """The batches of all rotations; one of each table is in memory at a time.

    The rows of settlements and entries are told by the number of their visit's row or their own, as `rotation` does.
    """

    def __init__(self, db: Database, events: Iterable[Stored]) -> None:
        """`events`: seq and body of the events of kind RESEALED, in their order."""
        self._db = db
        self._batches: dict[Relation, dict[int, list[tuple[int, int]]]] = defaultdict(lambda: defaultdict(list))
        """By table and rotation: the first row of each batch, and the number of its event."""
        self._read: dict[int, dict[int, str]] = {}
        for seq, body in events:
            told = told_in(body)
            rows, rotation, relation = _rows(told), told.get("rotation"), told.get("relation")
            # One that was changed is a problem of its own; it tells of nothing.
            if rows and isinstance(rotation, int) and relation in _RELATIONS:
                self._batches[Relation(relation)][rotation].append((min(rows), int(seq or 0)))
        for rotations in self._batches.values():
            for batches in rotations.values():
                batches.sort()

    def of(self, relation: Relation, row: int) -> str | None:
        """The digest of what was sealed last in the place of what its own event tells; None when that still holds."""
        if relation not in self._batches:
            return None
        rotations = self._batches[relation]
        for rotation in sorted(rotations, reverse=True):
            place = bisect_right(rotations[rotation], (row, 1 << 62)) - 1
            if place >= 0 and (found := self._batch(rotations[rotation][place][1]).get(row)):
                return found
        return None

    def _batch(self, seq: int) -> dict[int, str]:
        if seq not in self._read:
            if len(self._read) >= _MOST_READ:
                self._read.clear()
            (body,) = self._db.execute("SELECT body FROM event WHERE seq = ?", [seq]).fetchone()
            self._read[seq] = _rows(told_in(body))
        return self._read[seq]


def _rows(told: Mapping[str, Json]) -> dict[int, str]:
    rows = told.get("rows")
    if not isinstance(rows, list):
        return {}
    return {
        pair[0]: pair[1]
        for pair in rows
        if isinstance(pair, list) and len(pair) == 2 and isinstance(pair[0], int) and isinstance(pair[1], str)
    }


_RELATIONS = frozenset(relation.value for relation in Relation)
_MOST_READ = 12
"""Batches in memory: the walk goes through each table in order, and there are a few rotations at most."""
