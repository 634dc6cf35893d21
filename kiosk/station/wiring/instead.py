"""What may stand in for the world around a terminal: for the demo and the rehearsal, never at a counter."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol

from kiosk.ports import Ports
from kiosk.ports.clock import Synchronisation


class MachineClock(Protocol):
    """The machine's clock, and what the system says of it."""

    def wall(self) -> datetime:
        """What it shows."""
        ...

    def since_start(self) -> float:
        """Seconds since the machine's start."""
        ...

    def synchronised(self) -> Synchronisation:
        """Whether the time service keeps it right."""
        ...


def _as_they_are(ports: Ports) -> Ports:
    return ports


@dataclass(frozen=True, slots=True)
class Instead:
    """The disk, the clock, and something between the check-in and its ports."""

    connect: Callable[[Path], sqlite3.Connection] = field(default=sqlite3.connect)
    clock: MachineClock | None = None
    """None for the machine's own."""
    ports: Callable[[Ports], Ports] = _as_they_are
