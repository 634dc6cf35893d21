"""The form that a check-in fills in, and the walk through its parts, forwards and back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum

from kiosk.checkin.collation import Presented
from kiosk.checkin.insurance import InsuredId, InsurerNumber
from kiosk.checkin.person import Person
from kiosk.checkin.reasons import Reason
from kiosk.checkin.routes import Brought, Way, way_of
from kiosk.checkin.ticket import Ticket
from kiosk.ports import Ports
from kiosk.ports.examinee import StartedAgain


@dataclass(slots=True, repr=False)
class Form:
    """What is filled in so far. Empty fields are not asked yet, not known, or not needed."""

    began_at: datetime
    ticket_shown: Ticket | None = None
    """Scanned or typed."""
    ticket_found: Ticket | None = None
    """Found on the roster by the person on the card."""
    brought: Brought | None = None
    person: Person | None = None
    """Read from the card."""
    certificate_end: date | None = None
    """Read from the card."""
    birthdate: date | None = None
    """Typed from a document."""
    insurer: InsurerNumber | None = None
    insured: InsuredId | None = None
    reason: Reason | None = None
    """Set by a part that cannot be filled in: the desk goes on from here."""

    @property
    def way(self) -> Way:
        """The way that what was brought opens."""
        return way_of(self.brought) if self.brought else Way.DESK

    @property
    def ticket(self) -> Ticket | None:
        """The ticket that is collated."""
        return self.ticket_shown or self.ticket_found

    @property
    def presented(self) -> Presented | None:
        """What was presented, as far as it names a birth date."""
        birthdate = self.person.birthdate if self.person else self.birthdate
        if birthdate is None:
            return None
        return Presented(person=self.person, birthdate=birthdate, insurer=self.insurer, insured=self.insured)

    def forget_document(self) -> None:
        """Take back all that a card or a paper told, because another one is coming."""
        self.person = self.ticket_found = self.certificate_end = self.birthdate = self.insurer = self.insured = None


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
