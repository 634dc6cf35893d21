"""SIMULATOR: a face reader before which invented people stand on command."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from uuid import uuid4

from kiosk.gateway.faces.source import Capture
from kiosk.gateway.messages import AnswerMessage

MOST_WAITING = 100
"""Captures that nobody has read yet; the older ones are nobody's by then."""


class SimulatedFaces:
    """Implements `FaceSource`. People may come from any thread."""

    reader = "simulator"

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._waiting: deque[Capture] = deque(maxlen=MOST_WAITING)
        self._wake: Callable[[], object] | None = None

    def show(self, answer: AnswerMessage) -> None:
        """Somebody looks into the reader, and this is what オンライン資格確認 says of them."""
        self._waiting.append(Capture(str(uuid4()), self._clock(), answer))
        if self._wake is not None:
            self._wake()

    async def captures(self) -> AsyncIterator[Capture]:
        """Every capture once."""
        loop, came = asyncio.get_running_loop(), asyncio.Event()
        self._wake = lambda: loop.call_soon_threadsafe(came.set)
        try:
            while True:
                came.clear()
                while self._waiting:
                    yield self._waiting.popleft()
                await came.wait()
        finally:
            self._wake = None
