"""A stage for one check-in: an examinee who follows a script, and ports that answer at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar

from PIL import Image

from kiosk.checkin.appointment import Appointment
from kiosk.checkin.insurance import (
    InsuredId,
    InsurerNumber,
    ProcessingStatus,
    Qualification,
    QualificationAnswer,
    QualificationQuery,
    QualificationValidity,
    SegmentOfResult,
)
from kiosk.checkin.language import Language
from kiosk.checkin.outcome import FaceFault, Outcome, QueryFault
from kiosk.checkin.person import Person, Sex
from kiosk.checkin.precheck import Precheck
from kiosk.checkin.ticket import Ticket, TicketNumber
from kiosk.checkin.visit import Visit, VisitDraft, VisitNumber
from kiosk.ports import Ports
from kiosk.ports.card import CardFacts, CardFailure, CardFault, FaceCode, Pin
from kiosk.ports.desk import Flag, LedgerFailure
from kiosk.ports.examinee import GoToFaceReader, InsertCard, Left, Move, Question, ShowResult, Step, TakeCard, Working
from kiosk.ports.printer import PrinterFailure, PrinterFault, Slip

A = TypeVar("A")
NOW = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)
PERSON = Person("見本　太郎", date(1970, 1, 2), Sex.MALE, address="見本県見本市１－１")
REGISTERED = Qualification(
    InsurerNumber("01130012"), "見本健保", InsuredId("1234567", "12", "01"), replace(PERSON, address="")
)
VALID = QualificationAnswer(SegmentOfResult.DONE, ProcessingStatus.DONE, QualificationValidity.VALID, (REGISTERED,))
TICKET = TicketNumber("26100000001")
ROSTER_TICKET = Ticket(TICKET, REGISTERED.insurer, replace(PERSON, address=""), REGISTERED.insured)
APPOINTMENT = Appointment(
    replace(PERSON, address="", kana="ミホン タロウ"), ROSTER_TICKET, "特定健診", "2階 採血", NOW.date(), NOW.time()
)

Reply = object | Callable[[Any], object]


@dataclass
class ScriptedExaminee:
    """Answers question after question from a script; an answer may be a function of the question, or something raised.

    Screens that need no answer (card, result, take card) are answered when the script is silent about them.
    """

    script: list[tuple[type[Question[Any]], Reply]]
    events: list[str]
    asked: list[Question[Any]] = field(default_factory=list)
    language: Language = Language.JAPANESE

    async def ask(self, question: Question[A]) -> A | Move:
        self.asked.append(question)
        self.events.append(type(question).__name__)
        if isinstance(question, ShowResult) and not (self.script and self.script[0][0] is ShowResult):
            return None  # type: ignore[return-value]  # ShowResult is a Question[None]
        if isinstance(question, InsertCard | TakeCard | GoToFaceReader) and not (
            self.script and self.script[0][0] is type(question)
        ):
            await asyncio.Event().wait()
        assert self.script, f"nothing left to answer {type(question).__name__}"
        kind, reply = self.script.pop(0)
        assert isinstance(question, kind), f"asked {type(question).__name__}, the script expects {kind.__name__}"
        answer = reply(question) if callable(reply) and not isinstance(reply, type) else reply
        if isinstance(answer, Left) or (isinstance(answer, type) and issubclass(answer, Left)):
            raise answer
        return answer  # type: ignore[return-value]  # the script is trusted to fit the question

    def show(self, working: Working) -> None:
        self.events.append(f"show {working.step.value}")


@dataclass
class StageCard:
    """A card that answers as it is told."""

    pin: bytes = b"1234"
    face_code: bytes = b"45010220351234"
    tries: int = 3
    face_tries: int = 10
    certificate_end: date | None = date(2030, 1, 2)
    person: Person = PERSON
    failure: CardFailure | None = None
    sent: list[str] = field(default_factory=list)

    async def facts(self) -> CardFacts:
        if self.failure:
            raise self.failure
        return CardFacts(self.certificate_end, self.tries)

    async def face_code_tries(self) -> int:
        return self.face_tries

    async def person_by_pin(self, pin: Pin) -> Person:
        self.sent.append("pin")
        if pin.octets == self.pin:
            return self.person
        self.tries -= 1
        raise CardFailure(CardFault.PIN_WRONG, tries_left=self.tries)

    async def person_by_face_code(self, code: FaceCode) -> Person:
        self.sent.append("face code")
        if code.octets == self.face_code:
            return self.person
        self.face_tries -= 1
        raise CardFailure(CardFault.PIN_WRONG, tries_left=self.face_tries)


@dataclass
class StageReader:
    """Cards come one after the other as they are asked for; None means that there is no reader."""

    cards: list[StageCard] | None
    events: list[str]
    current: StageCard | None = None
    stays: bool = False
    available: bool = True

    @property
    def holds_card(self) -> bool:
        return self.current is not None

    async def inserted(self) -> None:
        if self.cards is None:
            raise CardFailure(CardFault.NO_READER)
        if not self.cards:
            await asyncio.Event().wait()
        self.current = self.cards.pop(0)

    async def removed(self) -> None:
        if self.stays:
            await asyncio.Event().wait()
        await asyncio.sleep(0)
        self.current = None

    @asynccontextmanager
    async def session(self) -> AsyncIterator[StageCard]:
        assert self.current is not None
        card, self.stays = self.current, True
        try:
            yield card
        finally:
            self.stays = False
            self.events.append("card released")


@dataclass
class StageLedger:
    events: list[str]
    fails: bool = False
    visits: list[Visit] = field(default_factory=list)
    slips: list[PrinterFault | None] = field(default_factory=list)
    pending: Visit | None = None

    @property
    def ready(self) -> bool:
        return not self.fails

    async def commit(self, draft: VisitDraft) -> Visit:
        if self.fails:
            raise LedgerFailure
        self.events.append("committed")
        number = VisitNumber("A", len(self.visits) + 1)
        self.visits.append(Visit("0" * 32, number, "k01", NOW.date(), NOW, draft))
        return self.visits[-1]

    async def printed(self, visit: Visit, fault: PrinterFault | None) -> None:
        assert visit in (*self.visits, self.pending)
        self.slips.append(fault)
        self.pending = None

    async def unprinted(self) -> Visit | None:
        return self.pending

    async def awaiting(self, after: Visit | None = None) -> Visit | None:
        first = self.visits.index(after) + 1 if after in self.visits else 0
        return next((visit for visit in self.visits[first:] if visit.draft.query and not visit.settled_at), None)

    async def settled_later(self, visit: Visit, outcome: Outcome, registered: Person | None) -> Visit:
        draft = replace(visit.draft, outcome=outcome, registered=registered)
        settled = replace(visit, draft=draft, first_reason=visit.outcome.reason, settled_at=NOW)
        self.visits[self.visits.index(visit)] = settled
        return settled


@dataclass
class StagePrinter:
    events: list[str]
    fault: PrinterFault | None = None

    async def print(self, slip: Slip) -> None:
        if self.fault:
            raise PrinterFailure(self.fault)
        assert slip.qr
        self.events.append("printed")


@dataclass
class StageQualifier:
    events: list[str]
    answer: QualificationAnswer | QueryFault = VALID
    earlier: list[QualificationAnswer | QueryFault] = field(default_factory=list)
    """Answers that are given first, one for each query."""
    queries: list[QualificationQuery] = field(default_factory=list)

    async def query(self, query: QualificationQuery) -> QualificationAnswer | QueryFault:
        self.events.append("queried")
        self.queries.append(query)
        return self.earlier.pop(0) if self.earlier else self.answer


@dataclass
class StageFaces:
    """A face reader that brings what it is told, or nothing until the examinee answers."""

    events: list[str]
    brings: QualificationAnswer | FaceFault | None = VALID
    comes_at: int = 1
    """In which of the times that are waited for."""
    armed: list[tuple[date, str]] = field(default_factory=list)
    refuses: FaceFault | None = None
    available: bool = True

    async def arm(self, birthdate: date, kana: str) -> StageFaces | FaceFault:
        self.armed.append((birthdate, kana))
        return self.refuses or self

    async def match(self, seconds: float) -> QualificationAnswer | FaceFault:
        self.events.append(f"waited {seconds:g} s")
        self.comes_at -= 1
        if self.brings is None or self.comes_at > 0:
            await asyncio.Event().wait()
        assert self.brings is not None
        return self.brings

    def cancel(self) -> None:
        self.events.append("face cancelled")


@dataclass
class StageRoster:
    appointments: list[Appointment] = field(default_factory=list)

    @property
    def loaded(self) -> bool:
        return bool(self.appointments)

    def by_number(self, number: TicketNumber) -> tuple[Appointment, ...]:
        return tuple(line for line in self.appointments if line.ticket and line.ticket.number == number)

    def by_person(self, person: Person) -> tuple[Appointment, ...]:
        return tuple(
            line for line in self.by_birthdate(person.birthdate) if line.person and line.person.name == person.name
        )

    def by_birthdate(self, birthdate: date) -> tuple[Appointment, ...]:
        return tuple(line for line in self.appointments if line.person and line.person.birthdate == birthdate)


@dataclass
class StagePrechecks:
    """What was answered the evening before, for whoever asks the same."""

    answers: list[Precheck] = field(default_factory=list)
    hours: int = 24

    def found(self, query: QualificationQuery, now: datetime) -> Precheck | None:
        longest = timedelta(hours=self.hours)
        return next((answer for answer in self.answers if answer.counts_for(query, now, longest)), None)


@dataclass
class StageGateway:
    """A gateway that says what it answers."""

    numbers: bool = True


class StageSlips:
    async def draw(self, visit: Visit) -> Slip:
        return Slip(Image.new("1", (384, 8), 1), f"qr of {visit.number}")


@dataclass
class StageStaff:
    flags: set[Flag] = field(default_factory=set)
    ever: set[Flag] = field(default_factory=set)

    def raise_flag(self, flag: Flag) -> None:
        self.flags.add(flag)
        self.ever.add(flag)

    def lower_flag(self, flag: Flag) -> None:
        self.flags.discard(flag)


@dataclass
class StageScanner:
    codes: list[str] = field(default_factory=list)

    async def code(self) -> str:
        if not self.codes:
            await asyncio.Event().wait()
        return self.codes.pop(0)


@dataclass
class StageClock:
    sure: bool = True

    def now(self) -> datetime:
        return NOW


class Stage:
    """All ports of one check-in, and what happened on them in `events`."""

    def __init__(self, *script: tuple[type[Question[Any]], Reply], cards: list[StageCard] | None = None) -> None:
        self.events: list[str] = []
        self.examinee = ScriptedExaminee(list(script), self.events)
        self.reader = StageReader([StageCard()] if cards is None else cards, self.events)
        self.scanner = StageScanner()
        self.printer = StagePrinter(self.events)
        self.qualifier = StageQualifier(self.events)
        self.ledger = StageLedger(self.events)
        self.roster = StageRoster()
        self.staff = StageStaff()
        self.faces = StageFaces(self.events)
        self.gateway = StageGateway()
        self.prechecks = StagePrechecks()
        self.clock = StageClock()

    @property
    def ports(self) -> Ports:
        return Ports(
            self.examinee,
            self.reader,
            self.scanner,
            self.printer,
            self.qualifier,
            self.ledger,
            self.roster,
            StageSlips(),
            self.staff,
            self.clock,
            self.faces,
            self.gateway,
            self.prechecks,
        )

    @property
    def result(self) -> ShowResult:
        """What the result screen showed last."""
        return next(question for question in reversed(self.examinee.asked) if isinstance(question, ShowResult))

    def working_steps(self) -> list[Step]:
        return [Step(event.removeprefix("show ")) for event in self.events if event.startswith("show ")]
