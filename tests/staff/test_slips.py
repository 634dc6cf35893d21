"""A slip is shown at the board: its visit opens, or it is said loudly why not."""

from __future__ import annotations

import pytest
from textual import events

from kiosk.ports.board import SlipLook, SlipVerdict
from screens.staff.visits import VisitsScreen
from tests.staff.fake import FakeBoard, at
from tests.staff.people import line
from tests.staff.sitting import LARGE, PATIENCE, SMALL, sitting

CODE = "15095772435623034320733" * 11
HERE = ("visits", "state", "visit", "menu", "steering", "calls")
KEYS = {"visits": "", "state": "i", "visit": "", "menu": "s", "steering": "p", "calls": "c"}


@pytest.mark.parametrize(
    ("end", "pieces", "pause"),
    [*((end, pieces, PATIENCE) for end in ("enter", "tab", "ctrl+j") for pieces in (1, 7)), ("", 1, 0.05)],
)
async def test_a_genuine_slip_opens_its_visit_from_every_screen(end: str, pieces: int, pause: float) -> None:
    """Also through a slow line that brings it in pieces, and from a scanner that sends no Enter."""
    async with sitting(pause_seconds=pause) as here:
        here.board.slips[CODE] = SlipLook(SlipVerdict.GENUINE, here.board.kept[line(3).id])
        for place in HERE:
            if place in ("visit", "menu"):
                await here.strike("1", "2", "enter")
                await here.reads("A-012", "連絡先")
            await here.strike(*KEYS[place])
            await here.scan(CODE, end=end, pieces=pieces)
            await here.reads("A-003", "暫定の取扱い", "見本 花子")
            assert len(here.app.board_screens) == 2
            await here.strike("escape")
        assert here.board.did.count(f"slip {len(CODE)}") == len(HERE)
        assert not any(what in here.board.did for what in ("test print", "settle"))


async def test_a_code_that_comes_ahead_of_a_screen_that_is_being_made_is_not_lost() -> None:
    async with sitting() as here:
        here.board.slips[CODE] = SlipLook(SlipVerdict.GENUINE, here.board.kept[line(3).id])
        here.app.put(VisitsScreen(here.app, here.app.terminals[0]))
        assert here.app.board_screen is None
        await here.app.on_event(events.Paste(CODE))
        await here.reads("A-003", "見本 花子")


async def test_a_pasted_code_counts_too() -> None:
    async with sitting() as here:
        here.board.slips[CODE] = SlipLook(SlipVerdict.GENUINE, here.board.kept[line(3).id])
        await here.paste(f"{CODE}\n")
        await here.reads("A-003", "見本 花子")


@pytest.mark.parametrize("size", [SMALL, LARGE], ids=str)
@pytest.mark.parametrize(
    ("verdict", "words"),
    [
        (SlipVerdict.FORGED, "署名が正しくありません"),
        (SlipVerdict.ANOTHER_KIOSK, "その端末の画面でひらいてください"),
        (SlipVerdict.NOT_A_SLIP, "別のコードを読んでいないか"),
    ],
)
async def test_what_is_no_slip_of_this_kiosk_is_said_over_the_whole_width(
    verdict: SlipVerdict, words: str, size: tuple[int, int]
) -> None:
    async with sitting(size=size) as here:
        here.board.slips[CODE] = SlipLook(verdict, None)
        await here.scan(CODE)
        await here.reads(words)
        row = here.text().splitlines()[3]
        ground = {segment.style.bgcolor for segment in here.lines()[3] if segment.style}
        assert row.strip()
        assert len(ground) == 1
        await here.strike("enter", "s", "y", "down")
        await here.reads(words)
        await here.strike("escape")
        await here.reads("[すべて]")


async def test_a_slip_that_was_shown_before_is_said_before_its_visit_opens() -> None:
    async with sitting() as here:
        here.board.slips[CODE] = SlipLook(SlipVerdict.SHOWN_BEFORE, here.board.kept[line(12).id], at(8, 30))
        await here.scan(CODE)
        shown = await here.reads("06-01 08:30", "本人と書類を見くらべてください")
        assert "見本 花子" not in shown
        await here.strike("enter")
        await here.reads("A-012", "見本 花子")


async def test_other_codes_press_no_keys() -> None:
    """The letters of an address are keys that steer the terminal."""
    async with sitting() as here:
        for code in ("https://example.com/pty", "ptypty", "ABC-123", "4901234567894x"):
            await here.scan(code)
            await here.reads("別のコードを読んでいないか")
            await here.strike("escape")
        await here.strike("p", "t")
        await here.scan("yyyes")
        assert not any(what in here.board.did for what in ("test print", "switch paused"))


async def test_a_key_that_is_held_down_is_no_code() -> None:
    async with sitting() as here:
        await here.scan("ffffffff", end="")
        assert "別のコード" not in here.joined()


async def test_full_width_letters_of_an_input_method_are_keys_too() -> None:
    async with sitting() as here:
        await here.strike("Ｐ")
        await here.reads("テスト印刷")
        await here.strike("ｔ", "ｙ")
        await here.reads("テストの票を印刷しました")


async def test_the_terminal_that_knows_the_slip_is_found_among_several() -> None:
    boards = [FakeBoard(name="k01"), FakeBoard(name="k02"), FakeBoard(name="k03")]
    boards[0].slips[CODE] = SlipLook(SlipVerdict.ANOTHER_KIOSK, None)
    boards[1].slips[CODE] = SlipLook(SlipVerdict.GENUINE, boards[1].kept[line(3).id])
    async with sitting(*boards) as here:
        await here.scan(CODE)
        await here.reads("A-003", "k02 ", "見本 花子")
        assert f"slip {len(CODE)}" not in boards[2].did
        await here.strike("escape", "escape", "enter")  # at another terminal's list
        await here.reads("k01 ")
        await here.scan(CODE)
        await here.reads("A-003", "k02 ", "見本 花子")


async def test_a_terminal_that_could_not_be_asked_is_named() -> None:
    boards = [FakeBoard(name="k01"), FakeBoard(name="k02")]
    boards[0].slips[CODE] = SlipLook(SlipVerdict.ANOTHER_KIOSK, None)
    boards[1].down()
    async with sitting(*boards) as here:
        await here.scan(CODE)
        await here.reads("その端末の画面で", "つながらない端末の票かもしれません: k02")


async def test_nobody_who_can_be_asked_is_told_where_the_code_was_read() -> None:
    async with sitting() as here:
        here.board.down()
        await here.scan(CODE)
        await here.reads("端末につながりません")
