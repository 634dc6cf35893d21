"""Whether the record is as it was written: every event in its place, and every row as its event vouches for it.

One walk along the chain with a second one beside it along the visits, so that a million rows need no memory. What a row
was before it was altered stands in its event.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum

from sqlite_utils import Database

from kiosk.ledger.chain import GENESIS, Event, Json, Kind, signed, told_in
from kiosk.ledger.digests import SEALED, Relation, digest_of, job_of, sealed_digest
from kiosk.ledger.record_schema import SELDOM
from kiosk.ledger.records import Stored
from kiosk.ledger.resealed import Resealed
from kiosk.vault import Vault

MOST_TOLD = 1000
"""Problems that are told one by one; the others are only counted, for whoever renumbers a chain breaks all of it."""
STEP = 5000
"""Events between two calls of `progress`: a fraction of a second."""


class Wrong(Enum):
    """What is wrong with a row."""

    ALTERED = "altered"
    REMOVED = "removed"
    INSERTED = "inserted"
    """No event vouches for it."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A row that is not as it was written."""

    wrong: Wrong
    table: str
    row: str
    """The event's number, the row's number, or the visit's id where the table has no numbers."""
    words: str


@dataclass(slots=True)
class Report:
    """What was found."""

    events: int = 0
    visits: int = 0
    count: int = 0
    """Of problems; `problems` has the first of them."""
    problems: list[Problem] = field(default_factory=list)
    lost: int = 0
    """Rows that a repair could not save; its event names them, so they are no problem of now."""
    head: tuple[int, str] = (0, GENESIS.hex())
    """Number and hash of the last event: whoever writes it down elsewhere can compare it later."""

    @property
    def sound(self) -> bool:
        """Whether everything is as it was written."""
        return self.count == 0

    def add(self, wrong: Wrong, table: str, row: object, words: str) -> None:
        """One more problem."""
        self.count += 1
        if len(self.problems) < MOST_TOLD:
            self.problems.append(Problem(wrong, table, str(row), words))


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
        self._erased = {
            subject: seq for seq, subject in self._seldom(Kind.ERASED, "max(seq), subject", "GROUP BY subject")
        }
        self._resealed = Resealed(db, self._seldom(Kind.RESEALED, "seq, body", "ORDER BY seq"))
        self._visits = _Rows(
            db,
            "SELECT visit.*, print_job.state, print_job.fault, print_job.at AS printed_at, print_job.event"
            " FROM visit LEFT JOIN print_job ON print_job.visit = visit.id ORDER BY visit.entry",
        )
        self._entries = _Rows(
            db,
            "SELECT staff_entry.*, visit.day FROM staff_entry LEFT JOIN visit ON visit.id = staff_entry.visit"
            " ORDER BY staff_entry.entry",
        )
        self._settlements = 0
        self._lost = Lost(self._report, self._seldom(Kind.SALVAGED, "seq, body", "ORDER BY seq"))

    def along(self, progress: Callable[[int, int], None]) -> Report:
        report = self._report
        (total,) = self._db.execute("SELECT coalesce(max(seq), 0) FROM event").fetchone()
        last: Event | None = None
        for row in self._db.execute("SELECT * FROM event ORDER BY seq"):
            event = Event.of(row)
            if self._in_its_place(event, last):
                self._vouched(event)
            else:
                self._skip(event)
            last = event
            report.events += 1
            if report.events % STEP == 0:
                progress(report.events, total)
        self._head(last)
        self._left_over()
        self._floors()
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
            relation = _relation(kind, body)
        except ValueError:
            self._report.add(Wrong.ALTERED, "event", event.seq, "it is of no known kind")
            return
        if relation is Relation.VISIT:
            self._visit(event, body)
        elif relation is Relation.SETTLEMENT:
            self._settlement(event, body)
        elif relation is Relation.STAFF_ENTRY:
            self._entry(event, body)
        elif kind is Kind.PRINT:
            self._print(event, body)
        elif kind is Kind.SALVAGED:
            self._lost.vouched(event.seq)

    def _skip(self, event: Event) -> None:
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

    def _found(self, rows: _Rows, relation: Relation, event: Event, body: Mapping[str, Json]) -> Stored | None:
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
        erased = int(self._erased.get(row["day"]) or 0) > event.seq
        key = int(row["entry"] or 0)
        if text is None:
            if first is not None and not erased:
                words = "what is sealed in it is gone, and no event tells of an erasure"
                self._lost.add(event, Wrong.ALTERED, relation.value, name, words)
        elif erased:
            self._lost.add(event, Wrong.ALTERED, relation.value, name, "what was erased is there again")
        elif sealed_digest(text) != (self._resealed.of(relation, key) or first):
            self._lost.add(event, Wrong.ALTERED, relation.value, name, "what is sealed in it is another text")

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

    def _left_over(self) -> None:
        for rows, relation in ((self._visits, Relation.VISIT), (self._entries, Relation.STAFF_ENTRY)):
            for place in rows.unknown():
                self._report.add(Wrong.INSERTED, relation.value, place, "no event tells of it")
        (settlements,) = self._db.execute("SELECT count(*) FROM settlement").fetchone()
        if settlements != self._settlements or not self._report.sound or self._lost.any:
            self._unknown("settlement", (Kind.LATER, Kind.ADOPTED))
        (jobs,) = self._db.execute("SELECT count(*) FROM print_job").fetchone()
        if jobs != self._report.visits:
            self._unknown("print_job", (Kind.VISIT, Kind.ADOPTED))

    def _unknown(self, table: str, kinds: tuple[Kind, ...]) -> None:
        """Rows of a table without numbers that no event tells of."""
        told = ", ".join(f"'{kind.value}'" for kind in kinds)
        rows = self._db.execute(
            f"SELECT visit FROM {table} WHERE visit NOT IN"  # noqa: S608 - names of our own
            f" (SELECT subject FROM event WHERE kind IN ({told}) AND subject IS NOT NULL)"
        )
        for row in rows:
            self._report.add(Wrong.INSERTED, table, row["visit"], "no event tells of it")

    def _floors(self) -> None:
        told: dict[tuple[str, str], tuple[int, Event]] = {}
        for row in self._seldom(Kind.FLOOR, "*", "ORDER BY seq"):
            event = Event.of(row)
            body = told_in(event.body)
            place, floor = (str(body.get("prefix")), str(event.subject)), body.get("floor")
            # One that was changed is a problem already; it tells of nothing.
            if isinstance(floor, int) and (place not in told or floor > told[place][0]):
                told[place] = floor, event
        found = {
            (row["prefix"], row["day"]): row["floor"]
            for row in self._db.execute("SELECT * FROM number_floor").fetchall()
        }
        for place in sorted(told.keys() | found.keys()):
            if place not in found:
                self._lost.add(told[place][1], Wrong.REMOVED, "number_floor", " ".join(place), "an event tells of it")
            elif place not in told:
                self._report.add(Wrong.INSERTED, "number_floor", " ".join(place), "no event tells of it")
            elif told[place][0] != found[place]:
                words = "an event tells otherwise"
                self._lost.add(told[place][1], Wrong.ALTERED, "number_floor", " ".join(place), words)

    def _seldom(self, kind: Kind, columns: str, more: str) -> list[Stored]:
        return self._db.execute(
            f"SELECT {columns} FROM event WHERE {SELDOM} AND kind = ? {more}",  # noqa: S608 - ours
            [kind.value],
        ).fetchall()


class Lost:
    """What repairs could not save: no problem of now, when the event of the repair is sound and names the row."""

    def __init__(self, report: Report, repairs: Iterable[Stored]) -> None:
        """`repairs`: seq and body of the events of kind SALVAGED, which nobody has checked yet."""
        self._report = report
        self._named: dict[tuple[str, str], list[int]] = {}
        """By which repairs a row is named."""
        for repair in repairs:
            seq, body = repair["seq"], repair["body"]
            named = told_in(body).get("lost")
            for pair in named if isinstance(named, list) else ():
                if isinstance(pair, list) and len(pair) == 2 and pair[0] not in _NEVER_LOST:
                    self._named.setdefault((str(pair[0]), str(pair[1])), []).append(int(seq or 0))
        self._sound: set[int] = set()
        self._waiting: list[tuple[int, Problem]] = []
        """What is wrong with rows that a repair names, with the event that vouches for the row."""

    @property
    def any(self) -> bool:
        """Whether a row may be one that was lost."""
        return bool(self._waiting)

    def vouched(self, seq: int) -> None:
        """The event of that repair is sound."""
        self._sound.add(seq)

    def add(self, event: Event, wrong: Wrong, table: str, row: object, words: str) -> None:
        """What is wrong with a row for which that event vouches."""
        if (table, str(row)) in self._named:
            self._waiting.append((event.seq, Problem(wrong, table, str(row), words)))
        else:
            self._report.add(wrong, table, row, words)

    def settle(self) -> None:
        """Tell what is a problem after all: a repair loses only what was written before it."""
        for seq, problem in self._waiting:
            if any(repair in self._sound and seq < repair for repair in self._named[problem.table, problem.row]):
                self._report.lost += 1
            else:
                self._report.add(problem.wrong, problem.table, problem.row, problem.words)


_NEVER_LOST = ("event", "head")
"""A repair that loses one of these begins a new chain."""


class _Rows:
    """The rows of a table in their order, taken by the events that tell of them."""

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
