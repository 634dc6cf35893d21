"""The list of visits, and what opens from it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from textual import events

from kiosk.checkin.procedures import PROCEDURES
from kiosk.checkin.reasons import Reason
from kiosk.checkin.settlement import Standing
from kiosk.ports.board import Level, Refusal, Service
from kiosk.ports.device import Condition, Part
from screens.staff.base import GOOD_SECONDS
from tests.staff.fake import DOWN, FakeBoard
from tests.staff.people import NOW, line, view
from tests.staff.sitting import LARGE, sitting


def order(text: str) -> list[str]:
    """The numbers of the list, from the top."""
    return [row.split()[0] for row in text.replace(">", " ").splitlines() if row.strip().startswith("A-")]


async def test_the_newest_stand_first_with_their_words() -> None:
    async with sitting() as here:
        shown = here.text()
        assert order(shown) == ["A-012", "A-004", "A-003", "A-002", "A-001"]
        for words in ("! 未了", "o 確認済", "D03", "(5)確認書", "票が未印刷", "照会待ち", "08:17"):
            assert words in shown
        assert "見本" not in shown


async def test_filters_show_the_open_ones_and_those_to_be_made_up() -> None:
    async with sitting() as here:
        await here.strike("f")
        await here.until(lambda: order(here.text()) == ["A-012", "A-003", "A-002"])
        assert "[未了]" in here.text()
        await here.strike("f")
        await here.until(lambda: order(here.text()) == ["A-002"])
        await here.strike("f")
        await here.until(lambda: len(order(here.text())) == 5)


async def test_who_waits_since_another_day_has_the_date_of_it() -> None:
    async with sitting() as here:
        here.board.add(line(7, Reason.TIMED_OUT, day=NOW.date() - timedelta(1)))
        await here.strike("f", "f")
        await here.until(lambda: sorted(order(here.text())) == ["A-002", "A-007"])
        shown = here.text()
        assert "すべての日" in shown
        assert "05-31" in next(row for row in shown.splitlines() if "A-007" in row)
        assert "05-31" not in next(row for row in shown.splitlines() if "A-002" in row)


async def test_what_went_well_is_not_said_for_ever_and_what_went_wrong_is() -> None:
    async with sitting() as here:
        for good, words in ((True, "受付を再開しました"), (False, "紙がありません")):
            here.screen.say(words, good=good, wrong=not good)
            here.screen._said_at -= GOOD_SECONDS + 1
            here.screen._tick()
            assert here.screen.said == ("" if good else words)


async def test_other_days_can_be_looked_at_and_the_future_not() -> None:
    async with sitting() as here:
        here.board.add(line(7, day=NOW.date() - timedelta(1)))
        await here.strike("left")
        await here.until(lambda: order(here.text()) == ["A-007"])
        assert "5月31日" in here.text()
        await here.strike("right", "right")
        await here.until(lambda: len(order(here.text())) == 5)
        assert "(今日)" in here.text()


async def test_a_new_visit_appears_by_itself_and_the_chosen_one_stays_chosen() -> None:
    async with sitting() as here:
        await here.strike("down", "down")
        assert "> A-003" in here.text()
        here.board.add(line(13))
        await here.board.tell(desk=6)
        await here.reads("A-013", "窓口6")
        assert "> A-003" in here.text()


async def test_enter_opens_what_stands_there_and_not_what_came_a_moment_ago() -> None:
    async with sitting() as here:
        await here.reads("> A-012")
        await here.strike("?", "escape")
        here.board.add(line(13, at=NOW))
        await here.board.tell(desk=6)
        await here.reads("A-013", "> A-012")
        here.app._touched_at -= 60
        here.board.add(line(14, at=NOW + timedelta(minutes=1)))
        await here.board.tell(desk=7)
        await here.reads("> A-014")


async def test_when_the_chosen_visit_leaves_the_list_no_other_one_is_chosen_for_it() -> None:
    async with sitting() as here:
        await here.strike("f")
        await here.until(lambda: order(here.text()) == ["A-012", "A-003", "A-002"])
        await here.strike("down")
        await here.reads("> A-003")
        chosen = here.board.kept[line(3).id]
        here.board.kept[line(3).id] = replace(chosen, line=replace(chosen.line, standing=Standing.SETTLED))
        await here.board.tell(open=1)  # somebody else settled it
        await here.until(lambda: order(here.text()) == ["A-012", "A-002"])
        assert "> A-" not in here.text()
        assert "-/2" in here.text()
        await here.strike("enter")
        await here.reads("一覧から外れました")
        assert not any(what.startswith("open ") for what in here.board.did)
        await here.strike("down")
        await here.reads("> A-002", "2/2")
        await here.strike("enter")
        await here.until(lambda: "open 02" in here.board.did)


async def test_a_list_that_was_never_read_is_not_called_empty() -> None:
    board = FakeBoard()
    board.down()
    async with sitting(board) as here:
        assert "受付はありません" not in await here.reads("一覧を読めません")


async def test_a_spoiled_screen_is_drawn_anew() -> None:
    async with sitting() as here:
        await here.strike("ctrl+l")
        await here.reads("A-012")


async def test_a_sign_of_life_asks_for_no_list() -> None:
    async with sitting() as here:
        asked = here.board.did.count("visits all today")
        for minute in range(5):
            await here.board.tell(as_of=NOW + timedelta(minutes=minute))
            await here.quiet()
        assert here.board.did.count("visits all today") == asked


async def test_what_is_wrong_and_what_to_do_stands_above_the_list() -> None:
    async with sitting() as here:
        words = "プリンターが使えません。紙・ふた・電源・線を確かめてください"
        parts = {**view().parts, Part.PRINTER: Condition.DOWN, Part.VOICE: Condition.ABSENT}
        await here.board.tell(level=Level.WARNING, words=(words,), parts=parts, service=Service.PAUSED)
        shown = await here.reads("! 注意", words, "X 印刷停止", "職員が一時休止中")
        assert "音声" not in shown
        await here.strike("i")
        await here.reads("X プリンター: 停止", "- 音声: なし", words)


async def test_an_open_visit_tells_who_it_is_and_what_to_do_step_by_step() -> None:
    async with sitting(size=LARGE) as here:
        await here.strike("down", "down", "enter")
        shown = await here.reads("氏名    見本 花子")
        for words in (
            "ミホン ハナコ",
            "昭和45年1月2日(1970-01-02)",
            "女",
            "見本県見本市一丁目2番3号",
            "01130012",
            "12345・6789012・01",
            "26187654321",
            "! 氏名のカナがちがいます",
            "受診券に書いてある保険者",
            "まだありません",
        ):
            assert words in shown
        for place, step in enumerate(PROCEDURES[Reason.ASK_INSURER].steps, 1):
            assert f"{place}. {step}" in shown
        await here.strike("escape")
        assert "見本 花子" not in here.text()


async def test_a_visit_without_personal_fields_says_so() -> None:
    async with sitting() as here:
        await here.strike("4", "enter")
        await here.reads("消去されています", "C02")


async def test_a_visit_whose_personal_fields_do_not_open_says_so_and_can_be_settled() -> None:
    board = FakeBoard()
    visit = board.kept[line(2).id]
    board.kept[visit.line.id] = replace(visit, person=None, unreadable=True)
    async with sitting(board) as here:
        await here.strike("2", "enter")
        shown = await here.reads("個人の情報を開けません", PROCEDURES[Reason.UNREACHABLE].title)
        assert "消去され" not in shown
        await here.strike("s", "5", "y")
        await here.reads("A-002 に記録しました", "対応済")
        await here.strike("escape", "c")
        await here.reads("個人の情報を開けません。本人に聞いてください")


async def test_what_does_not_fit_can_be_turned() -> None:
    async with sitting() as here:
        await here.strike("2", "enter")
        await here.reads("武者小路", "下にあと")
        assert "参考" not in here.text()
        await here.strike("end")
        await here.reads("参考", "ここまで")
        await here.strike("home")
        await here.reads("氏名")


async def test_a_number_opens_its_visit_from_the_list_and_from_another_visit() -> None:
    async with sitting() as here:
        await here.strike("1", "2", "enter")
        await here.reads("A-012", "スマートフォン")
        await here.strike("3")
        await here.reads("番号 3")
        await here.strike("enter")
        await here.reads("A-003", "暫定の取扱い")
        assert len(here.app.board_screens) == 2
        await here.strike("7", "backspace", "1", "enter")
        await here.reads("A-001", "C01")
        await here.strike("9", "9", "enter")
        await here.reads("99番の受付は、この日のこの端末にありません")


async def test_digits_can_be_given_up() -> None:
    async with sitting() as here:
        await here.strike("1", "2", "escape", "enter")
        await here.reads("A-012", "連絡先")
        assert "open 0c" in here.board.did


async def test_a_refusal_stands_where_the_key_was_struck() -> None:
    async with sitting() as here:
        here.board.down(Refusal.RECORD, "記録を読めません。管理者に伝えてください")
        await here.strike("enter")
        await here.reads("! 記録を読めません。管理者に伝えてください", "A-012")
        here.board.refusing = None
        await here.strike("enter")
        await here.reads("見本 花子")


async def test_a_kiosk_that_is_down_shows_the_last_state_and_says_so() -> None:
    async with sitting() as here:
        await here.board.tell(alive=False, level=Level.CRITICAL, words=("動いていません。始め直してください",))
        here.board.down()
        shown = await here.reads("X 異常", "つながりません(09:05まで)", "動いていません")
        assert "A-012" in shown
        await here.strike("enter")
        await here.reads(DOWN)
        here.board.refusing = None
        await here.board.tell(alive=True, level=Level.OK, words=())
        await here.reads("o 正常", "問題はありません")


async def test_a_line_that_breaks_is_told_and_comes_back_by_itself() -> None:
    async with sitting() as here:
        await here.board.cut()
        await here.reads("? 不明", DOWN, "A-012")
        await here.board.mend()
        await here.reads("o 正常")
        assert DOWN not in here.joined()


async def test_a_list_that_cannot_be_read_is_the_one_before_and_says_so() -> None:
    async with sitting() as here:
        here.board.down(Refusal.RECORD, "記録を読めません")
        await here.board.tell(desk=7)
        await here.reads("! 前の一覧", "記録を読めません", "A-012")
        here.board.refusing = None
        await here.board.tell(desk=8)
        await here.until(lambda: "前の一覧" not in here.text())
        assert "記録を読めません" not in here.text()


async def test_the_call_list_has_the_four_items_of_each() -> None:
    async with sitting() as here:
        await here.strike("c")
        shown = await here.reads("武者小路勘解由小路", "男", "昭和元年12月31日(1926-12-31)", "見本県見本郡見本町")
        assert "1件" in shown
        await here.strike("enter")
        await here.reads("A-002", "使える方法")


async def test_the_call_list_opens_only_what_can_be_seen() -> None:
    board = FakeBoard()
    for number in range(20, 60):
        board.add(line(number, Reason.TIMED_OUT))
    async with sitting(board) as here:
        await here.strike("c")
        await here.reads("41件", "消去されています")
        opened = [what for what in board.did if what.startswith("open")]
        assert 1 <= len(opened) <= 5
        await here.strike("end")
        await here.until(lambda: len([what for what in board.did if what.startswith("open")]) > len(opened))
        assert len([what for what in board.did if what.startswith("open")]) <= 10


async def test_thousands_of_visits_are_no_matter() -> None:
    board = FakeBoard()
    for number in range(100, 3000):
        board.add(line(number, at=NOW))
    async with sitting(board) as here:
        await here.reads("1/2905")
        await here.strike("end")
        await here.reads("2905/2905", "A-001")
        await here.strike("pageup", "home")
        await here.reads("1/2905")


async def test_help_has_the_keys_and_the_guide_its_pages() -> None:
    async with sitting() as here:
        await here.strike("?")
        await here.reads("数字と Enter")
        await here.strike("end")
        await here.reads("y を押すまで何も起きない", "3600秒")
        await here.strike("escape", "h")
        await here.reads("導入の手順", "ポータルで利用を申請する", "どの施設も (1/2")
        await here.strike("h")
        await here.reads("医科 (2/2", "手順0")
        await here.strike("pagedown")
        await here.reads("手順20")


async def test_q_and_ctrl_c_leave() -> None:
    for keys in (["q"], ["ctrl+c"], ["enter", "q"], ["p", "ctrl+c"]):
        async with sitting() as here:
            for key in keys[:-1]:
                await here.strike(key)
            here.app.post_message(_key(keys[-1]))
            await here.until(lambda: not here.app.is_running)
        assert not here.app.return_code


def _key(name: str) -> events.Key:
    return events.Key(name, name if len(name) == 1 else None)
