"""`kiosk scanner`: which scanners are there, and what does the scanner send?"""

from __future__ import annotations

import asyncio
import json
import sys
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kiosk.ports.device import Condition, DeviceFailure, DeviceFault

if TYPE_CHECKING:
    from kiosk.checkin.ticket_code import TicketPattern
    from kiosk.ports.framing import Framing
    from kiosk.settings import Settings

READY = "ready: scan; Ctrl+C ends"
DAMAGED = "   a code came without its prefix or suffix, or with a part lost: compare scanner.prefix and scanner.suffix"


class ExitCode(IntEnum):
    """How `kiosk scanner test` ends; click itself ends with 2 when it was called wrongly."""

    TICKET = 0
    NO_TICKET = 1
    """Nothing came, or something that is not a ticket's code."""
    UNUSABLE = 2


class Unusable(click.ClickException):
    """The scanner or the configuration cannot be used; the message says what to do."""

    exit_code = ExitCode.UNUSABLE


@click.group()
def scanner() -> None:
    """Find the scanner, and see what it sends.

    \b
    Examples:
      kiosk scanner list                 what is plugged in, to be put into scanner.device
      kiosk scanner test                 scan a few tickets: what came, and is it a ticket's?
    """


@scanner.command("list")
@click.option("--json", "as_json", is_flag=True, help="The list as JSON.")
def list_command(as_json: bool) -> None:
    """Show the USB keyboards and serial lines that are plugged in, by names that do not change.

    A numeric keypad is among them: pull the scanner out and see which line goes.

    \b
    Example:
      kiosk scanner list
    """
    from hardware.scanner.found import plugged_in

    found = [str(link) for link in plugged_in()]
    if as_json:
        click.echo(json.dumps(found))
    elif found:
        click.echo("\n".join(found))
    else:
        click.echo("no USB keyboard and no serial line is plugged in")


@scanner.command("test")
@click.option("--device", metavar="FILE", help="Device file, instead of the configured one.")
@click.option("--count", type=click.IntRange(1), help="End after so many codes.")
@click.option("--seconds", type=click.FloatRange(0, min_open=True), default=60.0, show_default=True, help="End then.")
@click.option("--json", "as_json", is_flag=True, help="One object of JSON for each code.")
@click.pass_obj
def test_command(config: Path | None, device: str | None, count: int | None, seconds: float, as_json: bool) -> None:
    """Show every code that is scanned: its length, control characters made visible, and which ticket pattern takes it.

    Stop the kiosk first (`sudo systemctl stop kiosk`): it keeps the scanner for itself. A scanner without a device file
    is tested by scanning into this terminal. What is shown is kept nowhere; clear the terminal when somebody's ticket
    was scanned.

    \b
    Exit code 0: codes came, and each was a ticket's. 1: none came, or another one. 2: the scanner cannot be used.
    Examples:
      kiosk scanner test
      kiosk scanner test --count 3 --json
      kiosk scanner test --device /dev/serial/by-id/usb-…
    """
    from kiosk.settings import SettingsError, load

    try:
        settings = load(config)
    except SettingsError as wrong:
        raise Unusable(str(wrong)) from wrong
    try:
        codes = asyncio.run(_Test(settings, count, as_json).run(device or settings.scanner.device, seconds))
    except DeviceFailure as lost:
        raise Unusable(f"{device or settings.scanner.device or 'standard input'}: {_remedy(lost.fault)}") from lost
    except KeyboardInterrupt:
        sys.exit(ExitCode.NO_TICKET)
    sys.exit(ExitCode.TICKET if codes and all(code.pattern for code in codes) else ExitCode.NO_TICKET)


@dataclass(frozen=True, slots=True)
class Scan:
    """What one code turned out to be."""

    length: int
    text: str
    """Control characters as <GS>, <ESC> and the like."""
    pattern: str = ""
    """The expression of the configuration that takes the whole of it; empty when none does."""
    number: str = ""
    insurer: str = ""
    fault: str = ""
    """Why it is not a ticket's."""


class _Test:
    """Reads codes and shows them."""

    def __init__(self, settings: Settings, count: int | None, as_json: bool) -> None:
        self._settings = settings
        self._count = count
        self._as_json = as_json
        self._scans: list[Scan] = []

    async def run(self, device: str, seconds: float) -> list[Scan]:
        """The codes that came. Raises DeviceFailure."""
        from kiosk.ports.framing import Framing

        framing = Framing(self._settings.scanner.prefix, self._settings.scanner.suffix)
        reading = self._of_device(device, framing) if device else self._of_terminal(framing)
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await reading
        return self._scans

    async def _of_device(self, device: str, framing: Framing) -> None:
        from hardware.scanner.device import DeviceScanner

        opened = DeviceScanner(Path(device), framing, bits_per_second=self._settings.scanner.baud)
        attending = asyncio.ensure_future(opened.attend(_Ready()))
        try:
            while not self._enough:
                waiting = asyncio.ensure_future(opened.code())
                await asyncio.wait((attending, waiting), return_when=asyncio.FIRST_COMPLETED)
                if not waiting.done():
                    waiting.cancel()
                    attending.result()
                self._show(waiting.result())
        finally:
            attending.cancel()
            await asyncio.gather(attending, return_exceptions=True)
            if opened.damaged:
                self._say(DAMAGED)

    async def _of_terminal(self, framing: Framing) -> None:
        from kiosk.station.wiring.typed_codes import TypedCodes

        with TypedCodes(framing) as typed:
            self._say(READY)
            while not self._enough:
                code = await typed.code()
                if code.text is None:
                    self._say(DAMAGED)
                    continue
                self._show(code.text)
                if code.too_slow and not framing.prefix:
                    self._say("   too slow to be told from fingers: let it send without delay, or with a prefix")

    @property
    def _enough(self) -> bool:
        return self._count is not None and len(self._scans) >= self._count

    def _show(self, code: str) -> None:
        scan = scan_of(code, self._settings.policy.ticket_codes)
        self._scans.append(scan)
        if self._as_json:
            click.echo(json.dumps(asdict(scan), ensure_ascii=False))
            return
        click.echo(f"{len(self._scans)}: {scan.length} characters: {scan.text}")
        if scan.pattern:
            insurer = f", insurer {scan.insurer}" if scan.insurer else ""
            click.secho(f"   ticket {scan.number}{insurer}, by {scan.pattern}", fg="green")
        else:
            click.secho(f"   not a ticket's: {scan.fault}", fg="yellow")

    def _say(self, words: str) -> None:
        click.echo(words, err=True)


class _Ready:
    """The Pulse of a scanner under test: says once that it is there."""

    def __init__(self) -> None:
        self._said = False

    def beat(self, condition: Condition = Condition.OK, fault: DeviceFault | None = None) -> None:  # noqa: ARG002 - Pulse names them
        """See Pulse."""
        if not self._said:
            click.echo(READY, err=True)
        self._said = True


def scan_of(code: str, patterns: tuple[TicketPattern, ...]) -> Scan:
    """What the configured patterns make of a code."""
    from kiosk.checkin.insurance import InvalidNumber
    from kiosk.checkin.ticket_code import InvalidCode, read_code
    from kiosk.checkin.writing import half_width_digits

    shown = Scan(len(code), visible(code))
    try:
        ticket = read_code(code, patterns)
    except InvalidCode as wrong:
        return replace(shown, fault=wrong.fault.value)
    for pattern in patterns:
        with suppress(InvalidNumber):
            if pattern.read(half_width_digits(code)) == ticket:
                insurer = str(ticket.insurer) if ticket.insurer else ""
                return replace(shown, pattern=pattern.expression.pattern, number=str(ticket.number), insurer=insurer)
    raise AssertionError  # it was read by one of them


def visible(code: str) -> str:
    """The code with its control characters by name, as in <GS>; others that show nothing by their number."""
    return "".join(_visible(character) for character in code)


def _visible(character: str) -> str:
    names = _CONTROLS.split()
    if ord(character) < len(names):
        return f"<{names[ord(character)]}>"
    return character if character.isprintable() else f"<{ord(character):04X}>"


_CONTROLS = (
    "NUL SOH STX ETX EOT ENQ ACK BEL BS TAB LF VT FF CR SO SI "
    "DLE DC1 DC2 DC3 DC4 NAK SYN ETB CAN EM SUB ESC FS GS RS US"
)
"""The names of ASCII's control characters, from 0 on."""


def _remedy(fault: DeviceFault) -> str:
    match fault:
        case DeviceFault.NOT_THERE:
            return "there is no such device; plug the scanner in, and see `kiosk scanner list`"
        case DeviceFault.BUSY:
            return "another program has it; stop the kiosk first: sudo systemctl stop kiosk"
        case DeviceFault.NOT_ALLOWED:
            return "may not be opened; add the user to the groups input and dialout, or use sudo"
        case DeviceFault.WRONG_DEVICE:
            return "neither a keyboard nor a serial line; see `kiosk scanner list`, and scan in a terminal"
        case DeviceFault.GONE:
            return "was pulled out"
        case _:
            return str(fault.value)
