"""The desk's side of the ledger: what staff see of visits, settle by hand, and did at the terminal."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import date, datetime

from sqlite_utils import Database

from kiosk.checkin.collation import Finding
from kiosk.checkin.settlement import Settlement, Settling, StaffEntry
from kiosk.checkin.visit import Visit
from kiosk.ledger.chain import Chain, Kind
from kiosk.ledger.closing import last_close
from kiosk.ledger.digests import Relation, digest_of, entry_body
from kiosk.ledger.entries import entries_of, entry_row
from kiosk.ledger.lines import lines_of
from kiosk.ledger.outbox import staff_event_of
from kiosk.ledger.people import person_view
from kiosk.ledger.record_schema import SELDOM
from kiosk.ledger.records import WITH_SETTLEMENT, as_far_as_it_opens
from kiosk.ledger.rows import Stored
from kiosk.ports.board import OpenedVisit, PersonView, StaffAction, StaffNote, VisitLine, Which
from kiosk.vault import Vault

LATELY = 5000
"""Events: more than the notes that can wait, and what a terminal writes while they are entered."""


class DeskRefusal(Exception):
    """What was asked cannot be done to this visit; the message names no person."""


class UnknownVisit(DeskRefusal):
    """There is no visit with that id."""


class DoesNotFit(DeskRefusal):
    """The settlement does not belong to this visit as it stands."""


class ClosedDay(DoesNotFit):
    """The day is closed, and what its close counted as decided stays so."""


class Altered(DoesNotFit):
    """Somebody changed the record of this visit, so that nobody knows what its slip said."""


class Desk:
    """One open ledger, seen from the desk. Every method belongs into one transaction (`Book.in_one`)."""

    def __init__(self, db: Database, vault: Vault, chain: Chain) -> None:
        self._db = db
        self._vault = vault
        self._chain = chain

    def visits(self, which: Which, day: date, today: date) -> tuple[VisitLine, ...]:
        """The visits of a day, or those of any day since then whose query waits; the last first."""
        return lines_of(self._db, which, day, today)

    def visit(self, visit: str) -> Visit | None:
        """The visit as it was committed: a query that was made up since then changes no slip. Raises Altered."""
        row: Stored | None = self._db.execute("SELECT * FROM visit WHERE id = ?", [visit]).fetchone()
        if row is None:
            return None
        found = as_far_as_it_opens(row, self._vault)
        if found.altered:
            raise Altered("the record of this visit was changed; `kiosk ledger verify` says what it was")
        return found.visit

    def opened(self, visit: str, who: str, at: datetime, today: date, *, sure: bool) -> OpenedVisit | None:
        """All that the desk needs of a visit; who looked is recorded."""
        if self._row(visit) is None:
            return None
        self._chain.append(Kind.LOOK, at, sure=sure, who=who, subject=visit)
        return self.shown(visit, today)

    def shown(self, visit: str, today: date) -> OpenedVisit:
        """The same to somebody whose look is recorded already. Raises UnknownVisit."""
        row = self._required(visit)
        found = as_far_as_it_opens(row, self._vault)
        return OpenedVisit(
            line=lines_of(self._db, visit, found.visit.day, today)[0],
            person=_person_of(found.visit, row, opens=found.opens),
            findings=tuple(dict.fromkeys(map(_words, found.visit.outcome.findings))),
            entries=entries_of(self._db, self._vault, visit),
            unreadable=not found.opens,
        )

    def settle(self, visit: str, settlement: Settlement, who: str, at: datetime, *, sure: bool) -> None:
        """Add an entry and its events. Raises UnknownVisit, DoesNotFit."""
        row = self._required(visit)
        known = entries_of(self._db, self._vault, visit)
        _require_fitting(settlement, known)
        self._require_undecided(row, settlement)
        if settlement.note and row["personal"] is None:
            raise DoesNotFit("the personal fields of this visit are erased; no note is kept any more")
        entry = StaffEntry(secrets.token_hex(16), at, who, settlement)
        written = entry_row(entry, visit, self._vault)
        if free := self._chain.free_row("staff_entry"):
            written["entry"] = free
        written["entry"] = self._db.table("staff_entry").insert(written).last_rowid
        self._chain.append(
            Kind.ENTRY,
            at,
            sure=sure,
            who=who,
            subject=visit,
            body=entry_body(written),
            digest=digest_of(Relation.STAFF_ENTRY, written),
        )
        told = as_far_as_it_opens(row, self._vault).visit
        line = lines_of(self._db, visit, told.day, at.date())[0]
        self._db.table("outbox").insert(staff_event_of(told, entry, line.standing, altered=line.altered))

    def slip_shown(self, visit: str, who: str, at: datetime, *, sure: bool) -> datetime | None:
        """Record that the visit's slip was shown; when it was shown first, None the first time. Raises UnknownVisit."""
        self._required(visit)
        first = self._db.execute(
            f"SELECT at FROM event WHERE {SELDOM} AND kind = ? AND subject = ? ORDER BY seq LIMIT 1",  # noqa: S608 - ours
            [Kind.SLIP.value, visit],
        ).fetchone()
        self._chain.append(Kind.SLIP, at, sure=sure, who=who, subject=visit)
        return datetime.fromisoformat(first["at"]) if first else None

    def staff_did(self, who: str, action: StaffAction, detail: str, at: datetime, *, sure: bool) -> None:
        """Record any other action; `detail` holds no personal data."""
        body = {"action": action.value} | ({"detail": detail} if detail else {})
        self._chain.append(Kind.STAFF, at, sure=sure, who=who, body=body)

    def staff_had_done(self, note: StaffNote) -> None:
        """Record what was done while the record could not be written, with its own time, and once.

        It is looked for among the last events alone: nothing but a crash of just now makes a note come again.
        """
        known = self._db.execute(
            "SELECT 1 FROM event WHERE seq > (SELECT max(seq) FROM event) - ? AND kind = ? AND who = ?"
            " AND json_extract(body, '$.note') = ?",
            [LATELY, Kind.STAFF.value, note.who, note.id],
        ).fetchone()
        if known:
            return
        body = {"action": note.action.value, "note": note.id} | ({"detail": note.detail} if note.detail else {})
        self._chain.append(Kind.STAFF, note.at, sure=note.sure, who=note.who, body=body)

    def _required(self, visit: str) -> Stored:
        row = self._row(visit)
        if row is None:
            raise UnknownVisit("there is no such visit in this ledger")
        return row

    def _row(self, visit: str) -> Stored | None:
        found: Stored | None = self._db.execute(
            f"SELECT {WITH_SETTLEMENT} FROM visit LEFT JOIN settlement ON settlement.visit = visit.id"  # noqa: S608 - ours
            " WHERE visit.id = ?",
            [visit],
        ).fetchone()
        return found

    def _require_undecided(self, row: Stored, settlement: Settlement) -> None:
        """A close counts what is decided by then; what it counted as open may still be settled, as by the insurer."""
        if settlement.settling is Settling.NOTE:
            return
        close = last_close(self._db, as_far_as_it_opens(row, self._vault).visit.day)
        if close and close.counted(int(row["entry"] or 0)) and row["id"] not in close.open:
            raise ClosedDay("this visit's day is closed, and the visit was decided then; only a note can be added")


def _require_fitting(settlement: Settlement, known: Iterable[StaffEntry]) -> None:
    if settlement.undoes is None:
        return
    entries = {entry.id: entry for entry in known}
    target = entries.get(settlement.undoes)
    if target is None or target.settlement.settling is Settling.UNDONE:
        raise DoesNotFit("this visit has no such entry that could be undone")
    if any(entry.settlement.undoes == target.id for entry in entries.values()):
        raise DoesNotFit("this entry is undone already")


def _person_of(visit: Visit, row: Stored, *, opens: bool) -> PersonView | None:
    """None when the personal fields are erased, or when nothing of them opens."""
    person = person_view(visit)
    return None if row["personal"] is None or (not opens and person == PersonView()) else person


def _words(finding: Finding) -> str:
    one, other = finding.between
    return f"{finding.field.value}：{one.value}と{other.value}"
