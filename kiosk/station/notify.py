"""What systemd is told of this process: datagrams on $NOTIFY_SOCKET, as sd_notify(3) describes them."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator, MutableMapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from structlog import get_logger

_MICROSECONDS = 1_000_000
_ANCESTORS = 8
"""cage, foot and what a drop-in may put before them; process 1 is never far."""


@dataclass(slots=True)
class Notifier:
    """Speaks to systemd, or to nobody where no systemd listens. Never raises, never waits."""

    address: str = ""
    """A path, or @ and a name for an abstract socket; empty: nobody listens."""
    watchdog_seconds: float = 0.0
    """Without a WATCHDOG=1 for so long the unit is ended and started again; 0: nobody counts."""
    _told: bool = field(default=False, init=False)

    @classmethod
    def from_environment(cls, environment: MutableMapping[str, str] = os.environ) -> Notifier:
        """As systemd has set it; the variables are taken away, so that no child speaks in our name.

        $WATCHDOG_PID names the unit's main process. On the terminal that is cage, which has started foot, which has
        started us (NotifyAccess=all): any ancestor of ours counts as us.
        """
        address = environment.pop("NOTIFY_SOCKET", "")
        limit = environment.pop("WATCHDOG_USEC", "")
        process = environment.pop("WATCHDOG_PID", "")
        seconds = int(limit) / _MICROSECONDS if limit.isascii() and limit.isdigit() else 0.0
        if process and process not in _ourselves():
            seconds = 0.0
        return cls(address, seconds if address else 0.0)

    def ready(self) -> None:
        """The first question stands on the screen."""
        self._send("READY=1")

    def status(self, words: str) -> None:
        """What `systemctl status` shows; nothing of any examinee."""
        self._send(f"STATUS={_one_line(words)}")

    def pet(self) -> None:
        """All is alive; count again from zero."""
        self._send("WATCHDOG=1")

    def still_starting(self, seconds: float) -> None:
        """The start takes longer, for good reasons: wait so long for the next word."""
        self._send(f"EXTEND_TIMEOUT_USEC={int(seconds * _MICROSECONDS)}")

    def stopping(self) -> None:
        """The end is on its way, as it was asked for."""
        self._send("STOPPING=1")

    def _send(self, *lines: str) -> None:
        if not self.address:
            return
        address = "\0" + self.address[1:] if self.address.startswith("@") else self.address
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as line:
                line.setblocking(False)  # a systemd that does not read must not hold up the event loop
                line.sendto("\n".join(lines).encode("utf-8"), address)
        except OSError as failed:
            if not self._told:
                get_logger().warning("systemd cannot be told", error=type(failed).__name__)
            self._told = True
        else:
            self._told = False


def _one_line(words: str) -> str:
    return " ".join(words.split())


def _ourselves() -> frozenset[str]:
    """This process and those that it descends from."""
    return frozenset((str(os.getpid()), *_ancestors("self")))


def _ancestors(process: str) -> Iterator[str]:
    for _ in range(_ANCESTORS):
        parent = ""
        with suppress(OSError, IndexError):  # /proc may hide it; then the line ends here
            # The program's name stands in parentheses and may hold spaces; the parent's number is the second after it.
            parent = Path("/proc", process, "stat").read_text(errors="replace").rpartition(")")[2].split()[1]
        if not parent or parent == "0":
            return
        yield parent
        process = parent
