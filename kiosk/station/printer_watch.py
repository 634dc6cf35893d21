"""How the printer is between visits, for staff: known before the first examinee finds out."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol

from kiosk.ports.desk import Flag
from kiosk.ports.device import Condition, DeviceFault, Part, Pulse
from kiosk.ports.printer import PaperState, Printer, PrinterFailure, PrinterFault
from kiosk.station.heartbeat import StatusFile
from kiosk.station.owed_slip import Owed
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


async def _nothing_owed() -> Owed:
    return Owed.NOTHING


class PrinterWatch:
    """Implements the port `Device`: looks at the printer while nobody is served.

    A printer that can print again first gives the slip that it owes; then the flag goes down.
    """

    part = Part.PRINTER
    silence_seconds = 120.0
    """Far longer than a slip and a look take together."""

    def __init__(
        self,
        printer: WatchedPrinter,
        status: StatusFile,
        give_owed: Callable[[], Awaitable[Owed]] = _nothing_owed,
        *,
        every: float = LOOK_SECONDS,
        soon: float = BEAT_SECONDS,
        within: float = ANSWER_SECONDS,
    ) -> None:
        """`give_owed` prints the slip that is owed, if one is. Times are in seconds."""
        self._printer = printer
        self._status = status
        self._give_owed = give_owed
        self._every, self._soon, self._within = every, min(soon, every), within
        self._seen: tuple[Condition, DeviceFault | None] = (Condition.UNKNOWN, None)

    async def attend(self, pulse: Pulse) -> None:
        """Look for ever; sooner again when the printer is lost or a slip did not come out."""
        while True:
            # A visit ends with a slip, and a printer in the middle of one has no answer to give.
            if self._status.status.state is not State.SERVING:
                await self.look()
            pulse.beat(*self._seen)
            await asyncio.sleep(self._soon if self._lost or self._flagged else self._every)

    async def look(self) -> tuple[Condition, DeviceFault | None]:
        """Ask once how it is, and let it give what it owes."""
        was_lost = self._lost
        self._seen = condition_of(await self._found())
        if self._flagged and not self._lost:
            owed = await self._give_owed()
            if owed is Owed.GIVEN or (owed is Owed.NOTHING and was_lost):
                self._status.lower_flag(Flag.PRINTER)
        return self._seen

    @property
    def _lost(self) -> bool:
        return self._seen[1] is not None

    @property
    def _flagged(self) -> bool:
        return Flag.PRINTER in self._status.status.flags

    async def _found(self) -> PaperState | PrinterFault:
        try:
            async with asyncio.timeout(self._within):
                return await self._printer.paper()
        except PrinterFailure as failure:
            return failure.fault
        except TimeoutError:
            return PrinterFault.TIMED_OUT


def condition_of(found: PaperState | PrinterFault) -> tuple[Condition, DeviceFault | None]:
    """How a printer is that says this of itself, and why it is down."""
    match found:
        case PaperState.OK:
            return Condition.OK, None
        case PaperState.NEAR_END:
            return Condition.ATTENTION, None
        case PaperState.UNKNOWN:
            return Condition.UNKNOWN, None
        case PaperState.OUT | PaperState.COVER_OR_OFFLINE | PrinterFault.PAPER_OUT | PrinterFault.COVER_OR_OFFLINE:
            return Condition.DOWN, DeviceFault.NEEDS_HAND
        case PrinterFault.TIMED_OUT:
            return Condition.DOWN, DeviceFault.HANGS
        case PrinterFault.BROKE_OFF:
            return Condition.DOWN, DeviceFault.GONE
        case PrinterFault.UNREACHABLE | PrinterFault.QR_UNREADABLE:
            return Condition.DOWN, DeviceFault.NOT_THERE
