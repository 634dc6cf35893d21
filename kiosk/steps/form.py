"""The form that a check-in fills in, and the walk through its parts, forwards and back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import Enum

from kiosk.checkin.appointment import Appointment
from kiosk.checkin.collation import Presented
from kiosk.checkin.insurance import InsuredId, InsurerNumber, QualificationAnswer, QualificationQuery
from kiosk.checkin.outcome import QueryFault
from kiosk.checkin.person import Person
from kiosk.checkin.policy import SitePolicy
from kiosk.checkin.reasons import Reason
from kiosk.checkin.routes import Route
from kiosk.checkin.ticket import Ticket
from kiosk.checkin.ways import Way
from kiosk.ports import Ports
from kiosk.ports.examinee import Reviewed, StartedAgain


@dataclass(slots=True, repr=False)
class Form:
    """What is filled in so far. Empty fields are not asked yet, not known, or not needed."""

    began_at: datetime
    policy: SitePolicy
    ticket_shown: Ticket | None = None
    """Scanned or typed; with all that the roster tells of its face."""
    ticket_insurer: InsurerNumber | None = None
    """保険者番号 of the ticket, typed."""
    appointment: Appointment | None = None
    """Found on the roster."""
    route: Route | None = None
    """The way for what was brought."""
    card_fault: Reason | None = None
    """Why the card could not be used here, so that the face reader is tried; the reason again when that fails too."""
    person: Person | None = None
    """Read from the card."""
    certificate_end: date | None = None
    """Read from the card."""
    birthdate: date | None = None
    """Typed from a document."""
    insurer: InsurerNumber | None = None
    insured: InsuredId | None = None
    typed: set[Reviewed] = field(default_factory=set)
    """Which numbers were typed, and so may be mistyped."""
    query: QualificationQuery | None = None
    """The last query that was made."""
    answer: QualificationAnswer | QueryFault | None = None
    prechecked_at: datetime | None = None
    """When the answer was asked for, where it is one of the evening before."""
    reason: Reason | None = None
    """Set by a part that cannot be filled in: the desk goes on from here."""

    @property
    def way(self) -> Way:
        """The way that what was brought opens; ① where the card that it needs cannot be used here."""
        if self.card_fault is not None:
            return Way.FACE_READER
        return self.route.way if self.route else Way.DESK

    @property
    def ticket(self) -> Ticket | None:
        """The ticket that is collated: shown, else the one on the roster."""
        ticket = self.ticket_shown or (self.appointment.ticket if self.appointment else None)
        return replace(ticket, insurer=self.ticket_insurer) if ticket and self.ticket_insurer else ticket

    @property
    def presented(self) -> Presented | None:
        """What was presented, as far as it names a birth date."""
        birthdate = self.person.birthdate if self.person else self.birthdate
        if birthdate is None:
            return None
        return Presented(person=self.person, birthdate=birthdate, insurer=self.insurer, insured=self.insured)

    def go_by_face(self, fault: Reason) -> None:
        """Take back what a card told or spared to ask: the face reader tells everything but the birth date."""
        self.card_fault, self.reason = fault, None
        self.person = self.insurer = self.insured = None

    def forget_document(self) -> None:
        """Take back all that a card or a paper told, because another one is coming."""
        self.route = self.card_fault = self.person = self.certificate_end = None
        self.birthdate = self.insurer = self.insured = None
        if self.ticket_shown is None:
            self.appointment = None
        self.typed.clear()


class Filled(Enum):
    """How a part ended."""

    DONE = "done"
    SKIPPED = "skipped"
    """There was nothing to ask."""
    BACK = "back"
    """The examinee wants the part before."""


Part = Callable[[Form, Ports], Awaitable[Filled]]


@dataclass(slots=True)
class Walk:
    """The parts in their order, and which of them really asked something."""

    parts: Sequence[Part]
    asked: list[int] = field(default_factory=list)

    async def through(self, form: Form, ports: Ports) -> None:
        """Fill in part after part; stops at the first that sets a reason.

        Raises StartedAgain when the examinee goes back from the first question, and what the parts raise.
        """
        place = 0
        while place < len(self.parts) and form.reason is None:
            filled = await self.parts[place](form, ports)
            if filled is Filled.BACK:
                if not self.asked:
                    raise StartedAgain
                place = self.asked.pop()
                continue
            if filled is Filled.DONE:
                self.asked.append(place)
            place += 1
