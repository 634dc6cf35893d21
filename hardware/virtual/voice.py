"""A loudspeaker that writes down what it was given instead of sounding."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from kiosk.ports.device import Part, Pulse
from kiosk.ports.voice import Part as Said

BEAT_SECONDS = 2.0


@dataclass(slots=True)
class VirtualPlayer:
    """The port `Player`, and a device that is always well."""

    available: bool = True
    played: list[tuple[Said, ...]] = field(default_factory=list)
    """Everything, from the first on."""
    now: tuple[Said, ...] = ()
    """What would be heard now: it plays until it is stopped."""
    every: float | None = None
    gain: float = 1.0

    @property
    def part(self) -> Part:
        """See Device."""
        return Part.VOICE

    @property
    def silence_seconds(self) -> float:
        """See Device."""
        return 5 * BEAT_SECONDS

    @property
    def playing(self) -> bool:
        """See Player."""
        return bool(self.now)

    def play(self, parts: Sequence[Said], every: float | None = None) -> None:
        """See Player."""
        self.now, self.every = tuple(parts), every
        self.played.append(self.now)

    def stop(self) -> None:
        """See Player."""
        self.now, self.every = (), None

    def turn(self, gain: float) -> None:
        """See Player."""
        self.gain = gain

    async def attend(self, pulse: Pulse) -> None:
        """See Device."""
        while True:
            pulse.beat()
            await asyncio.sleep(BEAT_SECONDS)
