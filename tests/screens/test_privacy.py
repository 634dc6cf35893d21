"""Nothing of one examinee is left for the next."""

from __future__ import annotations

import asyncio
import gc
import re
from datetime import date
from typing import Any

import pytest
from textual.widget import Widget

from kiosk.ports.card import FaceCode, Pin
from kiosk.ports.examinee import (
    AskBirthdate,
    AskFaceCode,
    AskInitial,
    AskNumber,
    AskPin,
    AskStart,
    Confirm,
    Document,
    Entry,
    Examinee,
    InsertCard,
    Left,
    Move,
    NamePart,
    Question,
    Reviewed,
    ReviewNumbers,
    Step,
    Typed,
    Wanted,
    Working,
)
from screens.app import KioskApp
from screens.entry import Entry as DigitEntry
from screens.question import QuestionScreen
from screens.start import StartScreen
from screens.typing_screen import TypingScreen
from screens.working import WorkingScreen
from tests.screens.sitting import PATIENCE, Sitting, site, sitting

CANARY_NAME = "鶴＊　亀＊"
TYPING: list[tuple[Question[Any], str]] = [
    (AskNumber(Wanted.NUMBER, Document.CERTIFICATE), "8675309"),
    (AskNumber(Wanted.TICKET, Document.TICKET), "26187654321"),
    (AskPin(3), "9751"),
    (AskFaceCode(10), "45010220319753"),
    (AskBirthdate(), "2450102"),
]


def everything_in(app: KioskApp) -> str:
    """All that the DOM could show: content, classes, ids, of every widget of every screen."""
    widgets: list[Widget] = [w for screen in app.screen_stack for w in [screen, *screen.query("*")]]
    told = [str(getattr(w, "content", "")) + repr(w) + str(w.render()) for w in widgets]
    strips = ["".join(s.text for s in strip) for strip in app.screen._compositor.render_strips()]
    # An address in memory may spell anything.
    return re.sub("0x[0-9a-f]+", "", "\n".join(told + strips))


@pytest.mark.parametrize("how", ["enter", "cancel", "escape", "#again", "#staff"])
@pytest.mark.parametrize(("question", "digits"), TYPING)
async def test_nothing_typed_is_left(question: Question[Any], digits: str, how: str) -> None:
    async with sitting(question) as here:
        screen = here.screen
        assert isinstance(screen, TypingScreen)
        await here.strike(digits)
        buffers = [field.entry._octets for field in screen.fields]
        assert any(buffers)
        await here.end(how)
        assert not any(buffers)
        assert here.app.settled
        assert digits not in everything_in(here.app)
        await here.until(lambda: here.app.screen is not screen)
        assert digits not in everything_in(here.app)


async def test_walking_away_leaves_nothing() -> None:
    async with sitting(AskNumber(Wanted.NUMBER, Document.ANY), idle_seconds=3600, warning_seconds=0.05) as here:
        await here.strike("8675309")
        here.screen.warn()
        assert isinstance(await here.answered(), Left)
        assert "8675309" not in everything_in(here.app)


async def test_the_confirmed_name_goes_with_the_answer() -> None:
    async with sitting(Confirm(CANARY_NAME, date(1970, 1, 2))) as here:
        assert CANARY_NAME in here.text()
        await here.strike(["1"])
        await here.answered()
        await here.pilot.pause()
        assert CANARY_NAME not in everything_in(here.app)


async def test_the_screens_of_a_visit_are_gone_at_the_next_start() -> None:
    """No screen object of the visit is alive, and the stack does not grow."""
    reached = asyncio.Event()

    async def main(examinee: Examinee) -> None:
        for _visit in range(3):
            await examinee.ask(AskStart())
            await examinee.ask(AskNumber(Wanted.NUMBER, Document.ANY))
            examinee.show(Working(Step.CARD, (Step.CARD,)))
            examinee.show(Working(Step.QUERY, (Step.CARD, Step.QUERY)))
            await examinee.ask(AskPin(3))
        reached.set()
        await examinee.ask(AskStart())

    app = KioskApp(site(), main)
    async with app.run_test(size=(80, 24)) as pilot:
        here = Sitting(app, pilot, [], asyncio.get_running_loop().create_future())
        seen: list[object] = []
        while not reached.is_set():
            await here.until(
                lambda: (
                    isinstance(app.screen, QuestionScreen)
                    and app.screen.is_mounted
                    and app.screen not in seen
                    and not app.screen.answer.done()
                )
            )
            seen.append(app.screen)
            await here.strike([*"1234", "enter"])
        seen.clear()
        await here.until(lambda: isinstance(app.screen, StartScreen))
        await pilot.pause()
        assert len(app.screen_stack) == 2

        def alive() -> list[object]:
            gc.collect()
            return [o for o in gc.get_objects() if isinstance(o, TypingScreen | WorkingScreen)]

        await here.until(lambda: alive() == [])


@pytest.mark.parametrize(
    ("question", "keys"),
    [
        (AskInitial(NamePart.FAMILY), ["8", "enter", "2", "enter"]),
        (ReviewNumbers((Entry(Reviewed.NUMBER, "8675309"),)), ["1", "enter"]),
        (Confirm(CANARY_NAME, date(1970, 1, 2)), ["1", "enter"]),
    ],
)
async def test_the_screen_of_an_answered_question_is_gone(question: Question[Any], keys: list[str]) -> None:
    """Also where nothing was typed: its keys and words told of the person."""
    async with sitting(question) as here:
        kind = type(here.screen)
        await here.strike(keys)
        await here.answered()
        await here.until(lambda: not isinstance(here.app.screen, kind))

        def alive() -> list[object]:
            gc.collect()
            return [o for o in gc.get_objects() if type(o) is kind]

        await here.until(lambda: alive() == [])


@pytest.mark.parametrize("kind", [Pin, FaceCode])
async def test_the_secret_is_the_only_copy(kind: type[Pin] | type[FaceCode]) -> None:
    question: Question[Any] = AskPin(3) if kind is Pin else AskFaceCode(10)
    digits = "9751" if kind is Pin else "45010220319753"
    async with sitting(question) as here:
        await here.strike([*digits, "enter"])
        secret = await here.answered()
        await here.pilot.pause()
        await here.until(lambda: not isinstance(here.app.screen, TypingScreen))
        gc.collect()
        copies = [o for o in gc.get_objects() if isinstance(o, DigitEntry) and len(o)]
        assert copies == []
        assert bytes(secret.octets) == digits.encode()


def test_what_was_typed_is_overwritten_before_its_memory_is_given_back() -> None:
    given_back: list[bytes] = []

    class Watched(bytearray):
        def clear(self) -> None:
            given_back.append(bytes(self))
            super().clear()

    entry = DigitEntry(4)
    entry._octets = Watched(b"9751")
    entry.wipe()
    assert given_back == [bytes(4)]


async def test_a_question_can_follow_at_once() -> None:
    """No frame shows the old answer, and the next screen takes the next keys."""
    answers: list[Any] = []

    async def main(examinee: Examinee) -> None:
        answers.append(await examinee.ask(AskNumber(Wanted.NUMBER, Document.ANY)))
        answers.append(await examinee.ask(AskNumber(Wanted.NUMBER, Document.ANY)))
        try:
            async with asyncio.timeout(0.01):
                await examinee.ask(InsertCard())
        except TimeoutError:
            answers.append("timed out")
        answers.append(await examinee.ask(AskPin(3)))

    app = KioskApp(site(), main)
    async with app.run_test(size=(80, 24)) as pilot:
        here = Sitting(app, pilot, [], asyncio.get_running_loop().create_future())
        for count, keys in enumerate(([*"12", "enter"], ["escape"], ["*"])):
            wanted = count if count < 2 else 3
            await here.until(
                lambda wanted=wanted: (  # type: ignore[misc]  # the loop's value
                    len(answers) == wanted
                    and isinstance(app.screen, TypingScreen)
                    and app.screen.is_mounted
                    and not app.screen.answer.done()
                )
            )
            await here.strike(keys)
        async with asyncio.timeout(PATIENCE):
            while app.is_running:
                await asyncio.sleep(0)
    assert answers == [Typed("12"), Move.BACK, "timed out", Move.NOT_KNOWN]
    assert not app.return_code
