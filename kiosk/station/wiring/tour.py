"""`kiosk demo --tour`: five people check in by themselves, on the real kiosk, and somebody tells what one sees."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from kiosk.checkin.visit import Visit
from kiosk.ledger.reader import LedgerReader
from kiosk.ports import Ports
from kiosk.ports.desk import Slips
from kiosk.ports.printer import LineStyle, Slip, TextLine
from kiosk.rehearsal.stage import Watched
from kiosk.rehearsal.tour import AT_THE_SLIP, FAREWELL, GUESTS, Guest, Words
from kiosk.rehearsal.touring import Seen, play_tour
from kiosk.station.wiring.injector import Injector
from kiosk.station.wiring.instead import Instead
from kiosk.station.wiring.tour_hands import TourHands
from screens.app import KioskApp
from screens.base import Beside
from screens.tour import TourTray
from screens.tour_told import Caption, Told

READ_SECONDS, LETTER_SECONDS = 1.2, 0.075
"""At a pace of 1: to look up, and for each Japanese letter (about 800 a minute are read)."""
PAPER_SECONDS = 8.0
"""At a pace of 1: for a slip that is looked at."""
LOOK_SECONDS = 0.1
_ENDS = {True: "受付ずみ", False: "窓口へ　"}


@dataclass
class Tour:
    """One showing; the port Narrator of the story."""

    injector: Injector
    state: Path
    """Where the ledger is."""
    today: date
    pace: float
    """1 as one reads; 2 takes twice as long, and at 0 nothing waits."""
    yours: Callable[[], Beside]
    """What stands beside the kiosk when the tour is over."""
    seen: list[Seen] = field(default_factory=list)
    done: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when the story is over, before the last word is read."""
    _told: Told = field(init=False)
    _watched: asyncio.Queue[Watched] = field(default_factory=asyncio.Queue)
    _slips: list[Slip] = field(default_factory=list)
    _app: KioskApp | None = None
    _unread: int = 0
    """Letters of who it is, which are read together with what happens first."""

    def __post_init__(self) -> None:
        self._told = Told(tuple(guest.scenario.title for guest in GUESTS))

    def beside(self) -> Beside:
        """The `beside` of `KioskApp`."""
        return TourTray(self._told, self.yours)

    def instead(self, instead: Instead) -> Instead:
        """The same world, in which the tour hears what is asked and sees the slips."""

        def ports_of(ports: Ports) -> Ports:
            ports = instead.ports(ports)
            watched = Watched(ports.examinee)
            self._watched.put_nowait(watched)
            return replace(ports, examinee=watched, slips=_Kept(ports.slips, self._slips))

        return replace(instead, ports=ports_of)

    async def accompany(self, app: KioskApp) -> None:
        """Play it, from the kiosk's first question on, and leave the kiosk to whoever looked on; for ever."""
        self._app = app
        hands = TourHands(app, self.injector, self.today, self.pace)
        watched = await self._watched.get()
        async with asyncio.TaskGroup() as tasks:
            staying = tasks.create_task(hands.stay())
            self.seen = await play_tour(GUESTS, hands, watched, self, self.today)
            hands.come()
            await self._end()
            staying.cancel()
        while True:
            await watched.asked.get()

    # Narrator.

    def enter(self, place: int, guest: Guest) -> None:
        """The next person comes."""
        self._told.place, self._told.who = place, _caption(guest.who)
        self._unread = len(guest.who.japanese)
        self._draw()

    async def tell(self, words: Words) -> None:
        """Say it, and wait until it can have been read."""
        self._told.now = _caption(words)
        self._draw()
        letters, self._unread = len(words.japanese) + self._unread, 0
        await self._read(READ_SECONDS + LETTER_SECONDS * letters)

    async def show_slip(self, words: Words) -> None:
        """Show the last slip, its staff part first."""
        if self._slips:
            self._told.papers = _parts(self._slips[-1].lines)
        self._told.now = _caption(words)
        self._draw()
        await self._read(PAPER_SECONDS)
        self._told.papers = ()
        self._draw()

    def ended(self, seen: Seen) -> None:
        """That person is through."""
        self._told.endings.append(f"{seen.number} {seen.code} {_ENDS[seen.confirmed]}")
        self._told.now = _caption(FAREWELL)
        self._draw()

    async def _end(self) -> None:
        """Say what was seen, and give the kiosk away."""
        told = self._told
        told.over, told.stepped = True, asyncio.Event()
        told.who = Caption("これで五人です。", "That was all five.")
        told.now = Caption("どのキーでも、ここからはご自分で。", "Press any key, and it is your turn.")
        told.papers = (tuple(await self._report()),)
        self._draw()
        self.done.set()
        await told.stepped.wait()
        told.papers = ()
        if self._app is not None:
            self._app.beside = self.yours
            for tray in self._app.screen.query(TourTray):
                tray.hand_over()

    async def _report(self) -> list[str]:
        recorded = await asyncio.to_thread(lambda: recorded_on(self.state, self.today))
        lines = ["見たもの / What you have seen", ""]
        for place, (seen, ending) in enumerate(zip(self.seen, self._told.endings, strict=True), start=1):
            lines.append(f"{place} {ending}  {seen.guest.scenario.title}")
        codes = [f"{visit.number} {visit.outcome.reason.value}" for visit in recorded]
        return [
            *lines,
            "",
            f"台帳にあるもの / In the record: {len(recorded)}",
            *(f"   {'  '.join(codes[place : place + 3])}" for place in range(0, len(codes), 3)),
            "",
            "ご自分で / Your turn:",
            "  F2・F1 人をえらぶ   choose a person",
            "  F3 カードを置く     put the card in",
            "  F6 受付票を見る     look at the slip",
            "  F12 故障を起こす    let things fail",
        ]

    async def _read(self, seconds: float) -> None:
        """Until it can have been read; by hand until a key is struck."""
        told, left = self._told, seconds * self.pace
        told.stepped.clear()
        while not told.stepped.is_set() and (told.by_hand or left > 0):
            if not told.by_hand:
                left -= LOOK_SECONDS
            try:
                async with asyncio.timeout(LOOK_SECONDS):
                    await told.stepped.wait()
            except TimeoutError:
                continue

    def _draw(self) -> None:
        if self._app is not None:
            for tray in self._app.screen.query(TourTray):
                tray.draw()


def recorded_on(state: Path, day: date) -> list[Visit]:
    """What stands in the ledger, in its order."""
    with LedgerReader.open(state) as reader:
        return list(reader.committed(day))


@dataclass(slots=True)
class _Kept:
    """The port Slips; what it draws is kept for those who look on."""

    _slips: Slips
    _kept: list[Slip]

    async def draw(self, visit: Visit) -> Slip:
        slip = await self._slips.draw(visit)
        self._kept.append(slip)
        return slip


def _caption(words: Words) -> Caption:
    return Caption(words.japanese, words.english)


def _parts(lines: tuple[TextLine, ...]) -> tuple[tuple[str, ...], ...]:
    """The staff's part, then the examinee's."""
    texts = [_on_paper(line) for line in lines]
    begins = next((place for place, line in enumerate(lines) if line.text.startswith(AT_THE_SLIP)), 0)
    return tuple(texts[begins:]), tuple(texts[:begins])


def _on_paper(line: TextLine) -> str:
    match line.style:
        case LineStyle.QR:
            return "[QR]"
        case LineStyle.INVERSE:
            return f"--- {line.text} ---"
        case _:
            return line.text
