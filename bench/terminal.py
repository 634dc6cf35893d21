"""`kiosk run` on a pseudo-terminal, with somebody at the keys who reads the screen."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Self

ROWS, COLUMNS = 26, 85
PATIENCE = 30.0
TICKET, BROUGHT, START = "整理番号", "どれをお持ちですか", "受付をはじめ"


class Kiosk:
    """A running kiosk."""

    def __init__(self, command: Sequence[str]) -> None:
        self._command = command
        self._painted = ""

    def __enter__(self) -> Self:
        self._child, self._terminal = pty.fork()
        if self._child == 0:
            os.environ["TERM"] = "xterm-256color"
            os.execv(self._command[0], list(self._command))  # noqa: S606 (our own program)
        self.resize(COLUMNS, ROWS)
        return self

    def __exit__(self, *_: object) -> None:
        os.kill(self._child, signal.SIGKILL)
        os.waitpid(self._child, 0)
        os.close(self._terminal)

    def visit(self, number: int) -> None:
        """One check-in without ticket and without documents; ends at the start screen."""
        self.until(START)
        self._strike("1")
        self.until(TICKET)
        self._strike("*")
        self.until(BROUGHT)
        self._strike("6")
        self.until(f"A-{number:03d}")
        self._strike("1")

    def resident_kib(self) -> int:
        """VmRSS."""
        return self._memory("VmRSS")

    def peak_kib(self) -> int:
        """VmHWM."""
        return self._memory("VmHWM")

    def resize(self, columns: int, rows: int) -> None:
        """Give the terminal that size."""
        fcntl.ioctl(self._terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def cpu_seconds(self) -> float:
        """What all its threads have had of the processors."""
        fields = Path(f"/proc/{self._child}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def sent(self, seconds: float) -> int:
        """Octets that it writes within that time."""
        count, end = 0, time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            ready, _, _ = select.select([self._terminal], [], [], left)
            if ready:
                count += len(os.read(self._terminal, 65536))
        return count

    def strike(self, octets: bytes) -> None:
        """Send that; what was painted before is not waited for any more."""
        self._painted = ""
        os.write(self._terminal, octets)

    def first_octets(self) -> float:
        """Seconds until it writes something; all that comes at once is read."""
        began = time.perf_counter()
        ready, _, _ = select.select([self._terminal], [], [], PATIENCE)
        if not ready:
            raise TimeoutError(f"nothing was painted within {PATIENCE} s")
        took = time.perf_counter() - began
        os.read(self._terminal, 65536)
        return took

    def _memory(self, what: str) -> int:
        status = Path(f"/proc/{self._child}/status").read_text(encoding="ascii")
        found = re.search(rf"{what}:\s+(\d+) kB", status)
        assert found is not None
        return int(found.group(1))

    def _strike(self, key: str) -> None:
        self.strike(key.encode())

    def until(self, words: str) -> None:
        """Read what is painted until the words stand there."""
        end = time.monotonic() + PATIENCE
        while words not in re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", self._painted):
            ready, _, _ = select.select([self._terminal], [], [], end - time.monotonic())
            if not ready:
                raise TimeoutError(f"{words} did not come within {PATIENCE} s")
            self._painted += os.read(self._terminal, 65536).decode("utf-8", errors="replace")
