"""What staff do to a terminal: chosen, said in a sentence, and done only with `y`."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kiosk.checkin.settlement import Settlement, Settling
from kiosk.checkin.ways import Way
from kiosk.ports.board import Refusal, Service
from tests.staff.fake import FakeBoard
from tests.staff.people import NOW, line
from tests.staff.sitting import sitting

EVERY = [
    ("t", "test print", "テストの票を印刷しました"),
    ("p", "switch paused", "いまの人の受付が済んだら"),
    ("g", "switch open", "受付を再開しました"),
    ("x", "switch out-of-order", "使用停止にしました"),
    ("b", "backup", "控えを作りました: backup/ledger-2026-06-01.db"),
    ("e", "erase", "3件の個人の情報を消しました"),
]


def closings(board: FakeBoard) -> list[str]:
    return [what for what in board.did if what.startswith("close")]


async def test_everything_waits_for_y_and_says_what_came_of_it() -> None:
    async with sitting() as here:
        for key, what, words in EVERY:
            await here.strike("p", key)
            assert what not in here.board.did
            await here.strike("enter", "n")
            assert what not in here.board.did
            await here.strike("y")
            await here.reads(words, "[すべて]")
            assert here.board.did.count(what) == 1


async def test_what_staff_switched_stands_above_everything() -> None:
    async with sitting() as here:
        await here.strike("p", "x", "y")
        await here.reads("! 職員が使用停止中")
        assert here.board.now.service is Service.OUT_OF_ORDER


@pytest.mark.parametrize(("key", "what", "_words"), EVERY)
async def test_a_refusal_is_said_there_and_it_can_be_tried_again(key: str, what: str, _words: str) -> None:
    async with sitting() as here:
        await here.strike("p", key)
        here.board.down(Refusal.BUSY, "受付中です。終わってからもう一度行ってください")
        await here.strike("y")
        await here.reads("! 受付中です。終わってからもう一度", "テスト印刷")
        here.board.refusing = None
        await here.strike("y")
        await here.until(lambda: what in here.board.did)


async def test_the_day_is_closed_after_its_counts_were_seen() -> None:
    async with sitting() as here:
        await here.strike("p", "d", "y")
        await here.reads("未了の受付が3件あります", "3件  未了", "3件  窓口での確認", "C01")
        assert not closings(here.board)
        await here.strike("y")
        await here.reads("6月1日(今日)を締めました", "export/2026-06-01.jws", "日締めをしました")
        assert closings(here.board) == ["close 2026-06-01"]
        await here.strike("y")
        assert closings(here.board) == ["close 2026-06-01"]


async def test_the_counts_before_a_close_are_those_that_it_writes() -> None:
    board = FakeBoard()
    await board.settle(line(3).id, Settlement(Settling.WAY, way=Way.LIMITED_APP))
    async with sitting(board) as here:
        await here.strike("p", "d", "y")
        await here.reads("(2)資格確認限定型", "2件  窓口での確認")
        await here.strike("y")
        await here.reads("を締めました", "(2)資格確認限定型", "2件  窓口での確認")


YESTERDAY, BEFORE = NOW.date() - timedelta(1), NOW.date() - timedelta(3)


async def test_days_that_were_not_closed_are_offered_the_oldest_first() -> None:
    board = FakeBoard()
    board.add(line(7, day=YESTERDAY))
    board.add(line(8, day=BEFORE))
    async with sitting(board) as here:
        await here.strike("p", "d", "y")
        await here.reads("締めていない日が3日あります", "1番目", "5月29日の件数です", "1件  未了")
        await here.strike("y")
        await here.reads("5月29日を締めました", "まだ締めていない日が2日")
        await here.strike("y")
        await here.strike("right")
        await here.reads("5月31日の件数です", "締めていない日が2日")
        await here.strike("y")
        await here.reads("5月31日を締めました")
        await here.strike("right")
        await here.reads("6月1日(今日)の件数です", "3件  未了")
        assert closings(board) == ["close 2026-05-29", "close 2026-05-31"]


async def test_another_day_can_be_looked_at_before_one_is_closed() -> None:
    board = FakeBoard()
    board.add(line(7, day=YESTERDAY))
    async with sitting(board) as here:
        await here.strike("p", "d", "y")
        await here.reads("5月31日の件数です", "左右")
        await here.strike("right")
        await here.reads("6月1日(今日)の件数です", "2番目")
        await here.strike("left")
        await here.reads("5月31日の件数です")
        await here.strike("left")
        await here.reads("6月1日(今日)の件数です")
        await here.strike("y")
        await here.reads("6月1日(今日)を締めました")
        assert closings(board) == ["close 2026-06-01"]


async def test_when_another_board_has_closed_the_day_it_is_not_offered() -> None:
    board = FakeBoard()
    board.closed.add(NOW.date())
    async with sitting(board) as here:
        await here.strike("p", "d", "y")
        await here.reads("締めていない日はありません")
        await here.strike("y")
        assert closings(board) == []


async def test_the_day_that_is_closed_is_the_one_whose_counts_are_shown() -> None:
    """The terminal's, where its clock and the board's do not agree."""
    board = FakeBoard()
    board.kept = {}
    board.add(line(7, day=YESTERDAY))
    board.closed.add(NOW.date())  # which the terminal does not know yet: it lives a day behind
    async with sitting(board) as here:
        await here.strike("p", "d", "y")
        await here.reads("5月31日の件数です")
        await here.strike("y")
        await here.reads("5月31日を締めました")
        assert closings(board) == ["close 2026-05-31"]


@pytest.mark.parametrize("touched", [True, False])
async def test_counts_that_stood_overnight_close_nothing(touched: bool) -> None:
    clock = [NOW]
    async with sitting(now=lambda: clock[0]) as here:
        await here.strike("p", "d", "y")
        await here.reads("6月1日(今日)の件数です")
        clock[0] += timedelta(hours=20)
        if touched:
            await here.strike("y")
        await here.reads("日付が変わったので、日締めの画面をとじました", "テスト印刷")
        assert not closings(here.board)


async def test_a_day_that_is_closed_already_says_so() -> None:
    async with sitting() as here:
        await here.strike("p", "d", "y")
        await here.reads("件数です")
        here.board.down(Refusal.CLOSED_DAY, "その日はもう締めてあります")
        await here.strike("y")
        await here.reads("! その日はもう締めてあります")


async def test_counts_that_cannot_be_read_close_nothing() -> None:
    async with sitting() as here:
        await here.strike("p", "d")
        here.board.down()
        await here.strike("y")
        await here.reads("端末につながりません")
        here.board.refusing = None
        await here.strike("y")
        assert not closings(here.board)


async def test_a_question_that_has_only_just_appeared_takes_no_y() -> None:
    async with sitting(fresh_seconds=3600) as here:
        await here.strike("p", "t", "y", "y")
        assert "test print" not in here.board.did
