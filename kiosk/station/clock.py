"""The clock of the site."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class SiteClock:
    """The port Clock: the machine's clock in the site's time zone."""

    zone: ZoneInfo
    sure: ClassVar[bool] = True
    """Nobody looks after it: for commands, whose user sees the date."""

    def now(self) -> datetime:
        """Now."""
        return datetime.now(self.zone)
