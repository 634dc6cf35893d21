"""A TCP port on this machine for virtual devices: it can be shut, and opened again under the same number."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
"""What is done with a line; the line is closed when it returns or when the line breaks (OSError)."""


class Listener:
    """The port and the lines that came in through it."""

    def __init__(self, serve: Serve) -> None:
        self._serve = serve
        self._server: asyncio.Server | None = None
        self._lines: set[asyncio.Task[None]] = set()
        self.port = 0
        """Where it listens, once opened for the first time."""

    async def open(self, port: int = 0) -> None:
        """Listen on 127.0.0.1: on that port, else on the one that it had before, else on any. Raises OSError."""
        if self._server is None:
            self._server = await asyncio.start_server(self._accept, "127.0.0.1", port or self.port)
            self.port = self._server.sockets[0].getsockname()[1]

    async def shut(self) -> None:
        """Listen no more, and drop every line."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for line in self._lines:
            line.cancel()
        await asyncio.gather(*self._lines, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line = asyncio.current_task()
        assert line is not None  # noqa: S101 (asyncio runs this as a task)
        self._lines.add(line)
        try:
            with contextlib.suppress(OSError):
                await self._serve(reader, writer)
        except asyncio.CancelledError:
            pass  # Only `shut` does this, and waits for the end of the task.
        finally:
            await drop(writer)
            self._lines.discard(line)


async def drop(writer: asyncio.StreamWriter) -> None:
    """Close a line at once, whatever was still to be sent."""
    writer.transport.abort()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
