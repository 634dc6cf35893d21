"""Language, larger letters, furigana and a dark screen: at any moment, with what was typed, and never for the next."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from functools import partial

import pytest
from textual import events
from textual.widgets import Static

from hardware.virtual.voice import VirtualPlayer
from kiosk.checkin.language import Language
from kiosk.locale import in_language, speak, spoken
from kiosk.locale.names import OWN_NAMES
from kiosk.ports.examinee import (
    AskBirthdate,
    AskBrought,
    AskInitial,
    AskNumber,
    AskPin,
    AskStart,
    Document,
    Move,
    NamePart,
    Start,
    StartedAgain,
    Typed,
    Wanted,
)
from kiosk.ports.voice import Voice
from kiosk.voice.speaker import Speaker
from screens.idle import IdleWarning
from screens.options import Options
from screens.theme import HIGH_CONTRAST, PALETTE
from screens.time_limit import MORE_SECONDS
from screens.widgets.key import CHOSEN, UNDERLINE, Key
from screens.widgets.prose import ReadAloud
from tests.screens.sitting import AT_ONCE, EVERY_QUESTION, Sitting, sitting
from tests.voice.clips import Constant

NUMBER = AskNumber(Wanted.NUMBER, Document.CERTIFICATE)
NEXT = "つぎへ"


@pytest.fixture(autouse=True)
def japanese() -> Iterator[None]:
    """Words are the whole process's: the next test begins as this one did."""
    yield
    speak(Language.JAPANESE)


@asynccontextmanager
async def with_options(here: Sitting) -> AsyncIterator[None]:
    """Open 「ことば・文字」, and wait until its choice has led back."""
    await here.hit("#options-key")
    await here.until(lambda: any(key.region.area for key in here.screen.query("#close-options")))
    yield
    await here.until(lambda: not here.screen.query(Options) and not here.screen.rebuilding)
    await here.pilot.pause()


def said(words: str, language: Language) -> str:
    return in_language(language)(words)


async def test_another_language_keeps_the_question_and_what_was_typed() -> None:
    async with sitting(NUMBER) as here:
        await here.strike("12")
        screen = here.screen
        async with with_options(here):
            assert all(here.screen.query_one(f"#language-{language.value}", Key).region.area for language in Language)
            assert all(name in here.text() for name in (OWN_NAMES[Language.KOREAN], OWN_NAMES[Language.VIETNAMESE]))
            await here.hit("#language-vi")
        assert here.screen is screen
        assert said(NEXT, Language.VIETNAMESE) in here.text()
        assert "12＿" in here.text()
        await here.strike(["3", "enter"])
        assert await here.answered() == Typed("123")


@pytest.mark.parametrize("language", [language for language in Language if language is not Language.JAPANESE])
async def test_every_language_is_one_digit_away(language: Language) -> None:
    async with sitting(AskPin(3)) as here:
        async with with_options(here):
            await here.strike(str(list(Language).index(language) + 1))
        assert spoken() is language
        assert said("暗証番号を入れてください", language) in here.text()


async def test_the_language_that_is_spoken_is_marked_also_without_colours() -> None:
    async with sitting(AskStart(out_of_order="H02")) as here:
        for place in ("start", "options"):
            await here.until(lambda: not here.screen.rebuilding)
            here.app.speak_in(Language.KOREAN)
            await here.until(lambda: not here.screen.rebuilding)
            if place == "options":
                await here.face(AskBrought())
                await here.open_options()
            marked = [key.id for key in here.screen.query(f".{CHOSEN}")]
            assert marked == ["language-ko"], place
            key = here.screen.query_one("#language-ko", Key)
            assert UNDERLINE in str(key.render()), place


async def test_keys_struck_while_the_words_change_are_not_lost() -> None:
    async with sitting(NUMBER) as here:
        await here.strike("1")
        here.app.speak_in(Language.ENGLISH)
        await here.strike("23", AT_ONCE)
        here.app.speak_in(Language.KOREAN)
        await here.strike(["4"])
        await here.until(lambda: not here.screen.rebuilding)
        await here.strike(["enter"])
        assert await here.answered() == Typed("1234")


async def test_a_half_typed_birth_date_outlives_every_change() -> None:
    async with sitting(AskBirthdate()) as here:
        await here.strike("24")
        changes: tuple[Callable[[], None], ...] = (
            partial(here.app.speak_in, Language.PORTUGUESE),
            here.app.toggle_large,
            partial(here.app.speak_in, Language.JAPANESE),
            here.app.toggle_furigana,
        )
        for change in changes:
            change()
            await here.until(lambda: not here.screen.rebuilding)
        await here.strike([*"50102", "enter"])
        assert (await here.answered()).isoformat() == "1970-01-02"


async def test_the_row_of_a_name_stays_chosen() -> None:
    async with sitting(AskInitial(NamePart.FAMILY)) as here:
        await here.strike("1")
        here.app.speak_in(Language.ENGLISH)
        await here.until(lambda: not here.screen.rebuilding)
        await here.strike("2")
        assert await here.answered() == "イ"


async def test_in_other_languages_the_years_are_western() -> None:
    async with sitting(AskBirthdate()) as here:
        here.app.speak_in(Language.ENGLISH)
        await here.until(lambda: not here.screen.rebuilding)
        await here.strike([*"19700102", "enter"])
        assert (await here.answered()).isoformat() == "1970-01-02"


async def test_western_years_can_be_chosen_in_japanese() -> None:
    async with sitting(AskBirthdate()) as here:
        await here.strike([*"419700102", "enter"])
        assert (await here.answered()).isoformat() == "1970-01-02"


@pytest.mark.parametrize("year", ["1911", "2027", "0000"])
async def test_a_western_year_of_nobody_is_refused(year: str) -> None:
    async with sitting(AskBirthdate()) as here:
        await here.strike("4" + year)
        assert "西暦にその年はありません" in here.text()
        await here.strike(["enter"])
        assert not here.outcome.done()


async def test_escape_and_the_close_key_lead_back_without_a_change() -> None:
    async with sitting(AskBrought()) as here:
        for leave in ("escape", "0", "enter"):
            async with with_options(here):
                await here.strike([leave])
            assert spoken() is Language.JAPANESE
            assert not here.outcome.done()


async def test_a_scan_goes_on_although_the_languages_stand_there() -> None:
    async with sitting(AskNumber(Wanted.TICKET, Document.TICKET)) as here:
        await here.hit("#options-key")
        await here.until(lambda: bool(here.screen.query(Options)))
        await here.strike([*"26100012345", "enter"], AT_ONCE)
        assert (await here.answered()).text == "26100012345"


async def test_a_scan_that_is_not_asked_for_is_told_although_the_languages_stand_there() -> None:
    async with sitting(NUMBER) as here:
        await here.open_options()
        await here.strike([*"26100012345", "enter"], AT_ONCE)
        await here.until(lambda: "画面では使いません" in here.text())
        assert not here.screen.query(Options)


async def test_keys_that_wait_for_the_new_words_go_with_the_question() -> None:
    async with sitting(NUMBER) as here:
        screen = here.screen
        screen.rebuilding = True
        screen.take_key(events.Key("8", "8"))
        assert screen._held
        here.asking[-1].cancel()
        await here.until(here.asking[-1].done)
        assert not screen._held


async def test_who_falls_asleep_over_the_languages_is_warned() -> None:
    async with sitting(AskBrought(), warning_seconds=20) as here:
        here.screen.open_options()
        await here.until(lambda: bool(here.screen.query(Options)))
        here.screen.warn()
        await here.until(lambda: bool(here.screen.query(IdleWarning)) and not here.screen.query(Options))
        await here.strike(["enter"])
        await here.until(lambda: not here.screen.query(IdleWarning))
        await here.strike("2")
        assert (await here.answered()).value == "certificate"


async def test_choosing_is_doing_something() -> None:
    async with sitting(AskBrought()) as here:
        before = here.app.touched_at
        async with with_options(here):
            await here.hit("#language-en")
        assert here.app.touched_at > before


# The end of it.


async def test_the_next_examinee_begins_as_the_site_does() -> None:
    async with sitting(AskPin(3)) as here:
        here.app.speak_in(Language.CHINESE)
        here.app.toggle_large()
        here.app.toggle_furigana()
        await here.face(AskStart())
        assert spoken() is Language.JAPANESE
        assert not here.app.large
        assert not here.app.furigana
        assert here.app.theme_variables["paper"] == PALETTE["paper"]
        assert "画面にさわって受付をはじめてください" in here.text()


async def test_the_next_examinee_finds_no_dark_screen() -> None:
    async with sitting(AskPin(3)) as here:
        here.app.black_out()
        await here.until(lambda: not here.screen.rebuilding)
        await here.face(AskStart())
        await here.until(lambda: here.app.theme_variables["paper"] == PALETTE["paper"])
        assert not here.app.blacked_out


async def test_the_next_examinee_begins_at_the_first_part() -> None:
    async with sitting(NUMBER) as here:
        await here.face(EVERY_QUESTION["confirm"])
        assert "2 / 4" in here.text()
        await here.face(AskStart())
        await here.face(NUMBER)
        assert "1 / 4" in here.text()


async def test_the_first_language_is_the_sites() -> None:
    async with sitting(AskStart(), languages=(Language.ENGLISH, Language.JAPANESE)) as here:
        assert said("画面にさわって受付をはじめてください", Language.ENGLISH) in here.text()
        assert here.screen.query_one("#language-ja", Key).display


async def test_a_site_of_one_language_offers_none() -> None:
    async with sitting(AskStart(), languages=(Language.JAPANESE,)) as here:
        assert not here.screen.query("#languages")


async def test_a_language_begins_in_it() -> None:
    async with sitting(AskStart()) as here:
        await here.hit("#language-pt")
        assert await here.answered() is Start.BEGIN
        await here.face(AskPin(3))
        assert said("暗証番号を入れてください", Language.PORTUGUESE) in here.text()


@pytest.mark.parametrize("name", ["start-out-of-order", "start-unprinted"])
async def test_where_there_is_more_than_beginning_a_language_only_speaks(name: str) -> None:
    async with sitting(EVERY_QUESTION[name]) as here:
        await here.hit("#language-en")
        await here.until(lambda: not here.screen.rebuilding)
        assert not here.outcome.done()
        assert spoken() is Language.ENGLISH


async def test_a_start_screen_left_alone_goes_back_to_the_first_language() -> None:
    async with sitting(AskStart(out_of_order="H02"), idle_seconds=1) as here:
        await here.hit("#language-ko")
        await here.until(lambda: spoken() is Language.KOREAN)
        await here.until(lambda: spoken() is Language.JAPANESE)
        await here.until(lambda: "この端末では受付できません" in here.text())


async def test_a_start_screen_that_is_asked_again_keeps_the_language() -> None:
    """Out of order, it looks every few seconds whether it still is."""
    async with sitting(AskStart(out_of_order="H02")) as here:
        await here.hit("#language-ko")
        await here.face(AskStart(out_of_order="H03"))
        assert spoken() is Language.KOREAN


# Letters.


async def test_larger_letters_and_high_contrast_are_one_key() -> None:
    async with sitting(AskPin(3)) as here:
        await here.strike("12")
        await here.hit("#large")
        await here.until(lambda: here.app.theme_variables["paper"] == HIGH_CONTRAST["paper"])
        await here.until(lambda: not here.screen.rebuilding)
        await here.pilot.pause()
        assert here.app.large
        assert here.screen.has_class("-large")
        assert here.screen.styles.background.hex6 == HIGH_CONTRAST["paper"].upper()
        await here.hit("#large")
        await here.until(lambda: here.app.theme_variables["paper"] == PALETTE["paper"])
        await here.until(lambda: not here.screen.rebuilding)
        await here.strike(["3", "4", "enter"])
        assert await here.answered()


async def test_furigana_stand_above_the_kanji_and_only_in_japanese() -> None:
    async with sitting(AskPin(3)) as here:
        async with with_options(here):
            await here.hit("#furigana")
        assert here.screen.query(ReadAloud)
        lines = here.text().splitlines()
        title = next(row for row, line in enumerate(lines) if "暗証番号を入れてください" in line)
        assert "ｱﾝｼｮｳﾊﾞﾝｺﾞｳ" in lines[title - 1]
        here.app.speak_in(Language.ENGLISH)
        await here.until(lambda: not here.screen.query(ReadAloud))
        await here.hit("#options-key")
        await here.until(lambda: bool(here.screen.query("#close-options")))
        assert not here.screen.query("#furigana")


# Dark.


@pytest.fixture
def voice() -> Voice:
    return Speaker(VirtualPlayer(), Constant(), 4)


async def test_a_dark_screen_goes_on_with_keys_and_a_touch_lights_it(voice: Voice) -> None:
    async with sitting(NUMBER, voice=voice) as here:
        async with with_options(here):
            await here.hit("#black-out")
        assert colours(here) == {("#000000", "#000000")}
        await here.strike("12")
        await here.hit("#digit-3")
        await here.until(lambda: not here.app.blacked_out and not here.screen.rebuilding)
        await here.pilot.pause()
        assert ("#000000", "#000000") not in colours(here)
        await here.strike(["enter"])
        assert await here.answered() == Typed("12")


async def test_where_nothing_is_heard_nothing_goes_dark() -> None:
    async with sitting(NUMBER) as here:
        await here.hit("#options-key")
        await here.until(lambda: bool(here.screen.query("#close-options")))
        assert not here.screen.query_one("#black-out").display


def colours(here: Sitting) -> set[tuple[str, str]]:
    """Of letters and their ground."""
    return {
        (segment.style.color.name, segment.style.bgcolor.name)
        for line in here.lines()
        for segment in line
        if segment.text.strip() and segment.style.color and segment.style.bgcolor
    }


# Small panels, and time.


async def test_on_a_small_panel_starting_again_is_behind_the_one_key() -> None:
    async with sitting(AskPin(3), (61, 17)) as here:
        assert not here.screen.query("#again")
        await here.hit("#options-key")
        await here.until(lambda: bool(here.screen.query("#again")))
        await here.pilot.pause()
        await here.hit("#again")
        assert isinstance(await here.answered(), StartedAgain)


async def test_a_panel_that_turns_small_is_composed_anew() -> None:
    async with sitting(NUMBER) as here:
        await here.strike("12")
        await here.pilot.resize_terminal(61, 17)
        await here.until(lambda: here.screen.is_small and not here.screen.rebuilding)
        await here.pilot.pause()
        assert here.screen.query_one("#next").region.bottom == 17
        await here.strike(["enter"])
        assert await here.answered() == Typed("12")


async def test_a_time_limit_is_reset_by_whoever_does_something_and_can_be_lengthened(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    over: list[bool] = []
    now = [1000.0]
    monkeypatch.setattr("screens.time_limit.monotonic", lambda: now[0])
    async with sitting(AskBrought()) as here:
        screen = here.screen
        screen.limit(5, lambda: over.append(True))
        limit = screen._limit
        assert limit is not None
        now[0] += 4
        await here.strike(["tab"])
        now[0] += 4
        limit.look()
        assert over == []
        screen.time_key().press()
        now[0] += MORE_SECONDS
        limit.look()
        assert over == []
        now[0] += 1
        await here.until(lambda: bool(over))


async def test_going_back_leads_the_header_back() -> None:
    async with sitting(AskNumber(Wanted.TICKET, Document.TICKET)) as here:
        await here.face(AskBrought())
        assert "2 / 4" in here.text()
        await here.strike(["escape"])
        assert await here.answered() is Move.BACK
        await here.face(AskNumber(Wanted.TICKET, Document.TICKET))
        assert "1 / 4" in here.text()


async def test_a_line_shows_how_far_it_is_without_colours() -> None:
    async with sitting(AskNumber(Wanted.TICKET, Document.TICKET)) as here:
        assert "受診券  ▄▄▄▄▄▄ ▁▁▁▁▁▁ ▁▁▁▁▁▁ ▁▁▁▁▁▁" in here.text()
        await here.face(AskBrought())
        assert "保険の確認  ▄▄▄▄▄▄ ▄▄▄▄▄▄ ▁▁▁▁▁▁ ▁▁▁▁▁▁" in here.text()


async def test_the_step_is_said_in_figures_and_words() -> None:
    async with sitting(AskNumber(Wanted.TICKET, Document.TICKET)) as here:
        assert "1 / 4  受診券" in str(here.screen.query_one("#stages", Static).render())
        await here.face(AskBrought())
        assert "2 / 4  保険の確認" in str(here.screen.query_one("#stages", Static).render())
        await here.face(EVERY_QUESTION["result-none"])
        assert "3 / 3  受付票" in str(here.screen.query_one("#stages", Static).render())
