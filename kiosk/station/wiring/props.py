"""The virtual devices of a terminal that can have faults, each of them in a thread of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from hardware.virtual.clock import VirtualClock
from hardware.virtual.disk import VirtualDisk
from hardware.virtual.pcscd import Pcscd
from hardware.virtual.printer import VirtualPrinter
from hardware.virtual.scanner import VirtualScanner
from hardware.virtual.vpcd import VirtualSlot
from kiosk.station.wiring.backstage import Backstage, backstage
from kiosk.station.wiring.relay import Relay


@dataclass(frozen=True, slots=True)
class Props:
    """The devices."""

    back: Backstage
    """Where printer and relay live."""
    slot: VirtualSlot
    printer: VirtualPrinter
    relay: Relay
    """The line to the gateway."""
    pcscd: Pcscd | None
    """None where it is somebody else's: it cannot be harmed then."""
    scanner: VirtualScanner = field(default_factory=VirtualScanner)
    disk: VirtualDisk = field(default_factory=VirtualDisk)
    clock: VirtualClock = field(default_factory=VirtualClock)


@contextmanager
def props(slips: Path, gateway_port: int, pcscd: Pcscd | None) -> Iterator[Props]:
    """Started devices; the printer keeps its slips in that folder, the line leads to a gateway on that port."""
    with ExitStack() as stack:
        back = stack.enter_context(backstage())
        printer, relay = VirtualPrinter(slips), Relay(gateway_port)
        stack.callback(lambda: back.run_now(printer.close()))
        stack.callback(lambda: back.run_now(relay.cut()))
        back.run_now(printer.start())
        back.run_now(relay.mend())
        yield Props(back, stack.enter_context(VirtualSlot()), printer, relay, pcscd)
