"""The ledger's only writer. It lives in one thread; `kiosk.ledger.ledger` brings it to the event loop."""

from __future__ import annotations

import os
import secrets
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Self, TypeVar

from sqlite_utils import Database

from kiosk.checkin.outcome import Outcome
from kiosk.checkin.person import Person
from kiosk.checkin.settlement import Settlement
from kiosk.checkin.visit import Visit, VisitDraft
from kiosk.ledger.adoption import floor_event
from kiosk.ledger.chain import Chain, Kind
from kiosk.ledger.closing import Signer, close_day, exported, last_close, write_export
from kiosk.ledger.counts import Counts
from kiosk.ledger.desk import ClosedDay, Desk
from kiosk.ledger.digests import Relation, digest_of, job_of, later_body, visit_body
from kiosk.ledger.numbers import business_day, next_number, raise_floor, unsure_floor
from kiosk.ledger.opening import Connect, as_failures, open_database
from kiosk.ledger.outbox import event_of, settled_event_of
from kiosk.ledger.records import WITH_SETTLEMENT, Row, Stored, from_row, settlement_row, to_row
from kiosk.ledger.reserve import Ballast
from kiosk.ledger.retention import drop_replaced, erase_oldest
from kiosk.ports.board import DayClose, OpenedVisit, VisitLine, Which
from kiosk.ports.desk import LedgerFailure
from kiosk.ports.printer import PrinterFault
from kiosk.vault import Vault

_SPACE = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_SHMSIZE)
"""How SQLite says that the disk is full; over a quota it is IOERR_WRITE."""

ASKED_FOR = timedelta(days=7)
"""How long a query is worth making up: within a week staff have settled it by hand, and the visit stays as it is."""
MOST_COUNTED = 10_000
"""Waiting events are counted up to that: where no fleet engine takes them the count would take longer every day."""
_JOINED = "FROM visit LEFT JOIN settlement ON settlement.visit = visit.id"
_NOT_ON_PAPER = frozenset(
    fault.value for fault in (PrinterFault.PAPER_OUT, PrinterFault.COVER_OR_OFFLINE, PrinterFault.UNREACHABLE)
)
"""After any other fault the slip may have come out all the same."""
_VISITS = f"SELECT {WITH_SETTLEMENT} {_JOINED}"
_WAITS = "visit.deferred = 1 AND +visit.personal IS NOT NULL AND settlement.visit IS NULL AND visit.day >= ?"
"""A visit whose personal fields are erased has no query any more. The + keeps the index of those that are not erased
out of it: nearly all visits stand there."""

T = TypeVar("T")


class Book:
    """One open ledger. Every method belongs to the thread that opened it, and raises LedgerFailure."""

    def __init__(
        self, db: Database, vault: Vault, ballast: Ballast, lock: int, letter: str, kiosk: str, state: Path
    ) -> None:
        self._state = state
        self._db = db
        self._vault = vault
        self._ballast = ballast
        self._lock = lock
        self._letter = letter
        self._kiosk = kiosk
        self._chain = Chain(db, vault)
        self._old_pages = False
        """Whether the write-ahead log may hold what was erased, because a checkpoint is still owed."""
        self.desk = Desk(db, vault, self._chain)
        """What staff see and settle; its methods are called within `in_one`."""

    @classmethod
    def open(cls, state: Path, letter: str, kiosk: str, connect: Connect = sqlite3.connect) -> Self:
        """Open or make <state>/ledger.db, check that it is sound, and bring it to this version.

        Raises LedgerFailure: another kiosk has it open, it is damaged, newer, no ledger, or its key is not there.
        """
        db, vault, lock = open_database(state, connect)
        ballast = Ballast(state / "ledger.ballast")
        ballast.hold()
        return cls(db, vault, ballast, lock, letter, kiosk, state)

    @property
    def space_low(self) -> bool:
        """Whether the room for one last visit could not be kept."""
        return not self._ballast.held

    def commit(self, draft: VisitDraft, at: datetime, *, sure: bool = True) -> Visit:
        """The visit as it stands on disk: whoever reads it later gets the same. `sure` says whether the clock is."""
        return self._write(lambda: self._insert(draft, at, sure=sure))

    def business_day(self, at: datetime, *, sure: bool) -> date:
        """The day to which a visit at that time belongs."""
        with as_failures("looking for the day"):
            return business_day(self._db, self._letter, at, sure=sure)

    def printed(self, visit: Visit, fault: PrinterFault | None, at: datetime, *, sure: bool = True) -> None:
        """Record how the print job ended."""
        self._write(lambda: self._close_job(visit, fault, at, sure=sure))

    def in_one(self, doing: str, work: Callable[[Desk], T]) -> T:
        """Work at the desk's side as one transaction; the ballast stays where it is, as with `settled_later`."""
        with as_failures(doing):
            return self._transaction(lambda: work(self.desk))

    def visits(self, which: Which, day: date, today: date) -> tuple[VisitLine, ...]:
        """The visits for the board's list."""
        with as_failures("listing visits"):
            return self.desk.visits(which, day, today - ASKED_FOR)

    def opened(self, visit: str, who: str, at: datetime, *, sure: bool) -> OpenedVisit | None:
        """All that the desk needs of a visit; who looked is recorded."""
        since = at.date() - ASKED_FOR
        return self.in_one("opening a visit", lambda desk: desk.opened(visit, who, at, since, sure=sure))

    def settle(self, visit: str, settlement: Settlement, who: str, at: datetime, *, sure: bool) -> OpenedVisit:
        """Add an entry of staff; the visit as it stands then. Raises DeskRefusal too."""

        def work(desk: Desk) -> OpenedVisit:
            desk.settle(visit, settlement, who, at, sure=sure)
            return desk.shown(visit, at.date() - ASKED_FOR)

        return self.in_one("settling a visit", work)

    def close_day(self, day: date, who: str, at: datetime, signer: Signer, *, sure: bool) -> DayClose:
        """Close a day and write its signed file. Raises ClosedDay too."""
        with as_failures("closing the day"):
            close = self._transaction(lambda: close_day(self._db, self._chain, day, who, at, sure=sure))
            if close is None:
                close = last_close(self._db, day)
                if close is None or exported(self._state, close)[1]:
                    raise ClosedDay("this day is closed already, and no visit came since")
            file, _ = exported(self._state, close)
            write_export(self._state, file, close, self._kiosk, signer)
        return replace(close.view, export=str(file.relative_to(self._state)))

    def erase_oldest(self, before: date, at: datetime, *, sure: bool) -> int:
        """Erase what is sealed of the oldest day before that one; of how many visits, 0 when nothing is due."""
        with as_failures("erasing personal fields"):
            count = self._transaction(lambda: erase_oldest(self._db, self._chain, before, at, sure=sure))
        if count:
            self._old_pages = True
        else:
            drop_replaced(self._state, before)
            if self._old_pages:
                self.checkpoint()
        return count

    def checkpoint(self) -> None:
        """Bring everything into the file and empty the WAL: what was erased is in neither then."""
        with as_failures("emptying the write-ahead log"):
            # Who stands at the screen does not wait until a reader has ended.
            (patience,) = self._db.execute("PRAGMA busy_timeout").fetchone()
            self._db.execute("PRAGMA busy_timeout = 0")
            try:
                (busy, *_) = self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            finally:
                self._db.execute(f"PRAGMA busy_timeout = {int(patience)}")
            if busy:
                raise LedgerFailure("somebody reads the ledger just now, so that the write-ahead log keeps old pages")
        self._old_pages = False

    def unprinted(self, day: date) -> Visit | None:
        """The last visit of that day whose print job is open."""
        with as_failures("looking for an open print job"):
            cursor = self._db.execute(
                f"{_VISITS} JOIN print_job ON print_job.visit = visit.id"
                " WHERE print_job.state = 'pending' AND visit.day = ? ORDER BY visit.entry DESC LIMIT 1",
                [day.isoformat()],
            )
            row = cursor.fetchone()
        return from_row(row, self._vault) if row else None

    def owed(self, since: datetime, now: datetime) -> Visit | None:
        """The last visit, when it was in that time and its slip is surely not on paper."""
        with as_failures("looking for a slip that is owed"):
            row = self._db.execute(
                # As it was committed: a query that was made up since then changes no slip.
                "SELECT visit.*, print_job.fault AS print_fault FROM visit"
                " JOIN print_job ON print_job.visit = visit.id ORDER BY visit.entry DESC LIMIT 1"
            ).fetchone()
        if row is None or row["print_fault"] not in _NOT_ON_PAPER:
            return None
        last = from_row(row, self._vault)
        return last if since <= last.at <= now else None

    def awaiting(self, day: date, after: Visit | None = None) -> Visit | None:
        """The oldest visit, and behind that one, whose query is worth making up on that day."""
        behind, place = "", []
        if after is not None:
            behind = " AND (visit.day, visit.entry) > (SELECT day, entry FROM visit WHERE id = ?)"
            place = [after.id]
        with as_failures("looking for a query to make up"):
            # By day, so that the index of deferred visits gives the first one without a look at the others.
            cursor = self._db.execute(
                f"{_VISITS} WHERE {_WAITS}{behind} ORDER BY visit.day, visit.entry LIMIT 1",
                [(day - ASKED_FOR).isoformat(), *place],
            )
            row = cursor.fetchone()
        return from_row(row, self._vault) if row else None

    def settled_later(
        self, visit: Visit, outcome: Outcome, registered: Person | None, at: datetime, *, sure: bool = True
    ) -> Visit:
        """Record what a query that was made up brought, once for each visit; the visit as it now stands on disk.

        The ballast stays where it is: this can be done again when there is room, a person at the screen cannot wait.
        """
        with as_failures("settling a visit"):
            return self._transaction(lambda: self._settle(visit, outcome, registered, at, sure=sure))

    def counts(self, day: date) -> Counts:
        """What the status tells on that day."""
        with as_failures("counting visits"):
            total, confirmed, unprinted = self._db.execute(
                "SELECT count(*), coalesce(sum(coalesce(settlement.confirmed, visit.confirmed)), 0),"
                " coalesce(sum(print_job.state = 'pending'), 0)"
                " FROM visit JOIN print_job ON print_job.visit = visit.id"
                " LEFT JOIN settlement ON settlement.visit = visit.id WHERE visit.day = ?",
                [day.isoformat()],
            ).fetchone()
            (outbox,) = self._db.execute(
                "SELECT count(*) FROM (SELECT 1 FROM outbox WHERE sent_at IS NULL LIMIT ?)", [MOST_COUNTED]
            ).fetchone()
            (deferred,) = self._db.execute(
                f"SELECT count(*) {_JOINED} WHERE {_WAITS}",
                [(day - ASKED_FOR).isoformat()],
            ).fetchone()
            settled, withdrawn = self._db.execute(
                "SELECT count(*), coalesce(sum(visit.confirmed AND NOT settlement.confirmed), 0)"
                " FROM settlement JOIN visit ON visit.id = settlement.visit"
                " WHERE settlement.at >= ? AND settlement.at < ?",
                [day.isoformat(), (day + timedelta(days=1)).isoformat()],
            ).fetchone()
        return Counts(confirmed, total - confirmed, unprinted, outbox, deferred, settled, withdrawn)

    def probe(self) -> None:
        """Put something on disk as a commit would, and take up the ballast again."""
        self._write(lambda: self._db.execute("UPDATE seal SET token = token"))

    def close(self) -> None:
        """Checkpoint and close; the ballast stays for the next start."""
        try:
            with as_failures("closing"):
                self._db.close()
        finally:
            os.close(self._lock)

    def _insert(self, draft: VisitDraft, at: datetime, *, sure: bool) -> Visit:
        day = business_day(self._db, self._letter, at, sure=sure)
        if sure and (floor := unsure_floor(self._db, self._letter, day)):
            raise_floor(self._db, self._letter, day, floor)
            floor_event(self._chain, self._letter, day.isoformat(), floor, at, sure=sure)
        number = next_number(self._db, self._letter, day)
        visit = Visit(secrets.token_hex(16), number, self._kiosk, day, at, draft)
        row = to_row(visit, self._vault) | {"dated": int(sure)}
        if free := self._chain.free_row("visit"):
            row["entry"] = free
        row["entry"] = self._db.table("visit").insert(row).last_rowid
        job: Row = {
            "visit": visit.id,
            "state": "pending",
            "fault": None,
            "at": visit.at.isoformat(),
            "event": self._chain.next_seq(),
        }
        self._db.table("print_job").insert(job)
        self._chain.append(
            Kind.VISIT,
            at,
            sure=sure,
            subject=visit.id,
            body=visit_body(row, job_of(job)),
            digest=digest_of(Relation.VISIT, row),
        )
        self._db.table("outbox").insert(event_of(visit))
        # What cannot be read back is not committed.
        return from_row(row, self._vault)

    def _settle(self, visit: Visit, outcome: Outcome, registered: Person | None, at: datetime, *, sure: bool) -> Visit:
        later = settlement_row(visit, outcome, registered, at, self._vault)
        self._db.table("settlement").insert(later)
        self._chain.append(
            Kind.LATER,
            at,
            sure=sure,
            subject=visit.id,
            body=later_body(later),
            digest=digest_of(Relation.SETTLEMENT, later),
        )
        row: Stored = self._db.execute(f"{_VISITS} WHERE visit.id = ?", [visit.id]).fetchone()
        settled = from_row(row, self._vault)
        self._db.table("outbox").insert(settled_event_of(settled, at))
        return settled

    def _close_job(self, visit: Visit, fault: PrinterFault | None, at: datetime, *, sure: bool) -> None:
        job: Row = {
            "state": "failed" if fault else "printed",
            "fault": fault.value if fault else None,
            "at": at.isoformat(),
        }
        event = self._chain.append(Kind.PRINT, at, sure=sure, subject=visit.id, body={"print": job_of(job)})
        changed = self._db.execute(
            "UPDATE print_job SET state = ?, fault = ?, at = ?, event = ? WHERE visit = ?",
            [job["state"], job["fault"], job["at"], event.seq, visit.id],
        )
        if changed.rowcount != 1:
            raise LedgerFailure("there is no such visit")

    def _write(self, work: Callable[[], T]) -> T:
        """One transaction; when the disk is full, once more with the ballast given back."""
        with as_failures("writing"):
            try:
                done = self._transaction(work)
            except sqlite3.OperationalError as full:
                if full.sqlite_errorcode not in _SPACE or not self._ballast.give_back():
                    raise
                done = self._transaction(work)
            else:
                self._ballast.hold()
        return done

    def _transaction(self, work: Callable[[], T]) -> T:
        # Not db.atomic(): its BEGIN takes the write lock only at the first write, after the number was looked up.
        self._db.execute("BEGIN IMMEDIATE")
        try:
            done = work()
            self._db.commit()
        except BaseException:
            self._db.rollback()
            raise
        return done
