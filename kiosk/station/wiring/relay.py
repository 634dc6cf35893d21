"""A line that can be cut: between the terminal and its gateway, for rehearsing what happens then."""

from __future__ import annotations

import asyncio
from contextlib import suppress

CHUNK = 65536


class Relay:
    """Passes connections on to a port of this machine; while it is cut, nobody listens."""

    def __init__(self, target_port: int) -> None:
        self._target_port = target_port
        self._server: asyncio.Server | None = None
        self._lines: set[asyncio.Task[None]] = set()
        self.port = 0
        """Where it listens, once mended for the first time."""

    async def mend(self) -> None:
        """Listen, on the port that it had before."""
        if self._server is None:
            self._server = await asyncio.start_server(self._accept, "127.0.0.1", self.port)
            self.port = self._server.sockets[0].getsockname()[1]

    async def cut(self) -> None:
        """Stop listening and drop every connection."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for line in self._lines:
            line.cancel()
        await asyncio.gather(*self._lines, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line = asyncio.current_task()
        if line is None:
            return
        self._lines.add(line)
        try:
            there_reader, there_writer = await asyncio.open_connection("127.0.0.1", self._target_port)
            try:
                await asyncio.gather(_pass_on(reader, there_writer), _pass_on(there_reader, writer))
            finally:
                there_writer.transport.abort()
        except asyncio.CancelledError:
            pass  # only cut() does this, and waits for the end of the task
        finally:
            self._lines.discard(line)
            writer.transport.abort()


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while data := await reader.read(CHUNK):
            writer.write(data)
            await writer.drain()
    with suppress(OSError):
        writer.write_eof()
