"""A stopwatch around the ports: how long the machine's parts of a check-in take."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import TypeVar

from kiosk.checkin.insurance import QualificationAnswer, QualificationQuery
from kiosk.checkin.outcome import QueryFault
from kiosk.checkin.person import Person
from kiosk.checkin.visit import Visit, VisitDraft
from kiosk.ports import Ports
from kiosk.ports.card import CardFacts, CardReader, CardSession, FaceCode, Pin
from kiosk.ports.desk import Ledger, Qualifier, Slips
from kiosk.ports.examinee import Confirm, Examinee, Move, Question, Working
from kiosk.ports.printer import Printer, PrinterFault, Slip

A = TypeVar("A")


class Part(Enum):
    """The machine's parts of a check-in."""

    CARD = "card"
    QUERY = "query"
    COMMIT = "commit"
    SLIP = "slip"
    PRINT = "print"


@dataclass(slots=True)
class Stopwatch:
    """Seconds per part of the check-in that is going on."""

    seconds: dict[Part, float] = field(default_factory=dict)
    marks: dict[str, float] = field(default_factory=dict)
    """Moments (time.perf_counter) by name."""
    printed_qr: str | None = None
    """The QR of the slip that the printer took."""

    def reset(self) -> None:
        """A new check-in begins."""
        self.seconds.clear()
        self.marks.clear()
        self.printed_qr = None

    def mark(self, name: str) -> None:
        """Now, under that name."""
        self.marks[name] = time.perf_counter()

    @contextmanager
    def measure(self, part: Part) -> Iterator[None]:
        """Add the time until the end of the block to that part."""
        began = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[part] = self.seconds.get(part, 0.0) + time.perf_counter() - began


def timed(ports: Ports, watch: Stopwatch) -> Ports:
    """The same ports, each with its time taken."""
    return replace(
        ports,
        examinee=TimedExaminee(ports.examinee, watch),
        reader=TimedReader(ports.reader, watch),
        qualifier=TimedQualifier(ports.qualifier, watch),
        ledger=TimedLedger(ports.ledger, watch),
        slips=TimedSlips(ports.slips, watch),
        printer=TimedPrinter(ports.printer, watch),
    )


@dataclass(frozen=True, slots=True)
class TimedExaminee:
    """Marks when the examinee gave the last answer before the kiosk works on."""

    _inner: Examinee
    _watch: Stopwatch

    async def ask(self, question: Question[A]) -> A | Move:
        answer = await self._inner.ask(question)
        if isinstance(question, Confirm):
            self._watch.mark("answered")
        return answer

    def show(self, working: Working) -> None:
        self._inner.show(working)


@dataclass(frozen=True, slots=True)
class TimedQualifier:
    _inner: Qualifier
    _watch: Stopwatch

    async def query(self, query: QualificationQuery) -> QualificationAnswer | QueryFault:
        with self._watch.measure(Part.QUERY):
            return await self._inner.query(query)


@dataclass(frozen=True, slots=True)
class TimedLedger:
    _inner: Ledger
    _watch: Stopwatch

    @property
    def ready(self) -> bool:
        return self._inner.ready

    async def commit(self, draft: VisitDraft) -> Visit:
        with self._watch.measure(Part.COMMIT):
            return await self._inner.commit(draft)

    async def printed(self, visit: Visit, fault: PrinterFault | None) -> None:
        await self._inner.printed(visit, fault)

    async def unprinted(self) -> Visit | None:
        return await self._inner.unprinted()


@dataclass(frozen=True, slots=True)
class TimedSlips:
    _inner: Slips
    _watch: Stopwatch

    async def draw(self, visit: Visit) -> Slip:
        with self._watch.measure(Part.SLIP):
            return await self._inner.draw(visit)


@dataclass(frozen=True, slots=True)
class TimedPrinter:
    _inner: Printer
    _watch: Stopwatch

    async def print(self, slip: Slip) -> None:
        with self._watch.measure(Part.PRINT):
            await self._inner.print(slip)
        self._watch.mark("printed")
        self._watch.printed_qr = slip.qr


@dataclass(frozen=True, slots=True)
class TimedSession:
    _inner: CardSession
    _watch: Stopwatch

    async def facts(self) -> CardFacts:
        return await self._inner.facts()

    async def face_code_tries(self) -> int:
        return await self._inner.face_code_tries()

    async def person_by_pin(self, pin: Pin) -> Person:
        with self._watch.measure(Part.CARD):
            return await self._inner.person_by_pin(pin)

    async def person_by_face_code(self, code: FaceCode) -> Person:
        with self._watch.measure(Part.CARD):
            return await self._inner.person_by_face_code(code)


@dataclass(frozen=True, slots=True)
class TimedReader:
    _inner: CardReader
    _watch: Stopwatch

    @property
    def available(self) -> bool:
        return self._inner.available

    @property
    def holds_card(self) -> bool:
        return self._inner.holds_card

    async def inserted(self) -> None:
        await self._inner.inserted()

    async def removed(self) -> None:
        await self._inner.removed()

    @asynccontextmanager
    async def session(self) -> AsyncIterator[CardSession]:
        async with self._inner.session() as session:
            yield TimedSession(session, self._watch)
