"""Plays clips through ALSA: always the last thing that was asked for, and nothing of the one before."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from hardware.voice.aplay import CHUNK_OCTETS, PROGRAM, running, scaled
from kiosk.ports.device import Condition, DeviceFailure, DeviceFault, Part, Pulse
from kiosk.ports.voice import Clips
from kiosk.ports.voice import Part as Said

USUAL_DEVICE = "default"
"""What ALSA plays on when nobody names a device. Where there is none, nobody had asked for one."""
NODES = Path("/dev/snd")
LOOK_SECONDS = 2.0
"""How often it looks whether sound hardware came or went, and whether there are new clips."""
SILENCE_SECONDS = 10.0
"""Many times what passes between two beats."""


@dataclass(frozen=True, slots=True, eq=False)
class _Wish:
    """What is to be played; each is one of its own."""

    parts: tuple[Said, ...]
    every: float | None


class AlsaPlayer:
    """The port `Player`, and the device that plays. Without sound hardware it is absent, and everything else works."""

    part = Part.VOICE
    silence_seconds = SILENCE_SECONDS

    def __init__(
        self,
        clips: Clips,
        device: str = USUAL_DEVICE,
        *,
        program: str = PROGRAM,
        nodes: Path = NODES,
        look_seconds: float = LOOK_SECONDS,
    ) -> None:
        """`device` as `aplay -L` lists them; `nodes` is where the kernel shows sound hardware."""
        self._clips = clips
        self._device = device
        self._program = program
        self._nodes = nodes
        self._look_seconds = look_seconds
        self._gain = 1.0
        self._wish: _Wish | None = None
        self._news = asyncio.Event()
        self._open = self._was_open = False

    # The port Player.

    @property
    def available(self) -> bool:
        """See Player."""
        return self._open

    @property
    def playing(self) -> bool:
        """See Player."""
        return self._wish is not None

    def play(self, parts: Sequence[Said], every: float | None = None) -> None:
        """See Player. While there is no hardware the wish is dropped: later it would come too late."""
        self._wish = _Wish(tuple(parts), every) if self._open else None
        self._news.set()

    def stop(self) -> None:
        """See Player."""
        self._wish = None
        self._news.set()

    def turn(self, gain: float) -> None:
        """See Player."""
        self._gain = gain

    # The port Device.

    async def attend(self, pulse: Pulse) -> None:
        """See Device."""
        try:
            await asyncio.to_thread(self._clips.look)
            there = await self._try(pulse)
            while True:
                there = await self._serve(there, pulse)
        except DeviceFailure as failure:
            if failure.fault is DeviceFault.NOT_THERE and self._was_open:
                raise DeviceFailure(DeviceFault.GONE) from failure
            raise
        finally:
            self._open = False
            self._wish = None

    async def _serve(self, there: frozenset[str], pulse: Pulse) -> frozenset[str]:
        """Play what is wished, or wait for a while; `there` is the hardware as it was when it was last tried."""
        self._news.clear()
        if self._wish is not None:
            await self._until_news(self._wish, pulse)
            return there
        try:
            # Not wait_for: up to 3.11 it forgets a cancellation that comes together with the news.
            async with asyncio.timeout(self._look_seconds):
                await self._news.wait()
        except TimeoutError:
            await asyncio.to_thread(self._clips.look)
            if await asyncio.to_thread(self._hardware) != there:
                return await self._try(pulse)
            self._beat(pulse)
        return there

    async def _try(self, pulse: Pulse) -> frozenset[str]:
        """Find out whether the device can be played on, without a sound, and return the hardware that is there."""
        there = await asyncio.to_thread(self._hardware)
        try:
            async with running(self._device, self._program) as run:
                await run.finish()
        except DeviceFailure as failure:
            fault = await asyncio.to_thread(self._fault, failure.fault)
            if fault is not DeviceFault.NOT_THERE or self._device != USUAL_DEVICE or self._was_open:
                raise DeviceFailure(fault) from failure
            self._open = False
        else:
            self._open = self._was_open = True
        self._beat(pulse)
        return there

    def _beat(self, pulse: Pulse) -> None:
        if not self._open:
            pulse.beat(Condition.ABSENT)
        else:
            pulse.beat(Condition.OK if self._clips.complete else Condition.ATTENTION)

    def _hardware(self) -> frozenset[str]:
        try:
            return frozenset(node.name for node in self._nodes.iterdir())
        except OSError:
            return frozenset()

    def _fault(self, fault: DeviceFault) -> DeviceFault:
        """To ALSA hardware that may not be touched is not there."""
        outputs = list(self._nodes.glob("pcm*p"))
        if fault is DeviceFault.NOT_THERE and outputs and not any(os.access(node, os.W_OK) for node in outputs):
            return DeviceFault.NOT_ALLOWED
        return fault

    # Playing.

    async def _until_news(self, wish: _Wish, pulse: Pulse) -> None:
        """Play until it has ended or something else is wished; then nothing of it is heard any more."""
        uttering = asyncio.ensure_future(self._utter(wish, pulse))
        news = asyncio.ensure_future(self._news.wait())
        try:
            await asyncio.wait((uttering, news), return_when=asyncio.FIRST_COMPLETED)
        finally:
            news.cancel()
            uttering.cancel()
            await asyncio.wait((uttering,))
        if not uttering.cancelled():
            uttering.result()

    async def _utter(self, wish: _Wish, pulse: Pulse) -> None:
        while True:
            async with running(self._device, self._program) as run:
                for part in wish.parts:
                    try:
                        octets = await asyncio.to_thread(self._clips.samples, part)
                    except ValueError:
                        break  # the clips are no longer complete then, and the next beat says so
                    for start in range(0, len(octets), CHUNK_OCTETS):
                        await run.write(scaled(octets[start : start + CHUNK_OCTETS], self._gain))
                        self._beat(pulse)
                await run.finish()
            if wish.every is None:
                break
            self._beat(pulse)
            await asyncio.sleep(wish.every)
        if self._wish is wish:
            self._wish = None
