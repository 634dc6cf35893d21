"""Whether the terminal's clock may decide anything. A Pi has no clock of its own: it starts with the time of its end.

Once somebody who knows - the system's time service, or the gateway - has said what time it is, the time that has
passed since then is counted by a clock that nobody can set. So a leap shows itself at once, also while nobody answers.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import assert_never
from zoneinfo import ZoneInfo

from kiosk.ports.clock import Synchronisation
from kiosk.ports.device import Condition, DeviceFault, Part, Pulse
from kiosk.settings import ClockSection, ClockSource

LOOK_SECONDS = 5.0
OLD = timedelta(days=2)
"""After so long a time that was told is told no more: the counting clock may be off by seconds a day."""


def _utc_now() -> datetime:
    return datetime.now(UTC)


def _since_start() -> float:
    """Seconds since the machine's start, sleep included; nobody can set it."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


@dataclass(frozen=True, slots=True)
class _Told:
    """What time somebody said it was."""

    at: datetime
    heard: float
    """By `_since_start`."""

    def now(self, since_start: float) -> datetime | None:
        """What time it is by that; None when that is too long ago."""
        passed = timedelta(seconds=since_start - self.heard)
        return self.at + passed if timedelta() <= passed <= OLD else None


class ClockWatch:
    """Implements the ports `Clock` and `Device`."""

    part = Part.CLOCK
    silence_seconds = 12 * LOOK_SECONDS

    def __init__(
        self,
        zone: ZoneInfo,
        rule: ClockSection,
        synchronised: Callable[[], Synchronisation] = lambda: Synchronisation(kept=None),
        wall: Callable[[], datetime] = _utc_now,
        since_start: Callable[[], float] = _since_start,
    ) -> None:
        """`synchronised` says whether the system's time service keeps the clock right."""
        self._zone = zone
        self._rule = rule
        self._synchronised = synchronised
        self._wall = wall
        self._since_start = since_start
        self._by_service: _Told | None = None
        self._by_gateway: _Told | None = None
        self._service_silent = False
        self._set_at: float | None = None
        self.look()

    def now(self) -> datetime:
        """Now, by the machine's clock, right or wrong."""
        return self._wall().astimezone(self._zone)

    @property
    def sure(self) -> bool:
        """Whether a date may decide something."""
        return self.doubt is None

    @property
    def doubt(self) -> DeviceFault | None:
        """UNSYNCHRONISED or OFF; None when the clock is sure."""
        service, gateway = self._off(self._by_service), self._off(self._by_gateway)
        most = timedelta(seconds=self._rule.most_off_seconds)
        if any(off is not None and abs(off) > most for off in (service, gateway)):
            return DeviceFault.OFF
        return None if self._known(service is not None, gateway is not None) else DeviceFault.UNSYNCHRONISED

    def _known(self, by_service: bool, by_gateway: bool) -> bool:
        match self._rule.source:
            case ClockSource.CHIP:
                return True
            case ClockSource.GATEWAY:
                return by_service or by_gateway
            case ClockSource.NTP:
                return by_service or (self._service_silent and by_gateway)
            case _:
                assert_never(self._rule.source)

    def hear(self, gateway: datetime) -> None:
        """The gateway has just said that it is this time."""
        self._by_gateway = _Told(gateway, self._since_start())

    def look(self) -> None:
        """Ask the system once."""
        found = self._synchronised()
        self._service_silent = found.kept is None
        # That it was set right this morning says nothing of a leap since then.
        if found.kept and (found.since is None or found.since != self._set_at):
            self._by_service = _Told(self._wall(), self._since_start())
        self._set_at = found.since

    async def attend(self, pulse: Pulse) -> None:
        """Look for ever, and tell."""
        while True:
            self.look()
            doubt = self.doubt
            pulse.beat(Condition.DOWN if doubt else Condition.OK, doubt)
            await asyncio.sleep(LOOK_SECONDS)

    def _off(self, told: _Told | None) -> timedelta | None:
        """How far the machine's clock is ahead of what was told; None where nobody told it lately."""
        right = told.now(self._since_start()) if told else None
        return self._wall() - right if right else None
