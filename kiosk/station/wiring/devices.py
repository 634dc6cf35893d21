"""The devices that the configuration names."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from hardware.card.reader import PcscReader
from hardware.printer.device_file import FlowControl
from hardware.printer.factory import open_printer
from hardware.scanner.device import DeviceScanner
from hardware.scanner.none import NoLineScanner
from kiosk.ports.card import CardReader
from kiosk.ports.device import Device
from kiosk.ports.framing import Framing
from kiosk.ports.scanner import Scanner
from kiosk.settings import PrinterSection, Settings, SlipForm
from kiosk.station.printer_watch import WatchedPrinter


class WatchedScanner(Scanner, Device, Protocol):
    """A scanner that is looked after."""


@dataclass(frozen=True, slots=True)
class Devices:
    """The devices of a terminal, started."""

    reader: CardReader
    scanner: WatchedScanner
    printer: WatchedPrinter
    looked_after: tuple[Device, ...] = ()
    """Those that the station keeps in loops of their own."""


def scanner_of(settings: Settings) -> WatchedScanner:
    """The configured scanner: one with a device file, or none."""
    section = settings.scanner
    if not section.device:
        return NoLineScanner()
    framing = Framing(section.prefix, section.suffix)
    return DeviceScanner(Path(section.device), framing, bits_per_second=section.baud)


def printer_of(printing: PrinterSection) -> WatchedPrinter:
    """The printer that the configuration names; nothing is opened yet."""
    return open_printer(
        printing.device,
        printing.head.value,
        printing.deadline_seconds,
        cut=printing.cut,
        baud=printing.baud.value if printing.baud else None,
        flow=FlowControl(printing.flow.value),
        text=_TEXT[printing.form],
    )


_TEXT = {SlipForm.AUTO: None, SlipForm.PICTURE: False, SlipForm.TEXT: True}


@asynccontextmanager
async def devices_of(settings: Settings, scanner: WatchedScanner | None = None) -> AsyncIterator[Devices]:
    """Start the devices, and let them go at the end. `scanner` takes the place of the configured one."""
    printer = printer_of(settings.printer)
    async with PcscReader(settings.card.reader) as reader:
        scanner = scanner or scanner_of(settings)
        yield Devices(reader, scanner, printer, (reader, scanner))
