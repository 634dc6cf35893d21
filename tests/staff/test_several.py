"""Several terminals on one board, each of which may be down."""

from __future__ import annotations

from kiosk.ports.board import Level
from tests.staff.fake import DOWN, FakeBoard
from tests.staff.sitting import sitting


def boards() -> list[FakeBoard]:
    return [FakeBoard(name=f"k{place:02}") for place in range(1, 4)]


async def test_every_terminal_stands_there_with_its_word() -> None:
    async with sitting(*boards()) as here:
        await here.reads("3台とも正常です", "k01", "k02", "k03")
        await here.boards[1].tell(level=Level.CRITICAL, words=("記録を書けません。管理者に伝えてください",))
        await here.reads("3台のうち1台に手当てが要ります", "X 異常")
        await here.strike("down")
        await here.reads("記録を書けません。管理者に伝えてください")


async def test_one_that_is_down_holds_up_none_of_the_others() -> None:
    three = boards()
    three[0].down()
    await three[0].cut()
    async with sitting(*three) as here:
        await here.reads("? 不明", DOWN, "o 正常")
        await here.strike("enter")
        await here.reads(DOWN)
        await here.strike("escape", "down", "enter")
        await here.reads("k02 ", "A-012")
        await three[0].mend()
        await here.strike("escape")
        await here.reads("3台とも正常です")


async def test_each_has_its_own_visits_and_steering() -> None:
    async with sitting(*boards()) as here:
        await here.strike("down", "down", "enter")
        await here.reads("k03 ", "A-012")
        await here.strike("p", "t", "y")
        await here.reads("テストの票を印刷しました")
        assert [board.did.count("test print") for board in here.boards] == [0, 0, 1]
        await here.strike("escape")
        await here.reads("k01", "k02", "k03")


async def test_a_number_without_a_terminal_asks_for_one() -> None:
    async with sitting(*boards()) as here:
        await here.strike("1", "2", "enter")
        await here.reads("先に端末を選んでください")
