"""An entry on its way to the record: whatever happens to the line, in the end it is known whether it is there."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from kiosk.checkin.settlement import Settlement, Settling, StaffEntry, in_force
from kiosk.locale import _
from kiosk.ports.board import Board, BoardFailure, OpenedVisit, Refusal
from screens.staff.site import Terminal
from screens.staff.words import settling

T = TypeVar("T")


class Ask(Protocol):
    """Waits for a terminal's answer. Raises BoardFailure, also when it takes too long."""

    def __call__(self, answer: Awaitable[T]) -> Awaitable[T]: ...


@dataclass(frozen=True, slots=True)
class Told:
    """How far it is."""

    words: str
    recorded: bool = False
    unsure: bool = False
    """Nobody knows yet."""
    visit: OpenedVisit | None = None
    """The visit as it stands now, where that is known."""


async def record(
    visit: OpenedVisit,
    settlement: Settlement,
    terminal: Terminal,
    ask: Ask,
    again_seconds: float,
    tell: Callable[[Told], None],
) -> None:
    """Add the entry. When the line breaks over it, look again until the terminal answers, and tell which it was."""
    number, what, board = visit.line.number, settling(settlement), terminal.board
    try:
        after = await ask(board.settle(visit.line.id, settlement))
    except BoardFailure as failure:
        if failure.refusal is not Refusal.UNREACHABLE:
            tell(Told(_("{number} は記録していません。{words}").format(number=number, words=failure.words)))
            return
    else:
        words = _("{number} に記録しました: {what}").format(number=number, what=what)
        tell(Told(words + _now(settlement, after), recorded=True, visit=after))
        return
    words = _(
        "つながりが切れました。{number} に記録できたかどうか、つながりしだい調べます。まだ記録しなおさないでください"
    )
    tell(Told(words.format(number=number), unsure=True))
    found = await _opened_again(visit, board, ask, again_seconds)
    if isinstance(found, BoardFailure):
        words = _("{number} に記録できたか調べられません。{words}")
        tell(Told(words.format(number=number, words=found.words), unsure=True))
        return
    known = {entry.id for entry in visit.entries}
    who = terminal.who()
    if any(entry.id not in known and _same(entry, settlement, who) for entry in found.entries):
        words = _("つながりました。{number} に記録できていました: {what}")
        tell(Told(words.format(number=number, what=what), recorded=True, visit=found))
    else:
        words = _("つながりました。{number} には記録されていません。もう一度記録してください: {what}")
        tell(Told(words.format(number=number, what=what), visit=found))


async def _opened_again(visit: OpenedVisit, board: Board, ask: Ask, again_seconds: float) -> OpenedVisit | BoardFailure:
    while True:
        await asyncio.sleep(again_seconds)
        try:
            return await ask(board.open(visit.line.id))
        except BoardFailure as failure:
            if failure.refusal not in (Refusal.UNREACHABLE, Refusal.BUSY, Refusal.RECORD):
                return failure


def _now(settlement: Settlement, after: OpenedVisit) -> str:
    """After something was undone: the entry before it that holds again, where there is one."""
    last = in_force(after.entries) if settlement.settling is Settling.UNDONE else None
    return _("。いまの結果: {what}").format(what=settling(last.settlement)) if last else ""


def _same(entry: StaffEntry, settlement: Settlement, who: str) -> bool:
    """Whether that is our entry; another clerk may have made an equal one. `who` is empty where nobody told."""
    one, other = [(s.settling, s.way, s.undoes, " ".join(s.note.split())) for s in (entry.settlement, settlement)]
    return one == other and who in ("", entry.who)
