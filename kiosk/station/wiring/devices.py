"""The devices that the configuration names."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from hardware.card.reader import PcscReader
from hardware.printer.factory import open_printer
from hardware.scanner.line import LineScanner
from hardware.scanner.none import NoLineScanner
from kiosk.ports.card import CardReader
from kiosk.ports.device import Condition, Device
from kiosk.ports.scanner import Scanner
from kiosk.settings import Settings
from kiosk.station.printer_watch import WatchedPrinter


class WatchedScanner(Scanner, Protocol):
    """A scanner that tells whether it is there."""

    @property
    def available(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Devices:
    """The devices of a terminal, started."""

    reader: CardReader
    scanner: WatchedScanner
    printer: WatchedPrinter
    looked_after: tuple[Device, ...] = ()
    """Those that the station keeps in loops of their own."""

    @property
    def scanner_condition(self) -> Condition:
        """How the scanner is; one that types like a keyboard cannot be asked."""
        if isinstance(self.scanner, NoLineScanner):
            return Condition.ABSENT
        return Condition.OK if self.scanner.available else Condition.DOWN


@asynccontextmanager
async def devices_of(settings: Settings, scanner: WatchedScanner | None = None) -> AsyncIterator[Devices]:
    """Start the devices, and let them go at the end. `scanner` takes the place of the configured one."""
    printing = settings.printer
    printer = open_printer(printing.device, printing.head.value, printing.deadline_seconds, cut=printing.cut)
    async with PcscReader(settings.card.reader) as reader:
        if scanner is not None:
            yield Devices(reader, scanner, printer)
        elif settings.scanner.device:
            line = LineScanner(Path(settings.scanner.device))
            line.start()
            try:
                yield Devices(reader, line, printer)
            finally:
                await line.close()
        else:
            yield Devices(reader, NoLineScanner(), printer)
