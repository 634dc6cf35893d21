"""The tour's place beside the kiosk: words, and keys that belong to it alone."""

from __future__ import annotations

import pytest

from kiosk.ports.examinee import AskBrought
from screens.base import BESIDE_COLUMNS, Beside
from screens.tour import TourTray
from screens.tour_told import Caption, Told
from tests.screens.sitting import Sitting, sitting

SIZES = [(80, 24), (130, 40)]
WHO = Caption("見本太郎さん。", "Taro.")
NOW = Caption("カードを置きます。", "The card goes on the reader.")


class Table(Beside):
    """What stands there afterwards."""

    DEFAULT_CSS = "Table { height: 1; }"


def told() -> Told:
    return Told(("カード", "書類"), place=1, who=WHO, now=NOW, endings=["A-001 C01 受付ずみ"])


async def at(here: Sitting, *words: str) -> None:
    await here.until(lambda: all(word in here.text() for word in words))


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_who_it_is_and_what_happens_stands_there_in_both_languages(size: tuple[int, int]) -> None:
    async with sitting(AskBrought(), size, lambda: TourTray(told(), Table)) as here:
        await at(here, "2/2", WHO.japanese, WHO.english, NOW.japanese, NOW.english, "どのキーでも止まる")
        assert ("A-001 C01 受付ずみ" in here.text()) is (size[0] >= BESIDE_COLUMNS)


async def test_a_key_stops_it_the_next_one_steps_and_f5_lets_it_go_on() -> None:
    """None of them is the kiosk's."""
    story = told()
    async with sitting(AskBrought(), (80, 24), lambda: TourTray(story, Table)) as here:
        await here.strike(["left_shift", "1"])
        assert (story.by_hand, story.stepped.is_set()) == (True, False)
        await at(here, "どのキーでも次へ")
        await here.strike(["enter"])
        assert story.stepped.is_set()
        story.stepped.clear()
        await here.strike(["f5"])
        assert (story.by_hand, story.stepped.is_set()) == (False, True)
        await at(here, "どのキーでも止まる")
        await here.hit("#tour-who")
        assert story.by_hand
        assert not here.outcome.done()


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_a_slip_takes_the_kiosks_place_and_gives_it_back(size: tuple[int, int]) -> None:
    story = told()
    async with sitting(AskBrought(), size, lambda: TourTray(story, Table)) as here:
        story.papers = (("職員用", "K08"), ("受付番号",))
        here.screen.query_one(TourTray).draw()
        await at(here, "職員用", "K08", NOW.japanese)
        assert "どれをお持ちですか" not in here.text()
        story.papers = ()
        here.screen.query_one(TourTray).draw()
        await at(here, "どれをお持ちですか")


async def test_afterwards_the_table_stands_in_its_place() -> None:
    story = told()
    async with sitting(AskBrought(), (80, 24), lambda: TourTray(story, Table)) as here:
        story.over, story.papers = True, (("見たもの",),)
        here.screen.query_one(TourTray).draw()
        await at(here, "見学はおわりです", "見たもの")
        await here.strike(["space"])
        assert story.stepped.is_set()
        here.screen.query_one(TourTray).hand_over()
        await here.until(lambda: bool(here.screen.query(Table)) and not here.screen.query(TourTray))
        await at(here, "どれをお持ちですか")
