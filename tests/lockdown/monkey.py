"""A monkey at the screens: it strikes, touches, drags, scans, pastes and resizes, the same for the same seed."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import time
from time import monotonic
from typing import Any

from textual import events
from textual.geometry import Size
from textual.pilot import Pilot

from kiosk.checkin.outcome import Hint
from kiosk.checkin.visit import VisitNumber
from kiosk.ports.card import Secret
from kiosk.ports.examinee import (
    AskBirthdate,
    AskBrought,
    AskFaceCode,
    AskInitial,
    AskNumber,
    AskPin,
    AskStart,
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
    Step,
    TakeCard,
    WalkedAway,
    Wanted,
    Working,
)
from kiosk.station.crash import places
from screens.app import KioskApp
from screens.base import KioskScreen
from screens.driver import Ear
from screens.question import QuestionScreen
from screens.site import ScreenSite
from screens.widgets.key import Key
from tests.lockdown.canaries import Canary, in_memory, on_screen
from tests.screens.sitting import site

SIZE = (85, 26)
SOON = 5.0
"""Seconds after which nothing of a visit may be left in memory."""
PATIENCE = 60.0
FEWEST_QUESTIONS, MOST_QUESTIONS = 3, 9
PATIENCE_EVENTS = 120
"""A visit that the monkey does not bring to an end is ended like one from which somebody walked away."""
LOOK_EVERY = 40
"""Visits between two looks through the whole memory: each takes a second."""
TELL_EVERY = 1000
MOST_AT_ONCE = 16
"""Events that come before the kiosk has done anything about the first of them."""
NAMED_KEYS = (
    *("enter", "tab", "shift+tab", "escape", "backspace", "delete", "up", "down", "left", "right", "space"),
    *("home", "end", "pageup", "pagedown", "insert"),
    *(f"f{number}" for number in range(1, 25)),
    *(f"{held}+{key}" for held in ("ctrl", "alt", "ctrl+shift", "super") for key in "qczpdslvxahku\\"),
    *("ctrl+@", "ctrl+backslash", "ctrl+pageup", "shift+insert", "left_control", "caps_lock", "volume_up", "\ufffd"),
)
TYPED = "0123456789" * 4 + "+-*/.=,#" * 2 + "aZｱア０９健🀄é\u0301"
PIECES = (
    b"\x1b[",
    b"\x1b]",
    b"\x1b[<",
    b"\x1bP",
    b";",
    b"M",
    b"u",
    b"t",
    b"~",
    b"\x1b[200~",
    b"\x1b[201~",
    b"48;",
    b"\xff",
)
"""What the garbage is made of, beside octets of every kind."""
SIZES = (SIZE, (80, 24), (61, 18), (100, 30), (200, 50), (1, 1), (3, 90), (400, 2), (40, 12))


@dataclass(slots=True)
class Report:
    """What happened, and what must not have."""

    events: Counter[str] = field(default_factory=Counter)
    questions: Counter[str] = field(default_factory=Counter)
    visits: int = 0
    looks: int = 0
    found: list[str] = field(default_factory=list)
    """Ways out, crashes, traces of somebody; empty when all is well."""


class Monkey:
    """One kiosk and the monkey in front of it. `play` is all."""

    def __init__(self, seed: int, tell: Callable[[int], object] = lambda _events: None) -> None:
        """`tell` hears after every thousand events how many there were."""
        self._tell = tell
        self._chance = random.Random(seed)  # noqa: S311 (no secret)
        self._ear = Ear()
        self.report = Report()
        self._canary = Canary(0)
        self._ended: list[Canary] = []
        self._since = 0
        self._to_ask: list[int] = []
        self._asking: asyncio.Future[Any] | None = None
        self._between = asyncio.Event()
        self._at = 0.0

    async def play(self, count: int) -> Report:
        """So many events; then the last visit is ended, and everything is searched once more."""
        app = KioskApp(site_of_monkey(), self._visits, on_crash=lambda where: self._report("crash", where))
        try:
            async with app.run_test(size=SIZE) as pilot:
                await self._play_on(app, pilot, count)
        except Exception as crash:  # Textual raises what ended the app
            self._report("crash", f"{type(crash).__name__} {places(crash.__traceback__)}")
        return self.report

    async def _play_on(self, app: KioskApp, pilot: Pilot[None], count: int) -> None:
        asyncio.get_running_loop().set_exception_handler(self._told_by_loop)
        self._at = events.Key("a", "a").time
        while self.report.events.total() < count:
            before = self.report.events.total()
            if not await self._some(app, pilot, self._chance.randint(1, MOST_AT_ONCE)):
                return
            if self.report.events.total() // TELL_EVERY > before // TELL_EVERY:
                self._tell(self.report.events.total())
        self._since = PATIENCE_EVENTS
        while not (self._between.is_set() and _stands(app, AskStart)):
            if not await self._some(app, pilot, 1):
                return
        await self._look(app, pilot, thoroughly=True)

    # The kiosk's side: visit after visit, each of somebody else.

    async def _visits(self, examinee: Examinee) -> None:
        while True:
            self._between.set()
            with suppress(Left):  # staff may be called there, too
                await self._ask(examinee, AskStart(unprinted=self._chance.choice((None, None, VisitNumber("A", 12)))))
                self._canary = Canary(len(self._ended) + 1)
                self._since = 0
                with suppress(Left):
                    await self._visit(examinee)
                self._ended.append(self._canary)
                self.report.visits += 1

    async def _visit(self, examinee: Examinee) -> None:
        for _ in range(self._chance.randint(FEWEST_QUESTIONS, MOST_QUESTIONS)):
            if self._chance.random() < 0.15:
                examinee.show(Working(self._chance.choice(list(Step)), tuple(Step)))
                await asyncio.sleep(0)
            await self._ask(examinee, self._question())
        await self._ask(examinee, self._result())

    async def _ask(self, examinee: Examinee, question: Question[Any]) -> None:
        self.report.questions[type(question).__name__] += 1
        self._asking = asyncio.ensure_future(examinee.ask(question))
        try:
            answer = await self._asking
        except asyncio.CancelledError:
            mine = asyncio.current_task()
            if mine is not None and mine.cancelling():
                raise
            return  # as when a card comes
        finally:
            self._asking = None
        if isinstance(answer, Secret):
            answer.wipe()

    def _question(self) -> Question[Any]:
        canary, chance = self._canary, self._chance
        numbers = (Entry(Reviewed.NUMBER, canary.number), Entry(Reviewed.SYMBOL, canary.number[:5]))
        makers: tuple[Callable[[], Question[Any]], ...] = (
            lambda: AskNumber(Wanted.TICKET, Document.TICKET),
            lambda: AskNumber(chance.choice(list(Wanted)[1:]), chance.choice(list(Document)[1:])),
            AskBrought,
            InsertCard,
            lambda: AskPin(chance.randint(2, 3)),
            lambda: AskFaceCode(10),
            AskBirthdate,
            lambda: AskInitial(chance.choice(list(NamePart))),
            lambda: ReviewNumbers(numbers),
            lambda: Confirm(canary.name, canary.birthdate),
            lambda: GoToFaceReader(60),
            lambda: TakeCard(chance.random() < 0.5),
        )
        if not self._to_ask:  # each kind once before any comes twice
            self._to_ask = chance.sample(range(len(makers)), len(makers))
        return makers[self._to_ask.pop()]()

    def _result(self) -> ShowResult:
        canary, chance = self._canary, self._chance
        printed = chance.random() < 0.6
        return ShowResult(
            chance.choice((VisitNumber("A", 1), VisitNumber("W", 1234), None)),
            chance.random() < 0.5,
            "C01",
            tuple(chance.sample(list(Hint), k=2)),
            printed,
            "" if printed else canary.number * 20,
            course=canary.name,
            first_place=canary.name,
            at=time(8, 30),
        )

    # The monkey's side.

    async def _some(self, app: KioskApp, pilot: Pilot[None], count: int) -> bool:
        """So many events at once, and a look at what they did; False when that was the end."""
        if self._between.is_set() and _stands(app, AskStart):
            await self._look(app, pilot, thoroughly=self.report.visits % LOOK_EVERY == LOOK_EVERY - 1)
            self._between.clear()
        self._since += count
        if self._since > PATIENCE_EVENTS:
            self._since = 0
            await self._come_or_go(app)
        for _ in range(count):
            kinds = list(_KINDS)
            kind = self._chance.choices(kinds, [_KINDS[name][0] for name in kinds])[0]
            self.report.events[kind] += 1
            await _KINDS[kind][1](self, app)
        await pilot.pause()
        return self._is_whole(app)

    async def _come_or_go(self, app: KioskApp) -> None:
        if _stands(app, AskStart):
            await self._tap(app, "#choice-1")
        elif isinstance(app.screen, QuestionScreen):
            app.screen.leave(WalkedAway())

    def _is_whole(self, app: KioskApp) -> bool:
        if not app.is_running or app.return_code or app._exception is not None:
            self._report("way out", f"the app ended with {app.return_code}")
            return False
        if len(app.screen_stack) > 2 or not all(isinstance(s, KioskScreen) for s in app.screen_stack):
            self._report("way out", str([type(screen).__name__ for screen in app.screen_stack]))
        if app.screen.get_selected_text() is not None:
            self._report("way out", "selected text")
        if app.screen.maximized is not None or app.mouse_captured is not None:
            self._report("way out", "maximised or captured")
        return not self.report.found

    async def _look(self, app: KioskApp, pilot: Pilot[None], *, thoroughly: bool) -> None:
        """Is anything left of those who went, when the start screen stands?"""
        app.post_message(events.Resize(Size(*SIZE), Size(*SIZE)))
        async with asyncio.timeout(PATIENCE):
            while app.size != Size(*SIZE) or not app.settled:
                await pilot.pause()
        await pilot.pause()
        if not _stands(app, AskStart):
            return  # a touch was on its way: the next visit has begun
        self.report.looks += 1
        for text in on_screen(app):
            self._report("on the start screen", text)
        if thoroughly:
            # Timers of the last screen hold it for the fraction of a second that they still run.
            until = monotonic() + SOON
            while (found := in_memory(self._ended)) and monotonic() < until:
                await pilot.pause(SOON / 10)
            for holder in found:
                self._report("in memory", holder)

    def _report(self, what: str, where: str) -> None:
        self.report.found.append(f"{what}: {where} (visit {self.report.visits}, {self.report.events.total()} events)")

    def _told_by_loop(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        self._report("event loop", f"{context.get('message')} {type(context.get('exception')).__name__}")

    async def _key(self, app: KioskApp) -> None:
        character = self._chance.random() < 0.7
        key = self._chance.choice(TYPED if character else NAMED_KEYS)
        self._strike(app, key, self._chance.choice((0.0005, 0.02, 0.05, 0.2, 0.5)))

    def _strike(self, app: KioskApp, key: str, after: float) -> None:
        event = events.Key(key, key if len(key) == 1 else None)
        self._at = event.time = self._at + after
        app.post_message(event)

    async def _own_digits(self, app: KioskApp) -> None:
        """What the person of this visit would type here, slowly."""
        canary = self._canary
        match getattr(app.screen, "question", None):
            case AskPin():
                digits = canary.pin
            case AskFaceCode():
                digits = canary.secret
            case AskBirthdate():
                digits = f"1{canary.birthdate.year - 1911:02d}{canary.birthdate:%m%d}"
            case _:
                digits = canary.number
        for digit in digits:
            self._strike(app, digit, 0.3)
        if self._chance.random() < 0.5:
            self._strike(app, "enter", 0.5)

    async def _scan(self, app: KioskApp) -> None:
        code = self._canary.number if self._chance.random() < 0.5 else str(self._chance.randrange(10**13))
        for character in code:
            self._strike(app, character, 0.001)
        if self._chance.random() < 0.8:
            self._strike(app, self._chance.choice(("enter", "tab")), 0.001)

    async def _tap(self, app: KioskApp, selector: str = "Key") -> None:
        keys = [key for key in app.screen.query(selector).results(Key) if key.region.area]
        if not keys:
            return
        region = self._chance.choice(keys).region
        place = (self._chance.randrange(region.x, region.right), self._chance.randrange(region.y, region.bottom))
        self._mouse(app, events.MouseDown, *place)
        self._mouse(app, events.MouseUp, *place)

    async def _touch(self, app: KioskApp) -> None:
        """Anywhere, outside too, any button, and not always both down and up."""
        place = self._anywhere()
        button = self._chance.choice((0, 1, 1, 1, 2, 3))
        for kind in (events.MouseDown, events.MouseUp):
            if self._chance.random() < 0.9:
                self._mouse(app, kind, *place, button=button)

    async def _drag(self, app: KioskApp) -> None:
        self._mouse(app, events.MouseDown, *self._anywhere())
        for _ in range(self._chance.randrange(6)):
            self._mouse(app, events.MouseMove, *self._anywhere())
        self._mouse(app, events.MouseUp, *self._anywhere())

    async def _wheel(self, app: KioskApp) -> None:
        kinds = (events.MouseScrollDown, events.MouseScrollUp, events.MouseScrollLeft, events.MouseScrollRight)
        self._mouse(app, self._chance.choice(kinds), *self._anywhere(), button=0)

    async def _twice(self, app: KioskApp) -> None:
        """A double or triple touch, which selects a word or a line elsewhere."""
        place = self._anywhere()
        for _ in range(self._chance.randint(2, 3)):
            self._mouse(app, events.MouseDown, *place)
            self._mouse(app, events.MouseUp, *place)

    def _anywhere(self) -> tuple[int, int]:
        return self._chance.randrange(-2, SIZE[0] + 5), self._chance.randrange(-2, SIZE[1] + 5)

    def _mouse(self, app: KioskApp, kind: type[events.MouseEvent], x: int, y: int, button: int = 1) -> None:
        held = self._chance.random() < 0.1
        app.post_message(kind(None, x, y, 0, 0, button, held, held, held, x, y))

    async def _paste(self, app: KioskApp) -> None:
        app.post_message(events.Paste(self._chance.choice((self._canary.number, "\x1b[31m\x03", "x" * 5000))))

    async def _resize(self, app: KioskApp) -> None:
        size = Size(*self._chance.choice(SIZES))
        app.post_message(events.Resize(size, size))

    async def _octets(self, app: KioskApp) -> None:
        """Whatever a terminal can send, heard as the kiosk's driver hears it."""
        octets = b"".join(
            self._chance.choice(PIECES) if self._chance.random() < 0.5 else self._chance.randbytes(2)
            for _ in range(self._chance.randrange(1, 8))
        )
        for heard in (*self._ear.hear(octets), *self._ear.wait()):
            app.post_message(heard)

    async def _focus(self, app: KioskApp) -> None:
        app.post_message(self._chance.choice((events.AppBlur, events.AppFocus))())

    async def _nobody(self, app: KioskApp) -> None:
        """Nobody touches anything for long."""
        screen = app.screen
        if isinstance(screen, QuestionScreen) and screen.WATCHED and screen._warning is None and screen.is_mounted:
            screen.warn()

    async def _card(self, app: KioskApp) -> None:
        """A card comes or goes: the question is dropped."""
        if self._asking is not None and not _stands(app, AskStart):
            self._asking.cancel()


_KINDS: dict[str, tuple[int, Callable[[Monkey, KioskApp], Any]]] = {
    "key": (22, Monkey._key),
    "own digits": (6, Monkey._own_digits),
    "scan": (5, Monkey._scan),
    "tap": (30, Monkey._tap),
    "touch": (8, Monkey._touch),
    "drag": (4, Monkey._drag),
    "wheel": (4, Monkey._wheel),
    "twice": (3, Monkey._twice),
    "paste": (2, Monkey._paste),
    "resize": (2, Monkey._resize),
    "octets": (10, Monkey._octets),
    "focus": (1, Monkey._focus),
    "nobody": (1, Monkey._nobody),
    "card": (2, Monkey._card),
}
"""How often, and what the monkey does."""


def site_of_monkey() -> ScreenSite:
    """A site whose names would be markup, and that waits for nobody too long."""
    return site(
        name="[@click=app.exit]健診[/] [bold]センター", desk="[red]窓口", idle_seconds=3600, result_seconds=3600
    )


def _stands(app: KioskApp, kind: type[Question[Any]]) -> bool:
    screen = app.screen
    return isinstance(screen, QuestionScreen) and isinstance(screen.question, kind) and screen.is_mounted
