"""The line to a printer behind a device file: on USB, or on a serial line. What blocks runs in threads."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import fcntl
import os
import select
import termios
import threading
import time
import tty
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from enum import Enum
from pathlib import Path
from typing import TypeVar

from hardware.printer.transport import CHUNK, GLANCE_SECONDS, Line, in_time
from kiosk.ports.printer import PrinterFailure, PrinterFault

CLOSE_SECONDS = 0.5
"""The kernel may hold on to a serial line until it is drained; nobody waits for that."""

_GONE = select.POLLHUP | select.POLLERR | select.POLLNVAL

T = TypeVar("T")


class FlowControl(Enum):
    """How a printer on a serial line says that it can take no more."""

    NONE = "none"
    RTS_CTS = "rts-cts"
    """Two lines of the cable. Where they are missing nothing is ever sent."""
    XON_XOFF = "xon-xoff"
    """Two characters that the printer sends; its answers to status questions never hold them."""


class FileTransport:
    """A printer behind a device file such as /dev/usb/lp0, read and written in threads, never blocking."""

    def __init__(self, path: Path, baud: int | None = None, flow: FlowControl | None = None) -> None:
        """`baud` is the speed of a serial line, one that termios knows; None leaves it, and `flow`, as it is."""
        self._path = path
        self._baud = baud
        self._flow = flow

    @asynccontextmanager
    async def open(self, within: float) -> AsyncIterator[Line]:
        """See Transport. Waits for another program of ours that is at the printer, such as a test slip."""
        opening = asyncio.ensure_future(asyncio.to_thread(self._open, time.monotonic() + within))
        try:
            line = _FileLine(await in_time(asyncio.shield(opening), within))
        except BaseException:
            opening.add_done_callback(_close_late)
            raise
        try:
            yield line
        finally:
            await line.close()

    def _open(self, deadline: float) -> int:
        descriptor = os.open(self._path, os.O_RDWR | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
        try:
            _take(descriptor, deadline)
            if os.isatty(descriptor):
                # A serial line would turn line ends into others and echo the answers.
                tty.setraw(descriptor, termios.TCSANOW)
                if self._baud is not None:
                    _set_speed(descriptor, self._baud)
                if self._flow is not None:
                    _set_flow(descriptor, self._flow)
        except BaseException:
            os.close(descriptor)
            raise
        return descriptor


class _FileLine:
    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._given_up = threading.Event()
        self._busy = threading.Lock()

    async def send(self, data: bytes, within: float) -> None:
        await self._work(lambda: self._write(data, time.monotonic() + within))

    async def receive(self, within: float) -> bytes:
        return await self._work(lambda: self._read(time.monotonic() + within))

    async def close(self) -> None:
        """Let go of the file as soon as no thread uses it; a thread looks up every tenth of a second."""
        self._given_up.set()
        closing = asyncio.ensure_future(asyncio.to_thread(self._close))
        await asyncio.wait([closing], timeout=CLOSE_SECONDS)

    async def _work(self, work: Callable[[], T]) -> T:
        def held() -> T:
            with self._busy:
                return work()

        return await _in_thread(held)

    def _close(self) -> None:
        with self._busy:
            os.close(self._descriptor)

    def _write(self, data: bytes, deadline: float) -> None:
        rest = memoryview(data)
        while rest:
            if not self._ready(select.POLLOUT, deadline):
                raise PrinterFailure(PrinterFault.TIMED_OUT)
            with contextlib.suppress(BlockingIOError):
                rest = rest[os.write(self._descriptor, rest[:CHUNK]) :]

    def _read(self, deadline: float) -> bytes:
        came = b""
        while not came and self._ready(select.POLLIN, deadline):
            with contextlib.suppress(BlockingIOError):
                came = os.read(self._descriptor, CHUNK)
            if not came:
                # Some drivers say "ready" with nothing to read.
                left = deadline - time.monotonic()
                if left <= 0 or self._given_up.wait(min(GLANCE_SECONDS, left)):
                    break
        return came

    def _ready(self, event: int, deadline: float) -> bool:
        """Whether the file is ready for `event` before the deadline. Raises PrinterFailure when it is gone."""
        poll = select.poll()
        poll.register(self._descriptor, event)
        while not self._given_up.is_set():
            left = deadline - time.monotonic()
            for _, happened in poll.poll(max(0.0, min(left, GLANCE_SECONDS)) * 1000):
                if happened & _GONE:
                    raise PrinterFailure(PrinterFault.UNREACHABLE)
                return True
            if left <= 0:
                return False
        return False


def _take(descriptor: int, deadline: float) -> None:
    """Have the printer to ourselves: bytes of two programs would stand on one slip. Raises OSError."""
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise OSError(errno.EBUSY, "another program is at the printer") from None
            time.sleep(GLANCE_SECONDS)
        else:
            return


def _set_flow(descriptor: int, flow: FlowControl) -> None:
    settings = termios.tcgetattr(descriptor)
    by_characters = termios.IXON | termios.IXOFF
    settings[0] = settings[0] | by_characters if flow is FlowControl.XON_XOFF else settings[0] & ~by_characters
    settings[2] = settings[2] | termios.CRTSCTS if flow is FlowControl.RTS_CTS else settings[2] & ~termios.CRTSCTS
    termios.tcsetattr(descriptor, termios.TCSANOW, settings)


def _set_speed(descriptor: int, baud: int) -> None:
    """Both directions."""
    speed = getattr(termios, f"B{baud}")
    settings = termios.tcgetattr(descriptor)
    settings[4] = settings[5] = speed
    termios.tcsetattr(descriptor, termios.TCSANOW, settings)


def _close_late(opening: asyncio.Future[int]) -> None:
    """Let go of a file that was opened after everybody had given up."""
    if not opening.cancelled() and opening.exception() is None:
        os.close(opening.result())


async def _in_thread(work: Callable[[], T]) -> T:
    """Run it in a thread and turn the system's refusals into PrinterFailure."""
    try:
        return await asyncio.to_thread(work)
    except OSError as refused:
        raise PrinterFailure(PrinterFault.UNREACHABLE) from refused
