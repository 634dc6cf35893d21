"""The ledger's only writer. It lives in one thread; `kiosk.ledger.ledger` brings it to the event loop."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Self, TypeVar

from sqlite_utils import Database

from kiosk.checkin.outcome import Outcome
from kiosk.checkin.person import Person
from kiosk.checkin.settlement import Settlement
from kiosk.checkin.visit import Visit, VisitDraft
from kiosk.ledger.chain import Chain
from kiosk.ledger.close_file import Signer, is_exported, write_missing
from kiosk.ledger.closing import close_day, closes_of, days_to_close
from kiosk.ledger.counting import count_visits
from kiosk.ledger.counts import Counts
from kiosk.ledger.deferred import next_waiting, settle_later
from kiosk.ledger.desk import ClosedDay, Desk
from kiosk.ledger.numbers import business_day
from kiosk.ledger.opening import Connect, as_failures, open_database
from kiosk.ledger.outbox import drop_due
from kiosk.ledger.print_jobs import end_job, owed, unprinted
from kiosk.ledger.recording import record_visit
from kiosk.ledger.reserve import Ballast
from kiosk.ledger.retention import drop_replaced, erase_oldest
from kiosk.ports.board import DayClose, OpenedVisit, VisitLine, Which
from kiosk.ports.desk import LedgerFailure
from kiosk.ports.printer import PrinterFault
from kiosk.vault import Vault

_SPACE = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_SHMSIZE)
"""How SQLite says that the disk is full; over a quota it is IOERR_WRITE."""

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
        return self._write(
            lambda: record_visit(self._db, self._chain, self._vault, self._letter, self._kiosk, draft, at, sure=sure)
        )

    def business_day(self, at: datetime, *, sure: bool) -> date:
        """The day to which a visit at that time belongs."""
        with as_failures("looking for the day"):
            return self._today(at, sure=sure)

    def day_meant(self, day: date, at: datetime, *, sure: bool) -> date:
        """The day of which staff speak: what a clock that is not sure calls today is the day of the last visits."""
        return self.business_day(at, sure=sure) if not sure and day == at.date() else day

    def printed(self, visit: Visit, fault: PrinterFault | None, at: datetime, *, sure: bool = True) -> None:
        """Record how the print job ended."""
        self._write(lambda: end_job(self._db, self._chain, visit, fault, at, sure=sure))

    def in_one(self, doing: str, work: Callable[[Desk], T]) -> T:
        """Work at the desk's side as one transaction; the ballast stays where it is, as with `settled_later`."""
        with as_failures(doing):
            return self._transaction(lambda: work(self.desk))

    def visits(self, which: Which, day: date, today: date) -> tuple[VisitLine, ...]:
        """The visits for the board's list."""
        with as_failures("listing visits"):
            return self.desk.visits(which, day, today)

    def opened(self, visit: str, who: str, at: datetime, *, sure: bool) -> OpenedVisit | None:
        """All that the desk needs of a visit; who looked is recorded."""

        def work(desk: Desk) -> OpenedVisit | None:
            return desk.opened(visit, who, at, self._today(at, sure=sure), sure=sure)

        return self.in_one("opening a visit", work)

    def settle(self, visit: str, settlement: Settlement, who: str, at: datetime, *, sure: bool) -> OpenedVisit:
        """Add an entry of staff; the visit as it stands then. Raises DeskRefusal too."""

        def work(desk: Desk) -> OpenedVisit:
            desk.settle(visit, settlement, who, at, sure=sure)
            return desk.shown(visit, self._today(at, sure=sure))

        return self.in_one("settling a visit", work)

    def close_day(self, day: date, who: str, at: datetime, signer: Signer, *, sure: bool) -> DayClose:
        """Close a day and write its signed file, with those that earlier closes of it could not write.

        Raises ClosedDay and CloseNotWritten too.
        """
        with as_failures("closing the day"):
            fresh = self._transaction(lambda: close_day(self._db, self._chain, day, who, at, sure=sure))
            closes = closes_of(self._db, day)
            last = closes[-1]
            if fresh is None and is_exported(self._state, last):
                raise ClosedDay("this day is closed already, and no visit came since")
            file = write_missing(self._state, closes, self._kiosk, signer)
        return replace(last.view, export=str(file.relative_to(self._state)))

    def days_to_close(self, at: datetime, *, sure: bool) -> tuple[date, ...]:
        """The days up to that of such a visit which no close has counted as they are, the oldest first."""
        with as_failures("looking for days to close"):
            today = business_day(self._db, self._letter, at, sure=sure)
            return days_to_close(self._db, today, partial(is_exported, self._state))

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

    def drop_from_outbox(self) -> int:
        """Drop some of the events whose visits are erased; how many, 0 when there are none."""
        with as_failures("emptying the outbox"):
            return self._transaction(lambda: drop_due(self._db))

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
            return unprinted(self._db, self._vault, day)

    def owed(self, since: datetime, now: datetime) -> Visit | None:
        """The last visit, when it was in that time and its slip is surely not on paper."""
        with as_failures("looking for a slip that is owed"):
            return owed(self._db, self._vault, since, now)

    def awaiting(self, day: date, after: Visit | None = None) -> Visit | None:
        """The oldest visit, and behind that one, whose query is worth making up on that day."""
        with as_failures("looking for a query to make up"):
            return next_waiting(self._db, self._vault, day, after)

    def settled_later(
        self, visit: Visit, outcome: Outcome, registered: Person | None, at: datetime, *, sure: bool = True
    ) -> Visit:
        """Record what a query that was made up brought, once for each visit; the visit as it now stands on disk.

        The ballast stays where it is: this can be done again when there is room, a person at the screen cannot wait.
        """
        with as_failures("settling a visit"):
            return self._transaction(
                lambda: settle_later(self._db, self._chain, self._vault, visit, outcome, registered, at, sure=sure)
            )

    def counts(self, day: date) -> Counts:
        """What the status tells on that day."""
        with as_failures("counting visits"):
            return count_visits(self._db, day)

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

    def _today(self, at: datetime, *, sure: bool) -> date:
        return business_day(self._db, self._letter, at, sure=sure)

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
            self._chain.require_same()
            done = work()
            self._db.commit()
            self._chain.remember()
        except BaseException:
            self._db.rollback()
            raise
        return done
