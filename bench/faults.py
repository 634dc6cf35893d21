"""How soon everything works again when a fault is put right, and how soon staff read that it does."""

from __future__ import annotations

import asyncio
import statistics
import sys
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from hardware.virtual.pcscd import Pcscd
from kiosk.checkin.insurance import QualificationAnswer, QualificationQuery
from kiosk.gateway.people import by_key
from kiosk.ports.device import Condition, Part
from kiosk.ports.printer import PrinterFailure
from kiosk.rehearsal.faults import Fault, Troubled
from kiosk.rehearsal.matrix import Cell, Step
from kiosk.station.wiring.trial import NEXT, Trial
from kiosk.station.wiring.trial_cells import needs_own_pcscd, striking
from kiosk.station.wiring.trial_opening import trial

RUNS = 3
MOST_SECONDS = 45.0
LOOK_SECONDS = 0.02
FAULTS = (
    Fault.READER_UNPLUGGED,
    Fault.SERVICE_RESTARTED,
    Fault.SERVICE_KILLED,
    Fault.SERVICE_HANGS,
    Fault.SOCKET_GONE,
    Fault.PAPER_OUT,
    Fault.COVER_OPEN,
    Fault.PRINTER_UNPLUGGED,
    Fault.PRINTER_STALLS,
    Fault.SCANNER_VANISHED,
    Fault.LINE_CUT,
    Fault.GATEWAY_SILENT,
    Fault.GATEWAY_ERROR,
    Fault.WRONG_TOKEN,
    Fault.DISK_FULL,
    Fault.DISK_READ_ONLY,
    Fault.DISK_LOCKED,
    Fault.UNSYNCHRONISED,
    Fault.LEAPS_FORWARD,
    Fault.GATEWAY_DIFFERS,
)
"""One of each kind of return; the others end with the card, the slip or the code that had them."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds, at the median."""

    works: float
    told: float


LIMITS: Mapping[Troubled, Limits] = {
    # The monitor tries every 2 s at the most; pcscd itself finds its readers within half a second.
    Troubled.CARD: Limits(3.0, 4.0),
    # It is asked when there is a slip; the watch looks every 5 s at a printer that was lost, and prints what is owed.
    Troubled.PRINTER: Limits(1.0, 8.0),
    # Set up again after 0.5 s, 1 s, 2 s ... by how long it was gone.
    Troubled.SCANNER: Limits(5.0, 5.0),
    # Queries try at once; the watch looks every 5 s and believes the second good look.
    Troubled.GATEWAY: Limits(3.0, 15.0),
    # A start screen that is out of order looks every 10 s, and a disk that is locked answers after 5.
    Troubled.DISK: Limits(16.0, 20.0),
    # The system is asked every 5 s what time it is, the gateway every 30.
    Troubled.CLOCK: Limits(32.0, 36.0),
}
_PARTS = {
    Troubled.CARD: Part.READER,
    Troubled.PRINTER: Part.PRINTER,
    Troubled.SCANNER: Part.SCANNER,
    Troubled.GATEWAY: Part.GATEWAY,
    Troubled.DISK: Part.LEDGER,
    Troubled.CLOCK: Part.CLOCK,
}


def measure(folder: Path, pcscd: Pcscd | None) -> dict[str, object]:
    """Medians in seconds, of runs in which somebody met the fault before it was put right."""
    faults = [fault for fault in FAULTS if pcscd is not None or not needs_own_pcscd(fault)]
    table = asyncio.run(_measured(folder, pcscd, faults))
    return {
        "what": f"from the end of a fault until it works, and until the status says so, medians of {RUNS}, in seconds",
        "each": {fault.value: row for fault, row in table.items()},
        "limits": {device.value: [limits.works, limits.told] for device, limits in LIMITS.items()},
        "kept": all(
            row["works"] <= LIMITS[fault.device].works and row["told"] <= LIMITS[fault.device].told
            for fault, row in table.items()
        ),
    }


async def _measured(folder: Path, pcscd: Pcscd | None, faults: list[Fault]) -> dict[Fault, dict[str, float]]:
    table = {}
    async with trial(folder, pcscd) as one:
        for fault in faults:
            print(f"  {fault.value} …", file=sys.stderr, flush=True)
            pairs = [await _recovered(one, fault) for _ in range(RUNS)]
            table[fault] = {
                "works": round(statistics.median(works for works, _ in pairs), 2),
                "told": round(statistics.median(told for _, told in pairs), 2),
            }
    return table


async def _recovered(one: Trial, fault: Fault) -> tuple[float, float]:
    """Let somebody meet the fault, put it right, and wait."""
    step = Step.QUERY if fault.device is Troubled.GATEWAY else Step.BROUGHT
    await one.visit(NEXT, striking(one, Cell(fault, step)))
    await one.injector.clear()
    began = time.monotonic()
    works, told = await asyncio.gather(
        _seconds_until(began, _working(one, fault.device)), _seconds_until(began, _told(one, fault.device))
    )
    await one.ready()
    return works, told


async def _seconds_until(began: float, well: Callable[[], Awaitable[bool]]) -> float:
    while not await well() and time.monotonic() - began < MOST_SECONDS:  # noqa: ASYNC110 (as staff look)
        await asyncio.sleep(LOOK_SECONDS)
    return time.monotonic() - began


def _told(one: Trial, device: Troubled) -> Callable[[], Awaitable[bool]]:
    async def told() -> bool:
        return one.terminal.status.status.condition(_PARTS[device]) is Condition.OK

    return told


def _working(one: Trial, device: Troubled) -> Callable[[], Awaitable[bool]]:
    async def reader() -> bool:
        return one.terminal.devices.reader.available

    async def printer() -> bool:
        try:
            await one.terminal.devices.printer.paper()
        except PrinterFailure:
            return False
        return True

    async def scanner() -> bool:
        return one.terminal.status.status.condition(Part.SCANNER) is Condition.OK

    async def gateway() -> bool:
        person = by_key(NEXT.person)
        asked = QualificationQuery(person.insurer, person.insured, person.birthdate, one.today)
        return isinstance(await one.terminal.qualifier.query(asked), QualificationAnswer)

    async def disk() -> bool:
        return await one.ready(LOOK_SECONDS) is not None

    async def clock() -> bool:
        return one.terminal.clock.sure

    return {
        Troubled.CARD: reader,
        Troubled.PRINTER: printer,
        Troubled.SCANNER: scanner,
        Troubled.GATEWAY: gateway,
        Troubled.DISK: disk,
        Troubled.CLOCK: clock,
    }[device]
