"""Keys and typed signs for those who do not see: every key has words, and the hall hears no number."""

from __future__ import annotations

import re
import string
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest

from hardware.virtual.voice import VirtualPlayer
from kiosk.checkin.language import Language
from kiosk.checkin.ways import Brought
from kiosk.ports.examinee import (
    AskBirthdate,
    AskBrought,
    AskFaceCode,
    AskInitial,
    AskNumber,
    AskPin,
    AskStart,
    Document,
    NamePart,
    Question,
    Reviewed,
    ShowResult,
    Wanted,
)
from kiosk.ports.voice import Kana, KeyName, Part, Prompt, Sign, Sound
from kiosk.voice.speaker import Speaker
from kiosk.voice.utterances import words_for
from screens.panels import SEVEN_INCH, TEN_INCH
from screens.widgets.key import Key
from tests.screens.gallery import UNLIKE
from tests.screens.sitting import EVERY_QUESTION, Sitting, sitting
from tests.voice.clips import WANTED, Constant

SYMBOL = AskNumber(Wanted.SYMBOL, Document.CERTIFICATE)
INSURER = AskNumber(Wanted.INSURER, Document.CERTIFICATE)
UNHEARD = (Sound.TICK,)
ERAS = {KeyName.TAISHO, KeyName.SHOWA, KeyName.HEISEI, KeyName.WESTERN_YEARS}
READ_OTHERWISE = {KeyName.VOLUME, KeyName.BEGIN, *Language}
"""Its figure; the whole sentence on the large key; their own names, in letters that the voice cannot read."""


@pytest.fixture
def player() -> VirtualPlayer:
    return VirtualPlayer()


@pytest.fixture
def voice(player: VirtualPlayer) -> Speaker:
    """Through a loudspeaker."""
    return Speaker(player, Constant(), 4)


@pytest.fixture
def phones(player: VirtualPlayer) -> Speaker:
    """Through earphones."""
    return Speaker(player, Constant(), 4, earphones=True)


def listening(
    question: Question[Any], voice: Speaker, size: tuple[int, int] = (80, 24)
) -> AbstractAsyncContextManager[Sitting]:
    """At a kiosk whose keys need not wait to be known for a finger's."""
    return sitting(question, size, voice=voice, scans_as_keys=False)


def spelled(text: str) -> list[tuple[Part, ...]]:
    """How that is heard when it is typed."""
    return [(Sign(sign),) for sign in text]


async def met(here: Sitting, player: VirtualPlayer, key: str = "tab") -> list[tuple[Part, ...]]:
    """What is heard on a round through all keys."""
    before = len(player.played)
    await here.strike([key] * len(here.screen._keys()))
    return player.played[before:]


async def every_key(here: Sitting, names: Iterable[str]) -> AsyncIterator[tuple[str, Key]]:
    """Every key that these questions, the warning or the options can show, as it stands there."""
    for name in names:
        await here.face(EVERY_QUESTION[name])
        for key in here.screen.query(Key):
            yield name, key
        if name == "initial-family":
            async for key in letters(here):
                yield f"{name}, letters", key
    await here.face(AskBrought())
    for large in (False, True):
        await here.read_as(large=large, furigana=large)
        await here.open_options()
        for key in here.screen.query(Key):
            yield "options", key
        here.screen.close_options()
    here.screen.warn()
    await here.pilot.pause()
    for key in here.screen.query(Key):
        yield "warning", key


async def letters(here: Sitting) -> AsyncIterator[Key]:
    """The keys behind each row, and behind the voiced rows of the sixth."""
    for row in (*"1234567890", "66", "67"):
        await here.strike(row)
        for key in here.screen.query("#kana Key").results(Key):
            if key.display:
                yield key
        await here.strike(["escape"] * len(row))


def plain(words: str) -> str:
    """Without digits, signs and what is only said."""
    return re.sub(r"[\W\d]|または", "", words)


@pytest.mark.parametrize(
    ("size", "names"),
    [(TEN_INCH.size, tuple(EVERY_QUESTION)), (SEVEN_INCH.size, UNLIKE)],
    ids=["every question", "one of each kind, small"],
)
async def test_every_key_has_words_that_agree_with_it(
    size: tuple[int, int], names: tuple[str, ...], voice: Speaker
) -> None:
    async with listening(AskStart(), voice, size) as here:
        found: set[Part] = set()
        async for name, key in every_key(here, names):
            where = f"{name}: {key!r} {key.label!r}"
            assert key.heard.parts, where
            assert set(key.heard.parts) <= set(WANTED), where
            *pressed_by, last = key.heard.parts
            found.add(last)
            is_sign = isinstance(last, Sign | Kana) and KeyName.VOLUME not in key.heard.parts
            assert key.heard.private is (is_sign or last in ERAS), where
            if key.heard.private or last in READ_OTHERWISE or KeyName.VOLUME in key.heard.parts:
                continue
            label, said = plain(key.label), plain(WANTED[last])
            assert said in label or label in said or label == "文A", f"{where} is called {said}"
            digit = re.match(r"([0-9*])  ", key.label)
            if digit:
                assert pressed_by == [Sign(digit[1])], where
        if names == tuple(EVERY_QUESTION):
            named = {*KeyName, *Brought, *Reviewed, *Language} - {KeyName.VOLUME}  # its level comes last
            signs = {*map(Sign, string.digits), *(kana for kana in WANTED if isinstance(kana, Kana))}
            assert named | signs <= found


async def test_the_focus_says_each_key_in_place_of_the_screen(voice: Speaker, player: VirtualPlayer) -> None:
    async with listening(AskBrought(), voice) as here:
        assert player.played == []
        voice.say(words_for(AskBrought()))
        round_trip = await met(here, player)
        assert round_trip[:2] == [(Sign("2"), Brought.CERTIFICATE), (Sign("3"), Brought.NOTICE)]
        assert (KeyName.BACK,) in round_trip
        assert (Sign("/"), KeyName.REPEAT) in round_trip
        assert round_trip[-1] == (Sign("1"), Brought.MY_NUMBER_CARD)
        await here.strike(["shift+tab"])
        await here.strike("/")
        assert player.now == (Prompt.BROUGHT,)


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("tab", (Sign("2"), Brought.CERTIFICATE)),
        (".", (Sign("2"), Brought.CERTIFICATE)),
        ("shift+tab", (Sign("/"), KeyName.REPEAT)),
        ("right", (Sign("2"), Brought.CERTIFICATE)),
    ],
)
async def test_each_way_of_moving_the_focus_says_where_it_is(
    key: str, words: tuple[Part, ...], voice: Speaker, player: VirtualPlayer
) -> None:
    async with listening(AskBrought(), voice) as here:
        await here.strike([key])
        assert player.played == [words]


async def test_a_finger_and_a_change_of_letters_say_no_key(voice: Speaker, player: VirtualPlayer) -> None:
    async with listening(AskBrought(), voice) as here:
        await here.strike([".", "."])
        player.played.clear()
        await here.hit("#large")
        await here.until(lambda: here.app.large and not here.screen.rebuilding)
        await here.pilot.pause()
        assert here.screen.focused is not None
        assert here.screen.focused.id == "choice-3"
        assert player.played == []


async def test_through_a_loudspeaker_a_number_is_a_row_of_ticks(voice: Speaker, player: VirtualPlayer) -> None:
    async with listening(SYMBOL, voice) as here:
        await here.strike("12-3")
        assert player.played == [UNHEARD] * 4
        player.played.clear()
        await here.strike(["backspace"])
        await here.hit("#digit-5", "#erase")
        assert player.played == [UNHEARD] * 3
        round_trip = await met(here, player)
        assert round_trip.count(UNHEARD) == len(string.digits + "-")
        assert not {part for words in round_trip for part in words} & {Sign(sign) for sign in "123456789-"}


async def test_through_earphones_it_is_said_sign_by_sign(phones: Speaker, player: VirtualPlayer) -> None:
    async with listening(SYMBOL, phones) as here:
        await here.strike("12-3")
        assert player.played == spelled("12-3")
        player.played.clear()
        await here.strike(["backspace", "backspace"])
        assert player.played == [UNHEARD] * 2
        assert [words for words in await met(here, player) if words in spelled("123456789-0")] == spelled("123456789-0")


async def test_the_sign_with_which_a_number_goes_wrong_is_heard_before_it(
    phones: Speaker, player: VirtualPlayer
) -> None:
    async with listening(INSURER, phones) as here:
        await here.strike("13805811")
        assert player.now == (Sign("1"), Sound.ERROR, Prompt.CHECK_ENTRY)


async def test_what_is_not_taken_gives_no_tick(voice: Speaker, player: VirtualPlayer) -> None:
    async with listening(INSURER, voice) as here:
        await here.strike(["x", "-", "backspace", "delete"])
        assert player.played == []


async def test_nobody_hears_a_pin(phones: Speaker, player: VirtualPlayer) -> None:
    async with listening(AskPin(3), phones) as here:
        await here.strike("2719")
        assert player.played == [UNHEARD] * 4
        assert sum(words == UNHEARD for words in await met(here, player)) == len(string.digits)
        await here.strike(["backspace"])
        await here.strike("4")
        player.played.clear()
        for digit in "2719":
            await here.hit(f"#digit-{digit}")
        heard = {part for words in player.played for part in words}
        assert not heard & {Sign(digit) for digit in string.digits}


async def test_nobody_hears_the_security_code_of_a_card(phones: Speaker, player: VirtualPlayer) -> None:
    """The field is hidden on the screen, too; what stands before it on the card is not."""
    async with listening(AskFaceCode(10), phones) as here:
        await here.strike("4501022035")
        assert player.played == spelled("4501022035")
        player.played.clear()
        await here.strike("98")
        assert player.played == [UNHEARD] * 2
        assert sum(words == UNHEARD for words in await met(here, player)) == len(string.digits)
        await here.strike("76")
        assert sum(words == UNHEARD for words in await met(here, player)) == len(string.digits)


async def test_rows_and_letters_of_a_name_are_for_earphones(
    voice: Speaker, phones: Speaker, player: VirtualPlayer
) -> None:
    async with listening(AskInitial(NamePart.FAMILY), voice) as here:
        assert (await met(here, player)).count(UNHEARD) == 10
        await here.strike("6")
        assert (Sound.TICK, Prompt.INITIAL_LETTER) in player.played
        assert (await met(here, player)).count(UNHEARD) == 7
        assert not [part for words in player.played for part in words if isinstance(part, Kana)]
    async with listening(AskInitial(NamePart.FAMILY), phones) as here:
        assert (Sign("8"), Kana("ヤ", row=True)) in await met(here, player)
        await here.strike("6")
        assert (Kana("ハ", row=True), Prompt.INITIAL_LETTER) in player.played
        heard = await met(here, player)
        assert (Sign("3"), Kana("フ")) in heard
        assert (Sign("7"), Kana("パ", row=True)) in heard


@pytest.mark.parametrize("size", [SEVEN_INCH.size, (80, 24)], ids=str)
async def test_an_era_is_a_part_of_a_birth_date(
    size: tuple[int, int], voice: Speaker, phones: Speaker, player: VirtualPlayer
) -> None:
    async with listening(AskBirthdate(), voice, size) as here:
        await here.strike("2")
        await here.strike("45")
        await met(here, player)
        assert not [part for words in player.played for part in words if part in ERAS]
    player.played.clear()
    async with listening(AskBirthdate(), phones, size) as here:
        assert (Sign("2"), KeyName.SHOWA) in await met(here, player)
        player.played.clear()
        await here.strike("245")
        assert player.played == [(KeyName.SHOWA,), *spelled("45")]
        heard = await met(here, player)
        on_a_key_of_its_own = (Sign("2"), KeyName.SHOWA, Prompt.CHOSEN)
        assert (on_a_key_of_its_own in heard) is (size != SEVEN_INCH.size)
        await here.strike(["backspace"] * 2)
        player.played.clear()
        await here.strike(["backspace"] * 2)
        assert player.played == [UNHEARD]


async def test_the_options_are_said_and_hushed(voice: Speaker, player: VirtualPlayer) -> None:
    async with listening(AskBrought(), voice) as here:
        await here.open_options()
        assert player.played == [(Prompt.OPTIONS,)]
        heard = await met(here, player)
        assert (Sign("1"), Language.JAPANESE, Prompt.CHOSEN) in heard
        assert (Sign("3"), Language.ENGLISH) in heard
        assert (Sign("+"), KeyName.VOLUME, Sign("4")) in heard
        assert (KeyName.BLACK_OUT,) in heard
        assert heard[-1] == (Sign("0"), KeyName.CLOSE)
        await here.strike("+")
        assert (Sign("+"), KeyName.VOLUME, Sign("5")) in await met(here, player)
        await here.strike("0")
        assert not player.playing
        assert not here.outcome.done()


async def test_an_arrow_that_leads_nowhere_says_where_it_is(voice: Speaker, player: VirtualPlayer) -> None:
    async with listening(AskBrought(), voice) as here:
        await here.strike(["up"])
        assert player.played == [(Sign("1"), Brought.MY_NUMBER_CARD)]


async def test_a_screen_that_went_says_nothing_of_its_keys(voice: Speaker, player: VirtualPlayer) -> None:
    """The key that was struck too late belongs to nobody."""
    async with listening(AskBrought(), voice) as here:
        await here.strike("1")
        await here.answered()
        player.played.clear()
        await here.strike(["tab", "."])
        assert player.played == []


async def test_the_result_says_its_keys_without_the_number(voice: Speaker, player: VirtualPlayer) -> None:
    question = EVERY_QUESTION["result-confirmed"]
    assert isinstance(question, ShowResult)
    async with listening(question, voice) as here:
        heard = await met(here, player)
        assert (KeyName.MORE_TIME,) in heard
        assert (Sign("1"), KeyName.END) in heard
        assert _named(heard) == heard


def _named(heard: Sequence[tuple[Part, ...]]) -> list[tuple[Part, ...]]:
    """Those that call a key by its name."""
    return [words for words in heard if any(isinstance(part, KeyName) for part in words)]
