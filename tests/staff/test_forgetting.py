"""What tells of a person leaves the screen by itself, and nothing of it is left."""

from __future__ import annotations

import gc
import re

import pytest
from textual.widget import Widget

from kiosk.ports.board import PersonView
from screens.staff.calls import CallsScreen
from screens.staff.lines import Paragraph, Part
from screens.staff.settle import SettleScreen
from screens.staff.visit import VisitScreen
from tests.staff.people import HANAKO
from tests.staff.sitting import Sitting, sitting

CANARIES = ("見本 花子", "ミホン", "昭和45年", "1970-01-02", "見本県", "12345・6789012")


async def leave_the_chair(here: Sitting) -> None:
    """Nobody touches a key for longer than is allowed."""
    here.app._touched_at -= 7200
    here.app._look()
    await here.quiet()


@pytest.mark.parametrize("keys", [(), ("s", "5"), ("s", "m", "a"), ("u",), ("r",)], ids=str)
async def test_an_open_visit_goes_back_to_the_list(keys: tuple[str, ...]) -> None:
    async with sitting() as here:
        await here.strike("enter")
        await here.reads("ミホン ハナコ")
        await here.strike("s", "5", "y")
        await here.reads("記録しました")
        await here.strike(*keys)
        await leave_the_chair(here)
        shown = await here.reads("[すべて]", "個人の情報をとじました")
        assert not any(words in shown for words in CANARIES)
        assert len(here.app.board_screens) == 1


async def test_the_call_list_goes_too() -> None:
    async with sitting() as here:
        await here.strike("c")
        await here.reads("武者小路")
        await leave_the_chair(here)
        assert "武者小路" not in await here.reads("[すべて]")


async def test_a_page_above_an_open_visit_goes_with_it() -> None:
    async with sitting() as here:
        await here.strike("enter")
        await here.reads("見本 花子")
        await here.scan("https://example.com/")
        await here.reads("別のコード")
        await leave_the_chair(here)
        await here.reads("[すべて]")


async def test_what_tells_of_nobody_stays() -> None:
    async with sitting() as here:
        await here.strike("p")
        await leave_the_chair(here)
        await here.reads("テスト印刷")


async def test_a_key_keeps_it_open() -> None:
    async with sitting(forget_seconds=1800) as here:
        await here.strike("enter")
        await here.reads("見本 花子")
        here.app._touched_at -= 1700
        await here.strike("down")
        here.app._touched_at -= 1700
        here.app._look()
        await here.quiet()
        await here.reads("ミホン ハナコ")


def personal() -> list[object]:
    """Everything alive in this process that shows a person, or a text of one."""
    gc.collect()
    kinds = (VisitScreen, SettleScreen, CallsScreen)
    things = gc.get_objects()
    texts = (thing for thing in things if isinstance(thing, Part | Paragraph))
    screens = [thing for thing in things if isinstance(thing, kinds)]
    return [*screens, *(text for text in texts if any(words in text.text for words in CANARIES))]


async def test_nothing_of_the_person_is_left_in_memory() -> None:
    """No screen, no line, no widget; what the terminal itself keeps is the test's."""
    before = personal()  # of other tests, kept here so that no new object gets the place of one of them
    async with sitting() as here:
        await here.strike("enter")
        await here.reads("見本 花子")
        await here.strike("s", "m", *"abc")
        await leave_the_chair(here)
        await here.reads("[すべて]")
        assert here.app.drafts == {}

        others = {id(thing) for thing in before}
        await here.until(lambda: [thing for thing in personal() if id(thing) not in others] == [])
        told = "\n".join(
            str(widget.render()) + repr(widget)
            for screen in here.app.screen_stack
            for widget in [screen, *screen.query(Widget)]
        )
        assert not any(words in re.sub("0x[0-9a-f]+", "", told) for words in CANARIES)


def test_nothing_that_holds_a_person_tells_of_them_in_a_traceback() -> None:
    for text in (repr(Part(HANAKO.name)), repr(Paragraph(HANAKO.name)), repr(HANAKO), repr(PersonView("見本 花子"))):
        assert "見本" not in text
