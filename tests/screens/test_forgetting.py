"""What was drawn for somebody is not kept when their screen is gone."""

from __future__ import annotations

import asyncio
import gc
import weakref
from collections import Counter

from textual.widget import Widget

from kiosk.ports.examinee import AskStart, Confirm, Examinee, Question
from screens.app import KioskApp
from screens.question import QuestionScreen
from tests.screens.sitting import EVERY_QUESTION, PATIENCE, site

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
