"""What `kiosk staff` sends over the line: its first screen, and a minute in which nothing happens."""

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
from pathlib import Path

from bench.house import House
from bench.terminal import START, Kiosk

ROWS, COLUMNS = 24, 80
IDLE_SECONDS = 120
"""Two changes of the minute in the header's clock."""
LIMIT = 600
"""Octets a minute: ten a second are nothing even for a line of 9600 baud."""
PATIENCE = 30.0
LISTED = "受付はありません"


def measure(folder: Path) -> dict[str, object]:
    """A real kiosk, and the board at its socket on a pseudo-terminal that counts what it is sent."""
    folder.mkdir(exist_ok=True)
    kiosk = [sys.executable, "-I", "-m", "kiosk", "--config", str(House(folder).config)]
    with Kiosk([*kiosk, "run"]) as running:
        running.until(START)
        child, terminal = pty.fork()
        if child == 0:
            os.environ["TERM"] = "xterm-256color"
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
            os.execv(kiosk[0], [*kiosk, "staff"])  # noqa: S606 (our own program)
        try:
            first = _until_listed(terminal)
            _sent(terminal, 5)
            idle = _sent(terminal, IDLE_SECONDS)
        finally:
            os.kill(child, signal.SIGTERM)
            os.waitpid(child, 0)
            os.close(terminal)
    a_minute = round(len(idle) * 60 / IDLE_SECONDS)
    return {
        "what": f"octets of `kiosk staff` at {COLUMNS}x{ROWS} with 256 colours, beside a kiosk that nobody uses",
        "first_screen": first,
        "idle_a_minute": a_minute,
        "limit": LIMIT,
        "kept": a_minute <= LIMIT,
    }


def _until_listed(terminal: int) -> int:
    """Octets until the list stands there."""
    painted = bytearray()
    end = time.monotonic() + PATIENCE
    while LISTED not in re.sub(rb"\x1b\[[0-9;?]*[a-zA-Z]", b"", painted).decode("utf-8", errors="replace"):
        if time.monotonic() > end:
            raise TimeoutError(f"no list within {PATIENCE} s")
        painted += _sent(terminal, 0.1)
    return len(painted)


def _sent(terminal: int, seconds: float) -> bytes:
    """What comes within that time."""
    painted = bytearray()
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        ready, _, _ = select.select([terminal], [], [], left)
        if ready:
            painted += os.read(terminal, 65536)
    return bytes(painted)
