"""A person at a kiosk that asks one thing: the harness of the screen tests."""

from __future__ import annotations

import asyncio
import itertools
import os
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any

from textual import events
from textual.pilot import Pilot

from kiosk.checkin.outcome import Hint
from kiosk.checkin.visit import VisitNumber
from kiosk.ports.card import OtherCard
from kiosk.ports.examinee import (
    AskBirthdate,
    AskBrought,
    AskFaceCode,
    AskInitial,
    AskNumber,
    AskPin,
    AskStart,
    Complaint,
    Confirm,
    Document,
    Entry,
    Examinee,
    GoToFaceReader,
    InsertCard,
    Left,
    NamePart,
    Question,
    Reviewed,
    ReviewNumbers,
    ShowResult,
    TakeCard,
    Wanted,
)
from kiosk.ports.voice import Voice
from screens.app import KioskApp
from screens.base import Beside
from screens.pictures.terminal import graphics_of_terminal
from screens.question import QuestionScreen
from screens.site import ScreenSite

PATIENCE = 10
"""Seconds after which a test gives up waiting; nothing waits that long when it works."""
SLOWLY, AT_ONCE = 0.2, 0.001
"""Seconds between the keys of a finger and of a scanner."""
LONGEST_ENTRIES = (
    Entry(Reviewed.INSURER, "01130012"),
    Entry(Reviewed.SYMBOL, "12345-67890-12345-67"),
    Entry(Reviewed.NUMBER, "98765432109876543210"),
    Entry(Reviewed.BRANCH, ""),
    Entry(Reviewed.BIRTHDATE, "1970-12-31"),
)

EVERY_QUESTION: dict[str, Question[Any]] = {
    "start": AskStart(),
    "start-unprinted": AskStart(unprinted=VisitNumber("A", 12)),
    "start-out-of-order": AskStart(out_of_order="H02"),
    **{
        f"number-{wanted.value}-{on.value}": AskNumber(wanted, on, Complaint.TICKET_DIGITS)
        for wanted, on in itertools.product(Wanted, Document)
        if (on is Document.TICKET) is (wanted in (Wanted.TICKET, Wanted.TICKET_INSURER))
    },
    **{
        f"number-ticket-{complaint.value}": AskNumber(Wanted.TICKET, Document.TICKET, complaint)
        for complaint in (Complaint.NOT_A_TICKET_CODE, Complaint.SHOP_CODE, Complaint.TICKET_UNCLEAR)
    },
    "brought": AskBrought(),
    "card": InsertCard(),
    **{f"card-{other.value}": InsertCard(Complaint.WRONG_CARD, other) for other in OtherCard},
    **{f"card-{complaint.value}": InsertCard(complaint) for complaint in Complaint},
    "pin": AskPin(2, Complaint.PIN_WRONG),
    "face-code": AskFaceCode(10, Complaint.FACE_CODE_WRONG),
    "birthdate": AskBirthdate(),
    **{f"initial-{part.value}": AskInitial(part) for part in NamePart},
    "review": ReviewNumbers(LONGEST_ENTRIES),
    "review-short": ReviewNumbers(LONGEST_ENTRIES[1:4]),
    "confirm": Confirm("武＊＊＊　龍＊＊＊", date(1970, 12, 31)),
    "confirm-no-name": Confirm("", date(1989, 1, 8)),
    "result-confirmed": ShowResult(VisitNumber("A", 12), True, "C01", tuple(Hint), True),
    "result-appointment": ShowResult(
        VisitNumber("A", 12),
        True,
        "C01",
        (Hint.HAND_IN_TICKET, Hint.RENEW_CERTIFICATE),
        True,
        course="特定健診・胃がん検診",
        first_place="2階 採血",
        at=time(8, 30),
    ),
    "result-desk": ShowResult(VisitNumber("W", 1234), False, "Q04", tuple(Hint), False, "15095772435623034320733" * 11),
    "result-none": ShowResult(None, False, "H02", (), False),
    "result-called": ShowResult(VisitNumber("W", 1234), False, "N02", tuple(Hint), True, staff_coming=True),
    "face-reader": GoToFaceReader(60, more=1),
    "take-card": TakeCard(),
    "take-card-called": TakeCard(staff_coming=True),
}


@dataclass
class Sitting:
    """One question on the screen, and what became of it."""

    app: KioskApp
    pilot: Pilot[None]
    asking: list[asyncio.Task[Any]]
    outcome: asyncio.Future[Any]
    questions: asyncio.Queue[tuple[Question[Any], asyncio.Future[Any]]] = field(default_factory=asyncio.Queue)
    last_key: float = 0
    """When the last key was struck, by its time stamp."""

    @property
    def screen(self) -> QuestionScreen[Any, Any]:
        screen = self.app.screen
        assert isinstance(screen, QuestionScreen)
        return screen

    async def strike(self, keys: Iterable[str], gap: float = SLOWLY) -> None:
        """Strike keys so far apart by their own time stamps, whatever the machine's speed, after a pause."""
        at = max(events.Key("a", "a").time, self.last_key + 1)
        for place, key in enumerate(keys):
            event = events.Key(key, key) if len(key) == 1 else events.Key(key, None)
            event.time = self.last_key = at + place * gap
            self.app.post_message(event)
        await self.pilot.pause()
        await self.until(lambda: self.app.settled or not self.app.is_running)
        await self.pilot.pause()

    async def hit(self, *selectors: str) -> None:
        """Touch what stands there, as a terminal tells it: the app finds out itself what is under the finger."""
        for selector in selectors:
            place = self.app.screen.query_one(selector).region
            assert place.area, selector
            x, y = place.x + place.width // 2, place.y + place.height // 2
            for kind in (events.MouseDown, events.MouseUp):
                self.app.post_message(kind(None, x, y, 0, 0, 1, False, False, False, x, y))
            await self.pilot.pause()

    async def face(self, question: Question[Any]) -> None:
        """Ask something else at the same kiosk; a question that still waits is dropped."""
        if self.asking:
            self.asking[-1].cancel()
        self.outcome = asyncio.get_running_loop().create_future()
        self.questions.put_nowait((question, self.outcome))
        # A result that ends itself may be gone before anybody looks.
        await self.until(lambda: self._stands(question) or self.outcome.done())
        await self.pilot.pause()

    def _stands(self, question: Question[Any]) -> bool:
        screen = self.app.screen
        return isinstance(screen, QuestionScreen) and screen.question is question and screen.is_mounted

    async def read_as(self, *, large: bool, furigana: bool = False) -> None:
        """Ask for larger letters, or for readings, or for neither."""
        if self.app.large is not large:
            self.app.toggle_large()
        if self.app.furigana is not furigana:
            self.app.toggle_furigana()
        await self.until(lambda: not self.screen.rebuilding)
        await self.pilot.pause()

    async def open_options(self) -> None:
        """Have languages, letters and sound stand in the question's place."""
        self.screen.open_options()
        await self.until(lambda: any(key.region.area for key in self.screen.query("#close-options")))
        await self.pilot.pause()

    async def end(self, how: str) -> None:
        """End the question: by a key, by a touch on `#what`, or by `cancel`, as the journey does."""
        if how == "cancel":
            self.asking[-1].cancel()
        elif how.startswith("#"):
            await self.hit(how)
        else:
            await self.strike([how])
        await self.until(lambda: self.asking[-1].done())

    async def answered(self) -> Any:
        """What `ask` came back with; the exception when the person left."""
        return await asyncio.wait_for(asyncio.shield(self.outcome), PATIENCE)

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait for something to be so."""
        async with asyncio.timeout(PATIENCE):
            while not condition():
                await self.pilot.pause()

    def text(self) -> str:
        """Everything that stands on the screen, line by line."""
        return "\n".join("".join(segment.text for segment in line) for line in self.lines())

    def lines(self) -> list[list[Any]]:
        return [list(strip) for strip in self.app.screen._compositor.render_strips()]


def site(**limits: Any) -> ScreenSite:
    """A site whose keys do not mind quick fingers, and whose clock stands."""
    quiet: dict[str, Any] = {
        "bounce_seconds": 0,
        "simulator": True,
        "now": lambda: datetime(2026, 6, 1, 9, 5, tzinfo=UTC),
    }
    return ScreenSite(**{"name": "さくら総合健診センター", **quiet, **limits})


@asynccontextmanager
async def sitting(
    question: Question[Any],
    size: tuple[int, int] | None = (80, 24),
    beside: Callable[[], Beside] | None = None,
    voice: Voice | None = None,
    **limits: Any,
) -> AsyncIterator[Sitting]:
    """Ask the question and leave the app standing after the answer, for another one.

    Without a size it is painted on the terminal that this process stands on.
    """
    asking: list[asyncio.Task[Any]] = []
    questions: asyncio.Queue[tuple[Question[Any], asyncio.Future[Any]]] = asyncio.Queue()

    async def main(examinee: Examinee) -> None:
        while True:
            asked, outcome = await questions.get()
            task = asyncio.ensure_future(examinee.ask(asked))
            asking.append(task)
            try:
                outcome.set_result(await task)
            except Left as left:
                outcome.set_result(left)
            except asyncio.CancelledError:
                outcome.cancel()
                mine = asyncio.current_task()
                if mine is not None and mine.cancelling():
                    raise

    app = KioskApp(site(**limits), main, beside)
    app.voice = voice or app.voice
    if size is None:
        app.graphics = graphics_of_terminal(os.environ["TERM"])
    async with app.run_test(headless=size is not None, size=size) as pilot:
        here = Sitting(app, pilot, asking, asyncio.get_running_loop().create_future(), questions)
        await here.face(question)
        yield here
