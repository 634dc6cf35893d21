"""`kiosk demo`: the kiosk of the counter, with a tray of invented people beside it and a simulator behind it.

The simulator is the gateway's own, or with `--folders` a terminal of オンライン資格確認 that is played on real folders.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import click

from hardware.virtual.pcscd import PcscdError
from hardware.virtual.readers import running_pcscd
from hardware.virtual.vpcd import VpcdUnavailable
from kiosk.gateway.people import PEOPLE
from kiosk.rehearsal.counting import counted
from kiosk.rehearsal.planned import NotPlannable, Plan, Planned
from kiosk.rehearsal.scenario import CardShown
from kiosk.roster.problems import RosterUnavailable
from kiosk.settings import ClockSource, Settings, load
from kiosk.station.alone import AlreadyRunning, only_kiosk
from kiosk.station.clock import SiteClock
from kiosk.station.wiring.appointments import invented_appointments, put_roster, take_away_roster
from kiosk.station.wiring.behind import USUAL_MANNERS
from kiosk.station.wiring.children import ChildFailed, child
from kiosk.station.wiring.counter import run_counter
from kiosk.station.wiring.house import SETTINGS_FILE, card_of, configure, folder_for, folders_in, new_token
from kiosk.station.wiring.injector import Injector, NotPossible
from kiosk.station.wiring.instead import Instead
from kiosk.station.wiring.props import Props, props
from kiosk.station.wiring.table import Table
from kiosk.station.wiring.tour import Tour
from screens.tray import tray_beside

LOCK_SECONDS = 15.0
"""For the machine's virtual readers, where pcscd cannot be private; a rehearsal or a test may hold them."""

NOWHERE = "http://127.0.0.1:1"
"""Where no gateway is: for a configuration that is written before the address is known."""


class DemoError(Exception):
    """The demo cannot begin; the message says what to do."""


def run_demo(
    chosen: Path | None,
    delay: float,
    *,
    roster: bool = False,
    folders: bool = False,
    faces: bool = False,
    faults: Sequence[str] = (),
    tour: float | None = None,
) -> int:
    """Run the demo until it is left, and return the exit code.

    With a roster of its people or without; on the folders of a simulated terminal or on the plain simulator; with a
    face reader, which needs the roster, or without; with faults named as `kiosk faults` names them; with a tour of that
    pace first, which needs the roster, too. Raises DemoError.
    """
    plan = _plan(faults)
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise DemoError("the demo needs a terminal; for a run without one use: kiosk rehearse")
    click.echo("kiosk demo: SIMULATOR シミュレーター - 準備しています …")
    try:
        with (
            folder_for(chosen) as folder,
            only_kiosk(folder / "run"),
            running_pcscd(lock_seconds=LOCK_SECONDS) as pcscd,
        ):
            slips = folder / "slips"

            def configured(url: str) -> Path:
                return configure(
                    folder, gateway=url, printer=f"virtual:{slips}", delay=delay, folders=folders, faces=faces
                )

            if folders:
                click.echo(f"req, res, face: {folders_in(folder)}")
            with _gateway(folder, delay, configured, folders=folders) as settings:
                now = SiteClock(settings.zone).now()
                if roster or faces or tour is not None:
                    put_roster(settings, tuple(invented_appointments(now)))
                else:
                    take_away_roster(settings)
                with props(slips, urlsplit(settings.gateway.url).port or 0, pcscd) as things:
                    return _on_the_counter(things, plan, settings, slips, now.date(), tour, folder / SETTINGS_FILE)
    except (PcscdError, VpcdUnavailable, RosterUnavailable, ChildFailed, AlreadyRunning, NotPossible) as fault:
        raise DemoError(str(fault)) from fault


def _plan(faults: Sequence[str]) -> Plan:
    try:
        return Plan([Planned.parse(text) for text in faults])
    except NotPlannable as unknown:
        raise DemoError(str(unknown)) from unknown


def _on_the_counter(
    things: Props, plan: Plan, settings: Settings, slips: Path, today: date, pace: float | None, settings_file: Path
) -> int:
    """The kiosk with the virtual devices: its printer and its cable to the gateway are those that can fail."""
    injector = Injector(things, plan, lambda: card_of(PEOPLE[1], CardShown.OWN, today))
    asyncio.run(injector.begin())
    table = Table(things.slot, things.scanner, injector, slips, today, settings, settings_file)
    kiosks = settings.model_copy(
        update={
            "printer": settings.printer.model_copy(update={"device": things.printer.device}),
            "gateway": settings.gateway.model_copy(update={"url": f"http://127.0.0.1:{things.relay.port}"}),
            "clock": settings.clock.model_copy(update={"source": ClockSource.NTP}),
        }
    )
    instead = Instead(things.disk.connect, things.clock, lambda ports: counted(ports, injector.before))
    tray = tray_beside(table)
    if pace is None:
        return run_counter(kiosks, things.scanner, tray, instead)
    tour = Tour(injector, settings.terminal.state, today, pace, tray)
    return run_counter(kiosks, things.scanner, tour.beside, tour.instead(instead), tour.accompany)


@contextmanager
def _gateway(folder: Path, delay: float, configured: Callable[[str], Path], *, folders: bool) -> Iterator[Settings]:
    """The gateway in a process of its own, and with `folders` the simulated terminal in another; gives the settings.

    `configured` writes the configuration for a gateway at that address. Raises ChildFailed.
    """
    new_token(folder)
    first = configured(NOWHERE)
    with ExitStack() as stack:
        if folders:
            manners = [word for manner in USUAL_MANNERS for word in ("--manner", manner.value)]
            playing: list[str | Path] = [
                "--config",
                first,
                "gateway",
                "--terminal",
                "simulator",
                "--delay",
                str(delay),
                *manners,
            ]
            stack.enter_context(child("the simulated terminal", playing, folder / "terminal.log"))
        serving: list[str | Path] = ["--config", first, "gateway", "--port", "0"]
        said = stack.enter_context(child("the gateway", serving, folder / "gateway.log"))
        yield load(configured(said.rpartition(" ")[2]))
