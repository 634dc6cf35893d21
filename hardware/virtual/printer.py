"""A receipt printer behind a TCP port: it takes jobs, answers DLE EOT, keeps what it printed as pictures, and can have
the troubles that printers have. For tests, the demonstration and the rehearsal.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, assert_never

from hardware.printer.commands import FORGET, UnknownCommand, command_length
from hardware.printer.proof import NotASlip, decode_raster, read_qr
from hardware.printer.status import Topic
from hardware.printer.text import read_text
from hardware.printer.virtual import save_picture
from hardware.virtual.listener import Listener

if TYPE_CHECKING:
    from PIL.Image import Image

_GOOD = 0x12
_QUESTIONS = {topic.question: topic for topic in Topic}
_CHUNK = 65536


class Condition(Enum):
    """How the printer is."""

    OK = "ok"
    NEAR_END = "near end"
    """Little paper left; prints."""
    OUT = "out"
    """No paper; still swallows every byte."""
    RUNS_OUT = "runs out"
    """Has paper until a slip comes, and then has none; keeps what came, and prints that as soon as there is paper."""
    COVER = "cover"
    """Cover open; still swallows every byte."""
    SILENT = "silent"
    """Prints and never answers."""
    STALLS = "stalls"
    """Answers until a slip comes, and then neither takes anything nor answers."""
    BREAKS_OFF = "breaks off"
    """Drops the line in the middle of a slip."""
    REFUSES = "refuses"
    """Nothing listens on the port."""


@dataclass(frozen=True, slots=True)
class PrintedJob:
    """One slip on virtual paper."""

    image: Image | None
    """None for a slip that came as text."""
    qr: str
    """What its QR reads; empty when it has none that can be read."""
    at_last_byte: float
    """time.monotonic() when its last byte came."""
    lines: tuple[str, ...] = ()
    """The lines of a slip that came as text."""


class VirtualPrinter:
    """The printer. One connection is one job; a connection without a slip is only a question."""

    def __init__(self, folder: Path | None = None, condition: Condition = Condition.OK) -> None:
        """`folder` takes every slip as a PNG."""
        self.jobs: list[PrintedJob] = []
        self._folder = folder
        self._condition = condition
        self._listener = Listener(self._take_job)
        self._fresh: asyncio.Queue[PrintedJob] = asyncio.Queue()
        self._paper_left = True
        self._kept = b""
        """What came and could not be printed for lack of paper."""

    @property
    def port(self) -> int:
        """The port on 127.0.0.1, once started."""
        return self._listener.port

    @property
    def device(self) -> str:
        """How the configuration names this printer."""
        return f"tcp:127.0.0.1:{self.port}"

    async def start(self, port: int = 0) -> int:
        """Listen on 127.0.0.1, on any free port unless one is given, and return the port. Raises OSError."""
        await self._listener.open(port)
        if self._condition is Condition.REFUSES:
            await self._listener.shut()
        return self.port

    async def become(self, condition: Condition) -> None:
        """Change the condition; jobs on the line go on in the new one. Fresh paper is put in."""
        self._condition = condition
        self._paper_left = True
        if self._prints:
            kept, self._kept = self._kept, b""
            await self._print_whole(kept, time.monotonic())
        if condition is Condition.REFUSES:
            await self._listener.shut()
        else:
            await self._listener.open()

    async def next_job(self) -> PrintedJob:
        """Wait for the next slip; every slip is given once, in order."""
        return await self._fresh.get()

    async def close(self) -> None:
        """Stop listening and drop every line."""
        await self._listener.shut()

    async def _take_job(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # Bytes that are no slip leave paper for the basket.
        with contextlib.suppress(UnknownCommand, NotASlip):
            await self._serve(reader, writer)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        job, coming = bytearray(), b""
        at_last_byte = 0.0
        while came := await reader.read(_CHUNK):
            at = time.monotonic()
            coming += came
            while length := command_length(coming):
                command, coming = coming[:length], coming[length:]
                if command in _QUESTIONS:
                    writer.write(bytes((self._answer(_QUESTIONS[command]),)) * self._answers)
                elif command == FORGET:
                    job.clear()
                    self._kept = b""
                else:
                    await self._suffer()
                    job += command
                    at_last_byte = at
            await writer.drain()
        if self._prints:
            await self._print_whole(bytes(job), at_last_byte)
        else:
            self._kept += bytes(job)

    async def _suffer(self) -> None:
        """What happens as soon as a slip comes."""
        match self._condition:
            case Condition.RUNS_OUT:
                self._paper_left = False
            case Condition.STALLS:
                await asyncio.get_running_loop().create_future()
            case Condition.BREAKS_OFF:
                raise ConnectionAbortedError
            case _:
                pass

    @property
    def _answers(self) -> bool:
        return self._condition is not Condition.SILENT

    @property
    def _prints(self) -> bool:
        return self._paper_left and self._condition not in (Condition.OUT, Condition.COVER)

    def _answer(self, topic: Topic) -> int:
        out = self._condition is Condition.OUT or not self._paper_left
        cover = self._condition is Condition.COVER
        match topic:
            case Topic.PAPER:
                near_end = out or self._condition is Condition.NEAR_END
                return _GOOD | 0x60 * out | 0x0C * near_end
            case Topic.OFFLINE_CAUSE:
                return _GOOD | 0x20 * out | 0x04 * cover
            case Topic.PRINTER:
                return _GOOD | 0x08 * (out or cover)
            case _:
                assert_never(topic)

    async def _print_whole(self, data: bytes, at_last_byte: float) -> None:
        if data:
            await self._print(data, at_last_byte)

    async def _print(self, data: bytes, at_last_byte: float) -> None:
        job = await asyncio.to_thread(_on_paper, data, at_last_byte, self._folder)
        self.jobs.append(job)
        self._fresh.put_nowait(job)


def _on_paper(data: bytes, at_last_byte: float, folder: Path | None) -> PrintedJob:
    try:
        image = decode_raster(data)
    except NotASlip:
        lines, codes = read_text(data)
        return PrintedJob(None, "".join(codes), at_last_byte, tuple(lines))
    if folder is not None:
        save_picture(image, folder)
    return PrintedJob(image, read_qr(image), at_last_byte)
