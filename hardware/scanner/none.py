"""No scanner with a line of its own: codes come through the screen, or not at all."""

from __future__ import annotations

import asyncio

from kiosk.ports.device import Condition, Part, Pulse

BEAT_SECONDS = 60.0


class NoLineScanner:
    """The port Scanner, and a Device that is absent, of a terminal whose scanner types like a keyboard."""

    part = Part.SCANNER
    silence_seconds = 3 * BEAT_SECONDS

    async def attend(self, pulse: Pulse) -> None:
        """Say that there is none; whether one types cannot be asked."""
        while True:
            pulse.beat(Condition.ABSENT)
            await asyncio.sleep(BEAT_SECONDS)

    async def code(self) -> str:
        """Waits for ever."""
        never: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        return await never
