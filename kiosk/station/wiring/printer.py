"""`kiosk printer`: how is it, does it print, and that slip once more."""

from __future__ import annotations

import asyncio
import json
import sys
from datetime import date, datetime
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, assert_never

import click

from kiosk.ports.device import Condition
from kiosk.ports.printer import PaperState, PrinterFailure, PrinterFault
from kiosk.settings import Settings, SettingsError, load, today_at
from kiosk.station.status import NoStatus, read_status

if TYPE_CHECKING:
    from kiosk.checkin.visit import Visit
    from kiosk.ports.printer import Slip


class ExitCode(IntEnum):
    """How the commands end; click itself ends with 2 when they were called wrongly."""

    WELL = 0
    NEEDS_HAND = 1
    UNUSABLE = 2


class Unusable(click.ClickException):
    """It cannot be tried; the message says what to do."""

    exit_code = ExitCode.UNUSABLE


@click.group()
def printer() -> None:
    """Look after the receipt printer. These commands may be used while the kiosk runs.

    \b
    Examples:
      kiosk printer status               paper, cover, line
      kiosk printer test                 a test slip: letters, edges, QR
      sudo -u kiosk kiosk printer again A-012    the slip of that visit of today once more
    """


@printer.command("status")
@click.option("--json", "as_json", is_flag=True, help="The answer as JSON.")
@click.pass_obj
def status_command(config: Path | None, as_json: bool) -> None:
    """Ask the printer how it is.

    \b
    Exit code 0: it can print. 1: somebody has to see to paper, cover, power or cable. 2: the configuration is wrong.

    \b
    Example:
      kiosk printer status --json
    """
    settings = _settings(config)
    try:
        found: PaperState | PrinterFault = asyncio.run(_paper(settings))
    except PrinterFailure as failure:
        found = failure.fault
    condition = _condition(found)
    if as_json:
        click.echo(json.dumps({"printer": found.value, "condition": condition.value, "words": _words(found)}))
    else:
        click.echo(f"{settings.printer.device}: {_words(found)}")
    sys.exit(ExitCode.NEEDS_HAND if condition is Condition.DOWN else ExitCode.WELL)


@printer.command("test")
@click.pass_obj
def test_command(config: Path | None) -> None:
    """Print a test slip, which is nobody's. Exit code 0: the printer says that it came out. 1: it did not.

    \b
    Example:
      kiosk printer test
    """
    from kiosk.slip.fonts import FontMissing
    from kiosk.slip.trial import trial_slip

    settings = _settings(config)
    now = datetime.now(settings.zone)
    try:
        slip = trial_slip(settings.site.name, settings.terminal.name, now, settings.printer.head)
    except FontMissing as missing:
        raise Unusable(str(missing)) from missing
    _print(settings, slip)
    click.echo("printed: are both edges there, and does a phone read the QR?")


@printer.command("again")
@click.argument("number", metavar="NUMBER")
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help="Another day than today.")
@click.pass_obj
def again_command(config: Path | None, number: str, day: datetime | None) -> None:
    """Print the slip of the visit NUMBER (A-012) once more: the same slip with the same number.

    \b
    Exit code 0: the printer says that it came out. 1: it did not. 2: there is no such visit.
    Examples:
      sudo -u kiosk kiosk printer again A-012
      sudo -u kiosk kiosk printer again A-003 --day 2026-11-20
    """
    settings = _settings(config)
    visit = _visit(settings, number.upper(), day.date() if day else today_at(settings))
    _print(settings, asyncio.run(_drawn(settings, visit)))
    click.echo(f"printed: {visit.number}")


async def _paper(settings: Settings) -> PaperState:
    from kiosk.station.wiring.devices import printer_of

    return await printer_of(settings.printer).paper()


def _print(settings: Settings, slip: Slip) -> None:
    from kiosk.station.wiring.devices import printer_of

    try:
        asyncio.run(printer_of(settings.printer).print(slip))
    except PrinterFailure as failure:
        click.echo(f"{settings.printer.device}: {_words(failure.fault)}", err=True)
        sys.exit(ExitCode.NEEDS_HAND)


async def _drawn(settings: Settings, visit: Visit) -> Slip:
    from kiosk.slip.content import SlipSite
    from kiosk.slip.keys import KEY_FILE, KeyFault, SigningKey
    from kiosk.slip.press import SlipPress

    try:
        simulator = read_status(settings.terminal.run).simulator
    except NoStatus as unknown:
        raise Unusable(
            f"{unknown}; only the kiosk knows whether its gateway is a simulator, which a slip must say"
        ) from None
    try:
        key = SigningKey.load(settings.terminal.state / KEY_FILE)
    except KeyFault as fault:
        raise Unusable(str(fault)) from fault
    return await SlipPress(lambda: SlipSite.from_settings(settings, simulator=simulator), key).draw(visit)


def _visit(settings: Settings, number: str, day: date) -> Visit:
    from kiosk.ledger.reader import LedgerReader
    from kiosk.ports.desk import LedgerFailure

    try:
        with LedgerReader.open(settings.terminal.state) as ledger:
            found = [visit for visit in ledger.committed(day) if str(visit.number) == number]
    except LedgerFailure as failure:
        raise Unusable(str(failure)) from failure
    if not found:
        raise Unusable(f"{number}: there is no such visit on {day}; kiosk ledger list shows the day's numbers")
    return found[0]


def _settings(config: Path | None) -> Settings:
    try:
        return load(config)
    except SettingsError as wrong:
        raise Unusable(str(wrong)) from wrong


def _condition(found: PaperState | PrinterFault) -> Condition:
    from kiosk.station.printer_watch import condition_of

    return condition_of(found)[0]


def _words(found: PaperState | PrinterFault) -> str:
    match found:
        case PaperState.OK:
            return "ready"
        case PaperState.NEAR_END:
            return "ready, paper is near its end: put a new roll beside it"
        case PaperState.UNKNOWN:
            return "does not say how it is; kiosk printer test shows whether it prints"
        case PaperState.OUT | PrinterFault.PAPER_OUT:
            return "no paper: put a new roll in and close the cover"
        case PaperState.COVER_OR_OFFLINE | PrinterFault.COVER_OR_OFFLINE:
            return "the cover is open, or the printer is offline: close it and switch it on"
        case PrinterFault.UNREACHABLE:
            return "cannot be reached: check power, cable and printer.device"
        case PrinterFault.BROKE_OFF:
            return (
                "the line broke in the middle of the slip: check the cable, and whether the slip came out all the same"
            )
        case PrinterFault.TIMED_OUT:
            return "did not finish in time: switch it off and on again"
        case PrinterFault.QR_UNREADABLE:
            return "the slip does not fit the print head: check printer.head"
        case _:
            assert_never(found)
