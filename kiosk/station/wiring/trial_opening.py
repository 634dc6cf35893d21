"""Opens the terminal of a trial: headless screens, virtual devices that can be harmed, and a gateway."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

from hardware.virtual.pcscd import Pcscd
from kiosk import __version__
from kiosk.gateway.people import by_key
from kiosk.gateway.serve import running_gateway
from kiosk.gateway.simulator import Simulator
from kiosk.gateway.tokens import Tokens
from kiosk.journey import serve
from kiosk.ports import Ports
from kiosk.ports.examinee import Examinee
from kiosk.rehearsal.counting import Use, counted
from kiosk.rehearsal.probe import probed
from kiosk.rehearsal.scenario import CardShown
from kiosk.rehearsal.stage import Watched
from kiosk.settings import ClockSource, Settings, load
from kiosk.station.clock import SiteClock
from kiosk.station.heartbeat import StatusFile
from kiosk.station.log import start_log
from kiosk.station.wiring.appointments import invented_appointment, put_roster
from kiosk.station.wiring.counter import screen_site
from kiosk.station.wiring.hands import Hands
from kiosk.station.wiring.house import card_of, configure, new_token
from kiosk.station.wiring.injector import Injector
from kiosk.station.wiring.instead import Instead
from kiosk.station.wiring.props import Props, props
from kiosk.station.wiring.terminal import Terminal, open_terminal
from kiosk.station.wiring.trial import NEXT, Lent, Trial
from screens.app import KioskApp

SIZE = (85, 26)
"""The reference panel."""
DEADLINE_SECONDS, SLOW_SECONDS = 2.0, 30.0
PRINT_SECONDS = 3.0
"""A slip's deadline: enough on a busy machine, and soon over for a printer that stalls."""
STRANGER = "set"
"""Whose card lies there when cards are swapped."""


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
    lent: list[Lent] = []

    async def before(use: Use) -> None:
        for one in trials:
            await one.before(use)

    def ports_of(ports: Ports) -> Ports:
        lent.append(Lent(ports.roster))
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
