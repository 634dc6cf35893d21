"""People who only strike keys, and people who only touch the screen, on their whole way through the kiosk."""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from textual import events
from textual.pilot import Pilot

from kiosk.ports.examinee import AskBirthdate, Question
from kiosk.rehearsal.scenario import Trouble
from kiosk.station.wiring.stage import LOOK_SECONDS, Virtual, VirtualStage
from kiosk.station.wiring.venue import Venue
from screens.app import KioskApp
from screens.question import QuestionScreen
from screens.typing_screen import TypingScreen
from screens.widgets.key import Key

SLOWLY = 0.3
"""Seconds between two keys by their own time stamps, whatever the machine's speed."""


@dataclass(slots=True)
class Visit:
    """What one person did, screen by screen in the order in which they came."""

    hits: Counter[str] = field(default_factory=Counter)
    screens: list[str] = field(default_factory=list)


class Walker(VirtualStage):
    """Hands that count. Cards, codes and faces are shown to the devices as ever."""

    def __init__(self, pilot: Pilot[Any], today: date, virtual: Virtual, venue: Venue) -> None:
        super().__init__(pilot, today, virtual, venue)
        assert isinstance(pilot.app, KioskApp)
        self.app = pilot.app
        self.visits: list[Visit] = []
        self._place = 0

    async def trouble(self, trouble: Trouble) -> None:
        """Called before every visit, and once more at the end."""
        self.visits.append(Visit())
        await super().trouble(trouble)

    async def shown(self, question: Question[Any]) -> None:
        await super().shown(question)
        self._place = 0
        self.visits[-1].screens.append(screen_name(question))

    async def press(self, *keys: str) -> None:
        for key in keys:
            await self._do(key)

    async def type_slowly(self, text: str) -> None:
        for character in text:
            await self._do(character)

    async def _do(self, key: str) -> None:
        visit = self.visits[-1]
        visit.hits[visit.screens[-1]] += 1
        await self.hit(key)
        self._place += 1
        await self._pilot.pause()

    @property
    def screen(self) -> QuestionScreen[Any, Any]:
        screen = self.app.screen
        assert isinstance(screen, QuestionScreen)
        return screen

    @abstractmethod
    async def hit(self, key: str) -> None:
        """Do what that key does."""


class Striking(Walker):
    """Keys only."""

    def __init__(self, pilot: Pilot[Any], today: date, virtual: Virtual, venue: Venue) -> None:
        super().__init__(pilot, today, virtual, venue)
        self._at = 0.0

    async def hit(self, key: str) -> None:
        event = events.Key(key, key if len(key) == 1 else None)
        self._at = event.time = max(event.time, self._at + SLOWLY)
        self.app.post_message(event)
        await self._pilot.pause()
        while not self.app.settled:  # it may be the first of a scanner's
            await asyncio.sleep(LOOK_SECONDS)


class Touching(Walker):
    """Touches only: every key of the keyboard has one on the screen."""

    async def hit(self, key: str) -> None:
        place = self._key_for(key).region
        assert place.area, key
        x, y = place.x + place.width // 2, place.y + place.height // 2
        for kind in (events.MouseDown, events.MouseUp):
            self.app.post_message(kind(None, x, y, 0, 0, 1, False, False, False, x, y))

    def _key_for(self, key: str) -> Key:
        screen = self.screen
        match key:
            case "enter":
                assert screen.main_key is not None
                return screen.main_key
            case "*":
                return screen.query_one("#not-known", Key)
            case "-":
                return screen.query_one("#hyphen", Key)
            case "backspace":
                return screen.query_one("#erase", Key)
            case digit if isinstance(screen.question, AskBirthdate) and self._place == 0:
                return screen.query_one(f"#era-{digit}", Key)
            case digit if isinstance(screen, TypingScreen):
                return screen.query_one(f"#digit-{digit}", Key)
            case digit:
                return screen.query_one(f"#choice-{digit}", Key)


def screen_name(question: Question[Any]) -> str:
    """The question's name; a number with what it is."""
    wanted = getattr(question, "wanted", None)
    return f"{type(question).__name__}({wanted.value})" if wanted else type(question).__name__
