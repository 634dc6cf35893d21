"""A show: the kiosk's screens on a terminal, and whoever directs them."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from typing import Any

from PIL import Image

from kiosk.checkin.language import Language
from tests.foot.terminal import PATIENCE, ROOT, Terminal


class Beyond(Enum):
    """What can be shown beyond the questions of tests/screens/sitting.py."""

    WORKING = "working"
    IDLE_WARNING = "idle-warning"
    OPTIONS = "options"
    LARGE = "large"
    FURIGANA = "furigana"


Colour = tuple[int, int, int]


class StageError(Exception):
    """The kiosk's screens ended, or did not answer."""


@dataclass(frozen=True, slots=True)
class Glyphs:
    """A piece of a line in one style. A colour of None is the terminal's own."""

    text: str
    ink: Colour | None
    ground: Colour | None
    bold: bool
    lined: bool
    """Underlined or struck through."""
    sixel: str = ""
    """Dots that are drawn over these cells, as the terminal is told them."""


Look = list[list[Glyphs]]
"""What should stand on the terminal, line by line."""


def _colours(piece: dict[str, Any]) -> dict[str, Colour | None]:
    return {name: piece[name] and tuple(piece[name]) for name in ("ink", "ground")}


class Show:
    """Says what is shown, and sees it."""

    def __init__(self, terminal: Terminal) -> None:
        self.terminal = terminal
        self._marks = 0
        ours, theirs = socket.socketpair()
        ours.settimeout(PATIENCE)
        self._socket = ours
        self._lines = ours.makefile("r", encoding="utf-8")
        device = os.open(terminal.tty, os.O_RDWR | os.O_NOCTTY)
        environment = {
            name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES", "NO_COLOR")
        }
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.foot.stage", str(theirs.fileno())],
                cwd=ROOT,
                env=environment | {"TERM": "foot", "COLORTERM": "truecolor", "TZ": "UTC"},
                stdin=device,
                stdout=device,
                stderr=device,
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )
        os.close(device)

    def close(self) -> None:
        """End the screens."""
        self._socket.shutdown(socket.SHUT_RDWR)
        try:
            self._process.wait(PATIENCE)
        finally:
            self._process.kill()
            self._lines.close()
            self._socket.close()

    def show(self, name: str, language: Language = Language.JAPANESE, keys: str = "") -> None:
        """Put that screen there, with keys struck."""
        self._ask("show", name, language.value, keys)

    def look(self) -> Look:
        """What should stand there now; it does soon after."""
        self._marks += 1
        rows = self._ask("look", f"mark {self._marks}")
        self.terminal.until_titled(f"mark {self._marks}")
        return [[Glyphs(**{**piece, **_colours(piece)}) for piece in row] for row in rows]

    def seen(self) -> tuple[Image.Image, Look]:
        """What stands there when nothing changes any more, and what should."""
        before, picture = self.look(), self.terminal.picture()
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            look, again = self.look(), self.terminal.picture()
            if look == before and again.tobytes() == picture.tobytes():
                return picture, look
            before, picture = look, again
        raise StageError("the screen does not come to rest")

    def outcome(self) -> str:
        """What the question came back with, as Python writes it."""
        return str(self._ask("outcome"))

    def place(self, selector: str) -> tuple[int, int]:
        """Column and row of the middle of a widget."""
        column, row = self._ask("place", selector)
        return column, row

    def _ask(self, *command: str) -> Any:
        self._socket.sendall(json.dumps(command).encode() + b"\n")
        if not (line := self._lines.readline()):
            raise StageError(f"the screens ended after {command}")
        answer = json.loads(line)
        if "error" in answer:
            raise StageError(f"{command}: {answer['error']}")
        return answer["answer"]


@contextmanager
def show(terminal: Terminal) -> Iterator[Show]:
    """The kiosk's screens on that terminal, as long as this lasts."""
    directed = Show(terminal)
    try:
        yield directed
    finally:
        directed.close()
