"""A scanner that a program holds."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from kiosk.ports.device import DeviceFailure, DeviceFault, Part, Pulse

BEAT_SECONDS = 5.0


class VirtualScanner:
    """The port Scanner and a Device; `present` holds a code under it."""

    part = Part.SCANNER
    silence_seconds = 3 * BEAT_SECONDS

    def __init__(self) -> None:
        self._waiting: asyncio.Future[str] | None = None
        self._vanished = asyncio.Event()

    async def attend(self, pulse: Pulse) -> None:
        """It is there unless it vanished. Raises DeviceFailure."""
        while not self._vanished.is_set():
            pulse.beat()
            with suppress(TimeoutError):
                async with asyncio.timeout(BEAT_SECONDS):
                    await self._vanished.wait()
        raise DeviceFailure(DeviceFault.GONE)

    def vanish(self) -> None:
        """Pull its cable."""
        self._vanished.set()

    def come_back(self) -> None:
        """Plug it in again."""
        self._vanished.clear()

    async def code(self) -> str:
        """The next code that is presented."""
        self._waiting = asyncio.get_running_loop().create_future()
        try:
            return await self._waiting
        finally:
            self._waiting = None

    def present(self, code: str) -> bool:
        """Scan the code; False when nobody waits for one, or it is not there."""
        if self._vanished.is_set() or self._waiting is None or self._waiting.done():
            return False
        self._waiting.set_result(code)
        return True
