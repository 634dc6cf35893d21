"""What was drawn for somebody is not kept when their screen is gone."""

from __future__ import annotations

import asyncio
import gc
import weakref
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from rich.cells import cached_cell_len
from rich.segment import Segment
from textual._xterm_parser import XTermParser
from textual.widget import Widget

from kiosk.ports.examinee import AskStart, Confirm, Examinee, Question
from screens.app import KioskApp
from screens.question import QuestionScreen
from tests.screens.sitting import EVERY_QUESTION, PATIENCE, site, sitting

MANY = 12
"""Screens; Textual's own cache would keep those of half a dozen people."""


async def test_no_line_of_an_earlier_screen_is_kept() -> None:
    """Textual 8.2.8 caches a method and with it what was drawn for the last 512 widgets."""
    shown: list[weakref.ref[object]] = []
    done = asyncio.Event()

    async def main(examinee: Examinee) -> None:
        for place in range(MANY):
            question: Question[object] = AskStart() if place == MANY - 1 else EVERY_QUESTION["confirm"]
            asking = asyncio.ensure_future(examinee.ask(question))
            while not (isinstance(app.screen, QuestionScreen) and app.screen.question is question):
                await asyncio.sleep(0)
            await pilot.pause()
            if isinstance(question, Confirm):
                shown.extend(weakref.ref(widget._styles_cache) for widget in app.screen.walk_children(Widget))
            if place < MANY - 1:
                asking.cancel()
                await asyncio.gather(asking, return_exceptions=True)
        done.set()
        await asyncio.Event().wait()

    app = KioskApp(site(), main)
    async with app.run_test() as pilot:
        await asyncio.wait_for(done.wait(), PATIENCE)

        def kept() -> int:
            gc.collect()
            return Counter(cache() is not None for cache in shown)[True]

        async with asyncio.timeout(PATIENCE):
            while kept():
                await pilot.pause()
        assert len(shown) > MANY


PARSER = XTermParser()
REMEMBERING: dict[str, tuple[Any, Callable[[], object]]] = {
    "measured": (cached_cell_len, lambda: cached_cell_len("鶴田亀子")),
    "cut": (Segment._split_cells, lambda: Segment("鶴田亀子").split_cells(3)),
    "struck": (XTermParser._parse_extended_key, lambda: PARSER._parse_extended_key("\x1b[56u")),
}


@pytest.mark.parametrize("what", REMEMBERING)
async def test_what_was_measured_cut_or_struck_is_not_remembered_after_the_screen(what: str) -> None:
    cache, use = REMEMBERING[what]
    async with sitting(EVERY_QUESTION["confirm"]) as here:
        use()
        await here.face(AskStart())
        known = cache.cache_info().misses
        use()
        assert cache.cache_info().misses == known + 1


async def test_the_lines_of_a_screen_are_let_go_with_it_and_not_with_the_garbage() -> None:
    async with sitting(EVERY_QUESTION["confirm"]) as here:
        drawn = [widget._styles_cache._cache for widget in here.screen.walk_children(Widget)]
        assert any(drawn)
        await here.face(AskStart())
        await here.until(lambda: not any(drawn))
