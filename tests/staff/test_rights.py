"""Who may only look sees no names and none of the keys that act."""

from __future__ import annotations

from kiosk.ports.board import Role, SlipLook, SlipVerdict
from tests.staff.fake import FakeBoard
from tests.staff.people import line
from tests.staff.sitting import sitting

ACTING = ("s", "u", "r", "c", "p", "y", "t", "x")


async def test_a_viewer_sees_the_procedure_and_nobody() -> None:
    async with sitting(FakeBoard(Role.VIEWER)) as here:
        shown = await here.reads("(見るだけ)", "A-012")
        assert "端末の操作" not in shown
        await here.strike("enter")
        shown = await here.reads("スマートフォンで確認したい", "1. マイナンバーカードもお持ちかたずねる。")
        for words in ("見本", "氏名  ", "01130012", "結果を記録", "もう一度印刷", "職員の記録"):
            assert words not in shown
        assert not any(what.startswith("open") for what in here.board.did)


async def test_a_viewer_cannot_act() -> None:
    async with sitting(FakeBoard(Role.VIEWER)) as here:
        for start in ([], ["enter"]):
            await here.strike(*start, *ACTING, "enter", "y")
        assert {what.split()[0] for what in here.board.did} == {"visits"}


async def test_the_help_of_a_viewer_names_only_their_keys() -> None:
    async with sitting(FakeBoard(Role.VIEWER)) as here:
        await here.strike("?", "end")
        shown = await here.reads("q、Ctrl-C")
        assert "記録する" not in shown


async def test_a_slip_shows_a_viewer_no_name() -> None:
    code = "1" * 240
    async with sitting(FakeBoard(Role.VIEWER)) as here:
        here.board.slips[code] = SlipLook(SlipVerdict.GENUINE, here.board.kept[line(3).id])
        await here.scan(code)
        shown = await here.reads("A-003", "暫定の取扱い")
        assert "見本" not in shown


async def test_keys_come_and_go_with_the_role_that_the_terminal_tells() -> None:
    """Before it is connected a client knows no role."""
    board = FakeBoard(Role.VIEWER)
    async with sitting(board) as here:
        board.role = Role.STAFF
        await board.tell(desk=9)
        await here.reads("端末の操作")
        await here.strike("enter")
        await here.reads("見本 花子")
