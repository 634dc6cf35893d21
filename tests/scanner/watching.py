"""A scanner that is looked after, and what it tells."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from hardware.scanner.device import DeviceScanner
from kiosk.ports.device import Condition, DeviceFault, Part
from kiosk.station.supervision import Pace, Supervisor
from tests.waiting import until

QUICK = Pace(first=0.01, longest=0.02, permanent=0.02)


class Told:
    """What the status would show."""

    def __init__(self) -> None:
        self.all: list[tuple[Condition, DeviceFault | None]] = []

    def part(self, part: Part, condition: Condition, fault: DeviceFault | None = None) -> None:
        assert part is Part.SCANNER
        if not self.all or self.all[-1] != (condition, fault):
            self.all.append((condition, fault))

    @property
    def last(self) -> tuple[Condition, DeviceFault | None]:
        return self.all[-1] if self.all else (Condition.UNKNOWN, None)


class Desk:
    """A scanner, and the hand that waits for its codes."""

    def __init__(self, scanner: DeviceScanner, told: Told) -> None:
        self.scanner = scanner
        self.told = told

    async def there(self) -> None:
        await until(lambda: self.scanner.available)

    async def code(self, scan: Callable[[], object]) -> str:
        """Wait for a code, then scan it."""
        await self.there()
        waiting = asyncio.create_task(self.scanner.code())
        await asyncio.sleep(0)
        await asyncio.to_thread(scan)  # a line that is full waits for its reader
        async with asyncio.timeout(10):
            return await waiting


@asynccontextmanager
async def looked_after(device: Path, **how: Any) -> AsyncIterator[Desk]:
    """A scanner in the station's own loop."""
    told, scanner = Told(), DeviceScanner(device, **how)
    supervisor = Supervisor(told, QUICK)
    supervisor.device(scanner)
    try:
        yield Desk(scanner, told)
    finally:
        await supervisor.aclose()
        assert not scanner.available
