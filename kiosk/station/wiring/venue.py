"""The sites of a rehearsal: one terminal that stands in one kind of site after the other."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import assert_never

from kiosk.checkin.appointment import Appointment
from kiosk.checkin.person import Person
from kiosk.checkin.policy import Capabilities, SitePolicy
from kiosk.checkin.ticket import TicketNumber
from kiosk.checkin.ways import Way
from kiosk.gateway.people import InventedPerson, by_key
from kiosk.journey import serve
from kiosk.ports import Ports
from kiosk.rehearsal.scenario import Site
from kiosk.roster.search import Found, Index
from kiosk.station.wiring.appointments import invented_appointment
from kiosk.steps.race import first_of


class Venue:
    """Serves check-ins at a site, until it becomes another one."""

    def __init__(self, ports: Ports, policy: SitePolicy) -> None:
        self._ports = ports
        self._policy = policy
        self._site = Site.USUAL
        self._changed = asyncio.Event()

    def become(self, site: Site) -> None:
        """Be that kind of site from the next start screen on, which is asked at once."""
        self._site = site
        self._changed.set()

    async def serve(self) -> None:
        """Serve for ever."""
        while True:
            self._changed.clear()
            ports, policy = self._ports, policy_of(self._site, self._policy, self._ports.clock.now().date())
            if self._site in (Site.ROSTER, Site.FACE_READER):
                ports = replace(ports, roster=RehearsedRoster(Index(rehearsed_lines(ports.clock.now()))))
            await first_of(serve(ports, policy), self._changed.wait())


def policy_of(site: Site, usual: SitePolicy, today: date) -> SitePolicy:
    """What such a site has decided."""
    match site:
        case Site.USUAL:
            return usual
        case Site.EVERY_WAY:
            return replace(usual, unattended=frozenset(Way), provisional_agreed=True, provisional_until=today)
        case Site.ATTENDED:
            return replace(usual, unattended=frozenset())
        case Site.WITHOUT_GATEWAY:
            offline = Capabilities(query=False, limited_app=True)
            return replace(usual, capabilities=offline, provisional_agreed=True, provisional_until=today)
        case Site.ROSTER:
            # With no minute to spare, the one of the last minute of the day is too early at any time of the day.
            return replace(usual, roster_required=True, earliest=timedelta(0))
        case Site.FACE_READER:
            can = replace(usual.capabilities, face_reader=True, face_query=True)
            unattended = usual.unattended | {Way.FACE_READER}
            return replace(usual, unattended=unattended, capabilities=can)
        case _:
            assert_never(site)


@dataclass(frozen=True, slots=True)
class RehearsedRoster:
    """The port Roster over lines in memory."""

    index: Index
    loaded: bool = True

    def by_number(self, number: TicketNumber) -> Found:
        """Those with that ticket."""
        return self.index.by_number(number)

    def by_person(self, person: Person) -> Found:
        """Those with that birth date whose name or kana agrees."""
        return self.index.by_person(person)

    def by_birthdate(self, birthdate: date) -> Found:
        """Those with that birth date."""
        return self.index.by_birthdate(birthdate)


def rehearsed_lines(now: datetime) -> Iterator[Appointment]:
    """Taro and Hanako now, somebody twice, somebody much later today, somebody tomorrow."""
    yield from (_line("taro", now), _line("hanako", now), _line("alias", now))
    yield replace(_line("alias", now), ticket=None, course="人間ドック")
    yield replace(_line("renew", now), day=now.date() + timedelta(days=1))
    yield replace(_line("set", now), at=now.replace(hour=23, minute=59).time())


def _line(key: str, now: datetime) -> Appointment:
    person: InventedPerson = by_key(key)
    return invented_appointment(person, now)
