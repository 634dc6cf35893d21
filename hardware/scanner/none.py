"""No scanner with a line of its own: codes come through the screen, or not at all."""

from __future__ import annotations

import asyncio


class NoLineScanner:
    """The port Scanner of a terminal whose scanner types like a keyboard."""

    available = False

    async def code(self) -> str:
        """Waits for ever."""
        never: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        return await never
