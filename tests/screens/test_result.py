"""The result of somebody whom the roster knows."""

from __future__ import annotations

import dataclasses
from datetime import time

import pytest

from kiosk.checkin.outcome import Hint
from kiosk.checkin.visit import VisitNumber
from kiosk.ports.examinee import ShowResult
from screens.panels import TEN_INCH
from screens.time_limit import MORE_SECONDS
from screens.widgets.huge import SIZES as LETTER_SIZES
from screens.widgets.huge import Huge, Size, draw
from tests.screens.gallery import cut_off
from tests.screens.sitting import sitting
from tests.screens.test_layout import SIZES
from tests.screens.test_privacy import everything_in
from tests.screens.test_result_qr import BLOCKS, codes, picture, unprinted

BOOKED = ShowResult(
    VisitNumber("A", 12),
    True,
    "C01",
    (Hint.HAND_IN_TICKET, Hint.RENEW_CERTIFICATE),
    printed=True,
    course="特定健診・胃がん検診",
    first_place="2階 採血",
    at=time(8, 5),
)
LONGEST_PLACE, LONGEST_COURSE = "棟" * 20, "検" * 80
"""As long as the roster lets them be."""


async def test_time_course_and_first_place_are_shown() -> None:
    async with sitting(BOOKED) as here:
        shown = here.text()
    assert "受付がすみました。" in shown
    assert "まず「2階 採血」へどうぞ。" in shown
    assert "ご予約　8時05分　特定健診・胃がん検診" in shown
    assert "健診フロア" not in shown


@pytest.mark.parametrize(
    ("at", "course", "words"),
    [(None, "人間ドック", "ご予約　人間ドック"), (time(13, 30), "", "ご予約　13時30分"), (None, "", "")],
)
async def test_what_the_roster_does_not_know_is_left_out(at: time | None, course: str, words: str) -> None:
    async with sitting(dataclasses.replace(BOOKED, at=at, course=course, first_place="")) as here:
        shown = here.text()
    assert words in shown
    assert ("ご予約" in shown) is bool(words)
    assert "「健診フロア」へ" in shown
    assert "お進みください。" in shown


@pytest.mark.parametrize(
    ("number", "words"), [(VisitNumber("A", 12), "この番号でお待ちください。"), (None, "ここでお待ちください。")]
)
async def test_who_called_staff_keeps_the_number_and_is_sent_nowhere(number: VisitNumber | None, words: str) -> None:
    async with sitting(dataclasses.replace(BOOKED, number=number, staff_coming=True)) as here:
        told = everything_in(here.app)
    assert f"職員がまいります。\n{words}" in told
    assert (f"受付番号 {number}" in told) is (number is not None)
    assert not any(place in told for place in ("総合窓口", "採血", "健診フロア"))


@pytest.mark.parametrize("size", [(80, 24), (61, 17)], ids=str)
async def test_who_reads_slowly_gets_more_time_with_one_touch(size: tuple[int, int]) -> None:
    async with sitting(BOOKED, size) as here:
        limit = here.screen._limit
        assert limit is not None
        before = limit._until
        await here.hit("#more-time")
        await here.until(lambda: limit._until >= before + MORE_SECONDS)
        assert not here.outcome.done()


async def test_the_desk_is_told_without_course_time_and_place() -> None:
    async with sitting(dataclasses.replace(BOOKED, confirmed=False, code="T02")) as here:
        told = everything_in(here.app)
    assert "「総合窓口」へお越しください。" in told
    assert not any(words in told for words in ("胃がん", "採血", "8時05分", "ご予約"))


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("place", ["2階 採血", LONGEST_PLACE], ids=["usual", "longest"])
@pytest.mark.parametrize("course", ["特定健診・胃がん検診", LONGEST_COURSE], ids=["usual", "longest"])
async def test_the_number_stays_whole_and_huge(course: str, place: str, size: tuple[int, int]) -> None:
    async with sitting(dataclasses.replace(BOOKED, course=course, first_place=place), size) as here:
        await here.pilot.pause()
        assert cut_off(here) == []
        assert here.screen.query_one(Huge).content_size.height >= 5
        assert place in everything_in(here.app)


@pytest.mark.parametrize(("size", "letters"), [((80, 24), LETTER_SIZES[1]), (TEN_INCH.size, LETTER_SIZES[0])])
async def test_the_number_is_as_large_as_there_is_room_for(size: tuple[int, int], letters: Size) -> None:
    """To be read from where one sits down to wait."""
    async with sitting(BOOKED, size) as here:
        drawn = [line.strip() for line in draw("A-012", letters)]
        await here.until(lambda: all(line in here.text() for line in drawn))


async def test_a_course_that_is_too_long_ends_at_one_of_its_parts() -> None:
    course = "・".join(f"{part}がん検診" for part in ("胃", "大腸", "肺", "乳", "子宮頸", "前立腺", "甲状腺"))
    async with sitting(dataclasses.replace(BOOKED, course=course)) as here:
        assert "胃がん検診・大腸がん検診・肺がん検診・乳がん検診など" in here.text()


@pytest.mark.parametrize("size", BLOCKS, ids=str)
@pytest.mark.parametrize("place", ["2階 採血", LONGEST_PLACE], ids=["usual", "longest"])
async def test_beside_the_qr_the_first_place_stands_and_the_code_can_be_read(place: str, size: tuple[int, int]) -> None:
    """Whatever has no room, it is never the place, the number or the code."""
    question = dataclasses.replace(
        unprinted("k01", VisitNumber("A", 12)), course="特定健診・胃がん検診", first_place=place, at=time(8, 30)
    )
    async with sitting(question, size) as here:
        await here.until(lambda: bool(codes(picture(here))))
        assert codes(picture(here)) == [question.qr]
        assert cut_off(here) == []
        assert here.screen.query_one(Huge).content_size.height >= 5
        if place != LONGEST_PLACE:
            assert "まず「2階 採血」へどうぞ。" in here.text()
            assert "ご予約　8時30分" in here.text()


async def test_in_a_low_terminal_the_appointment_gives_way_to_the_number_and_comes_back() -> None:
    async with sitting(dataclasses.replace(BOOKED, first_place=LONGEST_PLACE), (61, 13)) as here:
        await here.until(lambda: "ご予約" not in here.text())
        assert here.screen.query_one(Huge).content_size.height >= 5
        await here.pilot.resize_terminal(80, 24)
        await here.until(lambda: "ご予約" in here.text())
        assert cut_off(here) == []
