"""The roster of the running kiosk: in memory, kept up with the sealed file, gone when its last day is over."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from structlog import get_logger

from kiosk.checkin.person import Person
from kiosk.checkin.ticket import TicketNumber
from kiosk.ports.desk import Clock, Flag, Staff
from kiosk.roster.problems import RosterUnavailable
from kiosk.roster.search import Found, Index

if TYPE_CHECKING:
    from kiosk.roster.store import Mark, Store

LOOK_SECONDS = 1.0
"""Between two looks at the file: an import counts within two seconds, and a look is one stat in a thread."""


@dataclass(frozen=True, slots=True)
class _Held:
    """One roster in memory, and the file that it is from."""

    index: Index
    mark: Mark | None = None
    last_day: date | None = None

    def is_over(self, today: date) -> bool:
        return self.last_day is not None and self.last_day < today


_NOTHING = _Held(Index())


class SealedRoster:
    """The port Roster over <state>/roster.sealed.

    A new file takes the old one's place between two look-ups, also during a check-in: that keeps the appointment it
    found, and who is still looked for is better found on the clerk's newest roster than on the one before.
    """

    def __init__(self, state: Path, clock: Clock, staff: Staff) -> None:
        self._state = state
        self._clock = clock
        self._staff = staff
        self._held = _NOTHING
        self._told = ""

    @property
    def loaded(self) -> bool:
        """Whether it holds a line for today."""
        return self.lines_today > 0

    @property
    def lines_today(self) -> int:
        """How many lines are for today, or for any day."""
        return self._held.index.lines_on(self._clock.now().date())

    def by_number(self, number: TicketNumber) -> Found:
        """Those with that ticket."""
        return self._held.index.by_number(number)

    def by_person(self, person: Person) -> Found:
        """Those with that birth date whose name or kana agrees."""
        return self._held.index.by_person(person)

    def by_birthdate(self, birthdate: date) -> Found:
        """Those with that birth date."""
        return self._held.index.by_birthdate(birthdate)

    async def keep_looking(self, every: float = LOOK_SECONDS) -> None:
        """Look for ever."""
        while True:
            await self.look()
            await asyncio.sleep(every)

    async def look(self) -> None:
        """Take a new roster, let go of one that was removed, erase one whose last day is over.

        What cannot be read leaves the old one; it is told to staff and to the log, and tried again with every look.
        """
        store = await asyncio.to_thread(_store, self._state)
        troubles = [await self._keep_up(store), await self._close_day(store)]
        self._tell("; ".join(str(trouble) for trouble in troubles if trouble))

    async def _keep_up(self, store: Store) -> RosterUnavailable | None:
        try:
            mark = await asyncio.to_thread(store.mark)
            if mark == self._held.mark:
                return None
            self._held = await asyncio.to_thread(_read, store, mark) if mark else _NOTHING
        except RosterUnavailable as trouble:
            return trouble
        get_logger().info("roster taken" if mark else "roster is gone", count=len(self._held.index))
        return None

    async def _close_day(self, store: Store) -> RosterUnavailable | None:
        over = self._held
        if not over.is_over(self._clock.now().date()):
            return None
        # The memory first: a disk that refuses is no reason to find somebody of yesterday.
        self._held = _Held(Index(), over.mark, over.last_day)
        try:
            await asyncio.to_thread(store.erase, over.mark)
        except RosterUnavailable as trouble:
            return trouble
        self._held = _NOTHING
        get_logger().info("roster erased, its last day is over")
        return None

    def _tell(self, trouble: str) -> None:
        if trouble and trouble != self._told:
            get_logger().warning("roster cannot be read or erased", text=trouble)
            self._staff.raise_flag(Flag.ROSTER)
        elif self._told and not trouble:
            self._staff.lower_flag(Flag.ROSTER)
        self._told = trouble


def _store(state: Path) -> Store:
    # Imported in the thread: cryptography is no part of the first frame.
    from kiosk.roster.store import Store

    return Store(state)


def _read(store: Store, mark: Mark) -> _Held:
    roster = store.read()
    return _Held(Index(roster.lines), mark, roster.last_day)
