"""A cable that can be pulled: it stands between the kiosk and the gateway when a rehearsal has to break the line."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from hardware.virtual.listener import Listener, drop

CHUNK = 65536


class Relay:
    """Passes everything on to a port of this machine; while it is cut, nobody listens."""

    def __init__(self, target_port: int) -> None:
        self._target_port = target_port
        self._listener = Listener(self._connect)

    @property
    def port(self) -> int:
        """Where it listens, once mended for the first time."""
        return self._listener.port

    async def mend(self) -> None:
        """Listen, on the port that it had before."""
        await self._listener.open()

    async def cut(self) -> None:
        """Stop listening and drop every connection."""
        await self._listener.shut()

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there_reader, there_writer = await asyncio.open_connection("127.0.0.1", self._target_port)
        try:
            await asyncio.gather(_pass_on(reader, there_writer), _pass_on(there_reader, writer))
        finally:
            await drop(there_writer)


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Pass on until the one side has no more, and tell the other."""
    with suppress(ConnectionError):
        while data := await reader.read(CHUNK):
            writer.write(data)
            await writer.drain()
    with suppress(OSError):
        writer.write_eof()
