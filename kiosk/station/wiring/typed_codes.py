"""Codes that a scanner types into the terminal of a command, as bytes: what the kiosk itself hears as keys."""

from __future__ import annotations

import asyncio
import codecs
import os
import sys
import termios
import tty
from dataclasses import dataclass
from time import monotonic
from types import TracebackType
from typing import Self

from kiosk.ports.device import DeviceFailure, DeviceFault
from kiosk.ports.framing import Framing, Gathering
from screens.burst import GAP_SECONDS, HICCUP_SECONDS

CHUNK = 4096
INPUT_FLAGS = 0
"""Place in what `tcgetattr` gives."""


@dataclass(frozen=True, slots=True)
class TypedCode:
    """What was typed until its end."""

    text: str | None
    """None when its prefix or suffix is missing."""
    gap: float
    """The longest pause between two of its characters, in seconds."""

    @property
    def too_slow(self) -> bool:
        """Whether the kiosk would take its first characters for a finger's, unless they are a prefix."""
        return self.gap >= GAP_SECONDS


class TypedCodes:
    """Reads standard input while it is entered; keys show nothing meanwhile, and Ctrl+C still ends the command."""

    def __init__(self, framing: Framing) -> None:
        self._gathered = Gathering(framing)
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        self._codes: asyncio.Queue[TypedCode] = asyncio.Queue()
        self._gap = 0.0
        self._last = 0.0
        self._pause: asyncio.TimerHandle | None = None

    def __enter__(self) -> Self:
        """Raises DeviceFailure where standard input is no terminal."""
        self._descriptor = sys.stdin.fileno()
        try:
            self._before = termios.tcgetattr(self._descriptor)
            tty.setcbreak(self._descriptor)
            attributes = termios.tcgetattr(self._descriptor)
            attributes[INPUT_FLAGS] &= ~(termios.ICRNL | termios.IXON)  # an Enter is an Enter, Ctrl+S a character
            termios.tcsetattr(self._descriptor, termios.TCSANOW, attributes)
        except termios.error as refused:
            raise DeviceFailure(DeviceFault.WRONG_DEVICE) from refused
        asyncio.get_running_loop().add_reader(self._descriptor, self._read)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        asyncio.get_running_loop().remove_reader(self._descriptor)
        if self._pause is not None:
            self._pause.cancel()
        termios.tcsetattr(self._descriptor, termios.TCSAFLUSH, self._before)

    async def code(self) -> TypedCode:
        """The next one."""
        return await self._codes.get()

    def _read(self) -> None:
        now = monotonic()
        if self._gathered.begun:
            self._gap = max(self._gap, now - self._last)
        self._last = now
        for character in self._decoder.decode(os.read(self._descriptor, CHUNK)):
            if self._gathered.add(character):
                self._finish(ended=True)
        if self._pause is not None:
            self._pause.cancel()
        if self._gathered.begun:
            later = asyncio.get_running_loop().call_later
            self._pause = later(HICCUP_SECONDS, lambda: self._finish(ended=False))

    def _finish(self, *, ended: bool) -> None:
        text, gap, self._gap = self._gathered.code(ended=ended), self._gap, 0.0
        self._gathered.clear()
        if text != "":
            self._codes.put_nowait(TypedCode(text, gap))
