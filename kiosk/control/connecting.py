"""How to get to a kiosk: its control socket on this machine, or a command that reaches another one."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from pathlib import Path

from kiosk.control.address import address_of
from kiosk.control.link import Streams
from kiosk.control.messages import LONGEST_ANSWER

Connect = Callable[[], AbstractAsyncContextManager[Streams]]
"""Opens a pair of streams to a kiosk, and closes them. Raises OSError when that cannot be."""
FULL_QUEUE_WAIT = 0.05
"""Seconds until another try to get into a queue that is full."""

END_SECONDS = 2.0
"""How long a command may take to end; one that does not, as one that was stopped, must not hold up whoever leaves."""


def at_socket(path: Path) -> Connect:
    """The control socket of a kiosk on this machine."""

    @asynccontextmanager
    async def connect() -> AsyncIterator[Streams]:
        with address_of(path) as address:
            connected = await _connected(address)
        reader, writer = await asyncio.open_unix_connection(sock=connected, limit=LONGEST_ANSWER)
        try:
            yield Streams(reader, writer)
        finally:
            writer.transport.abort()
            with suppress(OSError):
                await writer.wait_closed()

    return connect


async def _connected(address: str) -> socket.socket:
    """Waits while the kiosk's queue is full: asyncio takes a socket that is not connected yet for one that is."""
    made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        made.setblocking(False)
        while True:
            try:
                made.connect(address)
            except BlockingIOError:
                await asyncio.sleep(FULL_QUEUE_WAIT)
            else:
                return made
    except BaseException:
        made.close()
        raise


def over_command(*command: str) -> Connect:
    """A command that talks on its standard input and output: `ssh HOST`, where that starts `kiosk control relay`.

    What it says on standard error is thrown away.
    """

    @asynccontextmanager
    async def connect() -> AsyncIterator[Streams]:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            limit=LONGEST_ANSWER,
            start_new_session=True,  # Ctrl-C in the terminal is the board's alone
        )
        assert process.stdin is not None  # noqa: S101 - PIPE, above
        assert process.stdout is not None  # noqa: S101
        try:
            yield Streams(process.stdout, process.stdin)
        finally:
            process.stdin.close()
            if process.returncode is None:
                process.terminate()
            try:
                async with asyncio.timeout(END_SECONDS):
                    await process.wait()
            except TimeoutError:
                with suppress(ProcessLookupError):
                    process.kill()
                await process.wait()

    return connect
