"""Rosters of a house for trying."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime

from kiosk.checkin.appointment import Appointment
from kiosk.checkin.person import Person
from kiosk.checkin.ticket import Ticket
from kiosk.gateway.people import PEOPLE, InventedPerson
from kiosk.roster.store import DayRoster, Store
from kiosk.settings import Settings
from kiosk.station.clock import SiteClock

PLACES = ("2階 採血", "2階 心電図", "3階 胸部X線")


def put_roster(settings: Settings, lines: Sequence[Appointment]) -> None:
    """Import these lines, as of today. Raises RosterUnavailable."""
    Store(settings.terminal.state).write(DayRoster(tuple(lines), SiteClock(settings.zone).now().date()))


def take_away_roster(settings: Settings) -> None:
    """Leave none of an earlier run. Raises RosterUnavailable."""
    Store(settings.terminal.state).erase()


def invented_appointments(now: datetime) -> Iterator[Appointment]:
    """An appointment of this half hour for everybody with a checkup ticket.

    Those with a ticket for guidance are not on the list: with them one sees what is asked of such people.
    """
    for person in PEOPLE:
        if not person.kind.is_guidance:
            yield invented_appointment(person, now)


def invented_appointment(person: InventedPerson, now: datetime) -> Appointment:
    """That person's appointment of this half hour."""
    at = now.time().replace(minute=now.minute // 30 * 30, second=0, microsecond=0, tzinfo=None)
    return Appointment(
        person=_on_paper(person),
        ticket=_ticket(person, now.date()),
        course="特定健診",
        first_place=PLACES[person.serial % len(PLACES)],
        day=now.date(),
        at=at,
    )


def _on_paper(person: InventedPerson) -> Person:
    return replace(person.person, kana=person.kana, address="")


def _ticket(person: InventedPerson, today: date) -> Ticket:
    return Ticket(person.ticket(today), person.insurer, _on_paper(person), person.insured)
