"""The control socket of a running kiosk: who may connect, how many, and what becomes of those who misbehave."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Self

from kiosk.control.address import QUEUE, SocketUnavailable, group_of, listen_at
from kiosk.control.messages import LONGEST_REQUEST
from kiosk.control.pace import Pace, Seldom
from kiosk.control.peers import Groups, Peer, peer_of, user_of
from kiosk.control.session import Desk, OnCrash, Session
from kiosk.control.wire import Limits
from kiosk.ports.board import Refusal

MOST, MOST_OF_ONE = 48, 16
"""Connections altogether and of one user: a board has one, and those who only look cannot keep staff out."""
AT_ONCE, A_SECOND = 30, 10.0
"""Requests of one user: opening a board takes a handful, a clerk makes one in a while."""
CALLS_AT_ONCE, CALLS_A_SECOND = 30, 1.0
"""New connections of one user; each of those of staff stands in the record."""
BUFFER = 64 * 1024
"""Octets that may wait for one client; then the kiosk waits for it, for a while."""
LOOKUP_SECONDS = 5.0
"""For the system's list of users; one that is asked over a network may hang."""


@dataclass(slots=True)
class _User:
    """What one user has open."""

    connections: int = 0
    requests: Pace = field(default_factory=lambda: Pace(AT_ONCE, A_SECOND))
    calls: Pace = field(default_factory=lambda: Pace(CALLS_AT_ONCE, CALLS_A_SECOND))


class ControlServer:
    """Listens at <run>/control.sock; nothing that a client does reaches beyond its own connection."""

    def __init__(
        self,
        path: Path,
        kiosk: str,
        groups: Groups,
        desk: Desk,
        on_crash: OnCrash,
        *,
        limits: Limits | None = None,
        now: Callable[[], float] = monotonic,
        peer_of: Callable[[int, Groups, int], Peer] = peer_of,
    ) -> None:
        """`kiosk` is the terminal's name; `desk` gives their boards to those who may have one.

        `now` tells seconds that only grow.
        """
        self._path = path
        self._kiosk = kiosk
        self._groups = groups
        self._desk = desk
        self._on_crash = on_crash
        self._limits = limits or Limits()
        self._seldom = Seldom(clock=now)
        self._peer_of = peer_of
        self._server: asyncio.Server | None = None
        self._file: tuple[int, int] | None = None
        self._users: dict[int, _User] = {}
        self._talks: set[asyncio.Task[None]] = set()
        self._lookups = ThreadPoolExecutor(1, thread_name_prefix="control users")
        self.refused: Counter[Refusal] = Counter()
        """Connections that were turned away, and why."""

    async def open(self) -> None:
        """Listen; those who are connected already stay. Raises SocketUnavailable."""
        sock = await self._placed()
        if self._server is not None:
            self._server.close()
        try:
            self._server = await _serving(self._accepted, sock)
        except BaseException:
            sock.close()
            raise
        self._file = _identity(self._path)

    async def _placed(self) -> socket.socket:
        placing = asyncio.ensure_future(asyncio.to_thread(listen_at, self._path, self._groups.viewers))
        try:
            return await asyncio.shield(placing)
        except asyncio.CancelledError:
            with suppress(SocketUnavailable):  # what the thread has begun is taken away again
                (await placing).close()
                self._path.unlink(missing_ok=True)
            raise

    @property
    def standing(self) -> bool:
        """Whether the file at its place is still this socket."""
        return self._server is not None and _identity(self._path) == self._file

    @property
    def for_its_group(self) -> bool:
        """Whether those who may look can connect, besides root and the kiosk's own user."""
        return group_of(self._path) == self._groups.viewers

    @property
    def connections(self) -> int:
        """How many talk now."""
        return len(self._talks)

    async def aclose(self) -> None:
        """Hang up, and take the file away."""
        ours = self.standing
        if self._server is not None:
            self._server.close()
        for talk in self._talks:
            talk.cancel()
        await asyncio.gather(*self._talks, return_exceptions=True)
        await asyncio.sleep(0)  # what is aborted closes with the next round of the loop
        self._lookups.shutdown(wait=False, cancel_futures=True)
        if ours:
            self._path.unlink(missing_ok=True)

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    def _accepted(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talk = asyncio.create_task(self._talk(reader, writer), name="control client")
        self._talks.add(talk)
        talk.add_done_callback(self._talks.discard)
        talk.add_done_callback(lambda _: writer.transport.abort())  # also when it was cancelled before it began

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.transport.set_write_buffer_limits(high=BUFFER)
        uid = user_of(writer.get_extra_info("socket"))
        user = self._users.setdefault(uid, _User())
        try:
            session = Session(
                reader,
                writer,
                self._kiosk,
                self._desk,
                self._on_crash,
                user.requests,
                self._limits,
                self._seldom,
            )
            if len(self._talks) > MOST or user.connections >= MOST_OF_ONE:
                self.refused[Refusal.BUSY] += 1
                await session.refuse(Refusal.BUSY, "つないでいる人が多すぎます。使っていない画面を閉じてください")
                return
            user.connections += 1
            try:
                await user.calls.turn()
                peer = await self._peer(uid)
                if peer.role is None:
                    self.refused[Refusal.NOT_ALLOWED] += 1
                await session.run(peer)
            finally:
                user.connections -= 1
        except TimeoutError:
            await session.refuse(Refusal.BUSY, "利用者の一覧が答えません。少し待って、もう一度行ってください")
        except Exception as crash:  # whatever it is: it is this client's alone
            self._on_crash(crash)
        finally:
            await _hang_up(writer, self._limits.send)

    async def _peer(self, uid: int) -> Peer:
        """Asked in a thread of its own: a list of users that hangs keeps only newcomers waiting."""
        asked = asyncio.get_running_loop().run_in_executor(
            self._lookups, self._peer_of, uid, self._groups, os.geteuid()
        )
        async with asyncio.timeout(LOOKUP_SECONDS):
            return await asked


async def _hang_up(writer: asyncio.StreamWriter, seconds: float) -> None:
    """Let the last line out, for that long."""
    writer.close()
    try:
        async with asyncio.timeout(seconds):
            await writer.wait_closed()
    except (TimeoutError, OSError):
        writer.transport.abort()


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.lstat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


async def _serving(
    accepted: Callable[[asyncio.StreamReader, asyncio.StreamWriter], None], sock: socket.socket
) -> asyncio.Server:
    if sys.version_info >= (3, 13):
        # From then on asyncio looks for the file under the name it was bound to, which is another one's by now;
        # the file goes with `aclose`.
        return await asyncio.start_unix_server(
            accepted, sock=sock, limit=LONGEST_REQUEST, backlog=QUEUE, cleanup_socket=False
        )
    return await asyncio.start_unix_server(accepted, sock=sock, limit=LONGEST_REQUEST, backlog=QUEUE)
