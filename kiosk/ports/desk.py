"""What stands behind the counter: the qualification query, the ledger, the roster, the slips, staff and the clock."""

from __future__ import annotations

from datetime import date, datetime
from enum import Enum
from typing import Protocol

from kiosk.checkin.appointment import Appointment
from kiosk.checkin.insurance import QualificationAnswer, QualificationQuery
from kiosk.checkin.outcome import FaceFault, Outcome, QueryFault
from kiosk.checkin.person import Person
from kiosk.checkin.precheck import Precheck
from kiosk.checkin.reasons import Reason
from kiosk.checkin.ticket import TicketNumber
from kiosk.checkin.visit import Visit, VisitDraft
from kiosk.ports.printer import PrinterFault, Slip


class Clock(Protocol):
    """What time it is."""

    @property
    def sure(self) -> bool:
        """Whether a date may decide something: the clock is known to be right."""
        ...

    def now(self) -> datetime:
        """Now, with the site's time zone."""
        ...


class Qualifier(Protocol):
    """Asks the facility's gateway."""

    async def query(self, query: QualificationQuery) -> QualificationAnswer | QueryFault:
        """The answer, or why there is none; never raises, never takes longer than its deadline."""
        ...


class GatewayWays(Protocol):
    """Which queries the gateway answers."""

    @property
    def numbers(self) -> bool:
        """Whether it answers queries by number, as it said last; True while it has not said otherwise."""
        ...


class Prechecks(Protocol):
    """事前照会: what the gateway answered the evening before."""

    def found(self, query: QualificationQuery, now: datetime) -> Precheck | None:
        """What it answered to this very query, for today and not too long ago."""
        ...


class FaceSession(Protocol):
    """The face reader waits for one person."""

    async def match(self, seconds: float) -> QualificationAnswer | FaceFault:
        """What it brought of this person within that time, or why nothing; never raises.

        May be called again for more time: what came in between is not lost.
        """
        ...

    def cancel(self) -> None:
        """Wait no longer, and have the gateway forget what came; returns at once, and may be called in every case."""
        ...


class FaceReader(Protocol):
    """① the facility's 顔認証付きカードリーダー, asked through the gateway."""

    @property
    def available(self) -> bool:
        """Whether the gateway said that it has one."""
        ...

    async def arm(self, birthdate: date, kana: str) -> FaceSession | FaceFault:
        """Wait for the person of that birth date and name; a capture from before is nobody's. Never raises."""
        ...


class LedgerFailure(Exception):
    """A visit could not be put on disk."""


class Ledger(Protocol):
    """The record of visits."""

    @property
    def ready(self) -> bool:
        """Whether the next visit can be put on disk, as far as the last one and the space tell."""
        ...

    async def commit(self, draft: VisitDraft) -> Visit:
        """Put the visit, its number, its print job and its event on disk in one transaction.

        Raises LedgerFailure; then there is no visit and no number was used.
        """
        ...

    async def printed(self, visit: Visit, fault: PrinterFault | None) -> None:
        """Record that the visit's slip came out, or why it did not. Raises LedgerFailure."""
        ...

    async def unprinted(self) -> Visit | None:
        """The last visit of today whose print job was neither finished nor failed: the kiosk stopped in between."""
        ...

    async def awaiting(self, after: Visit | None = None) -> Visit | None:
        """The oldest visit whose query is still to be made up after an outage; None when there is none.

        With `after` the oldest one behind that visit. Raises LedgerFailure.
        """
        ...

    async def settled_later(self, visit: Visit, outcome: Outcome, registered: Person | None) -> Visit:
        """Record what the query that was made up brought, with its own time; number and slip stay as they were.

        Raises LedgerFailure.
        """
        ...


class Roster(Protocol):
    """Today's appointments. Every search gives all candidates; the rules decide what several mean."""

    @property
    def loaded(self) -> bool:
        """Whether there is a roster for today; without one people are asked for their ticket first."""
        ...

    def by_number(self, number: TicketNumber) -> tuple[Appointment, ...]:
        """Those with that ticket."""
        ...

    def by_person(self, person: Person) -> tuple[Appointment, ...]:
        """Those with that birth date whose name or kana agrees."""
        ...

    def by_birthdate(self, birthdate: date) -> tuple[Appointment, ...]:
        """Those with that birth date."""
        ...


class Slips(Protocol):
    """Draws slips."""

    async def draw(self, visit: Visit) -> Slip:
        """The visit's slip, always the same for the same visit."""
        ...


class Gate(Protocol):
    """Whether staff let this terminal serve."""

    @property
    def closed(self) -> Reason | None:
        """Why nobody is served now; None while it is open."""
        ...

    async def until_not(self, closed: Reason | None) -> None:
        """Wait until `closed` is not that any more."""
        ...


class Flag(Enum):
    """What staff should see at once."""

    STAFF_CALLED = "staff called"
    CARD_LEFT = "card left"
    PRINTER = "printer"
    RECORD = "record"
    ROSTER = "roster"
    PRECHECK = "precheck"


class Staff(Protocol):
    """What the kiosk tells staff through its status."""

    def raise_flag(self, flag: Flag) -> None: ...

    def lower_flag(self, flag: Flag) -> None: ...
