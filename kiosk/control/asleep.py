"""The board of a terminal that does not answer: the last that is known of it, and nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import NoReturn

from kiosk.checkin.settlement import Settlement
from kiosk.ports.board import (
    BoardFailure,
    DayClose,
    Level,
    OpenedVisit,
    Refusal,
    Role,
    Service,
    SlipLook,
    StaffAction,
    TerminalView,
    VisitLine,
    Which,
)

LOOK_SECONDS = 5.0
"""Between looks at what is known."""
NO_ANSWER = "この端末は応答していません。動いているか、線がつながっているかを確かめてください"
UNKNOWN_STATE = "unknown"
"""The state of a terminal of which nothing is known."""

LastKnown = Callable[[], TerminalView | None]
"""What was known of it last; None when nothing ever was."""


def nothing_known(name: str, at: datetime, words: str = NO_ANSWER) -> TerminalView:
    """A terminal of which nothing is known but its name."""
    return TerminalView(
        name=name,
        alive=False,
        as_of=at,
        level=Level.UNKNOWN,
        words=(words,),
        state=UNKNOWN_STATE,
        service=Service.OPEN,
        parts={},
        flags=(),
        confirmed=0,
        desk=0,
        open=0,
        unprinted=0,
        deferred=0,
        simulator=False,
        version="",
    )


def lost(view: TerminalView) -> TerminalView:
    """What was known when the line broke."""
    if not view.alive:
        return view
    return replace(view, alive=False, level=Level.UNKNOWN, words=(NO_ANSWER, *view.words))


@dataclass(frozen=True, slots=True)
class AsleepBoard:
    """The port `Board` of a kiosk that does not run."""

    known: Callable[[], TerminalView]
    role: Role
    every: float = LOOK_SECONDS

    async def look(self) -> TerminalView:
        return await asyncio.to_thread(self.known)

    async def follow(self) -> AsyncIterator[TerminalView]:
        shown: TerminalView | None = None
        while True:
            view = await self.look()
            if view != shown:
                shown = view
                yield view
            await asyncio.sleep(self.every)

    async def visits(self, which: Which, day: date | None = None) -> tuple[VisitLine, ...]:  # noqa: ARG002 - as of every board
        _does_not_run()

    async def open(self, visit: str) -> OpenedVisit:  # noqa: ARG002
        _does_not_run()

    async def show_slip(self, code: str) -> SlipLook:  # noqa: ARG002
        _does_not_run()

    async def settle(self, visit: str, settlement: Settlement) -> OpenedVisit:  # noqa: ARG002
        _does_not_run()

    async def reprint(self, visit: str) -> None:  # noqa: ARG002
        _does_not_run()

    async def test_print(self) -> None:
        _does_not_run()

    async def switch(self, service: Service) -> TerminalView:  # noqa: ARG002
        _does_not_run()

    async def days_to_close(self) -> tuple[date, ...]:
        _does_not_run()

    async def close_day(self, day: date | None = None) -> DayClose:  # noqa: ARG002
        _does_not_run()

    async def backup(self) -> str:
        _does_not_run()

    async def erase(self) -> int:
        _does_not_run()


@dataclass(frozen=True, slots=True)
class AsleepDesk:
    """The desk of a kiosk that does not run: nothing is recorded there."""

    known: Callable[[], TerminalView]

    def board(self, who: str, role: Role) -> AsleepBoard:  # noqa: ARG002 - as of every desk
        return AsleepBoard(self.known, role)

    def note(self, who: str, action: StaffAction, detail: str = "") -> None:
        """Nothing can be recorded."""


def _does_not_run() -> NoReturn:
    raise BoardFailure(
        Refusal.UNREACHABLE, "この端末のキオスクが動いていません。動きだしてから、もう一度行ってください"
    )
