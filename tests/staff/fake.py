"""A terminal in memory, which does what a test wants of it."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, datetime

from kiosk.checkin.settlement import Settlement, Settling, StaffEntry, standing
from kiosk.ports.board import (
    BoardFailure,
    DayClose,
    Entered,
    OpenedVisit,
    Refusal,
    Role,
    Service,
    SlipLook,
    SlipVerdict,
    TerminalView,
    VisitLine,
    Which,
)
from tests.staff.people import NOW, TODAY, view, visits

DOWN = "端末につながりません。電源とネットワークの線を見てください"


class FakeBoard:
    """Implements `Board`. `refusing` makes every request fail; `lost` loses the answer of the next settlement."""

    def __init__(self, role: Role = Role.STAFF, name: str = "k01") -> None:
        self.role = role
        self.now: TerminalView = view(name=name)
        self.kept: dict[str, OpenedVisit] = visits()
        self.refusing: BoardFailure | None = None
        self.following: BoardFailure | None = None
        self.did: list[str] = []
        self.slips: dict[str, SlipLook] = {}
        self.lost: bool | None = None
        """True: the next entry is recorded and its answer lost; False: it is not recorded either."""
        self.closed: set[date] = set()
        self._told = asyncio.Condition()
        self._entries = 0

    # What tests do.

    async def tell(self, **parts: object) -> None:
        """The terminal changes, and tells."""
        async with self._told:
            self.now = replace(self.now, **parts)  # type: ignore[arg-type]  # as the tests name them
            self._told.notify_all()

    def down(self, refusal: Refusal = Refusal.UNREACHABLE, words: str = DOWN) -> None:
        """From now on nothing is answered."""
        self.refusing = BoardFailure(refusal, words)

    async def cut(self) -> None:
        """The line breaks, for those who follow, too."""
        self.down()
        async with self._told:
            self.following = BoardFailure(Refusal.UNREACHABLE, DOWN)
            self._told.notify_all()

    async def mend(self) -> None:
        """It is back."""
        self.refusing = self.following = None

    async def other_enters(self, visit: str, settlement: Settlement, who: str = "鈴木") -> None:
        """Another clerk adds an entry at another board."""
        self._enter(visit, settlement, who)
        last = self.kept[visit].entries[-1]
        await self.tell(entered=(*self.now.entered, Entered(visit, last.id, who, settlement.settling)))

    def _enter(self, visit: str, settlement: Settlement, who: str) -> None:
        self._entries += 1
        opened = self.kept[visit]
        entries = (*opened.entries, StaffEntry(f"{self._entries:032x}", NOW, who, settlement))
        stands = standing(confirmed=opened.line.reason.confirms, entries=entries)
        line = replace(opened.line, standing=stands, settled_way=settlement.way)
        self.kept[visit] = replace(opened, entries=entries, line=line)

    def add(self, line: VisitLine, entries: tuple[StaffEntry, ...] = ()) -> None:
        """Another visit."""
        self.kept[line.id] = OpenedVisit(line, None, (), entries)

    # The port.

    async def look(self) -> TerminalView:
        self._asked("look")
        return self.now

    async def follow(self) -> AsyncIterator[TerminalView]:
        while True:
            if self.following is not None:
                raise self.following
            yield self.now
            async with self._told:
                await self._told.wait()

    async def visits(self, which: Which, day: date | None = None) -> tuple[VisitLine, ...]:
        self._asked(f"visits {which.value} {day or 'today'}")
        lines = [visit.line for visit in self.kept.values()]
        if which is Which.OPEN:
            lines = [line for line in lines if line.standing.value == "open"]
        if which is Which.DEFERRED:
            return tuple(line for line in lines if line.deferred)
        return tuple(sorted((one for one in lines if one.day == (day or TODAY)), key=lambda one: one.at, reverse=True))

    async def open(self, visit: str) -> OpenedVisit:
        self._asked(f"open {visit[-2:]}")
        return self.kept[visit]

    async def show_slip(self, code: str) -> SlipLook:
        self._asked(f"slip {len(code)}")
        return self.slips.get(code, SlipLook(SlipVerdict.NOT_A_SLIP, None))

    async def settle(self, visit: str, settlement: Settlement) -> OpenedVisit:
        if self.lost is not True:
            self._asked("settle")
        if self.lost is False:
            self.lost = None
            self.down()
            self._asked("settle")
        self._enter(visit, settlement, "佐藤")
        self.did.append(f"{settlement.settling.value} {settlement.way.value if settlement.way else ''}".strip())
        if self.lost is True:
            self.lost = None
            self.down()
            self._asked("settle")
        if settlement.settling is not Settling.NOTE:
            await self.tell(open=self.now.open - 1)
        return self.kept[visit]

    async def reprint(self, visit: str) -> None:
        self._asked(f"reprint {visit[-2:]}")

    async def test_print(self) -> None:
        self._asked("test print")

    async def switch(self, service: Service) -> TerminalView:
        self._asked(f"switch {service.value}")
        await self.tell(service=service)
        return self.now

    async def days_to_close(self) -> tuple[date, ...]:
        self._asked("days to close")
        return tuple(sorted({visit.line.day for visit in self.kept.values()} - self.closed | {TODAY} - self.closed))

    async def close_day(self, day: date | None = None) -> DayClose:
        self._asked(f"close {day or 'today'}")
        self.closed.add(day or TODAY)
        lines = [visit.line for visit in self.kept.values()]
        return DayClose(
            day or TODAY,
            Counter(line.counted_way for line in lines),
            Counter(line.reason for line in lines),
            Counter(line.standing for line in lines),
            "export/2026-06-01.jws",
        )

    async def backup(self) -> str:
        self._asked("backup")
        return "backup/ledger-2026-06-01.db"

    async def erase(self) -> int:
        self._asked("erase")
        return 3

    def _asked(self, what: str) -> None:
        if self.refusing is not None:
            raise self.refusing
        self.did.append(what)


def at(hour: int, minute: int) -> datetime:
    """A time of today."""
    return NOW.replace(hour=hour, minute=minute)
