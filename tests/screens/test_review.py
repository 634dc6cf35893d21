"""The typed numbers once more."""

from __future__ import annotations

import pytest

from kiosk.ports.examinee import Answer, Entry, Reviewed, ReviewNumbers
from screens.review import LABELS, ReviewScreen
from screens.widgets.key import Key
from tests.screens.gallery import cut_off
from tests.screens.sitting import LONGEST_ENTRIES, sitting
from tests.screens.test_layout import SIZES
from tests.screens.test_privacy import everything_in

NUMBERS = (
    Entry(Reviewed.INSURER, "01130012"),
    Entry(Reviewed.SYMBOL, "12-34"),
    Entry(Reviewed.NUMBER, "8675309"),
    Entry(Reviewed.BRANCH, ""),
    Entry(Reviewed.BIRTHDATE, "1970-01-02"),
)
ALL = ReviewNumbers(NUMBERS)
DIGITS = "8 6 7 5 3 0 9"
"""As they are set apart on the screen."""


@pytest.mark.parametrize("place", range(1, 6))
async def test_each_number_has_a_key_to_correct_it(place: int) -> None:
    wanted = list(Reviewed)[place - 1]
    async with sitting(ALL) as here:
        await here.strike([str(place)])
        assert await here.answered() is wanted
    async with sitting(ALL) as here:
        await here.hit(f"#choice-{place}")
        assert await here.answered() is wanted


@pytest.mark.parametrize("keys", [["0"], ["enter"], ["0", "enter"]])
async def test_keys_say_that_all_is_right(keys: list[str]) -> None:
    async with sitting(ALL) as here:
        await here.strike(keys)
        assert await here.answered() is Answer.YES


async def test_a_touch_says_that_all_is_right() -> None:
    async with sitting(ALL) as here:
        await here.hit("#choice-0")
        assert await here.answered() is Answer.YES


async def test_arrows_reach_the_keys_that_correct() -> None:
    async with sitting(ALL) as here:
        await here.strike(["up", "up", "enter"])
        assert await here.answered() in Reviewed


async def test_keys_follow_the_numbers_that_were_typed() -> None:
    """With a ticket that told the insurer, the first number is 記号."""
    async with sitting(ReviewNumbers(NUMBERS[1:4])) as here:
        assert "保険者番号" not in here.text()
        await here.strike(["1", "enter"])
        assert await here.answered() is Reviewed.SYMBOL
    async with sitting(ReviewNumbers(NUMBERS[1:4])) as here:
        await here.strike(["4"])
        assert not here.outcome.done()


async def test_every_number_stands_with_its_name_and_an_empty_one_as_none() -> None:
    async with sitting(ALL) as here:
        facts = [entry.label.partition("  ")[2].splitlines() for entry in here.screen.query(".entry").results(Key)]
        shown = here.text()
    assert facts == [
        ["保険者番号", "0 1 1 3 0 0 1 2"],
        ["記号", "1 2 - 3 4"],
        ["番号", DIGITS],
        ["枝番", "なし"],
        ["生年月日", "昭和45年1月2日"],
    ]
    for _name, value in facts:
        assert value in shown


async def test_longest_numbers_are_not_set_apart() -> None:
    async with sitting(ReviewNumbers(LONGEST_ENTRIES)) as here:
        assert "98765432109876543210" in here.text()
        assert "12345-67890-12345-67" in here.text()


async def test_nothing_is_said_of_why() -> None:
    async with sitting(ALL) as here:
        shown = here.text()
    assert "番号を、書類と見くらべてください" in shown
    assert "ちがう番号があれば、そこを押してください。" in shown
    for word in ("該当", "資格がありません", "見つかり", "無効", "エラー", "保険がない", "照会"):
        assert word not in shown


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("count", range(1, 6))
async def test_any_count_of_numbers_fits(count: int, size: tuple[int, int]) -> None:
    async with sitting(ReviewNumbers(LONGEST_ENTRIES[-count:]), size) as here:
        await here.pilot.pause()
        assert cut_off(here) == []


@pytest.mark.parametrize("how", ["enter", "escape", "3", "cancel", "#again", "#staff"])
async def test_no_number_is_left(how: str) -> None:
    async with sitting(ALL) as here:
        screen = here.screen
        assert isinstance(screen, ReviewScreen)
        assert DIGITS in everything_in(here.app)
        await here.end(how)
        left = everything_in(here.app)
        for value in (DIGITS, "8675309", "0 1 1 3", "01130012", "1 2 - 3 4", "昭和45年"):
            assert value not in left
        await here.until(lambda: here.app.screen is not screen)
        assert DIGITS not in everything_in(here.app)


def test_a_question_shows_nothing_in_its_repr() -> None:
    assert "8675309" not in repr(ALL)


def test_everything_that_can_be_reviewed_has_a_name() -> None:
    assert set(LABELS) == set(Reviewed)
