"""Hands at a terminal whose devices may fail: quick fingers on headless screens, cards, and codes."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import date
from time import monotonic
from typing import Any

from textual.events import Key
from textual.pilot import Pilot

from hardware.virtual.card import VirtualCard
from hardware.virtual.vpcd import VpcdUnavailable
from kiosk.gateway.people import InventedPerson
from kiosk.rehearsal.scenario import CardShown, Site, Trouble
from kiosk.station.wiring.house import card_of
from kiosk.station.wiring.injector import Injector
from kiosk.station.wiring.props import Props
from kiosk.station.wiring.stage import LOOK_SECONDS, Keys

FINGER_SECONDS, SCANNER_SECONDS = 0.07, 0.002
"""Between two keys, by their stamps: nobody waits for them."""
TOGETHER = 8
"""Keys of a scanner that come in one piece: what USB brings in a few milliseconds."""
HOLD_SECONDS = 0.5
"""How long somebody holds a code under a scanner that says nothing, before they type it."""
_NAMES = {"*": "asterisk", "-": "minus", "+": "plus"}


class Hands(Keys):
    """The port Stage of the rehearsal, over an injector."""

    def __init__(self, pilot: Pilot[Any], today: date, props: Props, injector: Injector) -> None:
        super().__init__(pilot)
        self._today = today
        self._props = props
        self._injector = injector
        self._stamp = 0.0
        self.cards: list[VirtualCard] = []
        """Everything that was put in."""

    async def press(self, *keys: str) -> None:
        """Strike keys, one after the other as fingers do."""
        for key in keys:
            self._strike(key, FINGER_SECONDS)
        await asyncio.sleep(0)

    async def type_slowly(self, text: str) -> None:
        """Type as a person does."""
        await self.press(*text)

    async def burst(self, text: str) -> None:
        """Let a scanner that types like a keyboard read a code, whatever is on the screen."""
        for place, character in enumerate((*text, "enter")):
            self._strike(character, SCANNER_SECONDS)
            if place % TOGETHER == 0:
                await asyncio.sleep(SCANNER_SECONDS)

    async def put_card(self, person: InventedPerson, shown: CardShown) -> None:
        """Put that card in, or what it is with its fault; into a reader that is not there it does not go."""
        await self.pull_card()
        with suppress(VpcdUnavailable):
            self.cards.append(await self._injector.put_in(card_of(person, shown, self._today)))

    async def pull_card(self) -> None:
        """Empty the reader."""
        await self._injector.pull()

    async def scan(self, code: str) -> None:
        """Hold the code under the scanner until the kiosk takes something, and type it when it does not."""
        for read in await self._injector.codes_for(code):
            ends = monotonic() + HOLD_SECONDS
            while not self._props.scanner.present(read):
                if monotonic() > ends:
                    break
                await asyncio.sleep(LOOK_SECONDS)
            else:
                return
        await self.type_slowly(code)
        await self.press("enter")

    async def look_into_face_reader(self, person: InventedPerson) -> None:
        """Nobody is sent to one here."""
        raise RuntimeError(f"there is no face reader for {person.key}")

    async def become(self, site: Site) -> None:
        """The site stays as it is."""
        raise RuntimeError(f"this site is not {site.value}")

    async def trouble(self, trouble: Trouble) -> None:
        """The injector has the faults here."""
        raise RuntimeError(f"{trouble.value} is no fault of the catalogue")

    def qr_of_last_slip(self) -> str | None:
        """What the last slip reads."""
        jobs = self._props.printer.jobs
        return jobs[-1].qr if jobs else None

    def _strike(self, name: str, after: float) -> None:
        character = name if len(name) == 1 else "\r" if name == "enter" else None
        key = Key(_NAMES.get(name, name), character)
        self._stamp = key.time = max(key.time, self._stamp + after)
        self._pilot.app.post_message(key)
