"""Keeps what runs beside the examinee running: devices and watches, each in a loop of its own.

A device that is lost is set up again, later and later; whoever fails in a way that nobody foresaw is started again,
too, and never takes anything else with it. Gone and returned are logged once each.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from dataclasses import dataclass
from typing import NoReturn, Protocol

from structlog import get_logger

from kiosk.ports.device import Condition, Device, DeviceFailure, DeviceFault, Part
from kiosk.station.crash import report

SLACK_SECONDS = 5.0
"""A busy machine declares a device down a little late."""


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds between two attempts and the like."""

    first: float = 0.5
    """After a loss the next attempt comes at once for whoever waits; doubled each time."""
    longest: float = 30.0
    """Somebody who plugs a device in waits at most so long until the kiosk has it."""
    permanent: float = 60.0
    """After a fault that waiting does not mend."""
    steady: float = 60.0
    """What ran for so long is no longer what failed before: its next loss begins with `first` again."""
    let_go: float = 5.0
    """For letting a device go; one that takes longer is left behind."""


class Tell(Protocol):
    """Takes how a part is."""

    def part(self, part: Part, condition: Condition, fault: DeviceFault | None = None) -> None:
        """That part is now like this."""
        ...


class Supervisor:
    """Looks after devices and watches, each of which is a task of its own."""

    def __init__(self, tell: Tell, pace: Pace | None = None) -> None:
        self._tell = tell
        self._pace = pace or Pace()
        self._tasks: list[asyncio.Task[NoReturn]] = []
        self._cares: list[_Care] = []

    def device(self, device: Device) -> None:
        """Begin to look after a device; until it first beats it is as it was told before."""
        care = _Care(device, self._tell, self._pace)
        self._cares.append(care)
        self._start(care.for_ever(), device.part.value)

    def watch(self, name: str, watch: Callable[[], Awaitable[None]]) -> None:
        """Begin something that runs for ever by itself; an error starts it again."""
        self._start(_watch(name, watch, self._pace), name)

    def silent(self) -> Iterator[str]:
        """Devices that neither beat in time nor are declared down, and what ended though it runs for ever."""
        now = asyncio.get_running_loop().time()
        yield from (care.name for care in self._cares if care.silent(now))
        yield from (task.get_name() for task in self._tasks if task.done())

    async def aclose(self) -> None:
        """Let everything go."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()
        self._cares.clear()

    def _start(self, work: Coroutine[None, None, NoReturn], name: str) -> None:
        self._tasks.append(asyncio.create_task(work, name=name))


class _Care:
    """One device; it is also the device's `Pulse`."""

    def __init__(self, device: Device, tell: Tell, pace: Pace) -> None:
        self._device = device
        self._tell = tell
        self._pace = pace
        self._backoff = _Backoff(pace)
        self._beaten = asyncio.Event()
        self._lost: DeviceFault | None = None
        self._reported: type[BaseException] | None = None
        self._heard = asyncio.get_running_loop().time()

    @property
    def name(self) -> str:
        """Of its part."""
        return self._device.part.value

    def silent(self, now: float) -> bool:
        """Whether it should have beaten, or been declared down, long before."""
        longest = self._device.silence_seconds + self._pace.let_go + SLACK_SECONDS
        return self._lost is None and now - self._heard > longest

    def beat(self, condition: Condition = Condition.OK, fault: DeviceFault | None = None) -> None:
        """See Pulse."""
        self._beaten.set()
        self._heard = asyncio.get_running_loop().time()
        if condition is Condition.DOWN:
            self._say_lost(fault or DeviceFault.FAULTY)
            return
        if self._lost is not None:
            get_logger().info("device is back", part=self._device.part)
            self._lost = None
        self._tell.part(self._device.part, condition)

    async def for_ever(self) -> NoReturn:
        """Look after it."""
        while True:
            self._backoff.begin()
            fault, error = await self._attend()
            if error is not None and (fault is not self._lost or type(error) is not self._reported):
                report(error)
            self._reported = type(error) if error is not None else None
            self._say_lost(fault)
            await asyncio.sleep(self._pace.permanent if fault.permanent else self._backoff.wait())

    async def _attend(self) -> tuple[DeviceFault, BaseException | None]:
        """Why it was lost this time; with the error that nobody foresaw."""
        attending = asyncio.ensure_future(self._device.attend(self))
        try:
            while not attending.done():
                self._beaten.clear()
                heard = asyncio.ensure_future(self._beaten.wait())
                try:
                    await asyncio.wait(
                        (attending, heard),
                        timeout=self._device.silence_seconds,
                        return_when=asyncio.FIRST_COMPLETED,
                    )
                finally:
                    heard.cancel()
                if not attending.done() and not self._beaten.is_set():
                    return DeviceFault.HANGS, None
        finally:
            if not attending.done():
                await self._let_go(attending)
        return _fault_of(attending)

    async def _let_go(self, attending: asyncio.Future[None]) -> None:
        attending.cancel()
        _, left_behind = await asyncio.wait((attending,), timeout=self._pace.let_go)
        if left_behind:
            get_logger().warning("device cannot be let go", part=self._device.part)

    def _say_lost(self, fault: DeviceFault) -> None:
        if fault is not self._lost:
            get_logger().warning("device lost", part=self._device.part, fault=fault)
        self._lost = fault
        self._tell.part(self._device.part, Condition.DOWN, fault)


class _Backoff:
    """How long to wait after a loss."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._next = pace.first
        self._began = 0.0

    def begin(self) -> None:
        """Another attempt begins."""
        self._began = asyncio.get_running_loop().time()

    def wait(self) -> float:
        """Seconds until the attempt after this one."""
        if asyncio.get_running_loop().time() - self._began >= self._pace.steady:
            self._next = self._pace.first
        now, self._next = self._next, min(2 * self._next, self._pace.longest)
        return now


def _fault_of(attending: asyncio.Future[None]) -> tuple[DeviceFault, BaseException | None]:
    error = None if attending.cancelled() else attending.exception()
    if isinstance(error, DeviceFailure):
        return error.fault, None
    return DeviceFault.FAULTY, error


async def _watch(name: str, watch: Callable[[], Awaitable[None]], pace: Pace) -> NoReturn:
    backoff = _Backoff(pace)
    while True:
        backoff.begin()
        try:
            await watch()
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is None or task.cancelling():
                raise
        except Exception as error:  # whatever it is: the others must not go with it
            report(error)
        get_logger().warning("watch ended and is started again", text=name)
        await asyncio.sleep(backoff.wait())
