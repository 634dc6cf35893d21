"""What it costs to put a visit on disk, beside a bare SQLite insert of as many octets with the same promise (FULL)."""

from __future__ import annotations

import asyncio
import sqlite3
import statistics
import time
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from kiosk.checkin.collation import Presented
from kiosk.checkin.insurance import QualificationQuery
from kiosk.checkin.outcome import Outcome
from kiosk.checkin.reasons import Reason
from kiosk.checkin.ticket import Ticket
from kiosk.checkin.visit import Visit, VisitDraft
from kiosk.checkin.ways import Way
from kiosk.gateway.people import by_key
from kiosk.ledger.book import Book
from kiosk.ledger.ledger import SqliteLedger
from kiosk.ledger.opening import DATABASE
from kiosk.station.clock import SiteClock

VISITS = 300
"""A busy day of one kiosk."""
WARM = 20
LIMIT = 5.0
"""Times the bare insert, at the median of the turns: twice what it is, so that a second transaction would be seen."""
_TABLES = ("visit", "print_job", "outbox", "event")


def measure(folder: Path) -> dict[str, object]:
    """p50 and p95 in ms: the bare insert, the transaction, and the transaction through the port, turn by turn.

    What the port adds is the hop to the ledger's thread and back, which a commit's own time hides: it is taken from a
    question that needs no disk. What is made up later is timed last.
    """
    clock = SiteClock(ZoneInfo("Asia/Tokyo"))
    draft, deferred = draft_of(clock.now(), Reason.CONFIRMED_BY_CARD), draft_of(clock.now(), Reason.UNREACHABLE)
    book = Book.open(folder / "book", "A", "bench")
    book.commit(draft, clock.now())
    octets = _octets_of_a_visit(folder / "book" / DATABASE)
    bare = _Bare(folder / "bare.db", octets)
    direct, floor, port, later, hops = asyncio.run(_turns(folder / "port", book, bare, clock, draft, deferred))
    book.close()
    bare.close()
    ratio = statistics.median(own / least for own, least in zip(port, floor, strict=True))
    return {
        "what": f"commit of a visit, {VISITS} visits, beside a bare insert of {octets} octets, both synchronous=FULL",
        "bare": _told(floor),
        "commit": _told(direct),
        "commit_through_the_port": _told(port),
        "made_up_later": _told(later),
        "thread_hop_ms": round(1000 * statistics.median(hops), 3),
        "ratio": round(ratio, 2),
        "limit": LIMIT,
        "kept": ratio <= LIMIT,
    }


async def _turns(
    state: Path, book: Book, bare: _Bare, clock: SiteClock, draft: VisitDraft, deferred: VisitDraft
) -> tuple[list[float], list[float], list[float], list[float], list[float]]:
    """Turn by turn, so that whatever else the disk does meets all of them."""
    ledger = SqliteLedger(state, "A", "bench", clock)
    await ledger.open()
    direct: list[float] = []
    floor: list[float] = []
    port: list[float] = []
    hops: list[float] = []
    for _ in range(WARM + VISITS):
        direct.append(_seconds(lambda: book.commit(draft, clock.now())))
        floor.append(_seconds(bare.insert))
        port.append(await _seconds_of(lambda: ledger.commit(draft)))
        asked = _seconds(lambda: book.counts(clock.now().date()))
        hops.append(await _seconds_of(ledger.counts) - asked)
    waiting: list[Visit] = [await ledger.commit(deferred) for _ in range(VISITS)]
    settled = Outcome(Reason.CONFIRMED_BY_CARD, Way.CARD_QUERY)
    later = [
        await _seconds_of(lambda visit=visit: ledger.settled_later(visit, settled, None))  # type: ignore[misc]  # bound now
        for visit in waiting
    ]
    await ledger.close()
    return direct[WARM:], floor[WARM:], port[WARM:], later, hops[WARM:]


class _Bare:
    """The least that keeps the promise: one row in the WAL, on disk when the call returns."""

    def __init__(self, file: Path, octets: int) -> None:
        self._rows = sqlite3.connect(file, isolation_level=None)
        self._rows.execute("PRAGMA journal_mode=WAL")
        self._rows.execute("PRAGMA synchronous=FULL")
        self._rows.execute("CREATE TABLE visit (content BLOB NOT NULL)")
        self._content = bytes(octets)

    def insert(self) -> None:
        """One transaction."""
        self._rows.execute("INSERT INTO visit VALUES (?)", (self._content,))

    def close(self) -> None:
        """Close the file."""
        self._rows.close()


def _octets_of_a_visit(file: Path) -> int:
    """The size of all values that one visit writes."""
    rows = sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)
    try:
        return sum(
            len(str(value).encode())
            for table in _TABLES
            for value in rows.execute(f"SELECT * FROM {table} LIMIT 1").fetchone()  # noqa: S608 (names of our own)
        )
    finally:
        rows.close()


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


async def _seconds_of(work: Callable[[], Awaitable[object]]) -> float:
    began = time.perf_counter()
    await work()
    return time.perf_counter() - began


def _told(seconds: list[float]) -> dict[str, float]:
    ordered = sorted(seconds)
    return {
        "p50_ms": round(1000 * statistics.median(ordered), 2),
        "p95_ms": round(1000 * ordered[int(0.95 * (len(ordered) - 1))], 2),
    }


def draft_of(now: datetime, reason: Reason) -> VisitDraft:
    """The check-in of an invented person, as the kiosk commits it."""
    person, day = by_key("taro"), now.date()
    return VisitDraft(
        now,
        Outcome(reason, Way.CARD_QUERY),
        Ticket(person.ticket(day), person.insurer),
        Presented(person.person, person.birthdate, person.insurer, person.insured),
        query=QualificationQuery(person.insurer, person.insured, person.birthdate, day),
    )
