"""The terminal belongs to the screen: while it is shown, what anybody else prints goes to the log."""

from __future__ import annotations

import os
import re
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from structlog import get_logger

MOST_LINES = 200
"""Of one run: a library that prints without end must not fill the log."""
_STREAMS = {1: "__stdout__", 2: "__stderr__"}


@contextmanager
def own_stderr() -> Iterator[None]:
    """Keep the terminal for Textual, which draws on `sys.__stderr__`, and read what is printed to 1 and 2 ourselves.

    `print`, C libraries and Python's own messages write to the file descriptors 1 and 2; these lead to the log now,
    with everything but plain ASCII and short numbers struck out. All is put back at the end.
    """
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    inlet, outlet = os.pipe()
    terminal = {number: os.dup(number) for number in _STREAMS}
    before = {name: getattr(sys, name) for name in _STREAMS.values()}
    reader = threading.Thread(target=_read, args=(inlet,), name="stderr", daemon=True)
    reader.start()
    for number, name in _STREAMS.items():
        os.dup2(outlet, number)
        setattr(sys, name, os.fdopen(os.dup(terminal[number]), "w", encoding="utf-8", errors="replace"))
    os.close(outlet)
    try:
        yield
    finally:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        for number, name in _STREAMS.items():
            getattr(sys, name).close()
            setattr(sys, name, before[name])
            os.dup2(terminal[number], number)
            os.close(terminal[number])
        reader.join(timeout=1)  # longer only when a child process still holds the pipe


def struck_out(line: str) -> str:
    """A printed line without what could be somebody's: other than ASCII, and numbers of more than three digits."""
    return re.sub(r"\d{4,}", "#", re.sub(r"[^ -~]+", "?", line.strip()))[:200]


def _read(inlet: int) -> None:
    count = 0
    with os.fdopen(inlet, encoding="utf-8", errors="replace") as lines:
        for line in lines:
            text = struck_out(line)
            count += bool(text)
            if text and count <= MOST_LINES:
                get_logger().warning("printed", text=text)
    if count > MOST_LINES:
        get_logger().warning("more was printed", count=count - MOST_LINES)
