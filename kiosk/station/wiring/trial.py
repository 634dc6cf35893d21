"""A terminal whose devices fail on purpose, and people who check in there all the same: for the matrix and the soak."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import ExitStack, asynccontextmanager, closing
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from hardware.virtual.pcscd import Pcscd
from kiosk import __version__
from kiosk.checkin.appointment import Appointment
from kiosk.checkin.person import Person
from kiosk.checkin.reasons import Reason
from kiosk.checkin.ticket import TicketNumber
from kiosk.gateway.people import by_key
from kiosk.gateway.serve import running_gateway
from kiosk.gateway.simulator import Simulator
from kiosk.gateway.tokens import Tokens
from kiosk.journey import serve
from kiosk.ports import Ports
from kiosk.ports.desk import Roster
from kiosk.ports.examinee import AskStart, Examinee, Question, ShowResult
from kiosk.rehearsal.actor import Actor
from kiosk.rehearsal.counting import Use, counted
from kiosk.rehearsal.faults import Fault, Lasts, Troubled
from kiosk.rehearsal.matrix import STEPS_OF_USES, Cell, Ending, Record, Result, Step, step_of
from kiosk.rehearsal.probe import LoopProbe, probed
from kiosk.rehearsal.scenario import CardShown, Scenario
from kiosk.rehearsal.stage import Watched
from kiosk.settings import ClockSource, Settings, load
from kiosk.station.clock import SiteClock
from kiosk.station.heartbeat import StatusFile
from kiosk.station.log import start_log
from kiosk.station.wiring.appointments import invented_appointment, put_roster
from kiosk.station.wiring.counter import screen_site
from kiosk.station.wiring.hands import Hands
from kiosk.station.wiring.house import card_of, configure, new_token
from kiosk.station.wiring.injector import CODES, SERVICE, Injector
from kiosk.station.wiring.instead import Instead
from kiosk.station.wiring.props import Props, props
from kiosk.station.wiring.terminal import Terminal, open_terminal
from screens.app import KioskApp

SIZE = (85, 26)
"""The reference panel."""
DEADLINE_SECONDS, SLOW_SECONDS = 2.0, 30.0
PRINT_SECONDS = 3.0
"""A slip's deadline: enough on a busy machine, and soon over for a printer that stalls."""
PATIENCE_SECONDS = 45.0
"""For the next question; the kiosk's own deadlines are all shorter."""
AGAIN_SECONDS = 3.0
"""Somebody on whose answer nothing happens answers once more after this."""
BACK_SECONDS = 45.0
"""Within which all must be back: the kiosk looks at a broken disk every 10 s, and at the gateway every 30."""
_LOOK_SECONDS = 0.01
TROUBLED = Scenario("troubled", "故障の中の受付", Reason.CONFIRMED_BY_CARD)
"""Who is at the kiosk while the fault strikes: ticket, card and PIN, numbers, as where there is no roster."""
NEXT = Scenario("next", "つぎの人", Reason.CONFIRMED_BY_CARD, person="hanako")
"""Who comes next, when the roster is there: card and PIN are all that is needed."""
STRANGER = "set"

Reached = Callable[[Step], Awaitable[None]]


async def _nothing(_step: Step) -> None:
    return


class _Forgetful(Actor):
    """Somebody who leaves the card in the reader until the kiosk asks to take it."""

    async def answer(self, question: Question[Any]) -> None:
        if isinstance(question, ShowResult):
            await self.stage.shown(question)
            await self.stage.press("1")
            return
        await super().answer(question)


@dataclass(slots=True)
class _Lent:
    """The port Roster, there for some visits and not for others."""

    roster: Roster
    there: bool = True

    @property
    def loaded(self) -> bool:
        return self.there and self.roster.loaded

    def by_number(self, number: TicketNumber) -> tuple[Appointment, ...]:
        return self.roster.by_number(number) if self.there else ()

    def by_person(self, person: Person) -> tuple[Appointment, ...]:
        return self.roster.by_person(person) if self.there else ()

    def by_birthdate(self, birthdate: date) -> tuple[Appointment, ...]:
        return self.roster.by_birthdate(birthdate) if self.there else ()


@dataclass(slots=True)
class Trial:
    """An open terminal, and what is known of it."""

    terminal: Terminal
    injector: Injector
    hands: Hands
    probe: LoopProbe
    watched: Watched
    props: Props
    settings: Settings
    today: date
    roster: _Lent
    _question: Question[Any]
    _reached: Reached = _nothing

    async def before(self, use: Use) -> None:
        """A port is about to be used."""
        if use in STEPS_OF_USES:
            await self._reached(STEPS_OF_USES[use])

    async def visit(self, scenario: Scenario, reached: Reached = _nothing) -> Ending:
        """One person checks in; `reached` is called at every step."""
        began = time.monotonic()
        actor = _Forgetful(scenario, by_key(scenario.person), self.hands, self.today)
        result: ShowResult | None = None
        stuck_at = ""
        self._reached = reached
        self.roster.there = scenario is NEXT
        self._take_news()
        question = self._question
        if isinstance(question, AskStart) and question.out_of_order:
            return Ending(time.monotonic() - began, closed=True)
        while True:
            if isinstance(question, ShowResult):
                result = question
            try:
                async with asyncio.timeout(PATIENCE_SECONDS):
                    if step := step_of(question):
                        await reached(step)
                    self._question = await self._answered(actor, question)
            except TimeoutError:
                stuck_at = type(question).__name__
                break
            if isinstance(self._question, AskStart) and not isinstance(question, AskStart):
                break
            question = self._question
        self._reached = _nothing
        tries = [
            card.pin_left for card in self.hands.cards if card.spec.person and card.spec.pin and card.spec.pin_tries > 1
        ]
        await self.hands.pull_card()
        self.hands.cards.clear()
        await self.props.back.run(self._forget_slips())
        return Ending(
            time.monotonic() - began,
            code=result.code if result else "",
            number=str(result.number) if result and result.number else "",
            printed=result is not None and result.printed,
            stuck_at=stuck_at,
            tries_left=min(tries, default=3),
        )

    async def ready(self, seconds: float = BACK_SECONDS) -> float | None:
        """Wait until somebody can begin; the seconds until then, None when that did not come."""
        began = time.monotonic()
        while time.monotonic() - began < seconds:
            self._take_news()
            question = self._question
            open_now = isinstance(question, AskStart) and not question.out_of_order
            if open_now and self.terminal.devices.reader.available and self.terminal.ports.clock.sure:
                return time.monotonic() - began
            await asyncio.sleep(_LOOK_SECONDS)
        return None

    def record(self) -> Record:
        """What stands in the ledger now, read by a connection of its own."""
        uri = f"{(self.settings.terminal.state / 'ledger.db').as_uri()}?mode=ro"
        with closing(sqlite3.connect(uri, uri=True)) as rows:
            visits = rows.execute(
                "SELECT day, prefix || '-' || printf('%03d', sequence), print_job.visit IS NULL"
                " FROM visit LEFT JOIN print_job ON print_job.visit = visit.id ORDER BY entry"
            ).fetchall()
            (jobs,) = rows.execute("SELECT count(*) FROM print_job").fetchone()
            (events,) = rows.execute("SELECT count(*) FROM outbox").fetchone()
        broken = sum(row[2] for row in visits) + abs(len(visits) - jobs) + max(0, len(visits) - events)
        return Record(tuple((day, number) for day, number, _ in visits), broken)

    async def _forget_slips(self) -> None:
        """Virtual paper is kept in memory: half a megabyte a slip."""
        for _ in self.props.printer.jobs:
            await self.props.printer.next_job()
        self.props.printer.jobs.clear()

    def _take_news(self) -> None:
        while not self.watched.asked.empty():
            self._question = self.watched.asked.get_nowait()

    async def _answered(self, actor: Actor, question: Question[Any]) -> Question[Any]:
        """The next question, after that person answered, once more where the kiosk did not hear it."""
        following = asyncio.ensure_future(self.watched.asked.get())
        try:
            while True:
                answering = asyncio.ensure_future(actor.answer(question))
                try:
                    await asyncio.wait((answering, following), return_when=asyncio.FIRST_COMPLETED)
                    if not following.done():
                        answering.result()  # what it raised is a mistake of this program
                        await asyncio.wait((following,), timeout=AGAIN_SECONDS)
                finally:
                    answering.cancel()
                    await asyncio.gather(answering, return_exceptions=True)
                if following.done():
                    return following.result()
        finally:
            following.cancel()


@asynccontextmanager
async def trial(place: Path, pcscd: Pcscd | None, *, idle: float = 60.0) -> AsyncIterator[Trial]:
    """A terminal behind headless screens, with virtual devices in threads and a gateway in another, ready to serve.

    pcscd has to run. Raises NotReady.
    """
    with ExitStack() as stack:
        simulator = Simulator(slow_seconds=SLOW_SECONDS)
        url = stack.enter_context(running_gateway(simulator, Tokens({new_token(place): "trial"})))
        things = stack.enter_context(props(place / "slips", int(url.rpartition(":")[2]), pcscd))
        settings = _settings(place, things, idle)
        now = SiteClock(settings.zone).now()
        put_roster(settings, [invented_appointment(by_key(NEXT.person), now)])
        today = now.date()
        injector = Injector(things, stranger=lambda: card_of(by_key(STRANGER), CardShown.OWN, today))
        await asyncio.to_thread(card_of, by_key(NEXT.person), CardShown.OWN, today)  # makes the cards' key, once
        async with _opened(settings, things, injector, today) as opened:
            yield opened


def _settings(place: Path, things: Props, idle: float) -> Settings:
    file = configure(
        place,
        gateway=f"http://127.0.0.1:{things.relay.port}",
        printer=things.printer.device,
        deadline=DEADLINE_SECONDS,
        offline_deadline=DEADLINE_SECONDS,
        idle=idle,
    )
    settings = load(file)
    return settings.model_copy(
        update={
            "clock": settings.clock.model_copy(update={"source": ClockSource.NTP}),
            "printer": settings.printer.model_copy(update={"deadline_seconds": PRINT_SECONDS}),
        }
    )


@asynccontextmanager
async def _opened(settings: Settings, things: Props, injector: Injector, today: date) -> AsyncIterator[Trial]:
    start_log(settings.terminal.state)
    opened: asyncio.Future[tuple[Watched, Terminal]] = asyncio.get_running_loop().create_future()
    trials: list[Trial] = []
    lent: list[_Lent] = []

    async def before(use: Use) -> None:
        for one in trials:
            await one.before(use)

    def ports_of(ports: Ports) -> Ports:
        lent.append(_Lent(ports.roster))
        return counted(replace(ports, roster=lent[0]), before)

    async def main(examinee: Examinee) -> None:
        clock = SiteClock(settings.zone)
        status = StatusFile(settings.terminal.run, clock, kiosk=settings.terminal.name, version=__version__)
        following = Watched(examinee)
        instead = Instead(things.disk.connect, things.clock, ports_of)
        try:
            async with open_terminal(
                settings, following, status, lambda _: None, things.scanner, instead=instead
            ) as terminal:
                opened.set_result((following, terminal))
                await serve(terminal.ports, settings.policy)
        except Exception as fault:
            if opened.done():
                raise
            opened.set_exception(fault)  # who waits below would wait for ever

    app = KioskApp(screen_site(settings), main)
    async with app.run_test(size=SIZE) as pilot:
        following, terminal = await opened
        hands = Hands(pilot, today, things, injector)
        question = await following.asked.get()
        async with probed() as probe:
            one = Trial(terminal, injector, hands, probe, following, things, settings, today, lent[0], question)
            trials.append(one)
            yield one
            await injector.clear()
        app.exit()


def striking(one: Trial, cell: Cell, struck: list[Cell] | None = None) -> Reached:
    """What lets the fault strike, once, when its step is reached; `struck` is told."""
    told: list[Cell] = [] if struck is None else struck

    async def reached(step: Step) -> None:
        if step is cell.step and not told:
            told.append(cell)
            await _strike(one, cell)

    return reached


async def play_cell(one: Trial, cell: Cell) -> Result:
    """Let the fault strike when that step is reached, put it right afterwards, and let the next person come."""
    struck: list[Cell] = []
    one.probe.lately = 0.0
    before = await asyncio.to_thread(one.record)
    ending = await one.visit(TROUBLED, striking(one, cell, struck))
    after = await asyncio.to_thread(one.record)
    await one.injector.clear()
    recovery = await one.ready()
    following = await one.visit(NEXT)
    afterwards = await asyncio.to_thread(one.record)
    blocked = one.probe.lately
    ending = replace(ending, reached=bool(struck))
    return Result(cell, ending, before, after, following, afterwards, recovery, blocked)


async def _strike(one: Trial, cell: Cell) -> None:
    """A code that comes in the middle of another step is typed by a scanner that is a keyboard."""
    fault = cell.fault
    if fault.device is Troubled.SCANNER and fault.lasts is Lasts.ONCE and cell.step is not Step.TICKET:
        for read in CODES[fault](str(by_key(TROUBLED.person).ticket(one.today))):
            await one.hands.burst(read)
        return
    await one.injector.strike(fault)
    if fault is Fault.GATEWAY_DIFFERS:
        health = await one.terminal.qualifier.health()
        if health.at is not None:
            one.terminal.clock.hear(health.at)


async def play_cells(one: Trial, cells: Sequence[Cell], on_done: Callable[[Result], None]) -> int:
    """Play cell after cell, until one gets stuck; how many were played."""
    for place, cell in enumerate(cells, start=1):
        result = await play_cell(one, cell)
        on_done(result)
        if result.ending.stuck_at or result.next_person.stuck_at or result.recovery is None:
            return place
    return len(cells)


def needs_own_pcscd(fault: Fault) -> bool:
    """Whether pcscd itself is harmed."""
    return fault in SERVICE
