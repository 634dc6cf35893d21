"""A stopwatch around the ports: how long the machine's parts of a check-in take."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any, TypeVar, cast

from kiosk.checkin.language import Language
from kiosk.ports import Ports
from kiosk.ports.card import CardReader, CardSession
from kiosk.ports.examinee import Confirm, Examinee, Move, Question, Working
from kiosk.ports.printer import Printer, Slip

A = TypeVar("A")
P = TypeVar("P")


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
        reader=cast("CardReader", _TimedReader(ports.reader, watch)),
        qualifier=_measured(ports.qualifier, watch, query=Part.QUERY),
        ledger=_measured(ports.ledger, watch, commit=Part.COMMIT),
        slips=_measured(ports.slips, watch, draw=Part.SLIP),
        printer=TimedPrinter(ports.printer, watch),
    )


@dataclass(frozen=True, slots=True)
class TimedExaminee:
    """Marks when the examinee gave the last answer before the kiosk works on."""

    _inner: Examinee
    _watch: Stopwatch

    @property
    def language(self) -> Language:
        return self._inner.language

    async def ask(self, question: Question[A]) -> A | Move:
        answer = await self._inner.ask(question)
        if isinstance(question, Confirm):
            self._watch.mark("answered")
        return answer

    def show(self, working: Working) -> None:
        self._inner.show(working)


@dataclass(frozen=True, slots=True)
class TimedPrinter:
    """Keeps what was printed, and when."""

    _inner: Printer
    _watch: Stopwatch

    async def print(self, slip: Slip) -> None:
        with self._watch.measure(Part.PRINT):
            await self._inner.print(slip)
        self._watch.mark("printed")
        self._watch.printed_qr = slip.qr


class _Measured:
    """Stands before a port: some of its methods are measured, and everything else goes straight to it."""

    def __init__(self, inner: Any, watch: Stopwatch, parts: Mapping[str, Part]) -> None:
        self._inner = inner
        self._watch = watch
        self._parts = parts

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._inner, name)
        part = self._parts.get(name)
        if part is None:
            return found

        async def method(*arguments: Any) -> Any:
            with self._watch.measure(part):
                return await found(*arguments)

        return method


class _TimedReader(_Measured):
    """Measures what is read in its sessions."""

    def __init__(self, inner: CardReader, watch: Stopwatch) -> None:
        super().__init__(inner, watch, {})

    @asynccontextmanager
    async def session(self) -> AsyncIterator[CardSession]:
        async with self._inner.session() as session:
            yield _measured(session, self._watch, person_by_pin=Part.CARD, person_by_face_code=Part.CARD)


def _measured(port: P, watch: Stopwatch, **parts: Part) -> P:
    """The same port; each method that is named counts for that part of the check-in."""
    return cast("P", _Measured(port, watch, parts))
