"""Every screen of the board is whole at both sizes, in letters that can be read on every terminal."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator

import pytest
from rich.color import Color, ColorSystem
from textual.color import Color as Hex

from kiosk.checkin.procedures import PROCEDURES
from kiosk.checkin.reasons import Reason
from kiosk.checkin.settlement import LONGEST_NOTE, Settlement, Settling, Standing
from kiosk.checkin.ways import Way
from kiosk.ports.board import Level, Role, Service, SlipLook, SlipVerdict
from kiosk.ports.desk import Flag
from kiosk.ports.device import Condition, Part
from screens.staff.lines import Look, styles
from screens.staff.words import CONDITIONS, FLAGS, PARTS, SERVICES, SHORT_WAYS, SIGNS, STANDINGS
from screens.theme import PALETTE, READ_ON
from tests.screens.test_layout import luminance
from tests.staff.fake import FakeBoard, at
from tests.staff.people import line, view
from tests.staff.sitting import LARGE, SMALL, Sitting, sitting

CODE = "1" * 240
WORST = view(
    level=Level.CRITICAL,
    words=(
        "記録を書けません。窓口で受け付け、ディスクを確かめるよう管理者に伝えてください(プログラムの誤り。記録を管理者へ)",
        "プリンターが使えません。紙・ふた・電源・線を確かめてください。番号とQRコードは画面に出ます",
        "カードリーダーが使えません。線と電源を確かめてください。書類での受付は続いています",
    ),
    parts=dict.fromkeys(Part, Condition.DOWN),
    flags=tuple(Flag),
    service=Service.OUT_OF_ORDER,
    state="out-of-order",
    simulator=True,
    confirmed=12345,
    desk=12345,
    open=12345,
    deferred=12345,
    unprinted=12345,
)


async def every_screen(here: Sitting) -> AsyncIterator[str]:
    """Walk through all of them with keys alone; gives a name while each stands."""
    yield "visits"
    for key, name in (("i", "state"), ("h", "guide"), ("?", "keys"), ("c", "calls"), ("p", "steering")):
        await here.strike(key)
        yield name
        await here.strike("escape")
    await here.strike("p", "d", "y")
    await here.reads("件")
    yield "close"
    await here.strike("y")
    await here.reads("署名のついたファイル")
    yield "closed"
    await here.strike("escape", "escape")
    for number in ("1", "2", "3", "4", "12"):
        await here.strike(*number, "enter")
        await here.reads(f"A-{int(number):03d}")
        yield f"visit {number}"
        await here.strike("end")
        yield f"visit {number}, its end"
        await here.strike("escape")
    await here.strike("2", "enter")
    await here.reads("連絡先")
    for key in "su":
        await here.strike(key)
        yield f"visit, {key}"
        for choice in "1234567890" if key == "s" else "":
            await here.strike(choice)
            yield f"settle {choice}"
        await here.strike("escape")
    await here.strike("r")
    yield "reprint"
    await here.strike("escape", "s", "m")
    await here.scan("あ" * LONGEST_NOTE, end="")
    yield "note"
    await here.strike("enter", "escape", "escape")
    for verdict in SlipVerdict:
        if verdict is not SlipVerdict.GENUINE:
            here.board.slips[CODE] = SlipLook(verdict, None, at(8, 30))
            await here.scan(CODE)
            await here.reads("読みました")
            yield verdict.value
            await here.strike("escape")


@pytest.mark.parametrize("size", [SMALL, LARGE], ids=str)
@pytest.mark.parametrize("worst", [False, True], ids=["well", "worst"])
async def test_nothing_is_cut_off(size: tuple[int, int], worst: bool) -> None:
    board = FakeBoard()
    if worst:
        board.now = WORST
        visit = line(2).id
        for reason in Reason:
            board.add(line(100 + list(Reason).index(reason), reason, deferred=True, printed=False))
        await board.settle(visit, Settlement(Settling.WAY, way=Way.LIMITED_APP, note="あ" * LONGEST_NOTE))
        board.kept[visit] = board.kept[visit]
    found: dict[str, list[str]] = {}
    async with sitting(board, size=size) as here:
        async for name in every_screen(here):
            if cut := here.cut():
                found[name] = cut
            assert "9:05" in here.text().splitlines()[0], name
            assert ("SIMULATOR" in here.text()) is worst, name
    assert found == {}


async def test_screen_shows_nothing_that_was_broken_for_another_width() -> None:
    async with sitting(FakeBoard()) as here:
        here.board.slips[CODE] = SlipLook(SlipVerdict.NOT_A_SLIP, None)
        seen: set[str] = set()

        async def watch() -> None:
            while True:
                seen.update(here.cut())
                await asyncio.sleep(0)

        watching = asyncio.create_task(watch())
        await here.scan(CODE)
        await here.reads("別のコードを読んでいないか")
        watching.cancel()
        assert seen == set()


@pytest.mark.parametrize("size", [SMALL, LARGE], ids=str)
async def test_the_overview_is_whole(size: tuple[int, int]) -> None:
    boards = [FakeBoard(name=f"k{place:02}") for place in range(1, 6)]
    boards[1].now = WORST
    boards[2].down()
    await boards[2].cut()
    async with sitting(*boards, size=size, again_seconds=60) as here:
        for _ in boards:
            assert here.cut() == []
            await here.strike("down")
        assert "X 異常" in here.text()
        assert "? 不明" in here.text()


async def test_letters_stand_only_on_grounds_that_are_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("screens.staff.widgets.rows.Rows._styles", styles("truecolor"))
    pairs = {(Hex.parse(PALETTE[ink]).hex6, Hex.parse(PALETTE[ground]).hex6) for ink, ground in READ_ON}
    used = set()
    board = FakeBoard()
    board.now = WORST
    async with sitting(board, size=SMALL) as here:
        async for _ in every_screen(here):
            for row in here.lines():
                for segment in row:
                    if segment.text.strip() and segment.style and segment.style.color and segment.style.bgcolor:
                        used.add((segment.style.color.name.upper(), segment.style.bgcolor.name.upper()))
    assert len(used) > 5
    assert used <= pairs
    assert {look.value[:2] for look in Look} <= set(READ_ON)


XTERM = "000000cd000000cd00cdcd000000eecd00cd00cdcde5e5e57f7f7fff000000ff00ffff005c5cffff00ff00ffffffffff"
VGA = "000000aa000000aa00aa55000000aaaa00aa00aaaaaaaaaa555555ff555555ff55ffff555555ffff55ff55ffffffffff"
"""The 16 colours as two terminals show them."""


@pytest.mark.parametrize("look", Look)
def test_contrast_is_seven_to_one_also_with_few_colours(look: Look) -> None:
    def contrast(one: str, other: str) -> float:
        dark, light = sorted((luminance(one), luminance(other)))
        return (light + 0.05) / (dark + 0.05)

    def both(system: str) -> tuple[Color, Color]:
        style = styles(system)[look]
        assert style.color
        assert style.bgcolor
        return style.color, style.bgcolor

    ink, ground = (colour.downgrade(ColorSystem.EIGHT_BIT).get_truecolor().hex for colour in both("256"))
    assert contrast(ink, ground) >= 7
    numbers = [colour.downgrade(ColorSystem.STANDARD).number for colour in both("standard")]
    for shades in (XTERM, VGA):
        ink, ground = (f"#{shades[6 * number : 6 * number + 6]}" for number in numbers if number is not None)
        assert contrast(ink, ground) >= 7


def test_every_closed_set_has_its_words_and_a_sign() -> None:
    assert set(SIGNS) == set(Level)
    assert set(SERVICES) == set(Service)
    assert set(PARTS) == set(Part)
    assert set(CONDITIONS) == set(Condition)
    assert set(FLAGS) == set(Flag)
    assert set(STANDINGS) == set(Standing)
    assert set(SHORT_WAYS) == set(Way)
    assert set(PROCEDURES) == set(Reason)
    assert len(set(SIGNS.values())) == len(SIGNS)
    words = [word for _, word, _ in STANDINGS.values()]
    assert len(set(words)) == len(words)


async def test_a_window_that_is_too_small_says_so_and_gets_well_again() -> None:
    async with sitting(FakeBoard(Role.STAFF)) as here:
        for small in ((70, 24), (80, 20)):
            await here.pilot.resize_terminal(*small)
            await here.reads("80x24より大きくしてください")
            assert "A-001" not in here.text()
            await here.pilot.resize_terminal(*LARGE)
            await here.reads("A-001", "マイナンバーカードと番号照会")
            assert re.search(r"A-012 +08:17", here.text())
