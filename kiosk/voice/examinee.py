"""The examinee who also hears: every question is said when it is shown, and hushed when it is gone."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from kiosk.checkin.language import Language
from kiosk.ports.examinee import AskStart, Examinee, Move, Question, Working
from kiosk.ports.voice import Sound
from kiosk.voice.speaker import Speaker
from kiosk.voice.utterances import Utterance, words_for, words_while

A = TypeVar("A")


class SpokenTo:
    """Wraps the port `Examinee`; decides nothing, and takes no time."""

    def __init__(self, inner: Examinee, speaker: Speaker, invite_seconds: float = 0) -> None:
        self._inner = inner
        self._speaker = speaker
        self._invite_seconds = invite_seconds
        self._accepted = False

    @property
    def language(self) -> Language:
        return self._inner.language

    async def ask(self, question: Question[A]) -> A | Move:
        """See Examinee."""
        if isinstance(question, AskStart):
            self._speaker.begin_anew()
        self._speaker.say(self._with_accept(words_for(question, self._invite_seconds)))
        try:
            answer = await self._inner.ask(question)
        finally:
            self._speaker.hush()
        self._accepted = not isinstance(answer, Move)
        return answer

    def show(self, working: Working) -> None:
        """See Examinee."""
        self._speaker.say(self._with_accept(words_while(working)))
        self._inner.show(working)

    def _with_accept(self, words: Utterance) -> Utterance:
        """The sound for the answer before stands at the head of what follows, unless that has a sound of its own."""
        accepted, self._accepted = self._accepted, False
        if accepted and not isinstance(words.parts[0], Sound):
            return replace(words, parts=(Sound.ACCEPT, *words.parts))
        return words
