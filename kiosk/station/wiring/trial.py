"""A terminal whose devices fail on purpose, and people who check in there all the same."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Awaitable, Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from typing import Any

from kiosk.checkin.appointment import Appointment
from kiosk.checkin.person import Person
from kiosk.checkin.reasons import Reason
from kiosk.checkin.ticket import TicketNumber
from kiosk.gateway.people import by_key
from kiosk.ports.desk import Roster
from kiosk.ports.examinee import AskStart, Question, ShowResult
from kiosk.rehearsal.actor import Actor
from kiosk.rehearsal.counting import Use
from kiosk.rehearsal.matrix import STEPS_OF_USES, Ending, Record, Step, step_of
from kiosk.rehearsal.probe import LoopProbe
from kiosk.rehearsal.scenario import Scenario
from kiosk.rehearsal.stage import Watched
from kiosk.settings import Settings
from kiosk.station.wiring.hands import Hands
from kiosk.station.wiring.injector import Injector
from kiosk.station.wiring.props import Props
from kiosk.station.wiring.terminal import Terminal

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
class Lent:
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
    roster: Lent
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
