"""The hands of the people of the tour, at the kiosk that whoever looks on sees."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace
from datetime import date
from typing import Any

from textual.css.query import NoMatches
from textual.events import Key as Struck

from hardware.virtual.vpcd import VpcdUnavailable
from kiosk.gateway.people import InventedPerson
from kiosk.ports.examinee import Question
from kiosk.rehearsal.scenario import CardShown, Site, Trouble
from kiosk.station.wiring.hands import FINGER_SECONDS
from kiosk.station.wiring.house import card_of
from kiosk.station.wiring.injector import Injector
from kiosk.station.wiring.stage import LOOK_SECONDS
from screens.app import KioskApp
from screens.base import KioskScreen
from screens.question import QuestionScreen
from screens.site import ScreenSite
from screens.widgets.key import Key

POINT_SECONDS, KEY_SECONDS = 0.7, 0.35
"""At a pace of 1: from pointing at a key to pressing it, and between two digits."""
IDLE_SECONDS, WARNING_SECONDS, RESULT_SECONDS = 2.0, 6.0, 6.0
"""At a pace of 1: the kiosk's own limits are 60, 20 and 30 s, and nobody wants to watch an empty chair for so long."""
LEAST_SECONDS = 0.5
"""The least of these limits, however fast the tour is."""
AWAKE_SECONDS = 0.2
"""Between two signs of a person who only reads."""
NOT_KNOWN = "not-known"
"""Name of the key 「わかりません」, which 「*」 presses too."""
NAMES = {"*": "asterisk", "-": "minus"}


class TourHands:
    """The port TourStage: keys that the eye can follow, and the virtual card reader."""

    def __init__(self, app: KioskApp, injector: Injector, today: date, pace: float) -> None:
        self._app = app
        self._injector = injector
        self._today = today
        self._pace = pace
        self._stamp = 0.0
        self._usual: ScreenSite | None = None
        """The limits of the kiosk, while they are shorter because nobody is there."""

    async def stay(self) -> None:
        """As long as somebody is there the kiosk does not give them up, however long they take; for ever."""
        while True:
            if self._usual is None and isinstance(self._app.screen, KioskScreen):
                self._app.screen.touched()
            await asyncio.sleep(AWAKE_SECONDS)

    def come(self) -> None:
        """Somebody is at the screen."""
        if self._usual is not None:
            self._limit(self._usual.idle_seconds, self._usual.warning_seconds, self._usual.result_seconds)
            self._usual = None

    def leave(self) -> None:
        """Nobody is, and that is found out soon."""
        if self._usual is None:
            self._usual = self._app.site
            seconds = (IDLE_SECONDS, WARNING_SECONDS, RESULT_SECONDS)
            self._limit(*(max(LEAST_SECONDS, second * self._pace) for second in seconds))

    async def shown(self, question: Question[Any]) -> None:
        """Wait until the question's screen takes keys."""
        while not self._shows(question):  # noqa: ASYNC110 (Textual tells nobody from outside)
            await asyncio.sleep(LOOK_SECONDS)

    async def press(self, *keys: str) -> None:
        """Point at each key, where it is on the screen, and strike it."""
        for key in keys:
            await self._point(key)
            self._strike(key)
            await asyncio.sleep(0)

    async def type_slowly(self, text: str) -> None:
        """Type as a person does; on a pad of digits nobody points."""
        for character in text:
            self._strike(character)
            await asyncio.sleep(KEY_SECONDS * self._pace)

    async def larger_letters(self) -> None:
        """Choose larger letters in high contrast."""
        while not self._focus("#large"):  # noqa: ASYNC110 (its screen is being made)
            await asyncio.sleep(LOOK_SECONDS)
        await asyncio.sleep(POINT_SECONDS * self._pace)
        self._strike("enter")
        while not self._app.large:  # noqa: ASYNC110
            await asyncio.sleep(LOOK_SECONDS)
        await asyncio.sleep(2 * POINT_SECONDS * self._pace)

    async def call_staff(self) -> None:
        """Nobody of the tour does."""
        raise RuntimeError("the tour calls no staff")

    async def put_card(self, person: InventedPerson, shown: CardShown) -> None:
        """Put that card in."""
        card = await asyncio.to_thread(card_of, person, shown, self._today)
        with suppress(VpcdUnavailable):
            await self._injector.put_in(card)

    async def pull_card(self) -> None:
        """Empty the reader."""
        await self._injector.pull()

    async def scan(self, code: str) -> None:
        """With a roster nobody needs the ticket's code."""
        raise RuntimeError(f"the tour scans nothing ({len(code)} characters)")

    async def look_into_face_reader(self, person: InventedPerson) -> None:
        """There is none."""
        raise RuntimeError(f"there is no face reader for {person.key}")

    async def become(self, site: Site) -> None:
        """The site stays as it is."""
        raise RuntimeError(f"this site is not {site.value}")

    async def trouble(self, trouble: Trouble) -> None:
        """Nothing goes wrong here but what people do."""
        raise RuntimeError(f"{trouble.value} is not told in the tour")

    def qr_of_last_slip(self) -> str | None:
        """Nobody asks for it."""
        return None

    async def _point(self, name: str) -> None:
        """Put the frame of the focus on the key of that sign, where there is one: one sees what is pressed."""
        if not self._pace:
            return
        for key in self._app.screen.query("#kiosk Key").results(Key):
            if key.id == (NOT_KNOWN if name == "*" else f"choice-{name}") or key.label.startswith(f"{name}  "):
                self._app.screen.set_focus(key, scroll_visible=False)
                await asyncio.sleep(POINT_SECONDS * self._pace)
                return

    def _focus(self, selector: str) -> bool:
        screen = self._app.screen
        with suppress(NoMatches):
            screen.set_focus(screen.query_one(selector, Key), scroll_visible=False)
            return True
        return False

    def _limit(self, idle: float, warning: float, result: float) -> None:
        """Have these limits, on this screen and the next ones."""
        app = self._app
        app.site = replace(app.site, idle_seconds=idle, warning_seconds=warning, result_seconds=result)
        if isinstance(app.screen, QuestionScreen):
            app.screen.site = app.site

    def _shows(self, question: Question[Any]) -> bool:
        screen = self._app.screen
        if not isinstance(screen, QuestionScreen) or screen.question is not question:
            return False
        return screen.is_mounted and not screen.rebuilding

    def _strike(self, name: str) -> None:
        key = Struck(NAMES.get(name, name), name if len(name) == 1 else "\r" if name == "enter" else None)
        self._stamp = key.time = max(key.time, self._stamp + FINGER_SECONDS)
        self._app.strike(key)
