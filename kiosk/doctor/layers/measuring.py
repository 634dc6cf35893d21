"""Measures the terminal: prints a text, and asks where the cursor is now (CSI 6n)."""

from __future__ import annotations

import os
import re
import select
import sys
import termios
import time
import tty
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

from kiosk.doctor.layers.terminal import AMBIGUOUS, GLYPHS, TerminalFacts

ANSWER_SECONDS = 1.0
"""Also over a slow line; a terminal that does not answer the first question is not asked the others."""
_WHERE = "\x1b[6n"
_HERE = re.compile(rb"\x1b\[(\d+);(\d+)R")
_BACK_AND_CLEAR = "\r\x1b[K"


def look(seconds: float = ANSWER_SECONDS) -> TerminalFacts:
    """Measure the terminal on standard output, where it is one."""
    if not sys.stdout.isatty():
        return TerminalFacts(there=False)
    try:
        terminal = os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC)
    except OSError:
        return TerminalFacts(there=False)
    try:
        size = os.get_terminal_size(terminal)
        panel = os.environ.get("TERM", "").startswith("foot")
        widths = measured(terminal, (*GLYPHS, *AMBIGUOUS), seconds)
        return TerminalFacts(True, panel, size.columns, size.lines, widths)
    finally:
        os.close(terminal)


def measured(terminal: int, texts: Iterable[str], seconds: float) -> Mapping[str, int] | None:
    """The cells that each text takes; None where the terminal does not tell, or another program has it."""
    if os.tcgetpgrp(terminal) != os.getpgrp():
        return None  # in the background a question would stop this process
    widths = {}
    with _quiet(terminal):
        for text in texts:
            os.write(terminal, f"{_BACK_AND_CLEAR}{text}{_WHERE}".encode())
            column = _answer(terminal, time.monotonic() + seconds)
            os.write(terminal, _BACK_AND_CLEAR.encode())
            if column is None:
                return None
            widths[text] = column - 1
    return widths


@contextmanager
def _quiet(terminal: int) -> Iterator[None]:
    """The answers come as if they were typed: they shall not be shown, nor wait for Enter, nor be left behind."""
    before = termios.tcgetattr(terminal)
    tty.setcbreak(terminal, termios.TCSADRAIN)
    try:
        yield
    finally:
        termios.tcsetattr(terminal, termios.TCSAFLUSH, before)


def _answer(terminal: int, end: float) -> int | None:
    """The column that the terminal names."""
    came = b""
    while (left := end - time.monotonic()) > 0:
        if not select.select([terminal], [], [], left)[0]:
            return None
        came += os.read(terminal, 256)
        if found := _HERE.search(came):
            return int(found[2])
    return None
