"""Each row as its event vouches for it: visits, print jobs, later results and entries of staff."""

from __future__ import annotations

from collections.abc import Mapping

from sqlite_utils import Database

from kiosk.ledger.chain import Event, Json, Kind, told_in
from kiosk.ledger.digests import SEALED, Relation, digest_of, job_of, sealed_digest
from kiosk.ledger.lost import Lost
from kiosk.ledger.report import Report, Wrong
from kiosk.ledger.resealed import Resealed
from kiosk.ledger.rows import Stored
from kiosk.ledger.rows_in_order import RowsInOrder


class Vouching:
    """Compares the rows beside a walk along the chain."""

    def __init__(self, db: Database, report: Report, lost: Lost, erased: Mapping[str, int], resealed: Resealed) -> None:
        """`erased`: by day, the last event that tells of its erasure."""
        self._db = db
        self._report = report
        self._lost = lost
        self._erased = erased
        self._resealed = resealed
        self._visits = RowsInOrder(
            db,
            "SELECT visit.*, print_job.state, print_job.fault, print_job.at AS printed_at, print_job.event"
            " FROM visit LEFT JOIN print_job ON print_job.visit = visit.id ORDER BY visit.entry",
        )
        self._entries = RowsInOrder(
            db,
            "SELECT staff_entry.*, visit.day FROM staff_entry LEFT JOIN visit ON visit.id = staff_entry.visit"
            " ORDER BY staff_entry.entry",
        )
        self._settlements = 0

    def vouched(self, kind: Kind, event: Event, body: Mapping[str, Json]) -> None:
        """The row of a sound event, if it stands for one. Raises ValueError when it is of no known table."""
        relation = _relation(kind, body)
        if relation is Relation.VISIT:
            self._visit(event, body)
        elif relation is Relation.SETTLEMENT:
            self._settlement(event, body)
        elif relation is Relation.STAFF_ENTRY:
            self._entry(event, body)
        elif kind is Kind.PRINT:
            self._print(event, body)

    def skip(self, event: Event) -> None:
        """An event that is not sound vouches for nothing; its row is not blamed for that."""
        row = told_in(event.body).get("row")
        place = row if isinstance(row, int) else None
        if event.subject is not None:
            found = self._db.execute("SELECT entry FROM visit WHERE id = ?", [event.subject]).fetchone()
            if found and (place is None or event.kind in (Kind.VISIT.value, Kind.ADOPTED.value)):
                place = found["entry"]
            if self._db.execute("SELECT 1 FROM settlement WHERE visit = ?", [event.subject]).fetchone():
                self._settlements += event.kind not in (Kind.VISIT.value, Kind.ENTRY.value, Kind.PRINT.value)
        if place is not None:
            self._visits.excused.add(place)
            self._entries.excused.add(place)

    def left_over(self) -> None:
        """Tell of the rows that no event has told of."""
        for rows, relation in ((self._visits, Relation.VISIT), (self._entries, Relation.STAFF_ENTRY)):
            for place in rows.unknown():
                self._report.add(Wrong.INSERTED, relation.value, place, "no event tells of it")
        (settlements,) = self._db.execute("SELECT count(*) FROM settlement").fetchone()
        if settlements != self._settlements or not self._report.sound or self._lost.any:
            self._unknown("settlement", (Kind.LATER, Kind.ADOPTED))
        (jobs,) = self._db.execute("SELECT count(*) FROM print_job").fetchone()
        if jobs != self._report.visits:
            self._unknown("print_job", (Kind.VISIT, Kind.ADOPTED))

    def _visit(self, event: Event, body: Mapping[str, Json]) -> None:
        row = self._found(self._visits, Relation.VISIT, event, body)
        if row is None:
            return
        self._report.visits += 1
        if row["state"] is None:
            self._lost.add(event, Wrong.REMOVED, "print_job", row["id"], "the print job is missing")
        elif row["event"] == event.seq:
            if [row["state"], row["fault"], row["printed_at"]] != body.get("print"):
                self._lost.add(event, Wrong.ALTERED, "print_job", row["id"], f"event {event.seq} tells otherwise")
        else:
            self._printed_by(row["event"], event, row)

    def _printed_by(self, seq: object, event: Event, row: Stored) -> None:
        """A job that went on after the visit's event: the event that it names has to be there, of this visit."""
        named = self._db.execute("SELECT kind, subject FROM event WHERE seq = ?", [seq]).fetchone()
        known = named and (named["kind"], named["subject"]) == (Kind.PRINT.value, event.subject)
        if not known:
            self._lost.add(event, Wrong.ALTERED, "print_job", row["id"], "no event tells how it stands")

    def _print(self, event: Event, body: Mapping[str, Json]) -> None:
        job = self._db.execute("SELECT * FROM print_job WHERE visit = ?", [event.subject]).fetchone()
        told = body.get("print")
        if job is None:
            self._lost.add(event, Wrong.REMOVED, "print_job", event.subject, "the print job is missing")
        elif job["event"] is None or job["event"] < event.seq or (job["event"] == event.seq and job_of(job) != told):
            self._lost.add(event, Wrong.ALTERED, "print_job", event.subject, f"event {event.seq} tells otherwise")

    def _settlement(self, event: Event, body: Mapping[str, Json]) -> None:
        row = self._db.execute(
            "SELECT settlement.*, visit.day, visit.entry FROM settlement"
            " LEFT JOIN visit ON visit.id = settlement.visit WHERE settlement.visit = ?",
            [event.subject],
        ).fetchone()
        if row is None:
            self._lost.add(event, Wrong.REMOVED, "settlement", event.subject, f"event {event.seq} tells of it")
            return
        self._settlements += 1
        if digest_of(Relation.SETTLEMENT, row) != event.digest:
            self._lost.add(event, Wrong.ALTERED, "settlement", event.subject, f"event {event.seq} tells otherwise")
        self._sealed(Relation.SETTLEMENT, row, row["visit"], event, body)

    def _entry(self, event: Event, body: Mapping[str, Json]) -> None:
        self._found(self._entries, Relation.STAFF_ENTRY, event, body)

    def _found(self, rows: RowsInOrder, relation: Relation, event: Event, body: Mapping[str, Json]) -> Stored | None:
        place = body.get("row")
        row = rows.take(place) if isinstance(place, int) else None
        if row is None:
            words = f"event {event.seq} tells of it: {_known(body)}"
            self._lost.add(event, Wrong.REMOVED, relation.value, place, words)
            return None
        if digest_of(relation, row) != event.digest:
            words = f"event {event.seq} tells otherwise: {_known(body)}"
            self._lost.add(event, Wrong.ALTERED, relation.value, place, words)
        self._sealed(relation, row, place, event, body)
        return row

    def _sealed(self, relation: Relation, row: Stored, name: object, event: Event, body: Mapping[str, Json]) -> None:
        """The sealed text, by its digest: as it was written or last sealed anew, and gone only when it was erased."""
        text, first = row[SEALED[relation]], body.get("sealed")
        erased = int(self._erased.get(str(row["day"]), 0)) > event.seq
        key = int(row["entry"] or 0)
        if text is None:
            if first is not None and not erased:
                words = "what is sealed in it is gone, and no event tells of an erasure"
                self._lost.add(event, Wrong.ALTERED, relation.value, name, words)
        elif erased:
            self._lost.add(event, Wrong.ALTERED, relation.value, name, "what was erased is there again")
        elif sealed_digest(text) != (self._resealed.of(relation, key) or first):
            self._lost.add(event, Wrong.ALTERED, relation.value, name, "what is sealed in it is another text")

    def _unknown(self, table: str, kinds: tuple[Kind, ...]) -> None:
        """Rows of a table without numbers that no event tells of."""
        told = ", ".join(f"'{kind.value}'" for kind in kinds)
        rows = self._db.execute(
            f"SELECT visit FROM {table} WHERE visit NOT IN"  # noqa: S608 - names of our own
            f" (SELECT subject FROM event WHERE kind IN ({told}) AND subject IS NOT NULL)"
        )
        for row in rows:
            self._report.add(Wrong.INSERTED, table, row["visit"], "no event tells of it")


def _relation(kind: Kind, body: Mapping[str, Json]) -> Relation | None:
    """The table of which the event vouches for a row."""
    match kind:
        case Kind.VISIT:
            return Relation.VISIT
        case Kind.LATER:
            return Relation.SETTLEMENT
        case Kind.ENTRY:
            return Relation.STAFF_ENTRY
        case Kind.ADOPTED:
            return Relation(str(body.get("relation")))
        case _:
            return None


def _known(body: Mapping[str, Json]) -> str:
    """What the event tells of its row, in few words."""
    return " ".join(
        str(body[name]) for name in ("number", "day", "reason", "way", "entry", "settling") if body.get(name)
    )
