"""The slip that a printer without paper did not give: it is printed once, as a whole, when the printer can again.

Only the last visit is owed one, and not for long. Those before it went on with the number on their screen, and a pile
of their slips would be in nobody's hands.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from enum import Enum
from typing import Protocol

from structlog import get_logger

from kiosk.checkin.visit import Visit
from kiosk.ports.desk import LedgerFailure, Slips
from kiosk.ports.printer import Printer, PrinterFailure, PrinterFault, Slip
from kiosk.station.crash import report

OWED_FOR = timedelta(minutes=10)
"""Longer than it takes to change the paper; whoever has waited longer has gone on with the number."""


class Owing(Protocol):
    """What it needs of the ledger."""

    async def owed(self, within: timedelta) -> Visit | None:
        """The last visit, when it is no older than that and its slip is surely not on paper."""
        ...

    async def printed(self, visit: Visit, fault: PrinterFault | None) -> None:
        """Record that the visit's slip came out, or why it did not."""
        ...


class Owed(Enum):
    """What became of the slip that was owed."""

    GIVEN = "given"
    NOTHING = "nothing"
    """None is owed, or none any more."""
    NOT_YET = "not yet"
    """Somebody stands there now, or it failed again."""


class OwedSlip:
    """Gives the slip that is owed, at most once for each visit, and never into the hands of the next one."""

    def __init__(self, ledger: Owing, slips: Slips, printer: Printer, busy: Callable[[], bool]) -> None:
        """`busy` tells whether somebody is being served."""
        self._ledger = ledger
        self._slips = slips
        self._printer = printer
        self._busy = busy
        self._tried = ""
        self._failed = False

    async def give(self) -> Owed:
        """Print it, when one is owed. Never raises."""
        try:
            visit = await self._ledger.owed(OWED_FOR)
            if visit is None:
                return Owed.NOTHING
            if visit.id == self._tried:
                return Owed.NOT_YET
            slip = await self._slips.draw(visit)
            if self._busy():
                return Owed.NOT_YET
            self._tried = visit.id
            fault = await self._print(slip)
            await self._ledger.printed(visit, fault)
        except LedgerFailure as failure:
            self._say_failed(failure.__cause__ or failure)
            return Owed.NOT_YET
        except Exception as crash:  # whatever it is: the printer is not at fault
            if not self._failed:
                report(crash)
            self._failed = True
            return Owed.NOT_YET
        self._failed = False
        if fault is not None:
            return Owed.NOT_YET
        get_logger().info("slip given after all", visit_number=visit.number)
        return Owed.GIVEN

    async def _print(self, slip: Slip) -> PrinterFault | None:
        try:
            await self._printer.print(slip)
        except PrinterFailure as failure:
            return failure.fault
        return None

    def _say_failed(self, cause: BaseException) -> None:
        if not self._failed:
            get_logger().warning("slip that is owed not found or recorded", error=type(cause).__name__)
        self._failed = True
