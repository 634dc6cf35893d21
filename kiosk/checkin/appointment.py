"""予約: a line of today's roster, and whether somebody may check in with it now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from kiosk.checkin.person import Person
from kiosk.checkin.reasons import Reason
from kiosk.checkin.ticket import Ticket
from kiosk.checkin.writing import fold_kana


@dataclass(frozen=True, slots=True, repr=False)
class Appointment:
    """One line of the roster. Its repr shows nothing."""

    person: Person | None = None
    """None on a roster of ticket numbers alone."""
    ticket: Ticket | None = None
    """The ticket with all that the roster tells of its face; None for a checkup without tickets."""
    course: str = ""
    """What is booked, in the site's words: 「特定健診・胃がん検診」."""
    first_place: str = ""
    """Where to go first: 「2階 採血」. Empty: the site's usual place."""
    day: date | None = None
    """None: whatever day the roster is used."""
    at: time | None = None
    """Time of the appointment; None: any."""
    line: int = field(default=0, compare=False)
    """Where it stands in the clerk's file, whose line 1 names the columns; 0 when it comes from no file."""

    def __repr__(self) -> str:
        return "Appointment(…)"


def arrival_reason(appointment: Appointment, now: datetime, earliest: timedelta) -> Reason | None:
    """Why somebody with that appointment is not checked in now: another day, or too early. Late is not a reason."""
    if appointment.day is not None and appointment.day != now.date():
        return Reason.OTHER_DAY
    if appointment.at is None:
        return None
    opens = datetime.combine(now.date(), appointment.at, now.tzinfo) - earliest
    return Reason.TOO_EARLY if now < opens else None


def choose(found: Sequence[Appointment], today: date) -> Appointment | Reason | None:
    """The one appointment of today among those found; of one on another day that one; None when nothing was found.

    Two candidates are the desk's: SEVERAL_ON_ROSTER.
    """
    current = [appointment for appointment in found if appointment.day in (None, today)] or list(found)
    if len(current) > 1:
        return Reason.SEVERAL_ON_ROSTER
    return current[0] if current else None


def with_initials(found: Sequence[Appointment], family: str, given: str = "") -> list[Appointment]:
    """Those whose kana name begins with these letters, family name first; lines without kana cannot match."""
    return [appointment for appointment in found if _begins(appointment.person, family, given)]


def _begins(person: Person | None, family: str, given: str) -> bool:
    parts = [fold_kana(part) for part in person.kana.split()] if person else []
    if not parts or not parts[0].startswith(fold_kana(family)):
        return False
    return not given or (len(parts) > 1 and parts[1].startswith(fold_kana(given)))
