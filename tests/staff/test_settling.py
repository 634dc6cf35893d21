"""What a clerk records, with one confirmation and undone by another entry."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from kiosk.checkin.settlement import LONGEST_NOTE, SETTLING_WAYS, Settlement, Settling, StaffEntry
from kiosk.ports.board import OpenedVisit, Refusal, SlipLook, SlipVerdict
from screens.staff.alarm import AlarmScreen
from tests.staff.fake import FakeBoard
from tests.staff.people import NOW, line
from tests.staff.sitting import Sitting, sitting

A12 = line(12).id
EVERY = [(str(place), f"way {way.value}") for place, way in enumerate(SETTLING_WAYS, 1)] + [
    ("7", "insurer"),
    ("8", "refused"),
    ("9", "cancelled"),
]


def settled(board: FakeBoard) -> list[Settlement]:
    return [entry.settlement for entry in board.kept[A12].entries]


async def open_and_choose(here: Sitting, choice: str) -> None:
    await here.strike("1", "2", "enter")
    await here.reads("A-012", "連絡先")
    await here.strike("s", choice)


async def test_every_entry_needs_one_confirmation_and_is_told() -> None:
    async with sitting() as here:
        for choice, what in EVERY:
            await open_and_choose(here, choice)
            assert what not in here.board.did
            await here.strike("y")
            await here.reads("A-012 に記録しました", "連絡先")
            assert here.board.did.count(what) == 1
            await here.strike("escape")


async def test_nothing_is_recorded_without_y() -> None:
    async with sitting() as here:
        await open_and_choose(here, "5")
        await here.strike("enter")
        await here.reads("y を押してください")
        await here.strike("n", "x", "escape")
        await here.reads("連絡先")
        assert settled(here.board) == []


async def test_arrows_choose_too_and_the_sentence_says_what_would_be_recorded() -> None:
    async with sitting() as here:
        await open_and_choose(here, "1")
        await here.strike("down", "down")
        await here.reads("A-012 に「(3)カードとマイナポータルで確認」と記録します")
        await here.strike("y")
        await here.reads("対応済", "* 06-01 09:05 佐藤: (3)カードとマイナポータルで確認")


async def test_a_note_goes_with_the_entry() -> None:
    async with sitting() as here:
        await open_and_choose(here, "7")
        await here.strike("m")
        await here.scan("保険者の山田さん。", end="")  # as an input method types it
        await here.strike("9", "時", "q", "backspace", "enter", "y")
        await here.reads("A-012 に記録しました")
        assert settled(here.board) == [Settlement(Settling.INSURER, note="保険者の山田さん。9時")]
        await here.strike("end")
        await here.reads("保険者の山田さん。9時")


async def test_a_note_alone_leaves_the_visit_as_it_stands() -> None:
    async with sitting() as here:
        await open_and_choose(here, "0")
        await here.strike("y")
        await here.reads("メモを書いてください")
        await here.strike("m", *"abc", "enter", "y")
        await here.reads("A-012 に記録しました: メモ", "! 未了")
        assert settled(here.board) == [Settlement(Settling.NOTE, note="abc")]


async def test_a_pasted_note_is_cut_at_its_longest_and_loses_its_line_breaks() -> None:
    async with sitting() as here:
        await open_and_choose(here, "0")
        await here.strike("m")
        await here.paste("一行目\n\x1b[31m二行目" + "あ" * LONGEST_NOTE)
        await here.reads("200文字までです")
        await here.strike("enter", "y")
        await here.reads("記録しました")
        note = settled(here.board)[0].note
        assert len(note) == LONGEST_NOTE
        assert note.startswith("一行目  [31m二行目")


async def test_an_entry_is_undone_by_another_one() -> None:
    async with sitting() as here:
        await open_and_choose(here, "5")
        await here.strike("y")
        await here.reads("対応済")
        await here.strike("escape", "1", "2", "enter")
        await here.strike("u")
        await here.reads("(5)資格確認書で確認", "取り消します")
        await here.strike("n")
        assert len(settled(here.board)) == 1
        await here.strike("u", "y")
        await here.reads("記録しました: 前の記録の取り消し", "! 未了")
        await here.strike("end")
        await here.reads("(取り消し済)")
        first, second = here.board.kept[A12].entries
        assert second.settlement == Settlement(Settling.UNDONE, undoes=first.id)
        await here.strike("u")  # nothing is in force any more
        assert "取り消します" not in here.joined()


async def test_a_refused_entry_says_why_and_another_one_can_be_chosen() -> None:
    async with sitting() as here:
        await open_and_choose(here, "6")
        here.board.down(Refusal.DOES_NOT_FIT, "この方法は、この受付には使えません")
        await here.strike("y")
        await here.reads("A-012 は記録していません。この方法は、この受付には使えません", "保険者に電話で確認")
        here.board.refusing = None
        await here.strike("5", "y")
        await here.reads("記録しました: (5)資格確認書で確認")


@pytest.mark.parametrize("stays", [True, False], ids=["stays", "goes on"])
@pytest.mark.parametrize("recorded", [True, False], ids=["recorded", "lost"])
async def test_a_line_that_breaks_over_an_entry_is_looked_again(recorded: bool, stays: bool) -> None:
    """Whoever stays is told there and tries again; whoever went on is told on a page of its own."""
    async with sitting() as here:
        await open_and_choose(here, "5")
        here.board.lost = recorded
        await here.strike("y")
        await here.reads("記録できたかどうか、つながりしだい調べます")
        await here.strike(*(("y", "y") if stays else ("escape", "escape", "down")))  # not once more while nobody knows
        assert here.app.errands.unsure == {A12: "A-012"}
        assert not stays or "記録できたかどうか、つながりしだい調べます" in here.joined()
        await here.board.mend()
        verdict = "記録できていました" if recorded else "記録されていません。もう一度記録してください"
        await here.reads(f"つながりました。A-012 に{'' if recorded else 'は'}{verdict}")
        assert len(settled(here.board)) == (1 if recorded else 0)
        if not stays:
            await here.strike("escape")
            await here.reads("[すべて]")
        elif not recorded:
            await here.strike("y")
            await here.reads("A-012 に記録しました")
        assert len(settled(here.board)) == (1 if recorded or stays else 0)
        assert here.app.errands.unsure == {}


async def test_a_visit_of_which_nobody_knows_takes_no_second_entry() -> None:
    async with sitting() as here:
        await open_and_choose(here, "5")
        here.board.lost = False
        here.board.following = None
        await here.strike("y")
        await here.reads("つながりしだい調べます")
        await here.strike("escape", "s", "5", "y")
        await here.reads("前の記録をまだ調べています")


async def test_a_slip_does_not_end_in_a_note() -> None:
    async with sitting() as here:
        await open_and_choose(here, "7")
        await here.strike("m", *"abc")
        await here.scan("1" * 240)
        await here.reads("別のコードを読んでいないか")
        await here.strike("escape")
        await here.reads("メモ: abc_")
        assert settled(here.board) == []


@pytest.mark.parametrize("leaving", ["slip", "slip over a note", "number"])
async def test_a_note_that_is_not_recorded_yet_outlives_a_slip_and_a_number(leaving: str) -> None:
    code = "2" * 240
    async with sitting() as here:
        here.board.slips[code] = SlipLook(SlipVerdict.GENUINE, here.board.kept[line(3).id])
        await open_and_choose(here, "7")
        await here.strike("m", *"abc", *([] if leaving == "slip over a note" else ["enter"]))
        if leaving == "number":
            await here.strike("0", "3", "enter")
        else:
            await here.scan(code)
        await here.reads("A-003", "連絡先")
        await here.strike("1", "2", "enter")
        await here.reads("A-012", "連絡先")
        await here.strike("s", "7")
        await here.reads("メモ: abc")
        await here.strike("y")
        await here.reads("A-012 に記録しました")
        assert settled(here.board) == [Settlement(Settling.INSURER, note="abc")]
        assert here.app.drafts == {}


async def test_a_note_that_was_given_up_does_not_come_again() -> None:
    async with sitting() as here:
        await open_and_choose(here, "7")
        await here.strike("m", *"abc", "enter", "escape")
        await here.reads("連絡先")
        assert here.app.drafts == {}


@pytest.mark.parametrize("whose", ["佐藤 (kiosk-staff)", "鈴木 (kiosk-staff)"])
async def test_an_equal_entry_of_another_clerk_is_not_taken_for_the_lost_one(whose: str) -> None:
    async with sitting() as here:
        own = replace(here.app.terminals[0].terminal, who=lambda: "佐藤 (kiosk-staff)")
        here.app.terminals[0].terminal = own
        await open_and_choose(here, "5")
        here.board.lost = False
        await here.strike("y")
        await here.reads("つながりしだい調べます")
        opened = here.board.kept[A12]
        equal = StaffEntry("f" * 32, NOW, whose, Settlement(Settling.WAY, way=SETTLING_WAYS[4]))
        here.board.kept[A12] = replace(opened, entries=(equal,))
        await here.board.mend()
        await here.reads("記録できていました" if whose == own.who() else "には記録されていません")


class SlowBoard(FakeBoard):
    """A terminal whose printer and line take their time: until `answer` is set."""

    def __init__(self) -> None:
        super().__init__()
        self.answer, self.done = asyncio.Event(), asyncio.Event()

    async def reprint(self, visit: str) -> None:
        await self.answer.wait()
        await super().reprint(visit)
        self.done.set()

    async def settle(self, visit: str, settlement: Settlement) -> OpenedVisit:
        await self.answer.wait()
        opened = await super().settle(visit, settlement)
        self.done.set()
        return opened


FORGED, COPY = "3" * 240, "4" * 240
ALARMS = {FORGED: "署名が正しくありません", COPY: "もう使われています"}


async def shown_an_alarm(here: Sitting, keys: tuple[str, ...], code: str) -> None:
    """Something is under way when a slip that is not to be trusted is scanned."""
    here.board.slips[FORGED] = SlipLook(SlipVerdict.FORGED, None)
    here.board.slips[COPY] = SlipLook(SlipVerdict.SHOWN_BEFORE, here.board.kept[line(3).id])
    await here.strike("1", "2", "enter")
    await here.reads("A-012", "連絡先")
    await here.strike(*keys, "y")
    await here.scan(code)
    await here.until(lambda: isinstance(here.app.screen, AlarmScreen))
    assert isinstance(here.board, SlowBoard)
    here.board.answer.set()
    await here.board.done.wait()
    await here.quiet()


@pytest.mark.parametrize("code", ALARMS, ids=["forged", "copy"])
@pytest.mark.parametrize(
    ("keys", "ended"), [(("r",), "A-012 を印刷しました"), (("s", "5"), "A-012 に記録しました")], ids=["r", "s5"]
)
async def test_what_ends_below_an_unread_alarm_waits_until_it_is_read(
    keys: tuple[str, ...], ended: str, code: str
) -> None:
    async with sitting(SlowBoard()) as here:
        await shown_an_alarm(here, keys, code)
        assert ALARMS[code] in here.joined()
        assert isinstance(here.app.screen, AlarmScreen)
        assert ended not in here.joined()
        await here.strike("escape")
        await here.reads(ended, "連絡先")
        assert len(here.app.board_screens) == 2
        assert len([what for what in here.board.did if what in ("reprint 0c", "settle")]) == 1


async def test_an_alarm_whose_visit_is_opened_lets_the_words_follow() -> None:
    async with sitting(SlowBoard()) as here:
        await shown_an_alarm(here, ("r",), COPY)
        await here.scan(COPY)  # another alarm takes the place of the first
        await here.until(lambda: here.board.did.count(f"slip {len(COPY)}") == 2)
        await here.quiet()
        assert isinstance(here.app.screen, AlarmScreen)
        await here.strike("enter")
        await here.reads("A-003", "暫定の取扱い", "A-012 を印刷しました")


@pytest.mark.parametrize("paper", [True, False], ids=["paper", "no paper"])
async def test_a_printed_slip_once_more(paper: bool) -> None:
    """A printer that fails says so where it was asked."""
    async with sitting() as here:
        await here.strike("4", "enter", "r")
        await here.reads("A-004 の受付票をもう一度印刷します")
        assert not any(what.startswith("reprint") for what in here.board.did)
        if not paper:
            here.board.down(Refusal.PRINTER, "紙がありません。新しい紙を入れてください")
            await here.strike("y")
            await here.reads("! 紙がありません", "もう一度印刷します")
            here.board.refusing = None
        await here.strike("y")
        await here.reads("A-004 を印刷しました", "消去されています")
        assert here.board.did.count("reprint 04") == 1


async def test_nothing_is_recorded_before_something_was_chosen() -> None:
    """An `s` and a `y` too many must not put the first way into the record."""
    async with sitting() as here:
        await here.strike("1", "2", "enter")
        await here.reads("A-012", "連絡先")
        await here.strike("s", "y")
        await here.reads("先に、数字か矢印で選んでください")
        assert settled(here.board) == []
        await here.strike("down")
        await here.reads("(1)顔認証付きカードリーダーで確認」と記録します")
        await here.strike("y")
        await here.reads("A-012 に記録しました")


async def test_after_an_undo_it_is_said_which_entry_holds_now() -> None:
    async with sitting() as here:
        for choice in ("5", "7"):
            await open_and_choose(here, choice)
            await here.strike("y")
            await here.reads("A-012 に記録しました")
        await here.strike("u", "y")
        await here.reads("前の記録の取り消し。いまの結果: (5)資格確認書で確認", "対応済")


async def test_while_a_note_is_written_the_footer_names_no_letter_as_a_command() -> None:
    async with sitting() as here:
        await open_and_choose(here, "7")
        assert " q  終わる" in here.text()
        await here.strike("m")
        await here.reads("Ctrl-C  終わる")
        assert " q  終わる" not in here.text()
