"""The slip that a printer without paper did not give: it is printed once, as a whole, when the printer can again.

Only the day's last visit is owed one, and not for long. Those before it went on with the number on their screen, and a
pile of their slips would be in nobody's hands.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Protocol

from structlog import get_logger

from kiosk.checkin.visit import Visit
from kiosk.ports.desk import LedgerFailure, Slips
from kiosk.ports.printer import Printer, PrinterFailure, PrinterFault

OWED_FOR = timedelta(minutes=10)
"""Longer than it takes to change the paper; whoever has waited longer has gone on with the number."""


class Owing(Protocol):
    """What it needs of the ledger."""

    async def owed(self, within: timedelta) -> Visit | None:
        """The day's last visit, when it is no older than that and its slip failed."""
        ...

    async def printed(self, visit: Visit, fault: PrinterFault | None) -> None:
        """Record that the visit's slip came out, or why it did not."""
        ...


class OwedSlip:
    """Gives the slip that is owed, at most once for each visit."""

    def __init__(self, ledger: Owing, slips: Slips, printer: Printer) -> None:
        self._ledger = ledger
        self._slips = slips
        self._printer = printer
        self._tried = ""

    async def give(self) -> bool:
        """Print it, when one is owed; False when that failed. Never raises."""
        try:
            visit = await self._ledger.owed(OWED_FOR)
            if visit is None or visit.id == self._tried:
                return True
            self._tried = visit.id
            fault = await self._print(visit)
            await self._ledger.printed(visit, fault)
        except LedgerFailure as failure:
            get_logger().warning("slip that is owed not recorded", error=type(failure.__cause__ or failure).__name__)
            return False
        if fault is None:
            get_logger().info("slip given after all", visit_number=visit.number)
        return fault is None

    async def _print(self, visit: Visit) -> PrinterFault | None:
        try:
            await self._printer.print(await self._slips.draw(visit))
        except PrinterFailure as failure:
            return failure.fault
        return None
