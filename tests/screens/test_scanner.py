"""Scanners that type like keyboards."""

from __future__ import annotations

import asyncio
import string
from collections import Counter
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual import events

from kiosk.checkin.ticket_code import MOST_CHARACTERS
from kiosk.checkin.ways import Brought
from kiosk.ports.card import FaceCode, Pin
from kiosk.ports.examinee import (
    AskBrought,
    AskFaceCode,
    AskNumber,
    AskPin,
    AskStart,
    Confirm,
    Document,
    Examinee,
    Question,
    Scanned,
    ShowResult,
    Start,
    Typed,
    Wanted,
)
from kiosk.ports.framing import Framing
from screens.app import KioskApp
from screens.burst import FEWEST, GAP_SECONDS, HICCUP_SECONDS, WAIT_SECONDS, Burst, Code, Fingers
from screens.pin import PinScreen
from screens.question import QuestionScreen
from screens.typing_screen import TypingScreen
from tests.screens.sitting import AT_ONCE, EVERY_QUESTION, SLOWLY, Sitting, site, sitting

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


async def test_a_burst_without_a_suffix_is_over_when_nothing_more_comes() -> None:
    async with sitting(TICKET) as here:
        await here.strike(CODE, AT_ONCE)
        assert await here.answered() == Scanned(CODE)


async def test_where_a_suffix_is_configured_a_burst_without_it_is_no_code() -> None:
    async with sitting(TICKET, scan_suffix="\t") as here:
        await here.strike([*CODE, "enter"], AT_ONCE)
        assert not here.outcome.done()
        assert "バーコードを読みきれませんでした" in here.text()
        await here.strike([*CODE, "tab", "enter"], AT_ONCE)
        assert await here.answered() == Scanned(CODE)


@pytest.mark.parametrize("gap", [0, GAP_SECONDS * 0.9, HICCUP_SECONDS * 0.9])
async def test_with_a_prefix_a_slow_scanner_is_known_too(gap: float) -> None:
    async with sitting(TICKET, scan_prefix="~", scan_suffix="\r") as here:
        await here.strike([*"~", *CODE, "enter"], gap)
        assert await here.answered() == Scanned(CODE)


async def test_a_burst_without_the_prefix_is_not_the_scanners() -> None:
    async with sitting(TICKET, scan_prefix="~") as here:
        await here.strike([*CODE, "enter"], AT_ONCE)
        assert not here.outcome.done()


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
    [(TICKET, "261000123456"), (AskPin(3), CODE), (AskNumber(Wanted.INSURER, Document.ANY), "0113001200")],
)
async def test_digits_too_many_are_never_cut_off_and_sent(question: Question[object], digits: str) -> None:
    """A slow scanner on the PIN's screen burns no try."""
    async with sitting(question) as here:
        await here.strike([*digits, "enter"], SLOWLY)
        assert not here.outcome.done()
        assert "けたが多すぎます" in here.text()
        assert isinstance(here.screen, TypingScreen)
        # Nobody can count how many too many there were, so one key takes them all; of what is hidden nothing stays.
        await here.strike(["backspace"])
        if isinstance(question, AskPin):
            assert not any(field.entry for field in here.screen.fields)
        await here.strike(["enter"])
        assert here.outcome.done() is not isinstance(question, AskPin)


async def test_control_characters_are_no_code() -> None:
    keys = ["ctrl+b", "ctrl+c", "ctrl+z", "ctrl+q", "ctrl+d", "ctrl+backslash", "f12", "home", "ctrl+p"]
    async with sitting(TICKET) as here:
        await here.strike(keys, AT_ONCE)
        assert here.app.is_running
        assert not here.outcome.done()
        await here.strike([*CODE, "enter"], AT_ONCE)
        assert await here.answered() == Scanned(CODE)


HOSTILE = {
    "ticket": [*CODE, "enter"],
    "ticket, line feed": [*CODE, "enter", "ctrl+j"],
    "ticket, Tab and Enter": [*CODE, "tab", "enter"],
    "no suffix": [*CODE],
    "a PIN": [*"1234", "enter"],
    "a face code": [*"45010220301234", "enter"],
    "three digits": [*"123", "enter"],
    "Code 39 with its stars": [*"*123*", "enter"],
    "GS1": ["f8", *"0100", "ctrl+right_square_bracket", *"2610", "enter"],
    "an arrow's sequence": ["escape", *"[A", *"1111", "enter"],
    "Escape and Backspace": ["escape", "backspace", *"1111", "escape", "enter"],
    "capitals": ["left_shift", "A", "left_shift", "B", *"12", "enter"],
    "two in a row": [*CODE, "enter", *CODE, "enter"],
    "2,000 digits": [*"12" * 1000, "enter"],
}
"""Keys that a scanner may type; on a screen that asks for something else none of them may do anything."""
ASKS_SOMETHING_ELSE = {
    type(question): question
    for question in EVERY_QUESTION.values()
    if not isinstance(question, AskStart) and not (isinstance(question, AskNumber) and question.wanted is Wanted.TICKET)
}
"""One question of each kind: a kind has one screen."""


@pytest.mark.parametrize("kind", ASKS_SOMETHING_ELSE, ids=lambda kind: kind.__name__)
async def test_no_key_of_a_scan_does_anything_where_something_else_is_asked(kind: type[Question[Any]]) -> None:
    async with sitting(ASKS_SOMETHING_ELSE[kind]) as here:
        struck = Counter[str]()
        focused = here.screen.focused
        here.screen.take_key = lambda event: struck.update([event.key])  # type: ignore[method-assign]  # seen from outside
        for keys in HOSTILE.values():
            await here.strike(keys, AT_ONCE)
        assert struck == Counter()
        assert not here.outcome.done()
        assert here.screen.focused is focused
        if isinstance(here.screen, TypingScreen):
            assert [len(field.entry) for field in here.screen.fields] == [0] * len(here.screen.fields)
            assert "画面では使いません" in here.text()


@pytest.mark.parametrize("name", ["pin", "number-insurer-certificate"])
async def test_what_was_typed_before_a_scan_is_still_there_after_it(name: str) -> None:
    async with sitting(EVERY_QUESTION[name]) as here:
        await here.strike("01", SLOWLY)
        await here.strike([*CODE, "enter"], AT_ONCE)
        assert isinstance(here.screen, TypingScreen)
        assert sum(len(field.entry) for field in here.screen.fields) == 2
        assert not here.outcome.done()


async def test_a_scan_that_began_on_another_screen_reaches_none() -> None:
    """Its second half must not be a number of its own, nor its Enter a key of the next screen."""
    answers: list[object] = []

    async def main(examinee: Examinee) -> None:
        answers.append(await examinee.ask(AskBrought()))
        answers.append(await examinee.ask(AskPin(3)))
        await asyncio.Event().wait()

    app = KioskApp(site(), main)
    async with app.run_test(size=(80, 24)) as pilot:
        here = Sitting(app, pilot, [], asyncio.get_running_loop().create_future())
        await here.until(lambda: isinstance(app.screen, QuestionScreen) and app.screen.is_mounted)
        at = events.Key("a", "a").time + 1
        keys = [events.Key(key, key if len(key) == 1 else None) for key in (*CODE, "enter")]
        for place, key in enumerate(keys):
            key.time = at + place * AT_ONCE
        for key in keys[:7]:
            app.post_message(key)
        await pilot.pause()
        here.screen.reply(Brought.MY_NUMBER_CARD)
        await here.until(lambda: isinstance(app.screen, PinScreen) and app.screen.is_mounted)
        pin = app.screen
        assert isinstance(pin, PinScreen)
        for key in keys[7:]:
            key.time += HICCUP_SECONDS * 0.5  # the loop was busy; the stamps tell that it is one burst
            app.post_message(key)
        await here.until(lambda: app.settled)
        await pilot.pause()
        assert answers == [Brought.MY_NUMBER_CARD]
        assert [len(field.entry) for field in pin.fields] == [0]


async def test_a_scan_begins_at_the_start() -> None:
    async with sitting(AskStart()) as here:
        await here.strike([*CODE, "enter"], AT_ONCE)
        assert await here.answered() is Start.BEGIN


@pytest.mark.parametrize("wanted", [Wanted.INSURER, Wanted.BRANCH])
async def test_a_scan_leaves_nothing_in_a_shorter_field(wanted: Wanted) -> None:
    async with sitting(AskNumber(wanted, Document.CERTIFICATE)) as here:
        await here.strike([*CODE, "enter"], AT_ONCE)
        assert not here.outcome.done()
        assert "画面では使いません" in here.text()
        await here.strike([*("01130012" if wanted is Wanted.INSURER else "01"), "enter"], SLOWLY)
        assert isinstance(await here.answered(), Typed)


async def test_a_pin_of_a_scanners_speed_is_refused_and_one_of_a_quick_finger_taken() -> None:
    async with sitting(AskPin(3)) as here:
        await here.strike([*"1234", "enter"], GAP_SECONDS * 0.9)
        assert not here.outcome.done()
        await here.strike([*"1122", "enter"], GAP_SECONDS * 1.1)
        pin = await here.answered()
        assert isinstance(pin, Pin)
        assert pin.octets == b"1122"


async def test_a_face_code_of_a_quick_finger_is_taken() -> None:
    async with sitting(AskFaceCode(10)) as here:
        await here.strike([*"45010220301234", "enter"], GAP_SECONDS * 1.1)
        assert isinstance(await here.answered(), FaceCode)


async def test_backspace_held_down_erases_every_time() -> None:
    async with sitting(AskNumber(Wanted.NUMBER, Document.ANY)) as here:
        await here.strike("123456", SLOWLY)
        await here.strike(["backspace"] * 5, GAP_SECONDS * 0.8)
        await here.strike(["enter"])
        assert await here.answered() == Typed("1")


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


def struck_at(*keys: tuple[str, float], framing: Framing | None = None) -> list[Fingers | Code]:
    """What keys struck at those times turn out to be."""
    burst, all_struck = Burst(framing), []
    for name, at in keys:
        key = events.Key(name, name if len(name) == 1 else None)
        key.time = at
        if not burst.empty and not burst.goes_on(key):
            all_struck.append(burst.take())
        if burst.add(key):
            all_struck.append(burst.take())
    if not burst.empty:
        all_struck.append(burst.take())
    assert burst.text == ""
    return all_struck


def at_pace(keys: Iterable[str], gap: float, start: float = 0.0) -> list[tuple[str, float]]:
    return [(key, start + place * gap) for place, key in enumerate(keys)]


@given(st.text(string.printable[:94], min_size=FEWEST - 1, max_size=50), st.floats(0, GAP_SECONDS * 0.9))
def test_burst_gives_back_what_came_fast(text: str, gap: float) -> None:
    assert struck_at(*at_pace([*text, "enter"], gap)) == [Code(text)]


def finger_keys(all_struck: Iterable[Fingers | Code]) -> list[str]:
    """The keys, one after the other, when all of them were fingers'."""
    keys: list[str] = []
    for struck in all_struck:
        assert isinstance(struck, Fingers)
        keys += [key.key for key in struck.keys]
    return keys


@given(st.text(string.digits, min_size=1, max_size=30), st.floats(GAP_SECONDS * 1.1, 1))
def test_fingers_are_no_burst(text: str, gap: float) -> None:
    assert finger_keys(struck_at(*at_pace([*text, "enter"], gap))) == [*text, "enter"]


@given(st.text(string.printable[:94], min_size=6, max_size=30), st.data())
def test_a_stumble_anywhere_makes_no_fingers_of_a_scanner(text: str, data: st.DataObject) -> None:
    late = data.draw(st.integers(1, len(text)))
    keys = [
        (key, at + (WAIT_SECONDS * 0.9 if place >= late else 0))
        for place, (key, at) in enumerate(at_pace([*text, "enter"], AT_ONCE))
    ]
    assert struck_at(*keys) == [Code(text)]


def test_a_key_that_bounces_counts_once_and_one_struck_twice_counts_twice() -> None:
    assert finger_keys(struck_at(("1", 0), ("1", AT_ONCE), ("2", 1), ("2", 1 + GAP_SECONDS * 1.1))) == [*"122"]


@given(st.text(string.digits, max_size=8), st.sampled_from(["enter", "tab"]))
def test_fingers_before_a_burst_do_not_belong_to_it(text: str, end: str) -> None:
    struck = struck_at(*at_pace(text, SLOWLY), *at_pace([*CODE, end], AT_ONCE, len(text) * SLOWLY))
    assert struck[-1] == Code(CODE)
    assert len(struck) == len(text) + 1


@given(st.lists(st.text(string.digits, min_size=FEWEST, max_size=20), min_size=1, max_size=5))
def test_codes_in_a_row_come_apart(codes: list[str]) -> None:
    keys = [key for code in codes for key in (*code, "enter", "ctrl+j")]
    assert struck_at(*at_pace(keys, AT_ONCE)) == [Code(code) for code in codes]


def test_control_characters_stay_in_the_code_and_shift_does_not_part_it() -> None:
    keys = [*"0113", "ctrl+right_square_bracket", *"26", "escape", "f5", "ctrl+b", "enter"]
    assert struck_at(*at_pace(keys, AT_ONCE)) == [Code("0113\x1d26\x1b\ufffd\x02")]


def test_one_character_too_many_is_kept_to_show_that_it_is_too_long() -> None:
    assert struck_at(*at_pace([*"9" * 5000, "enter"], AT_ONCE)) == [Code("9" * (MOST_CHARACTERS + 1))]
