"""The line to a printer, with deadlines. Nothing here blocks the event loop or raises anything but PrinterFailure."""

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
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from enum import Enum
from pathlib import Path
from typing import Protocol, TypeVar

from kiosk.ports.printer import PrinterFailure, PrinterFault

CONNECT_SECONDS = 3.0
"""A printer on the local network answers in milliseconds; an unplugged one never."""
CLOSE_SECONDS = 0.5
"""The kernel may hold on to a serial line until it is drained; nobody waits for that."""
_CHUNK = 4096
_GLANCE_SECONDS = 0.1
"""How often a waiting thread looks whether it should give up."""

_GONE = select.POLLHUP | select.POLLERR | select.POLLNVAL

T = TypeVar("T")


class FlowControl(Enum):
    """How a printer on a serial line says that it can take no more."""

    NONE = "none"
    RTS_CTS = "rts-cts"
    """Two lines of the cable. Where they are missing nothing is ever sent."""
    XON_XOFF = "xon-xoff"
    """Two characters that the printer sends; its answers to status questions never hold them."""


class Line(Protocol):
    """An open line; every call takes at most `within` seconds."""

    async def send(self, data: bytes, within: float) -> None:
        """Hand all of it to the line. Raises PrinterFailure."""
        ...

    async def receive(self, within: float) -> bytes:
        """What has come, or waits for something; empty when nothing came in time. Raises PrinterFailure."""
        ...


class Transport(Protocol):
    """How to get a line."""

    def open(self, within: float) -> contextlib.AbstractAsyncContextManager[Line]:
        """Connect, and let go at the end. Entering raises PrinterFailure."""
        ...


class TcpTransport:
    """A printer on the network, raw on a port, usually 9100. One connection for each job: many take only one."""

    def __init__(self, host: str, port: int) -> None:
        self._host = host
        self._port = port

    @asynccontextmanager
    async def open(self, within: float) -> AsyncIterator[Line]:
        """See Transport."""
        limit = min(within, CONNECT_SECONDS)
        reader, writer = await _in_time(asyncio.open_connection(self._host, self._port), limit)
        # `drain` then waits until the kernel has taken everything.
        writer.transport.set_write_buffer_limits(0)
        try:
            yield _TcpLine(reader, writer)
        except BaseException:
            writer.transport.abort()
            raise
        else:
            writer.close()
            # What is still on its way goes on; the far end may take its time to say goodbye.
            with contextlib.suppress(OSError):  # TimeoutError is one
                async with asyncio.timeout(_GLANCE_SECONDS):
                    await writer.wait_closed()


class _TcpLine:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def send(self, data: bytes, within: float) -> None:
        self._writer.write(data)
        await _in_time(self._writer.drain(), within)

    async def receive(self, within: float) -> bytes:
        try:
            async with asyncio.timeout(within):
                came = await self._reader.read(_CHUNK)
        except TimeoutError:
            return b""
        except OSError as broken:
            raise PrinterFailure(PrinterFault.UNREACHABLE) from broken
        if not came:
            raise PrinterFailure(PrinterFault.UNREACHABLE)
        return came


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
            line = _FileLine(await _in_time(asyncio.shield(opening), within))
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
                rest = rest[os.write(self._descriptor, rest[:_CHUNK]) :]

    def _read(self, deadline: float) -> bytes:
        came = b""
        while not came and self._ready(select.POLLIN, deadline):
            with contextlib.suppress(BlockingIOError):
                came = os.read(self._descriptor, _CHUNK)
            if not came:
                # Some drivers say "ready" with nothing to read.
                left = deadline - time.monotonic()
                if left <= 0 or self._given_up.wait(min(_GLANCE_SECONDS, left)):
                    break
        return came

    def _ready(self, event: int, deadline: float) -> bool:
        """Whether the file is ready for `event` before the deadline. Raises PrinterFailure when it is gone."""
        poll = select.poll()
        poll.register(self._descriptor, event)
        while not self._given_up.is_set():
            left = deadline - time.monotonic()
            for _, happened in poll.poll(max(0.0, min(left, _GLANCE_SECONDS)) * 1000):
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
            time.sleep(_GLANCE_SECONDS)
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


async def _in_time(work: Awaitable[T], within: float) -> T:
    """Wait for it, and turn its refusals into PrinterFailure."""
    try:
        async with asyncio.timeout(within):
            return await work
    except TimeoutError as late:
        raise PrinterFailure(PrinterFault.TIMED_OUT) from late
    except (OSError, UnicodeError) as refused:
        # UnicodeError: a host name that no name server could be asked for.
        raise PrinterFailure(PrinterFault.UNREACHABLE) from refused


async def _in_thread(work: Callable[[], T]) -> T:
    """Run it in a thread and turn the system's refusals into PrinterFailure."""
    try:
        return await asyncio.to_thread(work)
    except OSError as refused:
        raise PrinterFailure(PrinterFault.UNREACHABLE) from refused
