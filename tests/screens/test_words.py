"""Larger letters: as large as there is room for, never cut, and only where the terminal can show them."""

from __future__ import annotations

import pytest
from textual.widget import Widget

from kiosk.checkin.language import Language
from kiosk.ports.examinee import AskBirthdate, AskNumber, Document, Question, Wanted
from screens.base import Growth
from screens.pictures.graphics import Graphics, Pictures
from screens.pictures.letters import can_write
from screens.widgets.key import Key
from screens.widgets.prose import Prose
from screens.widgets.words import Words
from tests.screens.dots import sixels_in
from tests.screens.gallery import cut_off
from tests.screens.sitting import EVERY_QUESTION, Sitting, sitting

PANELS = [((85, 26), (15, 30)), ((61, 17), (13, 28))]
SOME = (
    "start",
    "brought",
    "card-face code wrong",
    "confirm",
    "review",
    "result-appointment",
    "result-desk",
    "face-reader",
)


async def large(here: Sitting, question: Question[object], cell: tuple[int, int]) -> None:
    here.app.graphics = Graphics(Pictures.SIXEL, cell)
    await here.face(question)
    await here.read_as(large=True)
    for _layout in range(4):
        await here.pilot.pause()


def drawn(here: Sitting) -> list[Words]:
    return [words for words in here.screen.query(Words) if words.region.area and words.drawn_larger]


@pytest.mark.parametrize(("size", "cell"), PANELS, ids=["10 inch", "7 inch"])
async def test_nothing_is_cut_and_something_is_larger(size: tuple[int, int], cell: tuple[int, int]) -> None:
    async with sitting(EVERY_QUESTION["start"], size) as here:
        for name in SOME:
            await large(here, EVERY_QUESTION[name], cell)
            assert cut_off(here) == [], name
            assert drawn(here) or "result-desk" in name, name


async def test_a_title_takes_twice_the_rows_and_is_drawn_in_dots() -> None:
    async with sitting(EVERY_QUESTION["brought"], (85, 26)) as here:
        title = here.screen.query_one(".title", Widget)
        assert title.region.height == 1
        await large(here, EVERY_QUESTION["brought"], (15, 30))
        title = here.screen.query_one(".title", Words)
        assert title.region.height == 2
        assert title.drawn_larger
        assert len(sixels_in(here.lines()[title.region.y])) == 1
        await here.read_as(large=False)
        await here.until(lambda: not drawn(here))


async def test_a_name_in_dots_goes_with_the_answer_and_not_with_the_next_picture() -> None:
    async with sitting(EVERY_QUESTION["confirm"], (85, 26)) as here:
        await large(here, EVERY_QUESTION["confirm"], (15, 30))
        facts = list(here.screen.query(".fact").results(Words))
        await here.until(lambda: all(fact.drawn_larger for fact in facts))
        here.screen.wipe()
        assert [fact._drawn for fact in facts] == [None] * len(facts)


async def test_what_is_said_of_the_digits_is_as_large_as_the_rest() -> None:
    question = AskNumber(Wanted.SYMBOL, Document.ANY)
    async with sitting(question, (85, 26)) as here:
        await large(here, question, (15, 30))
        await here.strike("2")
        message = here.screen.query_one("#message", Prose)
        await here.until(lambda: message.region.height == 4 and message.drawn_larger)
        await here.strike(["backspace"])
        await here.until(lambda: message.region.height == 2)


@pytest.mark.parametrize("language", [Language.VIETNAMESE, Language.ENGLISH])
async def test_the_help_comes_back_when_larger_letters_give_way(language: Language) -> None:
    question = AskNumber(Wanted.INSURER, Document.CERTIFICATE)
    async with sitting(question, (66, 20), languages=(language, Language.JAPANESE)) as here:
        await large(here, question, (13, 28))
        assert here.screen.growth is Growth.NONE
        await here.until(lambda: bool(here.screen.query_one("#asked > .help", Widget).region.area))
        assert cut_off(here) == []


async def test_half_blocks_keep_the_terminals_letters() -> None:
    async with sitting(EVERY_QUESTION["brought"], (85, 26)) as here:
        await here.read_as(large=True)
        assert not drawn(here)
        assert "どれをお持ちですか" in here.text()


async def test_keys_beside_each_other_have_letters_of_one_size() -> None:
    async with sitting(EVERY_QUESTION["confirm"], (85, 26)) as here:
        await large(here, EVERY_QUESTION["confirm"], (15, 30))
        ways_out = [key for key in here.screen.query("Footer Key").results(Key) if key.region.area]
        assert len({key.drawn_larger for key in ways_out}) == 1


async def test_the_keys_beside_a_chosen_one_are_painted_as_they_are_now() -> None:
    async with sitting(AskBirthdate(), (128, 40)) as here:
        await large(here, AskBirthdate(), (10, 20))
        await here.strike("2")
        painted = here.text()
        for key in here.screen.query(Key):
            key.refresh()
        await here.pilot.pause()
        assert here.text() == painted


def test_a_letter_that_no_typeface_has_is_known() -> None:
    assert can_write("受付 A-012")
    assert not can_write("\U0010fffe")
