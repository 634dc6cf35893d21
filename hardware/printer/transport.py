"""The line to a printer, with deadlines. Nothing here blocks the event loop or raises anything but PrinterFailure."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from typing import Protocol, TypeVar

from kiosk.ports.printer import PrinterFailure, PrinterFault

CONNECT_SECONDS = 3.0
"""A printer on the local network answers in milliseconds; an unplugged one never."""
CHUNK = 4096
GLANCE_SECONDS = 0.1
"""How often a waiting thread looks whether it should give up."""

T = TypeVar("T")


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
        reader, writer = await in_time(asyncio.open_connection(self._host, self._port), limit)
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
                async with asyncio.timeout(GLANCE_SECONDS):
                    await writer.wait_closed()


class _TcpLine:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def send(self, data: bytes, within: float) -> None:
        self._writer.write(data)
        await in_time(self._writer.drain(), within)

    async def receive(self, within: float) -> bytes:
        try:
            async with asyncio.timeout(within):
                came = await self._reader.read(CHUNK)
        except TimeoutError:
            return b""
        except OSError as broken:
            raise PrinterFailure(PrinterFault.UNREACHABLE) from broken
        if not came:
            raise PrinterFailure(PrinterFault.UNREACHABLE)
        return came


async def in_time(work: Awaitable[T], within: float) -> T:
    """Wait for it, and turn its refusals into PrinterFailure."""
    try:
        async with asyncio.timeout(within):
            return await work
    except TimeoutError as late:
        raise PrinterFailure(PrinterFault.TIMED_OUT) from late
    except (OSError, UnicodeError) as refused:
        # UnicodeError: a host name that no name server could be asked for.
        raise PrinterFailure(PrinterFault.UNREACHABLE) from refused
