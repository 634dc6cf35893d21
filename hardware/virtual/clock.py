"""A machine's clock that leaps, or that nobody sets right."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

from kiosk.ports.clock import Synchronisation

_LONG_AGO = timedelta(days=30)
"""After so long nobody believes any more what was said about the time."""


class VirtualClock:
    """Three looks at the machine's clock, as whoever judges it takes them; right until it is changed."""

    def __init__(self) -> None:
        self.ahead = timedelta()
        """How far it is ahead of the right time."""
        self.kept_right = True
        """Whether the system's time service keeps it right, and ever did."""

    def wall(self) -> datetime:
        """What it shows."""
        return datetime.now(UTC) + self.ahead

    def since_start(self) -> float:
        """Seconds since the machine's start. Of one that was never set right, what was heard before is too old."""
        elapsed = time.clock_gettime(time.CLOCK_BOOTTIME)
        return elapsed if self.kept_right else elapsed + _LONG_AGO.total_seconds()

    def synchronised(self) -> Synchronisation:
        """Whether the time service says that it is right; it takes a while to notice a leap."""
        return Synchronisation(kept=self.kept_right and not self.ahead)
