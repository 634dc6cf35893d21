"""One terminal: the rooms around its devices, opened for the examinees and watched for the staff."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from structlog import get_logger

from hardware.clock.kernel import synchronisation
from kiosk import __version__
from kiosk.checkin.reasons import Reason
from kiosk.checkin.settlement import Standing
from kiosk.journey import serve
from kiosk.ledger.ledger import SqliteLedger
from kiosk.ports import Ports
from kiosk.ports.board import Which
from kiosk.ports.desk import Gate, LedgerFailure
from kiosk.ports.device import Condition, Part
from kiosk.ports.examinee import AskStart, Examinee, Left
from kiosk.precheck.held import SealedPrechecks
from kiosk.qualifier import HttpQualifier, LineState
from kiosk.roster.sealed import SealedRoster
from kiosk.settings import Settings, SettingsError
from kiosk.slip.content import SlipSite
from kiosk.slip.fonts import FontMissing
from kiosk.slip.keys import KEY_FILE, KeyFault, PublicKey, SigningKey
from kiosk.slip.press import SlipPress
from kiosk.station.clock import SiteClock
from kiosk.station.clock_watch import ClockWatch
from kiosk.station.heartbeat import StatusFile
from kiosk.station.judgement import judge, summary
from kiosk.station.later import LaterQueries
from kiosk.station.notify import Notifier
from kiosk.station.owed_slip import OwedSlip
from kiosk.station.printer_watch import PrinterWatch
from kiosk.station.status import BEAT_SECONDS, State, Today
from kiosk.station.supervision import Supervisor
from kiosk.station.tidy import Tidy
from kiosk.station.watchdog import Probe, Watchdog
from kiosk.station.wiring.close_signature import CloseSigner
from kiosk.station.wiring.control import Control
from kiosk.station.wiring.devices import Devices, WatchedScanner, devices_of
from kiosk.station.wiring.gateway_watch import Again, GatewayWatch, TellSimulator
from kiosk.station.wiring.instead import Instead
from kiosk.station.wiring.sounding import Sounding
from kiosk.station.wiring.watched import Announced, WatchedExaminee
from kiosk.voice.examinee import SpokenTo

TRY_AGAIN_SECONDS = 10.0
"""How long a terminal that could not be opened waits before it tries again."""


class NotReady(Exception):
    """The terminal cannot be opened; the message names what to put right, and no person."""


@dataclass(frozen=True, slots=True)
class Terminal:
    """An open terminal."""

    ports: Ports
    devices: Devices
    ledger: SqliteLedger
    qualifier: HttpQualifier
    roster: SealedRoster
    prechecks: SealedPrechecks
    status: StatusFile
    clock: ClockWatch
    key: PublicKey
    """Checks this terminal's slips."""


async def serve_examinees(
    settings: Settings,
    examinee: Examinee,
    tell_simulator: TellSimulator,
    scanner: WatchedScanner | None = None,
    sounding: Sounding | None = None,
    instead: Instead | None = None,
    watchdog: Watchdog | None = None,
) -> None:
    """Serve for ever. A terminal that is not ready says so on its screen, and opens by itself once it is."""
    watchdog = watchdog or Watchdog(Notifier())
    clock = SiteClock(settings.zone)
    status = StatusFile(settings.terminal.run, clock, kiosk=settings.terminal.name, version=__version__)
    control = await asyncio.to_thread(Control, settings, status, clock)
    examinee = Announced(examinee, watchdog)
    try:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(status.keep_beating(), name="heartbeat")
            tasks.create_task(control.keep_open(), name="control")
            tasks.create_task(control.keep_metrics(), name="metrics")
            tasks.create_task(watchdog.keep_looking(partial(_words_for_systemd, status, clock)), name="watchdog")
            while True:
                try:
                    with watchdog.opening() as opened:
                        async with open_terminal(
                            settings,
                            examinee,
                            status,
                            tell_simulator,
                            scanner,
                            sounding,
                            instead,
                            watchdog,
                            control.gate,
                        ) as terminal:
                            opened()
                            recount = partial(_count, terminal)
                            with control.serving(terminal.ledger, terminal.ports, terminal.key, recount):
                                await serve(terminal.ports, settings.policy)
                except NotReady as reason:
                    get_logger().error("terminal is not ready", text=str(reason))
                    status.enter(State.OUT_OF_ORDER)
                    await _closed_for_a_moment(examinee)
    finally:
        status.enter(State.STOPPED)


@asynccontextmanager
async def open_terminal(
    settings: Settings,
    examinee: Examinee,
    status: StatusFile,
    tell_simulator: TellSimulator,
    scanner: WatchedScanner | None = None,
    sounding: Sounding | None = None,
    instead: Instead | None = None,
    watchdog: Watchdog | None = None,
    gate: Gate | None = None,
) -> AsyncIterator[Terminal]:
    """Open rooms and devices, watch them while they are open, and close them. Raises NotReady.

    A ledger that cannot be written, a roster that cannot be read, a gateway, reader or printer that is not there are
    no reason not to open.
    """
    instead = instead or Instead()
    clock = _clock_of(settings, instead)
    state = settings.terminal.state
    try:
        qualifier = await asyncio.to_thread(HttpQualifier, settings.gateway, state=LineState(clock.now))
        key = await asyncio.to_thread(SigningKey.load_or_create, state / KEY_FILE)
        press = SlipPress(lambda: SlipSite.from_settings(settings, simulator=status.status.simulator), key)
        await press.warm_up()
    except (SettingsError, KeyFault, FontMissing) as fault:
        raise NotReady(str(fault)) from fault
    ledger = SqliteLedger(
        state,
        settings.terminal.letter,
        settings.terminal.name,
        clock,
        instead.connect,
        kept=settings.ledger,
        signer=CloseSigner(key),
    )
    with suppress(LedgerFailure):  # it is not ready then, and says so in its own way
        await ledger.open()
    roster = SealedRoster(state, clock, status)
    prechecks = SealedPrechecks(state, timedelta(hours=settings.roster.precheck_hours), clock, status)
    async with devices_of(settings, scanner) as devices:
        heard = SpokenTo(examinee, sounding.speaker, settings.voice.invite_seconds) if sounding else examinee
        watched = WatchedExaminee(heard, status, Tidy())
        ports = Ports(
            watched,
            devices.reader,
            devices.scanner,
            devices.printer,
            qualifier,
            ledger,
            roster,
            press,
            status,
            clock,
            qualifier.faces,
            qualifier,
            prechecks,
            gate,
        )
        terminal = Terminal(
            instead.ports(ports), devices, ledger, qualifier, roster, prechecks, status, clock, key.public
        )
        later = LaterQueries(
            Again(qualifier),
            ledger,
            settings.policy,
            busy=lambda: status.status.state is State.SERVING,
            online=lambda: qualifier.state.online,
        )
        gateway = GatewayWatch(qualifier, status, tell_simulator, later, clock.hear)
        # Before the first screen, so that a simulator says on every one that it is one; this also opens the connection.
        await asyncio.gather(gateway.open(), devices.printer.warm_up(), roster.look(), prechecks.look())
        supervisor = Supervisor(status)
        for device in (clock, *devices.looked_after, *((sounding.device,) if sounding else ())):
            supervisor.device(device)
        if sounding is None:
            status.part(Part.VOICE, Condition.ABSENT)
        supervisor.watch("parts", partial(_watch_parts, terminal))
        supervisor.watch("gateway", gateway.keep_looking)
        owed = OwedSlip(ledger, press, devices.printer, busy=lambda: status.status.state is State.SERVING)
        supervisor.device(PrinterWatch(devices.printer, status, owed.give))
        supervisor.watch("roster", roster.keep_looking)
        supervisor.watch("prechecks", prechecks.keep_looking)
        supervisor.watch("later queries", later.keep_asking)
        probe = Probe("ledger", ledger.counts)
        supervisor.watch("probe of the ledger", probe.keep_asking)
        try:
            with (watchdog or Watchdog(Notifier())).watching(supervisor.silent, probe.silent):
                yield terminal
        finally:
            await supervisor.aclose()
            await qualifier.aclose()
            with suppress(LedgerFailure):  # what was committed is on disk already
                await ledger.close()


def _clock_of(settings: Settings, instead: Instead) -> ClockWatch:
    if instead.clock is None:
        return ClockWatch(settings.zone, settings.clock, synchronisation)
    clock = instead.clock
    return ClockWatch(settings.zone, settings.clock, clock.synchronised, clock.wall, clock.since_start)


def _words_for_systemd(status: StatusFile, clock: SiteClock) -> str:
    judgement = judge(status.status, clock.now())
    return f"{judgement.level.word}: {' / '.join((summary(status.status), *judgement.words))}"


async def _closed_for_a_moment(examinee: Examinee) -> None:
    with suppress(TimeoutError, Left):
        async with asyncio.timeout(TRY_AGAIN_SECONDS):
            await examinee.ask(AskStart(out_of_order=Reason.NOT_READY.value))


async def _watch_parts(terminal: Terminal) -> None:
    """Tell the status how the parts are, and what the day has brought, for ever."""
    ledger = terminal.ledger
    while True:
        terminal.status.part(Part.LEDGER, Condition.OK if ledger.ready else Condition.DOWN)
        await _count(terminal)
        await asyncio.sleep(BEAT_SECONDS)


async def _count(terminal: Terminal) -> None:
    """What the day has brought so far; a ledger that cannot be read is told as a part that is down."""
    ledger, roster = terminal.ledger, terminal.roster
    with suppress(LedgerFailure):
        counts = await ledger.counts()
        visits = await ledger.visits(Which.ALL, terminal.clock.now().date())
        confirmed = sum(visit.reason.confirms and not visit.altered for visit in visits)
        today = Today(
            confirmed=confirmed,
            desk=len(visits) - confirmed,
            open=sum(visit.standing is Standing.OPEN for visit in visits),
            altered=sum(visit.altered for visit in visits),
            unprinted=counts.unprinted,
            outbox=counts.outbox,
            deferred=counts.deferred,
            settled_later=counts.settled_later,
            withdrawn=counts.withdrawn,
            prechecked=terminal.prechecks.answers_today,
            appointments=roster.lines_today if roster.loaded else None,
        )
        terminal.status.count(today, space_low=ledger.space_low)
