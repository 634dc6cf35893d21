"""A scanner that a program holds."""

from __future__ import annotations

import asyncio


class VirtualScanner:
    """The port Scanner; `present` holds a code under it."""

    available = True

    def __init__(self) -> None:
        self._waiting: asyncio.Future[str] | None = None

    async def code(self) -> str:
        """The next code that is presented."""
        self._waiting = asyncio.get_running_loop().create_future()
        try:
            return await self._waiting
        finally:
            self._waiting = None

    def present(self, code: str) -> bool:
        """Scan the code; False when nobody waits for one."""
        if self._waiting is None or self._waiting.done():
            return False
        self._waiting.set_result(code)
        return True
