"""The roster of the running kiosk: in memory, kept up with the sealed file, gone when its last day is over."""

from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.checkin.person import Person
from kiosk.checkin.ticket import TicketNumber
from kiosk.ports.desk import Clock, Flag, Staff
from kiosk.roster.search import Found, Index
from kiosk.sealed.watch import LOOK_SECONDS, DayWatch

if TYPE_CHECKING:
    from kiosk.roster.store import Store

__all__ = ["LOOK_SECONDS", "SealedRoster"]


class SealedRoster:
    """The port Roster over <state>/roster.sealed.

    A new file takes the old one's place between two look-ups, also during a check-in: that keeps the appointment it
    found, and who is still looked for is better found on the clerk's newest roster than on the one before.
    """

    def __init__(self, state: Path, clock: Clock, staff: Staff) -> None:
        self._clock = clock
        self._watch = DayWatch("roster", Index(), partial(_store, state), clock, staff, Flag.ROSTER)
        self.look = self._watch.look
        self.keep_looking = self._watch.keep_looking

    @property
    def loaded(self) -> bool:
        """Whether it holds a line for today."""
        return self.lines_today > 0

    @property
    def lines_today(self) -> int:
        """How many lines are for today, or for any day."""
        return self._watch.content.lines_on(self._clock.now().date())

    def by_number(self, number: TicketNumber) -> Found:
        """Those with that ticket."""
        return self._watch.content.by_number(number)

    def by_person(self, person: Person) -> Found:
        """Those with that birth date whose name or kana agrees."""
        return self._watch.content.by_person(person)

    def by_birthdate(self, birthdate: date) -> Found:
        """Those with that birth date."""
        return self._watch.content.by_birthdate(birthdate)


def _store(state: Path) -> Store:
    from kiosk.roster.store import Store

    return Store(state)
