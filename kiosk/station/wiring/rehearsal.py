"""`kiosk rehearse`: the programme of named check-ins on the real screens, and its table."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import ExitStack, asynccontextmanager
from datetime import date
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table
from textual.pilot import Pilot

from hardware.virtual.pcscd import PcscdError
from hardware.virtual.printer import VirtualPrinter
from hardware.virtual.readers import running_pcscd
from hardware.virtual.scanner import VirtualScanner
from hardware.virtual.vpcd import VirtualSlot
from kiosk import __version__
from kiosk.gateway.serve import running_gateway
from kiosk.gateway.tokens import Tokens
from kiosk.ports.examinee import Examinee
from kiosk.rehearsal.play import play
from kiosk.rehearsal.programme import SCENARIOS, named, on_folders
from kiosk.rehearsal.report import HEADINGS, Performance, as_json, row
from kiosk.rehearsal.scenario import Scenario
from kiosk.rehearsal.stage import Watched
from kiosk.rehearsal.timing import Stopwatch, timed
from kiosk.roster.table import read_table
from kiosk.settings import Settings, load
from kiosk.slip.keys import KEY_FILE, PublicKey, SigningKey
from kiosk.slip.payload import NotGenuine, verify
from kiosk.station.clock import SiteClock
from kiosk.station.heartbeat import StatusFile
from kiosk.station.log import start_log
from kiosk.station.wiring.appointments import put_roster
from kiosk.station.wiring.behind import folders_behind, simulator_behind
from kiosk.station.wiring.counter import screen_site
from kiosk.station.wiring.house import configure, folder_for, new_token
from kiosk.station.wiring.relay import Relay
from kiosk.station.wiring.stage import RealStage, Virtual, VirtualStage
from kiosk.station.wiring.terminal import NotReady, open_terminal
from kiosk.station.wiring.venue import Venue
from screens.app import KioskApp

SIZE = (85, 26)
"""Columns and rows of the reference panel, 1280 by 800 dots in cells of 15 by 30."""
TABLE_COLUMNS = 140
"""Width of the table where there is no terminal to fit."""
OnDone = Callable[[Performance], None]
Hands = Callable[[Pilot[None], date, Virtual, Venue], VirtualStage]
"""Makes the hands at the terminal: they may strike keys, or touch the screen."""


class RehearsalError(Exception):
    """The rehearsal cannot begin; the message says what to do."""


def run_rehearsal(
    names: tuple[str, ...], settings: Settings | Path | None, *, as_json: bool, folders: bool = False
) -> int:
    """Play the named scenarios, all when none is named, and print the report. Returns the exit code.

    With Settings the configured devices and gateway are used, and only scenarios that need nothing invented are played.
    With `folders` the gateway stands on a simulated terminal's folders. Raises RehearsalError.
    """
    real = settings if isinstance(settings, Settings) else None
    scenarios = _chosen(names, by_hand=real is not None)
    skipped: tuple[Scenario, ...] = ()
    if folders:
        skipped = tuple(scenario for scenario in scenarios if scenario.not_on_folders)
        scenarios = on_folders(scenarios)
        if names and skipped:
            raise RehearsalError("; ".join(f"{scenario.name}: {scenario.not_on_folders}" for scenario in skipped))
    report = _Report(quiet=as_json, total=len(scenarios), skipped=skipped)
    try:
        if real is not None:
            performances = asyncio.run(rehearse_for_real(scenarios, real, report))
        else:
            with running_pcscd():
                performances = asyncio.run(rehearse(scenarios, report, folders=folders))
    except (PcscdError, NotReady) as fault:
        raise RehearsalError(str(fault)) from fault
    report.close(performances)
    return 0 if len(performances) == len(scenarios) and all(p.as_expected for p in performances) else 1


def list_scenarios(*, as_json: bool) -> None:
    """Print the programme."""
    if as_json:
        click.echo(json.dumps([_listed(scenario) for scenario in SCENARIOS], ensure_ascii=False, indent=2))
        return
    for scenario in SCENARIOS:
        click.echo(f"{scenario.name:20} {scenario.ends.value}  {scenario.title}")


def _listed(scenario: Scenario) -> dict[str, object]:
    return {
        "name": scenario.name,
        "title": scenario.title,
        "ends": scenario.ends.value,
        "ends_on_folders": None if scenario.not_on_folders else (scenario.ends_on_folders or scenario.ends).value,
        "by_hand": scenario.by_hand,
    }


async def rehearse(
    scenarios: Sequence[Scenario],
    on_done: OnDone,
    *,
    folder: Path | None = None,
    roster: Path | None = None,
    folders: bool = False,
    hands: Hands = VirtualStage,
) -> list[Performance]:
    """Play on virtual devices: a card on the real pcscd that runs, a printer on a TCP port, a gateway over HTTP.

    With `folders` it stands on those of a simulated terminal; choose the scenarios with `on_folders`. Raises NotReady.
    """
    with folder_for(folder) as place:
        async with virtual_terminal(place, roster, folders=folders) as (virtual, settings):
            return await _on_stage(scenarios, settings, on_done, virtual, hands)


@asynccontextmanager
async def virtual_terminal(
    place: Path, roster: Path | None = None, *, folders: bool = False
) -> AsyncIterator[tuple[Virtual, Settings]]:
    """The virtual devices, started, and the settings of a terminal that uses them, with that roster file imported."""
    printer = VirtualPrinter(place / "slips")
    await printer.start()
    with ExitStack() as stack:
        slot = stack.enter_context(VirtualSlot())
        behind = stack.enter_context(folders_behind(place) if folders else simulator_behind())
        url = stack.enter_context(running_gateway(behind.backend, Tokens({new_token(place): "rehearsal"})))
        relay = Relay(int(url.rpartition(":")[2]))
        await relay.mend()
        file = configure(
            place,
            gateway=f"http://127.0.0.1:{relay.port}",
            printer=printer.device,
            deadline=behind.deadline,
            offline_deadline=behind.deadline,
            face_seconds=behind.face_seconds,
        )
        settings = load(file)
        if roster is not None:
            put_roster(settings, read_table(roster).lines)
        try:
            yield Virtual(slot, VirtualScanner(), printer, relay, behind.look), settings
        finally:
            await relay.cut()
            await printer.close()


async def rehearse_for_real(scenarios: Sequence[Scenario], settings: Settings, on_done: OnDone) -> list[Performance]:
    """Play on the configured devices; the visits stand in a ledger of the rehearsal's own. Raises NotReady."""
    with folder_for(None) as place:
        terminal = settings.terminal.model_copy(update={"state": place / "state", "run": place / "run"})
        return await _on_stage(scenarios, settings.model_copy(update={"terminal": terminal}), on_done, None)


async def _on_stage(
    scenarios: Sequence[Scenario],
    settings: Settings,
    on_done: OnDone,
    virtual: Virtual | None,
    hands: Hands = VirtualStage,
) -> list[Performance]:
    """Open the terminal behind headless screens and play in front of them."""
    start_log(settings.terminal.state)
    watched: asyncio.Future[tuple[Watched, Venue]] = asyncio.get_running_loop().create_future()
    watch = Stopwatch()

    async def main(examinee: Examinee) -> None:
        status = StatusFile(
            settings.terminal.run, SiteClock(settings.zone), kiosk=settings.terminal.name, version=__version__
        )
        following = Watched(examinee)
        scanner = virtual.scanner if virtual else None
        try:
            async with open_terminal(settings, following, status, lambda _: None, scanner) as terminal:
                venue = Venue(timed(terminal.ports, watch), settings.policy)
                watched.set_result((following, venue))
                await venue.serve()
        except Exception as fault:
            if watched.done():
                raise
            watched.set_exception(fault)  # who waits below would wait for ever

    app = KioskApp(screen_site(settings), main)
    async with app.run_test(size=SIZE) as pilot:
        following, venue = await watched
        today = SiteClock(settings.zone).now().date()
        stage = hands(pilot, today, virtual, venue) if virtual else RealStage(pilot, watch)
        key = SigningKey.load(settings.terminal.state / KEY_FILE).public
        performances = await play(
            scenarios, stage, following, watch, today, lambda qr, number: _genuine(qr, number, key), on_done
        )
        app.exit()
    return performances


def _genuine(qr: str, number: str, key: PublicKey) -> bool:
    try:
        payload = verify(qr, [key])
    except NotGenuine:
        return False
    return str(payload.number) == number


def _chosen(names: tuple[str, ...], *, by_hand: bool) -> tuple[Scenario, ...]:
    try:
        chosen = named(names)
    except KeyError as unknown:
        raise RehearsalError(f"there is no scenario {unknown}; see kiosk rehearse --list") from unknown
    if not by_hand:
        return chosen
    invented = [scenario.name for scenario in chosen if not scenario.by_hand]
    if names and invented:
        raise RehearsalError(f"{', '.join(invented)}: only with virtual devices, because invented cards are needed")
    return tuple(scenario for scenario in chosen if scenario.by_hand)


class _Report:
    """Shows how far the rehearsal is, and at the end the table or the JSON."""

    def __init__(self, *, quiet: bool, total: int, skipped: Sequence[Scenario]) -> None:
        self._quiet = quiet
        self._total = total
        self._skipped = skipped
        self._done = 0
        for scenario in skipped:
            if not quiet:
                click.echo(f"skipped {scenario.name}: {scenario.not_on_folders}", err=True)

    def __call__(self, performance: Performance) -> None:
        self._done += 1
        if not self._quiet:
            name, code = performance.scenario.name, performance.code or "-"
            click.echo(f"{self._done:3}/{self._total} {name:20} {code:4} {row(performance)[-1]}", err=True)

    def close(self, performances: Sequence[Performance]) -> None:
        """Print the report to standard output."""
        if self._quiet:
            click.echo(json.dumps(as_json(performances, self._skipped), ensure_ascii=False, indent=2))
            return
        table = Table(title="kiosk rehearse (times in ms)")
        for heading in HEADINGS:
            table.add_column(heading, no_wrap=heading != "outcome")
        for performance in performances:
            table.add_row(*row(performance), style=None if performance.as_expected else "bold red")
        on_paper = Console()
        (on_paper if on_paper.is_terminal else Console(width=TABLE_COLUMNS)).print(table)
        good = sum(performance.as_expected for performance in performances)
        skipped = f", {len(self._skipped)} skipped" if self._skipped else ""
        click.echo(f"{good} of {self._total} as expected{skipped}")
