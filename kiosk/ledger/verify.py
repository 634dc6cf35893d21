"""Whether the record is as it was written: every event in its place, and every row as its event vouches for it.

One walk along the chain with a second one beside it along the visits, so that a million rows need no memory. What a row
was before it was altered stands in its event.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sqlite_utils import Database

from kiosk.ledger.chain import GENESIS, KEPT, Event, Json, Kind, signed, told_in
from kiosk.ledger.digests import KEY, SEALED, Relation
from kiosk.ledger.floors_told import compare_floors
from kiosk.ledger.lost import Lost
from kiosk.ledger.record_schema import SELDOM
from kiosk.ledger.report import MOST_TOLD, Report, Wrong
from kiosk.ledger.resealed import Resealed
from kiosk.ledger.rows import Stored
from kiosk.ledger.vouching import Vouching
from kiosk.vault import Vault

STEP = 5000
"""Events between two calls of `progress`: a fraction of a second."""


def verify(db: Database, vault: Vault, progress: Callable[[int, int], None] = lambda _done, _total: None) -> Report:
    """Read the whole record in one snapshot. Raises sqlite3.Error, and LedgerFailure, for what cannot be read.

    `progress` is told how many of how many events are done.
    """
    db.execute("BEGIN")
    try:
        return _Walk(db, vault).along(progress)
    finally:
        db.execute("ROLLBACK")


class _Walk:
    def __init__(self, db: Database, vault: Vault) -> None:
        self._db = db
        self._vault = vault
        self._report = Report()
        self._lost = Lost(self._report, self._seldom(Kind.SALVAGED, "seq, body", "ORDER BY seq"))
        erased = self._seldom(Kind.ERASED, "max(seq) AS last, subject", "GROUP BY subject")
        self._rows = Vouching(
            db,
            self._report,
            self._lost,
            {str(row["subject"]): int(row["last"] or 0) for row in erased},
            Resealed(db, self._seldom(Kind.RESEALED, "seq, body", "ORDER BY seq")),
        )

    def along(self, progress: Callable[[int, int], None]) -> Report:
        report = self._report
        (total,) = self._db.execute("SELECT coalesce(max(seq), 0) FROM event").fetchone()
        last: Event | None = None
        for row in self._db.execute("SELECT * FROM event ORDER BY seq"):
            event = Event.of(row)
            if self._in_its_place(event, last):
                self._vouched(event)
            else:
                self._rows.skip(event)
            last = event
            report.events += 1
            if report.events % STEP == 0:
                progress(report.events, total)
        self._head(last)
        self._rows.left_over()
        compare_floors(self._db, self._seldom(Kind.FLOOR, "*", "ORDER BY seq"), report, self._lost)
        self._lost.settle()
        progress(report.events, total)
        return report

    def _in_its_place(self, event: Event, last: Event | None) -> bool:
        """The event itself; what it says of other rows counts only when it is sound."""
        report = self._report
        expected = last.seq + 1 if last else 1
        if event.seq < 1:
            report.add(Wrong.INSERTED, "event", event.seq, "events are counted from 1")
            return False
        if event.computed() != event.hash:
            report.add(Wrong.ALTERED, "event", event.seq, "its content does not give its hash")
            return False
        if event.seq > expected:
            for missing in range(expected, min(event.seq, expected + MOST_TOLD)):
                report.add(Wrong.REMOVED, "event", missing, "it is missing")
        elif event.previous != (last.hash if last and last.seq > 0 else GENESIS):
            report.add(Wrong.ALTERED, "event", event.seq - 1, f"event {event.seq} holds another hash of it")
        return True

    def _vouched(self, event: Event) -> None:
        body = told_in(event.body)
        try:
            kind = Kind(event.kind)
            self._rows.vouched(kind, event, body)
        except ValueError:
            self._report.add(Wrong.ALTERED, "event", event.seq, "it is of no known kind")
            return
        if kind is Kind.SALVAGED:
            self._lost.vouched(event.seq)
            if body.get("chain") != KEPT:
                self._report.begun_anew = event.seq, event.at
        if kind in (Kind.SALVAGED, Kind.KEY):
            self._report.unreadable = tuple(self._still_there(body.get("unreadable")))

    def _head(self, last: Event | None) -> None:
        report = self._report
        head = self._db.execute("SELECT seq, hash, mac FROM head WHERE entry = 1").fetchone()
        if head is None:
            report.add(Wrong.REMOVED, "head", 1, "it is missing")
            return
        report.head = (head["seq"], bytes(head["hash"]).hex())
        if not self._vault.is_authentic(signed(head["seq"], head["hash"]), head["mac"]):
            report.add(Wrong.ALTERED, "head", 1, "it was not written with this ledger's key")
        end = last.seq if last else 0
        for missing in range(end + 1, min(head["seq"], end + MOST_TOLD) + 1):
            report.add(Wrong.REMOVED, "event", missing, "the head of the record tells of it")
        for more in range(head["seq"] + 1, min(end, head["seq"] + MOST_TOLD) + 1):
            report.add(Wrong.INSERTED, "event", more, "the head of the record does not know it")
        if last and last.seq == head["seq"] and last.hash != head["hash"]:
            report.add(Wrong.ALTERED, "event", last.seq, "the head of the record holds another hash of it")

    def _still_there(self, named: Json) -> Iterator[tuple[str, str]]:
        """What a rotation or a repair could not open, but for what was erased since."""
        names = {relation.value: relation for relation in Relation}
        for pair in named if isinstance(named, list) else ():
            table, row = pair if isinstance(pair, list) and len(pair) == 2 else (None, None)
            relation = names.get(str(table))
            if relation is None or not isinstance(row, str):
                continue
            key = "visit" if relation is Relation.SETTLEMENT else KEY[relation]
            found = self._db.execute(
                f"SELECT 1 FROM {relation.value} WHERE {key} = ? AND {SEALED[relation]} IS NOT NULL",  # noqa: S608 - ours
                [row],
            ).fetchone()
            if found:
                yield relation.value, row

    def _seldom(self, kind: Kind, columns: str, more: str) -> list[Stored]:
        return self._db.execute(
            f"SELECT {columns} FROM event WHERE {SELDOM} AND kind = ? {more}",  # noqa: S608 - ours
            [kind.value],
        ).fetchall()
