"""What stands behind the counter: the qualification query, the ledger, the roster, the slips, staff and the clock."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import Protocol

from kiosk.checkin.insurance import QualificationAnswer, QualificationQuery
from kiosk.checkin.outcome import QueryFault
from kiosk.checkin.person import Person
from kiosk.checkin.ticket import Ticket, TicketNumber
from kiosk.checkin.visit import Visit, VisitDraft
from kiosk.ports.printer import PrinterFault, Slip


class Clock(Protocol):
    """What time it is."""

    def now(self) -> datetime:
        """Now, with the site's time zone."""
        ...


class Qualifier(Protocol):
    """Asks the facility's gateway."""

    async def query(self, query: QualificationQuery) -> QualificationAnswer | QueryFault:
        """The answer, or why there is none; never raises, never takes longer than its deadline."""
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


class Roster(Protocol):
    """Today's appointments, as tickets. Two candidates are none."""

    def by_number(self, number: TicketNumber) -> Ticket | None:
        """The ticket with that number."""
        ...

    def by_person(self, person: Person) -> Ticket | None:
        """The ticket of the one with that name (or kana) and birth date."""
        ...


class Slips(Protocol):
    """Draws slips."""

    async def draw(self, visit: Visit) -> Slip:
        """The visit's slip, always the same for the same visit."""
        ...


class Flag(Enum):
    """What staff should see at once."""

    STAFF_CALLED = "staff called"
    CARD_LEFT = "card left"
    PRINTER = "printer"
    RECORD = "record"


class Staff(Protocol):
    """What the kiosk tells staff through its status."""

    def raise_flag(self, flag: Flag) -> None: ...

    def lower_flag(self, flag: Flag) -> None: ...
