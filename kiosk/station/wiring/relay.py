"""What stands between the kiosk and the gateway when a rehearsal has to break the line: a cable that can be pulled, and
whatever else goes wrong on the way or at the far end.
"""

from __future__ import annotations

import asyncio
import re
from contextlib import suppress
from datetime import timedelta
from email.utils import format_datetime, parsedate_to_datetime
from enum import Enum

from hardware.virtual.listener import Listener, drop

CHUNK = 65536
SLOW_SECONDS = 1.2
"""Before every piece of an answer: longer than usual, and an answer in pieces still comes within two seconds."""
HUGE_BODY = 5_000_000
"""Bytes: far more than any answer, yet nothing for a network."""
OFF = timedelta(minutes=10)
_HALF = 60
"""Octets of an answer that come before the line breaks: within its head."""
_DATE = re.compile(rb"(?im)^(date: )([^\r\n]+)")
_LENGTH = re.compile(rb"(?im)^content-length: *([0-9]+)")


class Weather(Enum):
    """How the line and the far end are."""

    FAIR = "fair"
    CUT = "cut"
    """Nobody listens."""
    SILENT = "silent"
    """A connection is taken, and nothing comes back."""
    SLOW = "slow"
    BREAKS_OFF = "breaks off"
    """The line breaks in the middle of every answer."""
    CLOCK_AHEAD = "clock ahead"
    """The gateway's clock is `OFF` ahead."""
    BUSY = "busy"
    ERROR = "error"
    UNAVAILABLE = "unavailable"
    UNAUTHORISED = "unauthorised"
    HTML = "html"
    EMPTY = "empty"
    GARBAGE = "garbage"
    HUGE = "huge"


_JSON, _PAGE = b"application/json", b"text/html; charset=utf-8"
_SAID: dict[Weather, tuple[bytes, bytes, bytes]] = {
    Weather.BUSY: (b"429 Too Many Requests\r\nretry-after: 1", _JSON, b"{}"),
    Weather.ERROR: (b"500 Internal Server Error", b"text/plain", b"Internal Server Error"),
    Weather.UNAVAILABLE: (b"503 Service Unavailable\r\nretry-after: 30", _JSON, b"{}"),
    Weather.UNAUTHORISED: (b"401 Unauthorized", _JSON, b"{}"),
    Weather.HTML: (b"200 OK", _PAGE, "<!doctype html><title>SIMULATOR</title><p>保守中です。".encode()),
    Weather.EMPTY: (b"200 OK", _JSON, b""),
    Weather.GARBAGE: (b"200 OK", _JSON, b'{"segment": \xff\xfe'),
    Weather.HUGE: (b"200 OK", _JSON, b"[" + b" " * (HUGE_BODY - 2) + b"]"),
}
"""What is said in the gateway's place: status line and headers, type, body."""


class Relay:
    """Passes everything on to a port of this machine, as the weather lets it."""

    def __init__(self, target_port: int) -> None:
        self._target_port = target_port
        self._listener = Listener(self._connect)
        self._weather = Weather.FAIR

    @property
    def port(self) -> int:
        """Where it listens, once mended for the first time."""
        return self._listener.port

    async def mend(self) -> None:
        """Listen, on the port that it had before, and pass everything on."""
        if self._weather not in (Weather.FAIR, Weather.CUT):
            await self._listener.shut()
        self._weather = Weather.FAIR
        await self._listener.open()

    async def cut(self) -> None:
        """Stop listening and drop every connection."""
        self._weather = Weather.CUT
        await self._listener.shut()

    async def become(self, weather: Weather) -> None:
        """Change the weather. Every connection is dropped: an answer that is on its way breaks."""
        await self.cut()
        self._weather = weather
        if weather is not Weather.CUT:
            await self._listener.open()

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._weather in _SAID:
            await _say(_SAID[self._weather], reader, writer)
            return
        there_reader, there_writer = await asyncio.open_connection("127.0.0.1", self._target_port)
        try:
            back = _pass_on(there_reader, writer, self._weather)
            await asyncio.gather(_pass_on(reader, there_writer), back)
        finally:
            await drop(there_writer)


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, weather: Weather = Weather.FAIR) -> None:
    """Pass on until the one side has no more, and tell the other. Raises ConnectionAbortedError when it breaks off."""
    with suppress(ConnectionError):
        while data := await reader.read(CHUNK):
            match weather:
                case Weather.SILENT:
                    continue
                case Weather.SLOW:
                    await asyncio.sleep(SLOW_SECONDS)
                case Weather.BREAKS_OFF:
                    writer.write(data[:_HALF])
                    await writer.drain()
                    break
                case Weather.CLOCK_AHEAD:
                    data = _DATE.sub(_later, data)
                case _:
                    pass
            writer.write(data)
            await writer.drain()
    if weather is Weather.BREAKS_OFF:
        raise ConnectionAbortedError
    with suppress(OSError):
        writer.write_eof()


def _later(date: re.Match[bytes]) -> bytes:
    at = parsedate_to_datetime(date[2].decode("ascii")) + OFF
    return date[1] + format_datetime(at, usegmt=True).encode("ascii")


async def _say(said: tuple[bytes, bytes, bytes], reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer every request that comes over the line with the same."""
    status, kind, body = said
    head = b"HTTP/1.1 %b\r\ncontent-type: %b\r\ncontent-length: %d\r\n\r\n" % (status, kind, len(body))
    with suppress(asyncio.IncompleteReadError, asyncio.LimitOverrunError):
        while True:
            request = await reader.readuntil(b"\r\n\r\n")
            length = _LENGTH.search(request)
            await reader.readexactly(int(length[1]) if length else 0)
            writer.write(head + body)
            await writer.drain()
