"""Scanners that type like keyboards."""

from __future__ import annotations

import random
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual import events

from kiosk.ports.card import FaceCode, Pin
from kiosk.ports.examinee import (
    AskBirthdate,
    AskBrought,
    AskFaceCode,
    AskNumber,
    AskPin,
    AskStart,
    Confirm,
    Document,
    InsertCard,
    Question,
    Scanned,
    ShowResult,
    Start,
    Typed,
    Wanted,
)
from screens.burst import FEWEST, GAP_SECONDS, Burst
from tests.screens.sitting import AT_ONCE, EVERY_QUESTION, SLOWLY, sitting

TICKET = AskNumber(Wanted.TICKET, Document.TICKET)
CODE = "26100012345"


@pytest.mark.parametrize("suffix", ["enter", "tab"])
@pytest.mark.parametrize("gap", [0, AT_ONCE, GAP_SECONDS * 0.9])
async def test_a_burst_is_handed_over_as_it_came(suffix: str, gap: float) -> None:
    async with sitting(TICKET) as here:
        await here.strike([*CODE, suffix], gap)
        assert await here.answered() == Scanned(CODE)


async def test_slow_digits_are_typed() -> None:
    async with sitting(TICKET) as here:
        await here.strike([*CODE, "enter"], SLOWLY)
        assert await here.answered() == Typed(CODE)


async def test_a_burst_after_half_a_number_replaces_it() -> None:
    async with sitting(TICKET) as here:
        await here.strike([*"999"], SLOWLY)
        await here.strike([*CODE, "enter"], AT_ONCE)
        assert await here.answered() == Scanned(CODE)


@pytest.mark.parametrize(
    "code", ["HTTPS://EXAMPLE/?a=*", "A" * 4, "0" * 2000, "受診券1234", " 2610 0012345", "1234567"], ids=range(6)
)
async def test_any_printable_burst_reaches_the_journey_whole(code: str) -> None:
    async with sitting(TICKET) as here:
        await here.strike([*code, "enter"], AT_ONCE)
        assert await here.answered() == Scanned(code)


async def test_a_burst_without_its_suffix_stays_in_the_field_to_be_judged() -> None:
    async with sitting(TICKET) as here:
        await here.strike(CODE, AT_ONCE)
        await here.strike(["enter"])
        assert await here.answered() == Typed(CODE)


async def test_a_hiccup_of_the_machine_does_not_break_a_burst() -> None:
    async with sitting(TICKET) as here:
        at = events.Key("a", "a").time
        for place, key in enumerate([*"2611100012345", "enter"]):
            event = events.Key(key, key if len(key) == 1 else None)
            event.time = at + place * AT_ONCE + (0.1 if place > 6 else 0)
            here.app.post_message(event)
        await here.pilot.pause()
        assert await here.answered() == Scanned("2611100012345")


@pytest.mark.parametrize(
    ("question", "digits"),
    [(TICKET, "261000123456"), (AskPin(3), CODE), (AskNumber(Wanted.INSURER, Document.ANY), "011300120")],
)
async def test_digits_too_many_are_never_cut_off_and_sent(question: Question[object], digits: str) -> None:
    """A slow scanner on the PIN's screen burns no try."""
    async with sitting(question) as here:
        await here.strike([*digits, "enter"], SLOWLY)
        assert not here.outcome.done()
        assert "けたが多すぎます" in here.text()
        await here.strike(["backspace"] * (len(digits) - here.screen.capacity))  # type: ignore[attr-defined]  # typed
        await here.strike(["enter"])
        assert here.outcome.done()


async def test_control_characters_are_no_code() -> None:
    keys = ["ctrl+b", "ctrl+c", "ctrl+z", "ctrl+q", "ctrl+d", "ctrl+backslash", "f12", "home", "ctrl+p"]
    async with sitting(TICKET) as here:
        await here.strike(keys, AT_ONCE)
        assert here.app.is_running
        assert not here.outcome.done()
        await here.strike([*CODE, "enter"], AT_ONCE)
        assert await here.answered() == Scanned(CODE)


@pytest.mark.parametrize(
    "question",
    [
        AskBrought(),
        EVERY_QUESTION["initial-family"],
        EVERY_QUESTION["review"],
        EVERY_QUESTION["confirm"],
        InsertCard(),
        EVERY_QUESTION["result-confirmed"],
        AskBirthdate(),
    ],
)
async def test_a_scan_chooses_nothing(question: Question[object]) -> None:
    async with sitting(question) as here:
        await here.strike([*CODE, "enter"], AT_ONCE)
        await here.pilot.pause(0.1)  # longer than a digit waits to be sure: the point is that nothing comes
        assert not here.outcome.done()


async def test_a_scan_begins_at_the_start() -> None:
    async with sitting(AskStart()) as here:
        await here.strike([*CODE, "enter"], AT_ONCE)
        assert await here.answered() is Start.BEGIN


@pytest.mark.parametrize("wanted", [Wanted.INSURER, Wanted.BRANCH])
async def test_a_scan_leaves_nothing_in_a_shorter_field(wanted: Wanted) -> None:
    async with sitting(AskNumber(wanted, Document.CERTIFICATE)) as here:
        await here.strike([*CODE, "enter"], AT_ONCE)
        assert not here.outcome.done()
        assert "バーコードは、この画面では使いません" in here.text()
        await here.strike([*("01130012" if wanted is Wanted.INSURER else "01"), "enter"], SLOWLY)
        assert isinstance(await here.answered(), Typed)


async def test_a_scan_burns_no_try_of_the_pin() -> None:
    async with sitting(AskPin(3)) as here:
        await here.strike([*CODE, "enter"], AT_ONCE)
        assert not here.outcome.done()
        await here.strike([*"1234", "enter"], AT_ONCE)
        pin = await here.answered()
        assert isinstance(pin, Pin)
        assert pin.octets == b"1234"


@pytest.mark.parametrize("gap", [0, AT_ONCE, SLOWLY])
async def test_a_pin_may_be_typed_at_any_speed(gap: float) -> None:
    async with sitting(AskPin(3)) as here:
        await here.strike([*"1122", "enter"], gap)
        assert (await here.answered()).octets == b"1122"


async def test_a_face_code_may_be_typed_at_any_speed() -> None:
    async with sitting(AskFaceCode(10)) as here:
        await here.strike([*"45010220301234", "enter"], AT_ONCE)
        code = await here.answered()
        assert isinstance(code, FaceCode)


async def test_a_choice_followed_at_once_by_enter_is_that_choice() -> None:
    async with sitting(Confirm("", EVERY_QUESTION["confirm"].birthdate)) as here:  # type: ignore[attr-defined]  # a Confirm
        await here.strike(["2", "enter"], AT_ONCE)
        assert (await here.answered()).value == "no"


async def test_a_bouncing_choice_is_one_choice() -> None:
    async with sitting(AskBrought()) as here:
        await here.strike("22", AT_ONCE)
        assert (await here.answered()).value == "certificate"


async def test_the_result_is_not_ended_by_a_late_scan() -> None:
    async with sitting(ShowResult(None, False, "H02", (), False)) as here:
        await here.strike([*CODE, "enter"], AT_ONCE)
        assert not here.outcome.done()


@given(st.text(st.characters(exclude_categories=["C"]), min_size=FEWEST, max_size=50), st.floats(0, GAP_SECONDS * 0.9))
def test_burst_gives_back_what_came_fast(text: str, gap: float) -> None:
    burst = Burst()
    for place, character in enumerate(text):
        burst.add(character, place * gap)
    assert burst.end(len(text) * gap) == text
    assert burst.text == ""


@given(st.text(string.digits, min_size=1, max_size=30), st.floats(GAP_SECONDS * 1.1, 10))
def test_fingers_are_no_burst(text: str, gap: float) -> None:
    burst = Burst()
    for place, character in enumerate(text):
        burst.add(character, place * gap)
    assert burst.end(len(text) * gap) is None


def test_noise_before_a_pause_does_not_belong_to_the_burst() -> None:
    noise = random.Random(1)  # noqa: S311 - digits for a test, not a secret
    for _ in range(100):
        burst, at = Burst(), 0.0
        for digit in noise.choices(string.digits, k=noise.randrange(8)):
            burst.add(digit, at)
            at += SLOWLY
        for digit in CODE:
            burst.add(digit, at)
            at += AT_ONCE
        assert burst.end(at) == CODE
