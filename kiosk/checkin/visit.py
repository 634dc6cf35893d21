"""A visit: what one check-in left, before and after it got its number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from kiosk.checkin.appointment import Appointment
from kiosk.checkin.collation import Presented
from kiosk.checkin.insurance import QualificationQuery
from kiosk.checkin.language import Language
from kiosk.checkin.outcome import Outcome
from kiosk.checkin.person import Person
from kiosk.checkin.reasons import Reason
from kiosk.checkin.ticket import Ticket


@dataclass(frozen=True, slots=True)
class VisitNumber:
    """受付番号: the kiosk's letter and a number that starts at 1 each business day, without gaps.

    After visits whose day nobody knew, the day that is known begins behind their numbers.
    """

    prefix: str
    sequence: int

    def __str__(self) -> str:
        return f"{self.prefix}-{self.sequence:03d}"


@dataclass(frozen=True, slots=True)
class VisitDraft:
    """A check-in that is decided and not yet on disk."""

    began_at: datetime
    outcome: Outcome
    ticket: Ticket | None = None
    presented: Presented | None = None
    registered: Person | None = None
    """The person as the qualification names them; only when the answer was 有効 for one."""
    appointment: Appointment | None = None
    """The line of the roster that was found."""
    query: QualificationQuery | None = None
    """The query that is to be made up, because nobody could answer it."""
    prechecked_at: datetime | None = None
    """When the answer was asked for, where one of the evening before (事前照会) stood in; the query is made up too."""
    language: Language = Language.JAPANESE
    """What the examinee reads, and so their part of the slip."""

    @property
    def person(self) -> Person | None:
        """Who it is, as well as the visit knows: from the document, else the qualification, else the roster."""
        shown = self.presented.person if self.presented else None
        return shown or self.registered or (self.ticket.person if self.ticket else None)


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit on disk."""

    id: str
    """Random, 32 hexadecimal digits; tells nothing of the person."""
    number: VisitNumber
    kiosk: str
    """Name of the terminal, e.g. 「k01」."""
    day: date
    """Business day of the number; while the clock is not sure that of the visit before."""
    at: datetime
    """When it was committed, with the time zone."""
    draft: VisitDraft
    first_reason: Reason | None = None
    """The reason that stands on the slip, when the query was made up and changed it; `outcome` has the later one."""
    settled_at: datetime | None = None
    """When the query was made up, with the time zone."""

    @property
    def outcome(self) -> Outcome:
        return self.draft.outcome
