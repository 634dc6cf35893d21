"""Lines over a pair of streams, whoever is at the other end: a line has a length, and everything has a deadline."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from pydantic import BaseModel

from kiosk.control.messages import NotUnderstood, to_line


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds."""

    hello: float = 5.0
    """A client says what it is at once."""
    line: float = 5.0
    """From the first octet of a line to its end: it is one write of the client."""
    idle: float = 300.0
    """Between requests of a client that does not follow; a board follows."""
    send: float = 5.0
    """Until a client has taken enough of what was sent before."""
    push: float = 0.25
    """Between two views: four a second are as many as somebody can see."""
    beat: float = 15.0
    """Without a change until the client is told that the kiosk lives."""


class HungUp(Exception):
    """The other end went away, or is not worth waiting for."""


class Wire:
    """Takes lines and sends messages; what the other end did not take is not heaped up."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, limits: Limits) -> None:
        self._reader = reader
        self._writer = writer
        self._limits = limits
        self._sending = asyncio.Lock()

    async def line(self, seconds: float | None) -> bytes:
        """The next line, which begins within that time. Raises HungUp, TimeoutError, NotUnderstood for one too long."""
        try:
            async with asyncio.timeout(seconds):
                first = await self._reader.read(1)
            if not first:
                raise HungUp
            async with asyncio.timeout(self._limits.line):
                return first if first == b"\n" else first + await self._reader.readuntil(b"\n")
        except asyncio.LimitOverrunError as long:
            raise NotUnderstood from long
        except (asyncio.IncompleteReadError, OSError) as gone:
            raise HungUp from gone

    async def send(self, message: BaseModel) -> None:
        """Raises HungUp, also when the client does not take what it is sent."""
        line = to_line(message)
        try:
            async with asyncio.timeout(self._limits.send), self._sending:
                self._writer.write(line)
                await self._writer.drain()
        except (TimeoutError, OSError) as gone:
            self.hang_up()
            raise HungUp from gone

    def hang_up(self) -> None:
        """At once; a pipe that is closed already cannot be closed twice."""
        if not self._writer.is_closing():
            self._writer.transport.abort()
