"""`kiosk control relay`: a terminal's control socket on standard input and output, for a board on another machine.

It says hello itself, so that whoever sits there is the one whom this side names (the forced command of a key), whatever
the other side says. While the kiosk is down it answers with what is known, and goes when the kiosk is back: the board
then connects again.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, BinaryIO

from kiosk.control.connecting import at_socket
from kiosk.control.link import Streams
from kiosk.control.messages import LONGEST_REQUEST, VERSION, Hello, NotUnderstood, read_hello, to_line
from kiosk.control.pace import Pace
from kiosk.control.peers import Peer, no_right
from kiosk.control.server import A_SECOND, AT_ONCE
from kiosk.control.session import Desk, OnCrash, Session
from kiosk.ports.board import Refusal

AGAIN_SECONDS = 2.0
"""Between looks whether the kiosk is back."""
HELLO_SECONDS = 10.0
PIECE = 64 * 1024


async def relay(
    path: Path, terminal: str, name: str | None, peer: Peer, asleep: Desk, on_crash: OnCrash, here: Streams
) -> None:
    """Until one side hangs up. `asleep` is the desk of a kiosk that does not run; `peer` is who runs this.

    With a `name` that is who sits there. Raises ValueError for one that is none.
    """
    hello = Hello(version=VERSION, name=name)
    try:
        async with asyncio.timeout(HELLO_SECONDS):
            said = read_hello(await here.reader.readline())
    except (NotUnderstood, TimeoutError, ValueError):
        return
    hello = said if name is None else hello.model_copy(update={"version": said.version})
    session = Session(here.reader, here.writer, terminal, asleep, on_crash, Pace(AT_ONCE, A_SECOND))
    try:
        async with at_socket(path)() as there:
            there.writer.write(to_line(hello))
            await _first(_pump(here.reader, there.writer), _pump(there.reader, here.writer))
    except PermissionError:
        await session.refuse(Refusal.NOT_ALLOWED, no_right(peer.login))
    except OSError:  # it does not run
        await _first(session.serve(peer, hello), _back(path))


async def own_streams(stdin: BinaryIO | None = None, stdout: BinaryIO | None = None) -> Streams:
    """Standard input and output of this process; pipes or sockets, as sshd gives them."""
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(limit=LONGEST_REQUEST)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), stdin or sys.stdin.buffer)
    transport, protocol = await loop.connect_write_pipe(asyncio.streams.FlowControlMixin, stdout or sys.stdout.buffer)
    return Streams(reader, asyncio.StreamWriter(transport, protocol, None, loop))


async def _pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    while piece := await source.read(PIECE):
        sink.write(piece)
        await sink.drain()


async def _back(path: Path) -> None:
    """Until the kiosk listens again."""
    while True:
        await asyncio.sleep(AGAIN_SECONDS)
        try:
            async with at_socket(path)():
                return
        except OSError:
            continue


async def _first(*works: Coroutine[Any, Any, None]) -> None:
    """Until one of them ends."""
    tasks = [asyncio.ensure_future(work) for work in works]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
