"""The keys of the voice on the screens, and what screens say beside their questions."""

from __future__ import annotations

import pytest

from hardware.virtual.voice import VirtualPlayer
from kiosk.ports.examinee import AskBrought, AskInitial, AskNumber, AskPin, AskStart, Document, NamePart, Wanted
from kiosk.ports.voice import Prompt, Sound
from kiosk.voice.speaker import Speaker
from kiosk.voice.utterances import words_for
from screens.panels import TEN_INCH
from screens.widgets.key import Key
from tests.screens.gallery import UNLIKE, cut_off
from tests.screens.sitting import EVERY_QUESTION, Sitting, sitting
from tests.screens.test_layout import SIZES
from tests.voice.clips import Constant


@pytest.fixture
def player() -> VirtualPlayer:
    return VirtualPlayer()


@pytest.fixture
def voice(player: VirtualPlayer) -> Speaker:
    return Speaker(player, Constant(), 4)


def shown(here: Sitting) -> list[Key]:
    """The keys of the voice that can be seen."""
    return [key for key in here.screen.query("#repeat, #volume").results(Key) if key.display and key.region.area]


@pytest.mark.parametrize("size", SIZES[1:3], ids=str)
async def test_every_screen_is_whole_with_the_keys_of_the_voice(size: tuple[int, int], voice: Speaker) -> None:
    async with sitting(AskStart(), size, voice=voice) as here:
        for name in UNLIKE:
            await here.face(EVERY_QUESTION[name])
            assert cut_off(here) == [], name
            assert len(shown(here)) == (0 if name == "result-desk" else 1), name


async def test_the_keys_are_large_enough_for_a_finger(voice: Speaker) -> None:
    async with sitting(EVERY_QUESTION["pin"], (85, 26), voice=voice) as here:
        await here.open_options()
        for key in here.screen.query("#options #repeat, #options #volume").results(Key):
            assert key.region.height * TEN_INCH.row_mm >= 20
            assert key.region.width >= 8


async def test_without_a_voice_there_are_no_keys(voice: Speaker, player: VirtualPlayer) -> None:
    player.available = False
    async with sitting(AskBrought(), voice=voice) as here:
        assert shown(here) == []
        await here.strike("/+.")
        assert not here.outcome.done()


async def test_the_keys_come_with_the_loudspeaker(voice: Speaker, player: VirtualPlayer) -> None:
    """The start screen stands there already when the hardware has been found."""
    player.available = False
    async with sitting(EVERY_QUESTION["start"], voice=voice) as here:
        player.available = True
        await here.until(lambda: len(shown(here)) == 1)
        player.available = False
        await here.until(lambda: shown(here) == [])


async def test_a_finger_hears_it_again_and_turns_it(voice: Speaker, player: VirtualPlayer) -> None:
    async with sitting(AskBrought(), voice=voice) as here:
        voice.say(words_for(AskBrought()))
        player.stop()
        await here.hit("#repeat")
        assert player.now == (Prompt.BROUGHT,)
        await here.open_options()
        await here.hit("#volume")
        assert voice.level == 5
        assert "音 5" in here.text()
        await here.hit("#volume")
        assert voice.level == 0
        assert "音 切" in here.text()
        assert not here.outcome.done()


async def test_the_numeric_keypad_has_the_same_keys_on_every_screen(voice: Speaker) -> None:
    async with sitting(AskStart(), voice=voice) as here:
        for name, question in {type(question): question for question in EVERY_QUESTION.values()}.items():
            await here.face(question)
            before = voice.level
            await here.strike("+/")
            assert voice.level == (before + 1) % 6, name
            assert not here.outcome.done(), name


async def test_they_type_nothing(voice: Speaker) -> None:
    async with sitting(AskNumber(Wanted.SYMBOL, Document.CERTIFICATE), voice=voice) as here:
        await here.strike("1/2+3.-4")
        await here.strike(["enter"])
        assert (await here.answered()).text == "123-4"


async def test_they_wake_the_screen_and_hush_the_warning(voice: Speaker, player: VirtualPlayer) -> None:
    async with sitting(AskBrought(), voice=voice, idle_seconds=0.05) as here:
        await here.until(lambda: Prompt.STILL_THERE in player.now)
        assert player.now[0] is Sound.ATTENTION
        await here.strike("5")
        await here.answered()
        assert not player.playing


async def test_a_wrong_number_is_told_aloud_once(voice: Speaker, player: VirtualPlayer) -> None:
    wrong = (Sound.TICK, Sound.ERROR, Prompt.CHECK_ENTRY)
    async with sitting(AskNumber(Wanted.INSURER, Document.CERTIFICATE), voice=voice) as here:
        await here.strike("1380580")
        assert wrong not in player.played
        await here.strike("11")
        assert player.played.count(wrong) == 1
        await here.strike(["backspace", "backspace"])
        await here.strike("1")
        assert player.played.count(wrong) == 2


async def test_a_complaint_is_not_told_twice(voice: Speaker, player: VirtualPlayer) -> None:
    """The question's own words have told it."""
    question = EVERY_QUESTION["pin"]
    assert isinstance(question, AskPin)
    async with sitting(question, voice=voice):
        assert player.played == []


async def test_after_the_row_the_letter_is_asked_aloud(voice: Speaker, player: VirtualPlayer) -> None:
    async with sitting(AskInitial(NamePart.FAMILY), voice=voice) as here:
        await here.strike("1")
        assert player.now == (Sound.TICK, Prompt.INITIAL_LETTER)
