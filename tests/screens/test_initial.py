"""The first letter of a name, by row and letter."""

from __future__ import annotations

import asyncio
import unicodedata
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.checkin.writing import fold_kana
from kiosk.locale.kana import MOST, ROWS, Group, choices, is_letter, places_of
from kiosk.ports.examinee import AskInitial, Examinee, Move, NamePart, StaffCalled
from screens.app import KioskApp
from screens.initial import TITLES, InitialScreen
from screens.panels import TEN_INCH
from screens.widgets.key import Key
from tests.screens.gallery import cut_off
from tests.screens.sitting import Sitting, site, sitting
from tests.screens.test_layout import TIGHT
from tests.screens.test_privacy import everything_in

FAMILY = AskInitial(NamePart.FAMILY)
LETTERS = "".join(row for group in ROWS for row in group)
GROUPS = [(place,) for place in range(len(ROWS))] + [(5, 5), (5, 6)]
"""Every set of letters that can be offered, by the places that lead to it; the last two are バ行 and パ行."""


def digits_of(letter: str) -> list[str]:
    return [str((place + 1) % MOST) for place in places_of(letter)]


async def choose(here: Sitting, *digits: str) -> None:
    """Strike each digit and wait for what it does, as a person does; no Enter."""
    for digit in digits:
        before = here.text()
        await here.strike(digit)
        await here.until(lambda before=before: here.outcome.done() or here.text() != before)  # type: ignore[misc]  # the loop's value


@pytest.mark.parametrize("letter", ["ア", "ヴ", "カ", "ゴ", "ド", "ホ", "ブ", "パ", "ヨ", "ワ", "ン"])
async def test_digits_alone_choose_the_letter(letter: str) -> None:
    async with sitting(FAMILY) as here:
        await choose(here, *digits_of(letter))
        assert await here.answered() == letter


@pytest.mark.parametrize("letter", ["ヤ", "ゲ", "ピ"])
async def test_touches_alone_choose_the_letter(letter: str) -> None:
    async with sitting(AskInitial(NamePart.GIVEN)) as here:
        await here.hit(*(f"#choice-{digit}" for digit in digits_of(letter)))
        assert await here.answered() == letter


async def test_arrows_and_enter_choose_the_letter() -> None:
    async with sitting(FAMILY) as here:
        await here.strike(["right", "enter", "right", "right", "down", "enter"])
        assert await here.answered() == "ギ"


async def test_digit_and_enter_choose_at_any_speed() -> None:
    async with sitting(FAMILY) as here:
        await here.strike(["8", "enter", "2", "enter"])
        assert await here.answered() == "ユ"


async def test_a_second_enter_for_the_row_chooses_no_letter() -> None:
    async with sitting(FAMILY) as here:
        await here.strike(["8", "enter", "enter", "enter"])
        assert not here.outcome.done()
        assert "ヤ行" not in here.text()
        assert "1  ヤ" in here.text()


@pytest.mark.parametrize("leave", ["key", "touch"])
async def test_back_leads_from_letters_to_rows_and_from_rows_to_the_question_before(leave: str) -> None:
    async with sitting(FAMILY) as here:

        async def back() -> None:
            await (here.strike(["escape"]) if leave == "key" else here.hit("#back"))

        rows = here.text()
        await here.strike(["6", "enter"])
        letters = here.text()
        await here.strike(["7", "enter"])
        assert "パ" in here.text()
        await back()
        assert here.text() == letters
        await back()
        assert here.text() == rows
        assert not here.outcome.done()
        await back()
        assert await here.answered() is Move.BACK


@pytest.mark.parametrize("first", [(), ("2",)], ids=["rows", "letters"])
@pytest.mark.parametrize("how", ["*", "#not-known"])
async def test_who_does_not_know_says_so(first: tuple[str, ...], how: str) -> None:
    async with sitting(FAMILY) as here:
        for digit in first:
            await here.strike([digit, "enter"])
        await (here.hit(how) if how.startswith("#") else here.strike([how]))
        assert await here.answered() is Move.NOT_KNOWN


async def test_a_digit_without_a_letter_does_nothing() -> None:
    async with sitting(FAMILY) as here:
        await here.strike(["8", "enter"])
        shown = here.text()
        await here.strike(["4", "enter"])
        await here.strike(["0", "enter"])
        assert here.text() == shown
        assert not here.outcome.done()


async def test_a_trembling_finger_on_the_row_chooses_no_letter() -> None:
    async with sitting(FAMILY, bounce_seconds=60) as here:
        for key in here.screen.query(Key):
            key._hit_at = float("-inf")
        await here.hit("#choice-2", "#choice-2", "#choice-7")
        assert not here.outcome.done()
        assert "1  カ" in here.text()


async def test_staff_can_be_called_from_the_letters() -> None:
    async with sitting(FAMILY) as here:
        await here.strike(["2", "enter"])
        await here.hit("#staff")
        assert isinstance(await here.answered(), StaffCalled)


@pytest.mark.parametrize("how", ["letter", "cancel", "#again", "#staff", "*"])
async def test_no_letter_of_the_name_is_left(how: str) -> None:
    async with sitting(FAMILY) as here:
        screen = here.screen
        assert isinstance(screen, InitialScreen)
        await here.strike(["8", "enter"])
        assert "2  ユ" in everything_in(here.app)
        if how == "cancel":
            here.asking[-1].cancel()
        elif how.startswith("#"):
            await here.hit(how)
        else:
            await here.strike(["2", "enter"] if how == "letter" else [how])
        await here.until(lambda: here.asking[-1].done())
        assert screen._chosen == []
        assert "2  ユ" not in everything_in(here.app)
        assert here.app.settled


async def test_family_and_given_name_are_asked_one_after_the_other() -> None:
    answers: list[Any] = []

    async def main(examinee: Examinee) -> None:
        answers.extend([await examinee.ask(AskInitial(part)) for part in NamePart])

    app = KioskApp(site(), main)
    async with app.run_test(size=(80, 24)) as pilot:
        here = Sitting(app, pilot, [], asyncio.get_running_loop().create_future())
        for part in NamePart:
            await here.until(
                lambda part=part: (  # type: ignore[misc]  # the loop's value
                    isinstance(app.screen, InitialScreen) and app.screen.question.part is part and app.screen.is_mounted
                )
            )
            await pilot.pause()
            assert TITLES[part] in here.text()
            await here.strike(["7", "enter", "2", "enter"])
        async with asyncio.timeout(10):
            while app.is_running:
                await asyncio.sleep(0)
    assert answers == ["ミ", "ミ"]


@pytest.mark.parametrize("size", TIGHT, ids=str)
async def test_every_set_of_letters_fits(size: tuple[int, int]) -> None:
    async with sitting(FAMILY, size) as here:
        for places in GROUPS:
            await here.face(replace(FAMILY))
            for place in places:
                await here.strike([str((place + 1) % MOST), "enter"])
            await here.pilot.pause()
            assert cut_off(here) == []
            if size == (85, 26):
                keys = [key for key in here.screen.query("#kana Key").results(Key) if key.region.area]
                assert min(key.region.height * TEN_INCH.row_mm for key in keys) >= 20


def offered(group: Group) -> set[str]:
    """Every letter that can be reached from a group."""
    if is_letter(group):
        return {group[0]}
    return {letter for inner in choices(group) for letter in offered(inner)}


def test_every_letter_with_which_a_kana_name_begins_can_be_chosen() -> None:
    reached = {letter for group in ROWS for letter in offered(group)}
    assert reached == set(LETTERS)
    katakana = {chr(code) for code in range(ord("ァ"), ord("ヺ") + 1)}
    folded = {fold_kana(letter) for letter in reached}
    assert {letter for letter in katakana if unicodedata.name(letter) and fold_kana(letter) not in folded} <= set(
        "ヷヸヹヺ"
    )


def test_no_more_is_offered_than_there_are_digits() -> None:
    def most(group: Group) -> int:
        return 0 if is_letter(group) else max(len(choices(group)), *map(most, choices(group)))

    assert max(len(ROWS), *map(most, ROWS)) == MOST


@given(st.sampled_from(LETTERS))
def test_the_places_of_a_letter_lead_to_it(letter: str) -> None:
    group: Group = ()
    for place in places_of(letter):
        group = (choices(group) if group else ROWS)[place]
    assert group == (letter,)


@pytest.mark.parametrize("other", ["", "A", "あ", "ァ", "漢", "アイ "])
def test_what_is_no_katakana_has_no_place(other: str) -> None:
    with pytest.raises(ValueError, match="katakana"):
        places_of(other)
