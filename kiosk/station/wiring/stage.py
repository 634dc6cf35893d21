"""The hands at a rehearsed terminal: keys on headless screens, and the virtual devices around them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from textual.pilot import Pilot

from hardware.virtual.printer import Condition, VirtualPrinter
from hardware.virtual.scanner import VirtualScanner
from hardware.virtual.vpcd import VirtualSlot
from kiosk.gateway.people import InventedPerson
from kiosk.ports.examinee import Question
from kiosk.rehearsal.scenario import CardShown, Site, Trouble
from kiosk.rehearsal.timing import Stopwatch
from kiosk.station.wiring.house import card_of
from kiosk.station.wiring.relay import Relay
from kiosk.station.wiring.venue import Venue
from screens.question import QuestionScreen

LOOK_SECONDS = 0.005
"""Between looks at whether a screen has come."""
FINGER_SECONDS = 0.3
"""From seeing a key to touching it; a touch before is taken for the second one of a finger that trembled."""
HUMAN_SECONDS = 0.06
"""Between two digits: slower than any scanner."""


@dataclass(frozen=True, slots=True)
class Virtual:
    """The virtual devices around a rehearsed terminal."""

    slot: VirtualSlot
    scanner: VirtualScanner
    printer: VirtualPrinter
    relay: Relay
    look: Callable[[str], object]
    """Lets an invented person look into the face reader; blocks for a moment."""


class Keys:
    """The part of the port Stage that is the screen's."""

    def __init__(self, pilot: Pilot[Any]) -> None:
        self._pilot = pilot

    async def shown(self, question: Question[Any]) -> None:
        """Wait until the question's screen takes keys."""
        while not self._shows(question):  # noqa: ASYNC110 (Textual tells nobody from outside)
            await asyncio.sleep(LOOK_SECONDS)
        await self._pilot.pause()

    async def press(self, *keys: str) -> None:
        """Strike keys."""
        await self._pilot.press(*keys)

    async def type_slowly(self, text: str) -> None:
        """Type as a person does."""
        for character in text:
            await self._pilot.press("minus" if character == "-" else character)
            await asyncio.sleep(HUMAN_SECONDS)

    async def call_staff(self) -> None:
        """Touch 「職員を呼ぶ」."""
        await asyncio.sleep(FINGER_SECONDS)
        await self._pilot.click("#staff")

    def _shows(self, question: Question[Any]) -> bool:
        screen = self._pilot.app.screen
        return isinstance(screen, QuestionScreen) and screen.question is question and screen.is_mounted


class VirtualStage(Keys):
    """The port Stage with virtual devices."""

    def __init__(self, pilot: Pilot[Any], today: date, virtual: Virtual, venue: Venue) -> None:
        super().__init__(pilot)
        self._venue = venue
        self._today = today
        self._virtual = virtual
        self._slips_before = 0

    async def become(self, site: Site) -> None:
        """Stand in that kind of site."""
        self._venue.become(site)

    async def put_card(self, person: InventedPerson, shown: CardShown) -> None:
        """Put that card in; one that is in comes out first."""
        await self.pull_card()
        await asyncio.to_thread(self._virtual.slot.insert, card_of(person, shown, self._today))

    async def look_into_face_reader(self, person: InventedPerson) -> None:
        """Let that person look into the simulated face reader."""
        await asyncio.to_thread(self._virtual.look, person.key)

    async def pull_card(self) -> None:
        """Empty the reader."""
        await asyncio.to_thread(self._virtual.slot.pull)

    async def scan(self, code: str) -> None:
        """Hold the code under the scanner until the kiosk takes it."""
        while not self._virtual.scanner.present(code):  # noqa: ASYNC110 (as a hand does)
            await asyncio.sleep(LOOK_SECONDS)

    async def trouble(self, trouble: Trouble) -> None:
        """Let it go wrong, or right again."""
        printer, relay = self._virtual.printer, self._virtual.relay
        self._slips_before = len(printer.jobs)
        if trouble is Trouble.GATEWAY_DOWN:
            await relay.cut()
        else:
            await relay.mend()
        match trouble:
            case Trouble.PRINTER_UNPLUGGED:
                await printer.become(Condition.REFUSES)
            case Trouble.PAPER_OUT:
                await printer.become(Condition.OUT)
            case _:
                await printer.become(Condition.OK)

    def qr_of_last_slip(self) -> str | None:
        """What the last slip's QR reads."""
        jobs = self._virtual.printer.jobs
        return jobs[-1].qr if len(jobs) > self._slips_before else None


class RealStage(Keys):
    """The port Stage with the configured devices; it plays what needs no hand at the reader."""

    def __init__(self, pilot: Pilot[Any], watch: Stopwatch) -> None:
        super().__init__(pilot)
        self._watch = watch

    async def become(self, site: Site) -> None:
        """No scenario for real devices changes what the site has decided."""
        raise RuntimeError(f"a real site is not {site.value}")

    async def put_card(self, person: InventedPerson, shown: CardShown) -> None:
        """No scenario for real devices needs a card."""
        raise RuntimeError(f"{person.key} has no {shown.value} card for a real reader")

    async def look_into_face_reader(self, person: InventedPerson) -> None:
        """No scenario for real devices needs a face."""
        raise RuntimeError(f"{person.key} has no face for a real reader")

    async def pull_card(self) -> None:
        """Nothing: no scenario for real devices puts a card in."""

    async def scan(self, code: str) -> None:
        """Type the code instead, as one without a scanner does."""
        await self.type_slowly(code)
        await self.press("enter")

    async def trouble(self, trouble: Trouble) -> None:
        """Nothing goes wrong on purpose at a real terminal."""

    def qr_of_last_slip(self) -> str | None:
        """What was read back from the bytes that went to the printer; None when it did not take them."""
        return self._watch.printed_qr
