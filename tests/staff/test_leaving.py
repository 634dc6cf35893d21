"""Who leaves the board while something is on its way to a terminal learns what became of it."""

from __future__ import annotations

import asyncio

import pytest

from kiosk.checkin.settlement import Settlement
from kiosk.ports.board import BoardFailure, OpenedVisit, Refusal
from kiosk.station.wiring.staff import left_behind
from tests.staff.fake import FakeBoard
from tests.staff.sitting import sitting


class SlowBoard(FakeBoard):
    """Its answer to what changes something comes when the test wants it."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = asyncio.Event()
        self.answers = asyncio.Event()

    async def settle(self, visit: str, settlement: Settlement) -> OpenedVisit:
        await self._slowly()
        return await super().settle(visit, settlement)

    async def test_print(self) -> None:
        await self._slowly()
        await super().test_print()

    async def _slowly(self) -> None:
        self.asked.set()
        await self.answers.wait()


ENTRY, ERRAND = ["1", "2", "enter", "s", "5", "y"], ["p", "t", "y"]
BOTH = pytest.mark.parametrize(("keys", "what"), [(ENTRY, "settle"), (ERRAND, "test print")])


@BOTH
@pytest.mark.parametrize("leaves", ["q", "ctrl+c"])
async def test_it_waits_for_what_is_being_recorded_and_then_ends(keys: list[str], what: str, leaves: str) -> None:
    board = SlowBoard()
    async with sitting(board) as here:
        await here.strike(*keys)
        await here.until(board.asked.is_set)
        await here.strike(leaves)
        await here.reads("記録しています。済みしだい終わります")
        board.answers.set()
        await here.until(lambda: not here.app.is_running)
        assert what in board.did
        assert list(left_behind(here.app)) == []


@BOTH
async def test_what_was_refused_is_read_first(keys: list[str], what: str) -> None:
    board = SlowBoard()
    async with sitting(board) as here:
        await here.strike(*keys)
        await here.until(board.asked.is_set)
        await here.strike("q")
        await here.reads("済みしだい終わります")
        board.refusing = BoardFailure(Refusal.RECORD, "記録を書けません")
        board.answers.set()
        await here.reads("! ", "記録を書けません")
        assert here.app.is_running
        assert what not in board.did
        await here.strike("q")
        await here.until(lambda: not here.app.is_running)


async def test_an_entry_that_nobody_knows_of_is_read_first() -> None:
    board = SlowBoard()
    async with sitting(board) as here:
        await here.strike(*ENTRY)
        await here.until(board.asked.is_set)
        await here.strike("q")
        await here.reads("済みしだい終わります")
        board.lost = True
        board.answers.set()
        await here.reads("つながりが切れました")
        assert here.app.is_running


async def test_a_second_time_it_does_not_wait_and_says_so_afterwards() -> None:
    board = SlowBoard()
    async with sitting(board) as here:
        await here.strike(*ENTRY)
        await here.until(board.asked.is_set)
        await here.strike("q", "q")
        await here.until(lambda: not here.app.is_running)
    assert [words for words in left_behind(here.app) if "A-012: 記録できたかどうか、まだわかりません" in words]


async def test_a_look_holds_nobody_up() -> None:
    board = FakeBoard()
    async with sitting(board) as here:
        await here.strike("p", "d")
        here.app.leave()
        await here.until(lambda: not here.app.is_running)
