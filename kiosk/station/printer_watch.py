"""How the printer is between visits, for staff: known before the first examinee finds out."""

from __future__ import annotations

import asyncio
from typing import Protocol

from structlog import get_logger

from kiosk.ports.desk import Flag
from kiosk.ports.device import Condition, Part
from kiosk.ports.printer import PaperState, Printer, PrinterFailure, PrinterFault
from kiosk.station.heartbeat import StatusFile
from kiosk.station.status import BEAT_SECONDS, State

LOOK_SECONDS = 20.0
"""Between two looks at a printer that is well: many take one line at a time, so it should mostly be free."""
ANSWER_SECONDS = 5.0
"""Longer than the printer's own deadline for a line and its few milliseconds for an answer."""


class WatchedPrinter(Printer, Protocol):
    """A printer that tells how it is."""

    async def paper(self) -> PaperState:
        """What it says of itself now. Raises PrinterFailure when there is no line to it."""
        ...

    async def warm_up(self) -> None:
        """Load what the first slip needs."""
        ...


class PrinterWatch:
    """Looks at the printer while nobody is served, and tells the status; lost and regained are logged once each."""

    def __init__(self, printer: WatchedPrinter, status: StatusFile) -> None:
        self._printer = printer
        self._status = status
        self._lost = False

    async def keep_looking(self, every: float = LOOK_SECONDS, soon: float = BEAT_SECONDS) -> None:
        """Look for ever; sooner again when the printer is lost or a slip did not come out."""
        while True:
            # A visit ends with a slip, and a printer in the middle of one has no answer to give.
            if self._status.status.state is not State.SERVING:
                await self.look()
            troubled = self._lost or Flag.PRINTER in self._status.status.flags
            await asyncio.sleep(min(soon, every) if troubled else every)

    async def look(self, within: float = ANSWER_SECONDS) -> None:
        """Ask once, and tell."""
        found: PaperState | PrinterFault
        try:
            async with asyncio.timeout(within):
                found = await self._printer.paper()
        except PrinterFailure as failure:
            found = failure.fault
        except TimeoutError:
            found = PrinterFault.TIMED_OUT
        condition = _condition(found)
        lost = condition is Condition.DOWN
        if lost and not self._lost:
            get_logger().warning("printer lost", fault=found)
        if self._lost and not lost:
            get_logger().info("printer regained")
            self._status.lower_flag(Flag.PRINTER)
        self._lost = lost
        self._status.part(Part.PRINTER, condition)


def _condition(found: PaperState | PrinterFault) -> Condition:
    match found:
        case PaperState.OK:
            return Condition.OK
        case PaperState.NEAR_END:
            return Condition.ATTENTION
        case PaperState.UNKNOWN:
            return Condition.UNKNOWN
        case _:
            return Condition.DOWN
