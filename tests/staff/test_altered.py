"""A visit whose record somebody changed: it stands on the board among the others, says so, and is settled by hand."""

from __future__ import annotations

from kiosk.ports.board import OpenedVisit
from tests.staff.fake import FakeBoard
from tests.staff.people import HANAKO, line
from tests.staff.sitting import LARGE, SMALL, sitting

ALTERED = "記録が変わっています"


def board() -> FakeBoard:
    here = FakeBoard()
    one = line(5, altered=True, deferred=True)
    here.kept[one.id] = OpenedVisit(one, HANAKO, (), ())
    return here


async def test_the_list_says_it_in_its_line_and_shows_no_code() -> None:
    for size in (SMALL, LARGE):
        async with sitting(board(), size=size) as here:
            await here.reads(f"! {ALTERED}")
            (row,) = [row for row in here.text().splitlines() if ALTERED in row and "A-005" in row]
            assert "---" in row
            assert "未了" in row
            assert line(5).reason.value not in row
            assert "A-012" in here.text()
            assert here.cut() == []


async def test_opened_it_says_what_to_do_and_takes_a_result() -> None:
    async with sitting(board()) as here:
        await here.strike("5", "enter")
        shown = await here.reads(ALTERED, "あてにしない", HANAKO.name)
        assert line(5).reason.value not in shown
        await here.strike("end")
        await here.reads("sudo kiosk ledger verify")
        await here.strike("s", "2", "y")
        await here.reads("A-005 に記録しました")


async def test_the_call_list_shows_no_code_of_it() -> None:
    async with sitting(board()) as here:
        await here.strike("c")
        shown = await here.reads("A-005", HANAKO.name)
        assert line(5).reason.value not in shown


async def test_the_close_counts_it_apart() -> None:
    async with sitting(board(), size=LARGE) as here:
        await here.strike("p", "d", "y")
        shown = await here.reads("記録が変わっている受付が1件あります", "よければ y")
        assert "N02" not in shown
