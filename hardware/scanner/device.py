"""A scanner with a device file of its own: found, taken, listened to, and let go."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from hardware.scanner.source import Source, open_source
from kiosk.ports.device import DeviceFailure, DeviceFault, Part, Pulse
from kiosk.ports.framing import Framing, Gathering

BEAT_SECONDS = 5.0
"""A scanner says nothing unless it reads something; a beat only tells that its file is open and listened to."""
PAUSE_SECONDS = 0.3
"""A code whose suffix has not come by then has none: between two characters a scanner pauses for milliseconds."""
CHUNK = 4096


class DeviceScanner:
    """The port Scanner and a Device: a keyboard (evdev) or a serial line, whatever stands behind the device file."""

    part = Part.SCANNER

    def __init__(
        self,
        device: Path,
        framing: Framing | None = None,
        *,
        bits_per_second: int = 9600,
        pause_seconds: float = PAUSE_SECONDS,
        beat_seconds: float = BEAT_SECONDS,
    ) -> None:
        self._device = device
        self._bits_per_second = bits_per_second
        self._pause_seconds = pause_seconds
        self._beat_seconds = beat_seconds
        self._gathered = Gathering(framing or Framing())
        self._waiting: asyncio.Future[str] | None = None
        self._pause: asyncio.TimerHandle | None = None
        self.available = False
        """Whether the device is open."""
        self.missed = 0
        """Codes that nobody waited for."""
        self.damaged = 0
        """Codes without their prefix or suffix, or with a part lost."""

    @property
    def silence_seconds(self) -> float:
        """See Device; three beats, and the driver's time to open it."""
        return 3 * self._beat_seconds

    async def code(self) -> str:
        """The next code; see the port."""
        self._waiting = asyncio.get_running_loop().create_future()
        try:
            return await self._waiting
        finally:
            self._waiting = None

    async def attend(self, pulse: Pulse) -> None:
        """Open it, listen until it is gone, let it go. Raises DeviceFailure."""
        async with _opened(self._device, self._bits_per_second) as source:
            loop, gone = asyncio.get_running_loop(), asyncio.Event()
            loop.add_reader(source.descriptor, self._read, source, gone)
            self.available = True
            try:
                while not gone.is_set():
                    pulse.beat()
                    await _within(self._beat_seconds, gone)
            finally:
                loop.remove_reader(source.descriptor)
                self.available = False
                self._forget()
        raise DeviceFailure(DeviceFault.GONE)

    def _read(self, source: Source, gone: asyncio.Event) -> None:
        try:
            octets = os.read(source.descriptor, CHUNK)
            characters = list(source.characters(octets))
        except BlockingIOError:
            return
        except OSError:
            octets, characters = b"", []
        if not octets:
            asyncio.get_running_loop().remove_reader(source.descriptor)
            gone.set()
        for character in characters:
            if character is None:
                self._gathered.spoil()
            elif self._gathered.add(character):
                self._finish(ended=True)
        self._wait_for_more()

    def _wait_for_more(self) -> None:
        if self._pause is not None:
            self._pause.cancel()
            self._pause = None
        if self._gathered.begun:
            later = asyncio.get_running_loop().call_later
            self._pause = later(self._pause_seconds, lambda: self._finish(ended=False))

    def _finish(self, *, ended: bool) -> None:
        """Give a whole code to whoever waits; one that nobody waits for is not kept."""
        code = self._gathered.code(ended=ended)
        self._gathered.clear()
        if code is None:
            self.damaged += 1
        elif not code:
            return  # the line feed after an Enter
        elif self._waiting is None or self._waiting.done():
            self.missed += 1
        else:
            self._waiting.set_result(code)

    def _forget(self) -> None:
        """Half a code of a scanner that is gone is none."""
        self._gathered.clear()
        self._wait_for_more()


@asynccontextmanager
async def _opened(device: Path, bits_per_second: int) -> AsyncIterator[Source]:
    """The open scanner. In threads, because some drivers ask the device before they open or close it."""
    opening = asyncio.ensure_future(asyncio.to_thread(open_source, device, bits_per_second))
    try:
        source = await asyncio.shield(opening)
    except asyncio.CancelledError:
        opening.add_done_callback(_close_late)
        raise
    try:
        yield source
    finally:
        await asyncio.to_thread(source.close)


def _close_late(opening: asyncio.Future[Source]) -> None:
    if not opening.cancelled() and opening.exception() is None:
        opening.result().close()


async def _within(seconds: float, event: asyncio.Event) -> None:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return
