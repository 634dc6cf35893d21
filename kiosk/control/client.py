"""The board of a terminal at the other end of a pair of streams: its control socket, or a relay on another machine."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from types import TracebackType
from typing import Self, TypeVar

from kiosk.checkin.settlement import Settlement
from kiosk.control.asleep import NO_ANSWER, LastKnown, lost, nothing_known
from kiosk.control.connecting import Connect
from kiosk.control.link import Link
from kiosk.control.messages import (
    Answer,
    Backup,
    CloseDay,
    CountAnswer,
    DayAnswer,
    DaysAnswer,
    DaysToClose,
    Done,
    Erase,
    FileAnswer,
    Look,
    Open,
    OpenedAnswer,
    Refused,
    Reprint,
    Request,
    Settle,
    ShowSlip,
    SlipAnswer,
    Switch,
    TerminalAnswer,
    TestPrint,
    Visits,
    VisitsAnswer,
)
from kiosk.control.peers import no_right, own_login
from kiosk.ports.board import (
    BoardFailure,
    DayClose,
    OpenedVisit,
    Refusal,
    Role,
    Service,
    SlipLook,
    TerminalView,
    VisitLine,
    Which,
)

A = TypeVar("A", bound=Answer)

FIRST_WAIT, LONGEST_WAIT = 1.0, 5.0
"""Seconds between tries to reach a kiosk that does not answer; across the network choose a longer one."""
_LONG_WORK = 180.0
"""Seconds for what copies or reads the whole record."""
_WORK = 30.0
"""Seconds for anything else; a slip may take a slow printer half of it."""


class BoardClient:
    """The port `Board` of one terminal. Connects when it has to, and again after the kiosk was away."""

    def __init__(
        self,
        terminal: str,
        connect: Connect,
        last: LastKnown = lambda: None,
        *,
        name: str | None = None,
        longest_wait: float = LONGEST_WAIT,
        silence: float = 45.0,
    ) -> None:
        """`terminal` is its name, as long as it has not said another; `last` what else is known of it when it is down.

        `name` is who sits here. Seconds: `longest_wait` between tries; `silence` after which the line counts as broken,
        three times what a kiosk that has nothing to say takes between two signs of life.
        """
        self._terminal = terminal
        self._connect = connect
        self._last = last
        self._name = name
        self._longest_wait = longest_wait
        self._silence = silence
        self._opening = asyncio.Lock()
        self._link: Link | None = None
        self._seen: TerminalView | None = None
        self._role = Role.VIEWER
        self._who = ""

    @property
    def role(self) -> Role:
        """What this user may do there, as the kiosk said last; only to look before it said anything."""
        return self._role

    @property
    def who(self) -> str:
        """How the record names this user; empty before the kiosk said it."""
        return self._who

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Hang up."""
        link, self._link = self._link, None
        if link is not None:
            await link.aclose()

    async def look(self) -> TerminalView:
        try:
            return self._saw((await self._ask(lambda number: Look(id=number), TerminalAnswer)).view)
        except BoardFailure as failure:
            if failure.refusal is not Refusal.UNREACHABLE:
                raise
            return await self._known()

    async def follow(self) -> AsyncIterator[TerminalView]:
        shown: TerminalView | None = None
        wait = FIRST_WAIT
        while True:
            words: tuple[str, ...] = ()
            try:
                link = await self._linked()
                async for view in link.views(self._silence):
                    self._seen = view
                    if shown is None or replace(view, as_of=shown.as_of) != shown:
                        yield view
                        shown = view
                    wait = FIRST_WAIT
            except BoardFailure as failure:
                if failure.refusal in (Refusal.NOT_ALLOWED, Refusal.NOT_UNDERSTOOD):
                    raise  # waiting does not help
                if failure.refusal is not Refusal.UNREACHABLE:
                    words = (failure.words,)
            view = await self._known()
            view = replace(view, words=(*words, *view.words))
            if shown is None or replace(view, as_of=shown.as_of) != shown:
                yield view
                shown = view
            await asyncio.sleep(wait)
            wait = min(2 * wait, self._longest_wait)

    async def visits(self, which: Which, day: date | None = None) -> tuple[VisitLine, ...]:
        found: dict[str, VisitLine] = {}
        skip, more = 0, True
        while more:
            page = await self._page(which, day, skip)
            found |= {line.id: line for line in page.visits}
            skip, more = skip + len(page.visits), page.more and bool(page.visits)
        return tuple(found.values())

    async def _page(self, which: Which, day: date | None, skip: int) -> VisitsAnswer:
        return await self._ask(lambda number: Visits(id=number, which=which, day=day, skip=skip), VisitsAnswer)

    async def open(self, visit: str) -> OpenedVisit:
        return (await self._ask(lambda number: Open(id=number, visit=visit), OpenedAnswer)).visit

    async def show_slip(self, code: str) -> SlipLook:
        return (await self._ask(lambda number: ShowSlip(id=number, code=code), SlipAnswer)).look

    async def settle(self, visit: str, settlement: Settlement) -> OpenedVisit:
        answer = await self._ask(lambda number: Settle(id=number, visit=visit, settlement=settlement), OpenedAnswer)
        return answer.visit

    async def reprint(self, visit: str) -> None:
        await self._ask(lambda number: Reprint(id=number, visit=visit), Done)

    async def test_print(self) -> None:
        await self._ask(lambda number: TestPrint(id=number), Done)

    async def switch(self, service: Service) -> TerminalView:
        return self._saw((await self._ask(lambda number: Switch(id=number, service=service), TerminalAnswer)).view)

    async def days_to_close(self) -> tuple[date, ...]:
        return (await self._ask(lambda number: DaysToClose(id=number), DaysAnswer)).days

    async def close_day(self, day: date | None = None) -> DayClose:
        return (await self._ask(lambda number: CloseDay(id=number, day=day), DayAnswer, _LONG_WORK)).close

    async def backup(self) -> str:
        return (await self._ask(lambda number: Backup(id=number), FileAnswer, _LONG_WORK)).name

    async def erase(self) -> int:
        return (await self._ask(lambda number: Erase(id=number), CountAnswer, _LONG_WORK)).count

    async def _ask(self, request: Callable[[int], Request], kind: type[A], seconds: float | None = None) -> A:
        """The answer of that kind. Raises BoardFailure."""
        link = await self._linked()
        try:
            asked = request(link.next_number())
        except ValueError:
            raise BoardFailure(Refusal.NOT_UNDERSTOOD, "そのような受付や票はありません") from None
        answer = await link.ask(asked, seconds or _WORK)
        if isinstance(answer, Refused):
            raise BoardFailure(answer.refusal, answer.words)
        if not isinstance(answer, kind):
            raise BoardFailure(Refusal.NOT_UNDERSTOOD, "端末の答えがわかりません。同じ版の kiosk を使ってください")
        return answer

    async def _linked(self) -> Link:
        """The connection that is open, or a new one. Raises BoardFailure."""
        async with self._opening:
            if self._link is not None and self._link.open:
                return self._link
            await self.aclose()
            try:
                link = await Link.begin(self._connect(), self._name)
            except OSError as failed:
                if isinstance(failed, PermissionError):
                    raise BoardFailure(Refusal.NOT_ALLOWED, no_right(own_login())) from failed
                raise BoardFailure(Refusal.UNREACHABLE, NO_ANSWER) from failed
            self._link = link
            self._role, self._who, self._terminal = link.welcome.role, link.welcome.who, link.welcome.kiosk
            return link

    def _saw(self, view: TerminalView) -> TerminalView:
        self._seen = view
        return view

    async def _known(self) -> TerminalView:
        """The last that is known of a kiosk that does not answer."""
        told = await asyncio.to_thread(self._last)
        if told is not None:
            return replace(told, alive=False)
        if self._seen is not None:
            return lost(self._seen)
        return nothing_known(self._terminal, datetime.now(UTC))
