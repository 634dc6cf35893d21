"""Waiting for something to be so: no test sleeps for as long as it takes on a quick machine."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

PATIENCE = 20.0
"""Seconds after which a test gives up; nothing waits that long when it works."""
LOOK_SECONDS = 0.005
"""Between two looks."""


async def until(condition: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Let the event loop run until it is so. Raises TimeoutError."""
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(LOOK_SECONDS)


def wait_until(condition: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Let other processes and threads run until it is so. Raises TimeoutError."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError("it never was so")
        time.sleep(LOOK_SECONDS)
