"""A program behind a real terminal: what is sent to it, what it paints, and how it ends."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Self

from kiosk.station.wiring.house import configure, new_token

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0
"""Seconds after which a test gives up waiting; nothing waits that long when it works."""
COLUMNS, ROWS = 85, 26
LOOK_SECONDS = 0.02
_SEQUENCE = re.compile(rb"\x1b\[[0-9;:?<>=$]*[ -/]*[@-~]|\x1b[@-Z\\-_]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)")


def kiosk_of(folder: Path) -> list[str]:
    """The command of a whole kiosk in that folder, whose gateway and printer are not there."""
    new_token(folder)
    config = configure(folder, gateway="http://127.0.0.1:9", printer=f"virtual:{folder / 'slips'}")
    return [sys.executable, "-I", "-m", "kiosk", "--config", str(config), "run"]


class Door:
    """A child process whose controlling terminal is ours."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        size: tuple[int, int] = (COLUMNS, ROWS),
        environment: Mapping[str, str] | None = None,
        folder: Path = ROOT,
    ) -> None:
        self._command = command
        self._folder = folder
        self._size = size
        self._environment = environment or {}
        self.painted = bytearray()
        """Everything that it has written."""
        self._seen = 0
        self.status: int | None = None
        """How it ended, as `os.waitstatus_to_exitcode` tells; None while it runs."""

    def __enter__(self) -> Self:
        self._child, self._terminal = pty.fork()
        if self._child == 0:
            for variable in ("COLUMNS", "LINES"):
                os.environ.pop(variable, None)
            os.environ |= {"TERM": "xterm-256color", "PYTHONUTF8": "1", **self._environment}
            os.chdir(self._folder)
            # A run in the background is deaf to these; what the kiosk itself does about them is asked here.
            for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGTSTP):
                signal.signal(number, signal.SIG_DFL)
            os.execv(self._command[0], list(self._command))  # noqa: S606 (our own program)
        self.resize(*self._size)
        return self

    def __exit__(self, *_: object) -> None:
        if self.status is None:
            os.kill(self._child, signal.SIGKILL)
            os.waitpid(self._child, 0)
        os.close(self._terminal)

    @property
    def alive(self) -> bool:
        """Whether it runs; a stopped process does not."""
        if self.status is None:
            child, status = os.waitpid(self._child, os.WNOHANG | os.WUNTRACED)
            if child and os.WIFSTOPPED(status):
                return False
            if child:
                self.status = os.waitstatus_to_exitcode(status)
        return self.status is None

    @property
    def pid(self) -> int:
        return self._child

    def send(self, octets: bytes) -> None:
        """As the terminal sends: in one piece where it takes it so."""
        rest = memoryview(octets)
        end = time.monotonic() + PATIENCE
        while rest and self.alive:
            _, ready, _ = select.select([], [self._terminal], [], LOOK_SECONDS)
            if ready:
                rest = rest[os.write(self._terminal, rest[:1024]) :]
            self.listen()
            assert time.monotonic() < end, "it does not read its terminal"

    def tap(self, column: int, row: int) -> None:
        """A finger there, counted from 0."""
        place = f"0;{column + 1};{row + 1}"
        self.send(f"\x1b[<{place}M\x1b[<{place}m".encode())

    def resize(self, columns: int, rows: int) -> None:
        """The kernel tells the program with SIGWINCH."""
        fcntl.ioctl(self._terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def signal(self, number: signal.Signals) -> None:
        os.kill(self._child, number)

    def flags(self) -> tuple[int, int]:
        """Input and local flags of the terminal, as `termios` has them."""
        attributes = termios.tcgetattr(self._terminal)
        return attributes[0], attributes[3]

    def listen(self, seconds: float = 0.0) -> bytes:
        """What it writes within that time."""
        heard = bytearray()
        end = time.monotonic() + seconds
        while True:
            ready, _, _ = select.select([self._terminal], [], [], max(0.0, end - time.monotonic()))
            if not ready:
                break
            try:
                heard += os.read(self._terminal, 65536)
            except OSError:  # it has ended
                break
        self.painted += heard
        return bytes(heard)

    def fresh(self) -> None:
        """What was painted so far is not waited for."""
        self.listen()
        self._seen = len(self.painted)

    def until(self, condition: Callable[[], bool] | str) -> None:
        """Wait until the words were painted since `fresh`, or until it is so."""
        end = time.monotonic() + PATIENCE
        while not (self._tells(condition) if isinstance(condition, str) else condition()):
            assert time.monotonic() < end, f"{condition} did not come; {self.text[-2000:]}"
            assert self.alive or not isinstance(condition, str), f"it ended with {self.status}: {self.text[-500:]}"
            self.listen(LOOK_SECONDS)

    def hears(self, words: str, seconds: float) -> bool:
        """Whether the words are painted within that time."""
        end = time.monotonic() + seconds
        while not self._tells(words) and time.monotonic() < end and self.alive:
            self.listen(LOOK_SECONDS)
        return self._tells(words)

    def _tells(self, words: str) -> bool:
        return words in without_sequences(bytes(self.painted[self._seen :]))

    @property
    def text(self) -> str:
        """The letters of what was painted since `fresh`."""
        return without_sequences(bytes(self.painted[self._seen :]))


def without_sequences(painted: bytes) -> str:
    """The letters alone."""
    return _SEQUENCE.sub(b"", painted).decode("utf-8", errors="replace")
