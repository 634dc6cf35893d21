"""A barcode scanner with a serial line (USB-CDC, RS-232): one code a line."""

from __future__ import annotations

import asyncio
import os
import termios
import tty
from contextlib import suppress
from pathlib import Path

MOST_CHARACTERS = 2000
"""Longer lines are no code; what comes before the next line end is thrown away."""
FIRST_WAIT, LONGEST_WAIT = 0.5, 5.0
"""Seconds between attempts to open a device that is not there."""
CHUNK = 4096
LINE_ENDS = b"\r\n"


class LineScanner:
    """The port Scanner on a character device; a scanner that vanishes is looked for until it is back."""

    def __init__(self, device: Path) -> None:
        self._device = device
        self._waiting: asyncio.Future[str] | None = None
        self._line = bytearray()
        self._task: asyncio.Task[None] | None = None
        self.available = False
        """Whether the device is open."""
        self.missed = 0
        """Codes that nobody waited for, and lines too long for one."""

    def start(self) -> None:
        """Begin to look for the device; needs a running loop."""
        self._task = asyncio.get_running_loop().create_task(self._attend(), name="scanner")

    async def close(self) -> None:
        """Let go of the device."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def code(self) -> str:
        """The next code; see the port."""
        self._waiting = asyncio.get_running_loop().create_future()
        try:
            return await self._waiting
        finally:
            self._waiting = None

    async def _attend(self) -> None:
        wait = FIRST_WAIT
        while True:
            try:
                descriptor = os.open(self._device, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY)
            except OSError:
                await asyncio.sleep(wait)
                wait = min(2 * wait, LONGEST_WAIT)
                continue
            wait = FIRST_WAIT
            try:
                await self._listen(descriptor)
            finally:
                self.available = False
                os.close(descriptor)

    async def _listen(self, descriptor: int) -> None:
        """Read until the device is gone."""
        loop = asyncio.get_running_loop()
        with suppress(termios.error):  # a pipe has no terminal settings, and needs none
            tty.setraw(descriptor, termios.TCSANOW)
        gone = asyncio.Event()
        self._line.clear()
        loop.add_reader(descriptor, self._read, descriptor, gone)
        self.available = True
        try:
            await gone.wait()
        finally:
            loop.remove_reader(descriptor)

    def _read(self, descriptor: int, gone: asyncio.Event) -> None:
        try:
            data = os.read(descriptor, CHUNK)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            gone.set()
        for octet in data:
            if octet in LINE_ENDS:
                self._deliver()
            elif len(self._line) <= MOST_CHARACTERS:
                self._line.append(octet)

    def _deliver(self) -> None:
        """Give a whole line to whoever waits; a code that nobody waits for is not kept."""
        line, self._line = bytes(self._line), bytearray()
        if not line:
            return
        if len(line) > MOST_CHARACTERS or self._waiting is None or self._waiting.done():
            self.missed += 1
        else:
            self._waiting.set_result(line.decode("utf-8", errors="replace"))
