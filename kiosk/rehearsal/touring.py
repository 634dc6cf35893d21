"""Plays the story: each person answers what the kiosk asks, and what happens is told before it does."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from kiosk.gateway.people import by_key
from kiosk.ports.examinee import AskStart, Question, ShowResult, TakeCard
from kiosk.rehearsal.actor import Actor
from kiosk.rehearsal.stage import Stage, Watched
from kiosk.rehearsal.tour import Guest, Words, words_at

AGAIN_SECONDS = 10.0
"""Somebody on whose answer nothing happens answers once more after this."""


class TourStage(Stage, Protocol):
    """A stage with one hand more."""

    async def larger_letters(self) -> None:
        """Choose larger letters in high contrast."""
        ...

    def leave(self) -> None:
        """Nobody is at the screen any more."""
        ...

    def come(self) -> None:
        """Somebody is at the screen: whoever only reads is there all the same."""
        ...


class Narrator(Protocol):
    """Tells those who look on."""

    def enter(self, place: int, guest: Guest) -> None:
        """The next person comes, the first at place 0."""
        ...

    async def tell(self, words: Words) -> None:
        """Say it, and wait until it can have been read."""
        ...

    async def show_slip(self, words: Words) -> None:
        """Show the slip that came out, and wait until it can have been read."""
        ...

    def ended(self, seen: Seen) -> None:
        """That person is through."""
        ...


@dataclass(frozen=True, slots=True)
class Seen:
    """How it ended for one person."""

    guest: Guest
    code: str
    number: str
    confirmed: bool

    @property
    def as_expected(self) -> bool:
        """Whether the story went as it is told."""
        return self.code == self.guest.scenario.ends.value


async def play_tour(
    guests: Sequence[Guest], stage: TourStage, watched: Watched, narrator: Narrator, today: date
) -> list[Seen]:
    """Let them come one after the other; the kiosk has to serve `watched` already."""
    seen: list[Seen] = []
    question = await watched.asked.get()
    for place, guest in enumerate(guests):
        stage.come()
        narrator.enter(place, guest)
        visitor = _Visitor(guest, Actor(guest.scenario, by_key(guest.scenario.person), stage, today), stage, narrator)
        result: ShowResult | None = None
        while True:
            asked = question
            if isinstance(asked, ShowResult):
                result = asked
            question = await _following(visitor, asked, watched)
            if isinstance(question, AskStart) and not isinstance(asked, AskStart):
                break
        number = str(result.number) if result and result.number else ""
        seen.append(Seen(guest, result.code if result else "", number, bool(result and result.confirmed)))
        narrator.ended(seen[-1])
        await stage.pull_card()
    return seen


@dataclass(slots=True)
class _Visitor:
    """One of them, with what is said about it."""

    guest: Guest
    actor: Actor
    stage: TourStage
    narrator: Narrator
    left: bool = False

    async def tell(self, question: Question[Any]) -> None:
        await self.narrator.tell(words_at(self.guest, question))
        if isinstance(question, ShowResult) and self.guest.slip is not None:
            await self.narrator.show_slip(self.guest.slip)

    async def act(self, question: Question[Any]) -> None:
        """Answer, unless there is nobody, or nothing to be answered."""
        if isinstance(question, AskStart):
            if question.out_of_order:
                return
            if self.guest.large:
                await self.stage.shown(question)
                await self.stage.larger_letters()
        if type(question) is self.guest.leaves_at:
            await self.stage.shown(question)
            self.stage.leave()
            self.left = True
        if self.left and not isinstance(question, TakeCard):
            return
        await self.actor.answer(question)


async def _following(visitor: _Visitor, question: Question[Any], watched: Watched) -> Question[Any]:
    """What is asked next, after that person answered, or because the kiosk or somebody else did not wait for it."""
    following = asyncio.ensure_future(watched.asked.get())

    async def play() -> None:
        await visitor.tell(question)
        while True:
            await visitor.act(question)
            await asyncio.sleep(AGAIN_SECONDS)

    playing = asyncio.ensure_future(play())
    try:
        await asyncio.wait((playing, following), return_when=asyncio.FIRST_COMPLETED)
        if not following.done():
            playing.result()  # what it raised is a mistake of this program
        return await following
    finally:
        for task in (playing, following):
            task.cancel()
        await asyncio.gather(playing, following, return_exceptions=True)
