"""One run of `aplay`, the player of alsa-utils.

A process of its own, because it can always be ended: sound hardware that hangs in the kernel then hangs there. It needs
no compiled package of ours, and comes with every Debian.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import subprocess
from array import array
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

from kiosk.ports.device import DeviceFailure, DeviceFault
from kiosk.ports.voice import SAMPLE_OCTETS, SAMPLES_PER_SECOND

PROGRAM = "aplay"
FORM = ("--quiet", "--file-type=raw", "--format=S16_LE", f"--rate={SAMPLES_PER_SECOND}", "--channels=1")
BUFFER = "--buffer-time=300000"
"""Microseconds. The event loop may be late by a sixth of it, and a change of the volume is still heard at once."""
PIPE_OCTETS = 8192
"""So little waits on its way to the program, for the same reason."""
CHUNK_OCTETS = SAMPLE_OCTETS * SAMPLES_PER_SECOND // 20
"""50 milliseconds."""
SAID_OCTETS = 4096
"""Of what the program says of its failure, the first part."""
END_SECONDS = 1.0
"""Until a killed program is taken to hang in the kernel."""
ONE = 4096
"""Gain 1, in the integers that samples are scaled with."""


@dataclass(frozen=True, slots=True)
class Run:
    """A running aplay."""

    process: subprocess.Popen[bytes]
    pipe: int
    """Where samples go; it never blocks."""
    ended: int
    """A pidfd, readable when the process has ended."""
    said: int
    """Where its words come from."""

    async def write(self, octets: bytes) -> None:
        """Hand over samples, and wait until most of those before are played. Raises DeviceFailure when it ended."""
        rest = memoryview(octets)
        while rest:
            try:
                rest = rest[os.write(self.pipe, rest) :]
            except BlockingIOError:
                loop = asyncio.get_running_loop()
                await _until(self.pipe, loop.add_writer, loop.remove_writer)
            except BrokenPipeError:
                await self.finish()
                raise DeviceFailure(DeviceFault.GONE) from None

    async def finish(self) -> None:
        """Wait until all is played. Raises DeviceFailure when it could not be."""
        assert self.process.stdin is not None  # noqa: S101 (opened so)
        self.process.stdin.close()
        loop = asyncio.get_running_loop()
        await _until(self.ended, loop.add_reader, loop.remove_reader)
        if self.process.wait() != 0:
            raise DeviceFailure(fault_in(self._words()))

    def _words(self) -> str:
        with suppress(BlockingIOError):
            return os.read(self.said, SAID_OCTETS).decode("utf-8", "replace")
        return ""


@asynccontextmanager
async def running(device: str, program: str = PROGRAM) -> AsyncIterator[Run]:
    """Start it on that device of ALSA; at the end of the block it is gone, played or not. Raises DeviceFailure."""
    said, says = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
    try:
        process = _started(device, program, says)
        assert process.stdin is not None  # noqa: S101 (asked for)
        pipe, ended = process.stdin.fileno(), os.pidfd_open(process.pid)
        try:
            os.set_blocking(pipe, False)
            with suppress(OSError):  # a limit of the user's; the pipe is larger then
                fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, PIPE_OCTETS)
            yield Run(process, pipe, ended, said)
        finally:
            process.stdin.close()
            await _end(process, ended)
            os.close(ended)
    finally:
        os.close(said)


async def _end(process: subprocess.Popen[bytes], ended: int) -> None:
    """End it at once. Not gently: in the middle of a write it takes no other signal, and the kernel stops the sound.

    One that hangs in the kernel is left behind there, and DeviceFailure tells it: the event loop does not wait for it.
    """
    process.kill()
    loop = asyncio.get_running_loop()
    with suppress(TimeoutError):
        async with asyncio.timeout(END_SECONDS):
            await _until(ended, loop.add_reader, loop.remove_reader)
    if process.poll() is None:
        raise DeviceFailure(DeviceFault.HANGS)


def _started(device: str, program: str, says: int) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(  # noqa: S603 (a fixed program; the device is one word of the configuration)
            [program, *FORM, BUFFER, f"--device={device}", "-"],
            bufsize=0,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=says,
            env={**os.environ, "LC_ALL": "C"},
            start_new_session=True,
        )
    except FileNotFoundError:
        raise DeviceFailure(DeviceFault.NO_LIBRARY) from None
    except PermissionError:
        raise DeviceFailure(DeviceFault.NOT_ALLOWED) from None
    finally:
        os.close(says)


async def _until(descriptor: int, add: Callable[[int, Callable[[], None]], Any], remove: Callable[[int], Any]) -> None:
    ready = asyncio.Event()
    add(descriptor, ready.set)
    try:
        await ready.wait()
    finally:
        remove(descriptor)


def fault_in(words: str) -> DeviceFault:
    """What ALSA's words for a failure mean (alsa-lib 1.2, not translated)."""
    if "Permission denied" in words:
        return DeviceFault.NOT_ALLOWED
    if "resource busy" in words:
        return DeviceFault.BUSY
    if "Unknown PCM" in words and "card" not in words:
        return DeviceFault.WRONG_DEVICE
    return DeviceFault.NOT_THERE


def scaled(octets: bytes, gain: float) -> bytes:
    """The samples, so much louder or softer."""
    if gain == 1:
        return octets
    factor = round(gain * ONE)
    return array("h", [sample * factor // ONE for sample in array("h", octets)]).tobytes()
