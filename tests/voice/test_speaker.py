"""What is heard, how loud, and what is repeated."""

from __future__ import annotations

import asyncio
from datetime import time
from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.virtual.voice import VirtualPlayer
from kiosk.checkin.language import Language
from kiosk.checkin.ways import Brought
from kiosk.ports.examinee import (
    AskBrought,
    AskPin,
    AskStart,
    Complaint,
    InsertCard,
    Move,
    Question,
    Start,
    Step,
    TakeCard,
    WalkedAway,
    Working,
)
from kiosk.ports.voice import UNHEARD, KeyName, Pause, Prompt, Sign, Sound, named, spelt
from kiosk.voice.examinee import SpokenTo
from kiosk.voice.speaker import GAINS, LOUDEST, QuietHours, Speaker
from kiosk.voice.utterances import Utterance, words_for
from tests.voice.clips import Constant

A = TypeVar("A")
USUAL = 4


class Kiosk:
    """A voice, and an examinee who answers with what the test puts in."""

    language = Language.JAPANESE

    def __init__(self) -> None:
        self.player = VirtualPlayer()
        self.clips = Constant()
        self.quiet = False
        self.speaker = Speaker(self.player, self.clips, USUAL, lambda: self.quiet)
        self.examinee = SpokenTo(self, self.speaker)
        self.answers: asyncio.Queue[object] = asyncio.Queue()
        self.shown: list[object] = []

    async def ask(self, question: Question[A]) -> A | Move:
        self.shown.append(question)
        answer = await self.answers.get()
        if isinstance(answer, Exception):
            raise answer
        return answer  # type: ignore[return-value] # the test knows

    def show(self, working: Working) -> None:
        self.shown.append(working)

    async def answered(self, question: Question[A], answer: object) -> tuple[object, ...]:
        """What was playing while the question stood there."""
        asking = asyncio.create_task(self.examinee.ask(question))
        while question not in self.shown:
            await asyncio.sleep(0)
        heard = self.player.now
        self.answers.put_nowait(answer)
        await asyncio.gather(asking, return_exceptions=True)
        self.shown.clear()
        return heard


@pytest.fixture
def kiosk() -> Kiosk:
    return Kiosk()


async def test_a_question_is_said_and_hushed_with_its_answer(kiosk: Kiosk) -> None:
    assert await kiosk.answered(AskBrought(), Brought.CERTIFICATE) == (Prompt.BROUGHT,)
    assert not kiosk.player.playing


async def test_a_question_that_is_cancelled_is_hushed(kiosk: Kiosk) -> None:
    asking = asyncio.create_task(kiosk.examinee.ask(InsertCard()))
    while not kiosk.player.playing:
        await asyncio.sleep(0)
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    assert not kiosk.player.playing


async def test_whoever_leaves_is_not_spoken_after(kiosk: Kiosk) -> None:
    await kiosk.answered(AskBrought(), WalkedAway())
    assert not kiosk.player.playing
    kiosk.speaker.repeat()
    assert not kiosk.player.playing


async def test_an_answer_is_accepted_with_a_sound_before_the_next_words(kiosk: Kiosk) -> None:
    await kiosk.answered(AskBrought(), Brought.MY_NUMBER_CARD)
    assert (await kiosk.answered(InsertCard(), Move.BACK))[0] is Sound.ACCEPT
    assert (await kiosk.answered(AskBrought(), Brought.MY_NUMBER_CARD))[0] is Prompt.BROUGHT


async def test_an_answer_that_was_wrong_is_not_accepted(kiosk: Kiosk) -> None:
    await kiosk.answered(AskPin(3), object())
    heard = await kiosk.answered(AskPin(2, Complaint.PIN_WRONG), object())
    assert heard[:2] == (Sound.ERROR, Complaint.PIN_WRONG)
    assert Sound.ACCEPT not in heard


async def test_working_is_said_and_shown(kiosk: Kiosk) -> None:
    kiosk.examinee.show(Working(Step.QUERY, tuple(Step)))
    assert kiosk.player.now == (Pause.PATIENCE, Step.QUERY)
    assert kiosk.shown


async def test_repeating_says_the_words_without_the_sounds_of_the_moment(kiosk: Kiosk) -> None:
    kiosk.speaker.say(words_for(InsertCard(Complaint.CARD_TROUBLE)))
    kiosk.speaker.aside(Sound.ATTENTION, Prompt.STILL_THERE)
    kiosk.speaker.repeat()
    assert kiosk.player.played[1:] == [
        (Sound.ATTENTION, Prompt.STILL_THERE),
        (Complaint.CARD_TROUBLE, Pause.BREATH, Prompt.CARD_AGAIN),
    ]


async def test_the_start_screen_speaks_when_asked(kiosk: Kiosk) -> None:
    assert await kiosk.answered(AskStart(), Start.BEGIN) == ()
    kiosk.speaker.say(words_for(AskStart()))
    kiosk.speaker.repeat()
    assert kiosk.player.now == (Prompt.START,)


async def test_each_examinee_begins_as_loud_as_usual(kiosk: Kiosk) -> None:
    kiosk.speaker.softer()
    kiosk.speaker.softer()
    assert (kiosk.speaker.level, kiosk.player.gain) == (USUAL - 2, GAINS[USUAL - 2])
    await kiosk.answered(AskStart(), Start.BEGIN)
    assert (kiosk.speaker.level, kiosk.player.gain) == (USUAL, GAINS[USUAL])


@given(st.lists(st.sampled_from(["louder", "softer", "next_level"])))
def test_the_level_stays_within_its_bounds(keys: list[str]) -> None:
    player = VirtualPlayer()
    speaker = Speaker(player, Constant(), USUAL)
    for key in keys:
        getattr(speaker, key)()
        assert 0 <= speaker.level <= LOUDEST
        assert player.gain == GAINS[speaker.level]


def test_a_change_of_the_level_is_heard_even_in_silence(kiosk: Kiosk) -> None:
    kiosk.speaker.louder()
    kiosk.speaker.say(Utterance((Prompt.PIN,)))
    kiosk.speaker.softer()
    assert kiosk.player.played == [(Sound.TICK,), (Prompt.PIN,)]


def test_one_key_goes_through_all_levels(kiosk: Kiosk) -> None:
    levels = []
    for _ in GAINS:
        kiosk.speaker.next_level()
        levels.append(kiosk.speaker.level)
    assert sorted(levels) == list(range(len(GAINS)))


async def test_quiet_hours_keep_all_but_the_alarm(kiosk: Kiosk) -> None:
    kiosk.quiet = True
    await kiosk.answered(AskStart(), Start.BEGIN)
    assert kiosk.speaker.level == 1
    assert await kiosk.answered(AskBrought(), Move.BACK) == ()
    kiosk.speaker.aside(Prompt.STILL_THERE)
    assert not kiosk.player.playing
    assert (await kiosk.answered(TakeCard(), Move.BACK))[0] is Sound.ALARM


@pytest.mark.parametrize(("quiet", "level"), [(False, USUAL), (True, 1)])
async def test_the_alarm_is_heard_of_who_turned_the_voice_off(kiosk: Kiosk, quiet: bool, level: int) -> None:
    kiosk.quiet = quiet
    while kiosk.speaker.level:
        kiosk.speaker.softer()
    await kiosk.answered(AskBrought(), Move.BACK)
    assert kiosk.speaker.level == 0
    assert (await kiosk.answered(TakeCard(), WalkedAway()))[0] is Sound.ALARM
    assert (kiosk.speaker.level, kiosk.player.gain) == (level, GAINS[level])


async def test_who_asks_is_answered_in_quiet_hours_too(kiosk: Kiosk) -> None:
    kiosk.quiet = True
    kiosk.speaker.say(words_for(AskBrought()))
    kiosk.speaker.repeat()
    assert kiosk.player.now == (Prompt.BROUGHT,)


def test_without_clips_there_are_the_sounds(kiosk: Kiosk) -> None:
    kiosk.clips.complete = False
    kiosk.speaker.say(words_for(InsertCard(Complaint.CARD_SIDE)))
    assert kiosk.player.now == (Sound.ERROR,)
    kiosk.speaker.say(words_for(AskBrought()))
    assert not kiosk.player.playing
    assert not kiosk.speaker.audible


def test_without_hardware_there_are_no_keys(kiosk: Kiosk) -> None:
    assert kiosk.speaker.audible
    kiosk.player.available = False
    assert not kiosk.speaker.audible


@pytest.mark.parametrize(
    ("since", "until", "at", "quiet"),
    [
        ("12:00", "13:00", "12:00", True),
        ("12:00", "13:00", "13:00", False),
        ("12:00", "13:00", "11:59", False),
        ("20:00", "07:00", "23:30", True),
        ("20:00", "07:00", "06:59", True),
        ("20:00", "07:00", "07:00", False),
        ("09:00", "09:00", "09:00", False),
    ],
)
def test_quiet_hours(since: str, until: str, at: str, quiet: bool) -> None:
    hours = QuietHours(time.fromisoformat(since), time.fromisoformat(until))
    assert hours.contain(time.fromisoformat(at)) is quiet


def test_a_key_is_said_in_place_of_the_screen_and_not_repeated(kiosk: Kiosk) -> None:
    kiosk.speaker.say(words_for(AskBrought()))
    kiosk.speaker.tell(named(KeyName.NEXT))
    kiosk.speaker.tell(named(Brought.CERTIFICATE, "2"), Prompt.CHOSEN)
    kiosk.speaker.repeat()
    words = [(Prompt.BROUGHT,), (KeyName.NEXT,), (Sign("2"), Brought.CERTIFICATE, Prompt.CHOSEN), (Prompt.BROUGHT,)]
    assert kiosk.player.played == words


def test_only_who_has_earphones_hears_what_stands_for_an_answer(kiosk: Kiosk) -> None:
    for earphones, heard in ((False, Sound.TICK), (True, Sign("5"))):
        speaker = Speaker(kiosk.player, kiosk.clips, USUAL, earphones=earphones)
        kiosk.player.played.clear()
        speaker.tell(spelt(Sign("5")), Prompt.CHECK_ENTRY)
        speaker.tell(UNHEARD)
        assert kiosk.player.played == [(heard, Prompt.CHECK_ENTRY), (Sound.TICK,)]


def test_in_quiet_hours_no_key_is_said(kiosk: Kiosk) -> None:
    kiosk.quiet = True
    kiosk.speaker.tell(named(KeyName.NEXT))
    kiosk.speaker.tell(spelt(Sign("5")))
    assert kiosk.player.played == []


def test_without_clips_every_sign_still_ticks(kiosk: Kiosk) -> None:
    kiosk.clips.complete = False
    kiosk.speaker.tell(named(KeyName.NEXT))
    kiosk.speaker.tell(spelt(Sign("5")))
    assert kiosk.player.played == [(Sound.TICK,)]


def test_a_key_does_not_end_the_call_for_a_card_that_was_left(kiosk: Kiosk) -> None:
    call = words_for(TakeCard())
    kiosk.speaker.say(call)
    kiosk.speaker.tell(named(KeyName.STAFF))
    assert (kiosk.player.now, kiosk.player.every) == ((KeyName.STAFF, *call.parts), call.every)
    kiosk.speaker.repeat()
    assert (kiosk.player.now, kiosk.player.every) == (call.parts, call.every)
    kiosk.speaker.hush()
    kiosk.speaker.tell(named(KeyName.STAFF))
    assert kiosk.player.now == (KeyName.STAFF,)
