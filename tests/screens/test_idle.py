"""The watch over an empty chair."""

from __future__ import annotations

from typing import Any

import pytest
from textual.widgets import Static

from kiosk.ports.examinee import (
    AskBrought,
    AskNumber,
    AskPin,
    AskStart,
    Document,
    Question,
    Scanned,
    Typed,
    WalkedAway,
    Wanted,
)
from screens.idle import IdleWarning
from tests.screens.sitting import AT_ONCE, EVERY_QUESTION, Sitting, sitting

NUMBER = AskNumber(Wanted.NUMBER, Document.CERTIFICATE)
SOON, NEVER = 0.05, 3600
LEFT_ALONE = [n for n in EVERY_QUESTION if n.startswith(("start", "result", "take", "face-reader"))]


async def warned(here: Sitting) -> None:
    await here.until(lambda: bool(here.screen.query(IdleWarning)) and here.screen.query_one(IdleWarning).is_mounted)
    await here.pilot.pause()


async def test_who_does_nothing_has_walked_away() -> None:
    async with sitting(AskStart(), idle_seconds=SOON, warning_seconds=SOON) as here:
        for name in {type(q): n for n, q in EVERY_QUESTION.items() if n not in LEFT_ALONE}.values():
            await here.face(EVERY_QUESTION[name])
            assert isinstance(await here.answered(), WalkedAway), name


async def test_start_result_alarm_and_face_reader_have_no_warning() -> None:
    async with sitting(AskStart(), idle_seconds=SOON, warning_seconds=SOON, result_seconds=NEVER) as here:
        for name in LEFT_ALONE:
            await here.face(EVERY_QUESTION[name])
            assert "watch" not in {timer.name for timer in here.screen._timers}, name


async def test_the_warning_counts_down_in_words() -> None:
    async with sitting(NUMBER, idle_seconds=SOON, warning_seconds=20) as here:
        await warned(here)
        assert "秒で、はじめの画面にもどります" in here.text()
        assert "つづける" in here.text()
        first = str(here.screen.query_one("#countdown", Static).content)
        await here.until(lambda: str(here.screen.query_one("#countdown", Static).content) != first)
        assert not here.outcome.done()


@pytest.mark.parametrize("key", ["enter", "escape", "tab", "left", "backspace", "f9"])
async def test_a_key_ends_the_warning_and_does_nothing_else(key: str) -> None:
    async with sitting(NUMBER, idle_seconds=NEVER, warning_seconds=NEVER) as here:
        await here.strike("12")
        here.screen.warn()
        await warned(here)
        await here.strike([key])
        await here.until(lambda: not here.screen.query(IdleWarning))
        assert not here.outcome.done()
        await here.strike(["3", "enter"])
        assert await here.answered() == Typed("123")


async def test_the_one_key_of_the_warning_has_the_focus_and_gives_it_back() -> None:
    async with sitting(AskBrought(), idle_seconds=NEVER, warning_seconds=NEVER) as here:
        await here.strike(["down"])
        before = here.screen.focused
        here.screen.warn()
        await warned(here)
        await here.until(lambda: here.screen.focused is here.screen.query_one("#stay"))
        await here.strike(["enter"])
        await here.until(lambda: here.screen.focused is before)


async def test_a_digit_ends_the_warning_and_counts() -> None:
    async with sitting(NUMBER, idle_seconds=NEVER, warning_seconds=NEVER) as here:
        here.screen.warn()
        await warned(here)
        await here.strike(["7", "enter"])
        assert await here.answered() == Typed("7")


async def test_a_scan_ends_the_warning_and_is_whole() -> None:
    async with sitting(AskNumber(Wanted.TICKET, Document.TICKET), idle_seconds=NEVER, warning_seconds=NEVER) as here:
        here.screen.warn()
        await warned(here)
        await here.strike([*"26100012345", "enter"], AT_ONCE)
        assert await here.answered() == Scanned("26100012345")


@pytest.mark.parametrize("selector", ["#stay", "#countdown", "#idle"])
async def test_a_tap_anywhere_ends_the_warning(selector: str) -> None:
    async with sitting(AskBrought(), idle_seconds=NEVER, warning_seconds=NEVER) as here:
        here.screen.warn()
        await warned(here)
        await here.hit(selector)
        await here.until(lambda: not here.screen.query(IdleWarning))
        await here.pilot.pause()
        assert not here.outcome.done()
        await here.hit("#choice-2")
        assert (await here.answered()).value == "certificate"


@pytest.mark.parametrize("act", ["key", "tap"])
async def test_whoever_does_something_is_not_warned(act: str) -> None:
    async with sitting(NUMBER, idle_seconds=NEVER) as here:
        before = here.app.touched_at
        await (here.strike("1") if act == "key" else here.hit("#number"))
        await here.until(lambda: here.app.touched_at > before)


async def test_the_warning_is_legible_at_every_width() -> None:
    """Full-width letters are not cut in half by what was there before."""
    question: Question[Any] = AskPin(3)
    async with sitting(question, idle_seconds=SOON, warning_seconds=20) as here:
        await warned(here)
        words = str(here.screen.query_one("#countdown", Static).content).splitlines()
        assert all(line in here.text() for line in words)
