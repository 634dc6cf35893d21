"""At the face reader: where it stands, how long it waits, and the ways out."""

from __future__ import annotations

import asyncio

import pytest

from kiosk.ports.examinee import GoToFaceReader, Move, StaffCalled, Wait
from screens.panels import SEVEN_INCH
from screens.widgets.huge import SIZES, draw
from tests.screens.sitting import sitting


def shows(text: str, number: str) -> bool:
    return any(all(line.strip() in text for line in draw(number, size)) for size in SIZES)


@pytest.mark.parametrize("size", [(80, 24), (85, 26), (200, 50)], ids=str)
async def test_place_and_seconds_are_shown(size: tuple[int, int]) -> None:
    async with sitting(GoToFaceReader(59.5), size, face_place="2階 受付の右") as here:
        await here.pilot.pause()
        assert "顔認証付きカードリーダーへ" in here.text()
        assert "場所　2階 受付の右" in here.text()
        assert shows(here.text(), "60") or shows(here.text(), "59")


async def test_the_seconds_go_down_and_stay_at_nought() -> None:
    """The screen does not end itself: whoever waits for the reader ends it."""
    async with sitting(GoToFaceReader(1.5)) as here:
        for number in ("2", "1", "0"):
            await here.until(lambda number=number: shows(here.text(), number))  # type: ignore[misc]  # bound now
        assert not here.outcome.done()


async def test_an_empty_chair_is_not_warned_about() -> None:
    async with sitting(GoToFaceReader(60), idle_seconds=0.01, warning_seconds=0.01) as here:
        await asyncio.sleep(0.1)
        await here.pilot.pause()
        assert not here.outcome.done()
        assert not here.app.screen.query("#idle")


@pytest.mark.parametrize(
    ("keys", "answer"), [(["escape"], Move.BACK), (["1"], Move.NOT_KNOWN), (["tab", "enter"], Move.NOT_KNOWN)]
)
async def test_keys_alone_are_enough(keys: list[str], answer: Move) -> None:
    async with sitting(GoToFaceReader(60)) as here:
        await here.strike(keys)
        assert await here.answered() is answer


@pytest.mark.parametrize(("touched", "answer"), [("#back", Move.BACK), ("#choice-1", Move.NOT_KNOWN)])
async def test_a_finger_is_enough(touched: str, answer: Move) -> None:
    async with sitting(GoToFaceReader(60)) as here:
        await here.hit(touched)
        assert await here.answered() is answer


@pytest.mark.parametrize("size", [SEVEN_INCH.size, (80, 24)], ids=str)
async def test_more_time_can_be_asked_for_with_a_finger_and_with_keys(size: tuple[int, int]) -> None:
    async with sitting(GoToFaceReader(60, more=2), size) as here:
        assert "時間をのばす" in here.text()
        await here.hit("#choice-2")
        assert await here.answered() is Wait.LONGER
    async with sitting(GoToFaceReader(60, more=1), size) as here:
        await here.strike(["2"])
        assert await here.answered() is Wait.LONGER


async def test_who_had_more_time_often_enough_is_not_promised_more() -> None:
    async with sitting(GoToFaceReader(60)) as here:
        assert "時間をのばす" not in here.text()
        await here.strike(["2"])
        assert not here.outcome.done()


async def test_staff_can_be_called() -> None:
    async with sitting(GoToFaceReader(60)) as here:
        await here.hit("#staff")
        assert isinstance(await here.answered(), StaffCalled)


async def test_enter_alone_does_not_give_up() -> None:
    """An Enter that was meant for the screen before must not send anybody to the desk."""
    async with sitting(GoToFaceReader(60)) as here:
        await here.strike(["enter"])
        assert not here.outcome.done()
