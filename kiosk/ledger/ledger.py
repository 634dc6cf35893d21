"""The port `Ledger` over SQLite: everything that touches the disk happens in one thread, never on the event loop."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from structlog import get_logger

from kiosk.checkin.outcome import Outcome
from kiosk.checkin.person import Person
from kiosk.checkin.settlement import Settlement
from kiosk.checkin.visit import Visit, VisitDraft
from kiosk.ledger.counts import Counts
from kiosk.ports.board import DayClose, OpenedVisit, StaffAction, StaffNote, VisitLine, Which
from kiosk.ports.desk import Clock, LedgerFailure
from kiosk.ports.printer import PrinterFault
from kiosk.settings import LedgerSection

if TYPE_CHECKING:
    from kiosk.ledger.book import Book
    from kiosk.ledger.close_file import Signer
    from kiosk.ledger.opening import Connect

T = TypeVar("T")
REST_SECONDS = 10.0
"""After a ledger could not be opened until it is tried again, at least."""
REST_TIMES = 3.0
"""And so many times what the try took: the check of a large ledger leaves the disk to others most of the time."""


class SqliteLedger:
    """The record of visits in <state>/ledger.db.

    A cancelled commit leaves a whole visit, whose print job stays open, or none.
    """

    def __init__(
        self,
        state: Path,
        letter: str,
        kiosk: str,
        clock: Clock,
        connect: Connect = sqlite3.connect,
        *,
        kept: LedgerSection = LedgerSection(),  # noqa: B008 - frozen
        signer: Signer | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """`connect` opens the file: SQLite itself, but for the demonstration's broken disk. `signer` signs closes.

        `now` tells seconds that only grow.
        """
        self._kept = kept
        self._signer = signer
        self._connect = connect
        self._now = now
        self._state = state
        self._letter = letter
        self._kiosk = kiosk
        self._clock = clock
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="ledger")
        self._book: Book | None = None
        self._failed: LedgerFailure | None = None
        self._rests_until = now()
        self._sound = False
        self._closed = False

    async def open(self) -> None:
        """Open, check and migrate the ledger; may be called again. Raises LedgerFailure.

        While it has not succeeded the ledger is not `ready`, every other method raises LedgerFailure at once, and only
        `unprinted` tries it again. Soon after a try nothing is tried: what failed then is raised again.
        """
        await self._try_out()

    async def close(self) -> None:
        """Finish what was begun and close, for good; a second time does nothing. Raises LedgerFailure."""
        if self._closed:
            return
        self._closed = True
        try:
            await self._in_thread(self._close)
        finally:
            self._sound = False
            self._thread.shutdown(wait=False)

    @property
    def ready(self) -> bool:
        """Whether the next visit can be put on disk, as far as the last one and the space tell."""
        return self._sound and not self.space_low

    @property
    def space_low(self) -> bool:
        """Whether the disk has no room kept for one last visit."""
        return self._book is not None and self._book.space_low

    async def commit(self, draft: VisitDraft) -> Visit:
        """Put the visit, its number, its print job and its event on disk in one transaction.

        Raises LedgerFailure; then there is no visit and no number was used.
        """
        at, sure = self._clock.now(), self._clock.sure
        return await self._write(lambda book: book.commit(draft, at, sure=sure))

    async def printed(self, visit: Visit, fault: PrinterFault | None) -> None:
        """Record that the visit's slip came out, or why it did not. Raises LedgerFailure."""
        at, sure = self._clock.now(), self._clock.sure
        await self._write(lambda book: book.printed(visit, fault, at, sure=sure))

    async def unprinted(self) -> Visit | None:
        """The last visit of today whose print job is open; None also when the ledger cannot be read.

        While the ledger is not ready this tries it out, so that it becomes ready by itself when the disk is well again.
        """
        at, sure = self._clock.now(), self._clock.sure
        try:
            if not self.ready:
                await self._try_out()
            return await self._do(lambda book: book.unprinted(book.business_day(at, sure=sure)))
        except LedgerFailure as failure:
            # The start screen must come up all the same; `ready` tells it when nothing can be written.
            get_logger().warning("ledger cannot be read", error=type(failure.__cause__ or failure).__name__)
            return None

    async def owed(self, within: timedelta) -> Visit | None:
        """The last visit, when it is no older than that and its slip is surely not on paper. Raises LedgerFailure."""
        now = self._clock.now()
        return await self._do(lambda book: book.owed(now - within, now))

    async def awaiting(self, after: Visit | None = None) -> Visit | None:
        """The oldest visit whose query is still to be made up, at most a week old; None when there is none.

        With `after` the oldest one behind that visit. Raises LedgerFailure.
        """
        at, sure = self._clock.now(), self._clock.sure
        return await self._do(lambda book: book.awaiting(book.business_day(at, sure=sure), after))

    async def settled_later(self, visit: Visit, outcome: Outcome, registered: Person | None) -> Visit:
        """Record what the query that was made up brought, with its own time; number and slip stay as they were.

        Raises LedgerFailure: also for a visit that waits for no query, or was settled already. As the room for the
        next person is kept all the same, that leaves the ledger as `ready` as it was.
        """
        at, sure = self._clock.now(), self._clock.sure
        return await self._do(lambda book: book.settled_later(visit, outcome, registered, at, sure=sure))

    async def counts(self) -> Counts:
        """The visits of today. Raises LedgerFailure."""
        at, sure = self._clock.now(), self._clock.sure
        return await self._do(lambda book: book.counts(book.business_day(at, sure=sure)))

    async def visits(self, which: Which, day: date) -> tuple[VisitLine, ...]:
        """The visits of that day, or those of any day whose query is still made up; the last first.

        While the clock is not sure, what it calls today is the day of the last visits, as for new ones.
        Raises LedgerFailure.
        """
        at, sure = self._clock.now(), self._clock.sure
        return await self._do(
            lambda book: book.visits(which, book.day_meant(day, at, sure=sure), book.business_day(at, sure=sure))
        )

    async def open_count(self, day: date) -> int:
        """How many visits of that day nobody has settled. Raises LedgerFailure."""
        return len(await self.visits(Which.OPEN, day))

    async def visit(self, visit: str) -> Visit | None:
        """The visit with that id as it was committed, for its slip once more. Raises LedgerFailure."""
        return await self._do(lambda book: book.in_one("reading a visit", lambda desk: desk.visit(visit)))

    async def opened(self, visit: str, who: str) -> OpenedVisit | None:
        """All that the desk needs of a visit; that they looked is recorded. Raises LedgerFailure."""
        at, sure = self._clock.now(), self._clock.sure
        return await self._do(lambda book: book.opened(visit, who, at, sure=sure))

    async def settle(self, visit: str, settlement: Settlement, who: str) -> OpenedVisit:
        """Add an entry of staff; the visit as it stands then.

        Raises kiosk.ledger.desk.UnknownVisit, DoesNotFit (ClosedDay among them), and LedgerFailure.
        """
        at, sure = self._clock.now(), self._clock.sure
        return await self._do(lambda book: book.settle(visit, settlement, who, at, sure=sure))

    async def slip_shown(self, visit: str, who: str) -> datetime | None:
        """Record that a visit's slip was shown; when it was first shown, None the first time.

        Raises kiosk.ledger.desk.UnknownVisit and LedgerFailure.
        """
        at, sure = self._clock.now(), self._clock.sure
        return await self._do(
            lambda book: book.in_one("recording a slip", lambda desk: desk.slip_shown(visit, who, at, sure=sure))
        )

    async def staff_did(self, who: str, action: StaffAction, detail: str = "") -> None:
        """Record an action of staff; `detail` holds no personal data. Raises LedgerFailure."""
        at, sure = self._clock.now(), self._clock.sure
        await self._do(
            lambda book: book.in_one("recording", lambda desk: desk.staff_did(who, action, detail, at, sure=sure))
        )

    async def staff_had_done(self, note: StaffNote) -> None:
        """Record what staff did while that could not be recorded, with its own time, and once. Raises LedgerFailure."""
        await self._do(lambda book: book.in_one("recording", lambda desk: desk.staff_had_done(note)))

    async def days_to_close(self) -> tuple[date, ...]:
        """The days whose visits no close has counted, the oldest first, today among them. Raises LedgerFailure."""
        at, sure = self._clock.now(), self._clock.sure
        return await self._do(lambda book: book.days_to_close(at, sure=sure))

    async def close_day(self, day: date, who: str) -> DayClose:
        """Close a day: its counts go into the record and, signed, into a file. Again only when visits came since.

        Raises kiosk.ledger.desk.ClosedDay, kiosk.ledger.close_file.CloseNotWritten (the day is closed, its file is not
        there; the next close of it writes that, also when visits came since) and LedgerFailure.
        """
        signer, at, sure = self._signer, self._clock.now(), self._clock.sure
        if signer is None:
            raise LedgerFailure("there is no key to sign the close with")
        return await self._do(
            lambda book: book.close_day(book.day_meant(day, at, sure=sure), who, at, signer, sure=sure)
        )

    async def erase(self, today: date) -> int:
        """Erase the personal fields whose retention time is over; of how many visits.

        A day at a time, so that nobody at the screen waits for it. Raises LedgerFailure: also while the clock is not
        sure, because what a wrong date erases does not come back.
        """
        if not self._clock.sure:
            raise LedgerFailure("the clock is not sure, so nothing is erased")
        before = today - timedelta(days=self._kept.keep_days)
        at, erased = self._clock.now(), 0
        while step := await self._do(lambda book: book.erase_oldest(before, at, sure=True)):
            erased += step
        while await self._do(lambda book: book.drop_from_outbox()):
            pass
        if erased:
            await self._do(lambda book: book.checkpoint())
        return erased

    async def backup(self) -> Path:
        """Copy the record to <state>/backups beside the writer, and drop the oldest copies. Raises LedgerFailure."""
        from kiosk.ledger.backups import FOLDER, back_up

        at, state, kept = self._clock.now(), self._state, self._kept.backups
        return await asyncio.to_thread(back_up, state, state / FOLDER, kept, at, self._letter)

    async def _do(self, work: Callable[[Book], T]) -> T:
        """Work that says nothing of whether the next visit can be written."""
        self._open_book()  # here, too: who asks does not wait behind an opening that lasts
        return await self._in_thread(lambda: work(self._open_book()))

    async def _write(self, work: Callable[[Book], T]) -> T:
        """Work that tells whether the next visit can be written."""
        self._open_book()
        return await self._in_thread(lambda: self._tried(lambda: work(self._open_book())))

    async def _try_out(self) -> None:
        """Open the book where none is open, and see whether it can be written."""
        await self._in_thread(lambda: self._tried(lambda: self._opened().probe()))

    def _tried(self, work: Callable[[], T]) -> T:
        try:
            done = work()
        except LedgerFailure:
            self._sound = False
            raise
        self._sound = True
        return done

    async def _in_thread(self, work: Callable[[], T]) -> T:
        try:
            done = asyncio.get_running_loop().run_in_executor(self._thread, work)
        except RuntimeError as closed:
            raise LedgerFailure("the ledger is closed") from closed
        return await done

    def _open_book(self) -> Book:
        """The book that is open. Raises LedgerFailure, at once, where none is."""
        book = self._book
        if book is not None:
            return book
        if self._closed:
            raise LedgerFailure("the ledger is closed")
        if self._failed is None:
            raise LedgerFailure("the ledger is being opened, or was not yet")
        raise _once_more(self._failed)

    def _opened(self) -> Book:
        """The book, opened where none is: in the ledger's thread, and not soon after that failed."""
        if self._book is not None:
            return self._book
        began = self._now()
        if self._failed is not None and began < self._rests_until:
            raise _once_more(self._failed)
        # Imported here, in the thread: sqlite-utils and cryptography are no part of the first frame.
        from kiosk.ledger.book import Book

        try:
            self._book = Book.open(self._state, self._letter, self._kiosk, self._connect)
        except LedgerFailure as failed:
            self._failed = failed
            ended = self._now()
            self._rests_until = ended + max(REST_SECONDS, REST_TIMES * (ended - began))
            raise
        self._failed = None
        return self._book

    def _close(self) -> None:
        book, self._book = self._book, None
        if book is not None:
            book.close()


def _once_more(failed: LedgerFailure) -> LedgerFailure:
    """What failed, for somebody else: an exception that is raised twice grows its traceback."""
    again = LedgerFailure(str(failed))
    again.__cause__ = failed.__cause__
    return again
