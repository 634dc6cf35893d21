"""What runs beside the examinee keeps running: lost devices come back, and no failure takes anything else with it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import pytest

from kiosk.ports.device import Condition, DeviceFailure, DeviceFault, Part, Pulse
from kiosk.station.supervision import Pace, Supervisor

QUICK = Pace(first=0.001, longest=0.004, permanent=30.0, steady=30.0, let_go=0.05)
Log = Callable[[], list[str]]
Told = tuple[Part, Condition, DeviceFault | None]


@dataclass
class Board:
    """Takes what is told, and lets a test wait for it."""

    told: list[Told] = field(default_factory=list)
    news: asyncio.Event = field(default_factory=asyncio.Event)

    def part(self, part: Part, condition: Condition, fault: DeviceFault | None = None) -> None:
        self.told.append((part, condition, fault))
        self.news.set()

    async def says(self, condition: Condition, fault: DeviceFault | None = None, times: int = 1) -> None:
        async with asyncio.timeout(5):
            while sum(told[1:] == (condition, fault) for told in self.told) < times:
                self.news.clear()
                await self.news.wait()


@dataclass
class Played:
    """A device that does each time what the test says, and then runs well."""

    script: list[DeviceFault | Exception | str] = field(default_factory=list)
    part: Part = Part.SCANNER
    silence_seconds: float = 30.0
    open: int = 0
    attempts: int = 0
    lost: asyncio.Event = field(default_factory=asyncio.Event)

    async def attend(self, pulse: Pulse) -> None:
        self.attempts += 1
        next_one = self.script.pop(0) if self.script else "well"
        with self._opened():
            if isinstance(next_one, DeviceFault):
                raise DeviceFailure(next_one)
            if isinstance(next_one, Exception):
                raise next_one
            pulse.beat()
            if next_one == "ends":
                return
            await self.lost.wait()
            self.lost.clear()
            raise DeviceFailure(DeviceFault.GONE)

    @contextmanager
    def _opened(self) -> Iterator[None]:
        self.open += 1
        try:
            yield
        finally:
            self.open -= 1


@pytest.fixture
def board() -> Board:
    return Board()


@pytest.fixture
async def supervisor(board: Board) -> AsyncIterator[Supervisor]:
    supervisor = Supervisor(board, QUICK)
    yield supervisor
    await supervisor.aclose()


async def test_lost_device_is_set_up_again(board: Board, supervisor: Supervisor) -> None:
    device = Played()
    supervisor.device(device)
    await board.says(Condition.OK)
    device.lost.set()
    await board.says(Condition.DOWN, DeviceFault.GONE)
    await board.says(Condition.OK, times=2)
    assert device.open == 1


async def test_device_that_cannot_be_had_is_tried_until_it_can(board: Board, supervisor: Supervisor) -> None:
    device = Played([DeviceFault.NOT_THERE] * 7)
    supervisor.device(device)
    await board.says(Condition.OK)
    assert device.attempts == 8


async def test_gone_and_returned_are_logged_once_each(board: Board, supervisor: Supervisor, log: Log) -> None:
    supervisor.device(Played([DeviceFault.NOT_THERE] * 5))
    await board.says(Condition.OK)
    lines = [line for line in log() if "part=scanner" in line]
    assert [("device lost" in line, "device is back" in line) for line in lines] == [(True, False), (False, True)]
    assert 'fault="not there"' in lines[0]


async def test_another_reason_for_the_same_loss_is_logged_too(board: Board, supervisor: Supervisor, log: Log) -> None:
    supervisor.device(Played([DeviceFault.NOT_THERE, DeviceFault.BUSY, DeviceFault.BUSY]))
    await board.says(Condition.OK)
    assert sum("device lost" in line for line in log()) == 2


async def test_mistake_in_a_device_is_logged_once_without_its_words_and_the_device_goes_on(
    board: Board, supervisor: Supervisor, log: Log
) -> None:
    supervisor.device(Played([ValueError("YAMADA TARO")] * 3))
    await board.says(Condition.OK)
    lines = log()
    assert sum("error=ValueError" in line for line in lines) == 1
    assert not any("YAMADA" in line for line in lines)
    assert (Part.SCANNER, Condition.DOWN, DeviceFault.FAULTY) in board.told


async def test_device_that_simply_ends_is_lost_and_set_up_again(board: Board, supervisor: Supervisor) -> None:
    device = Played(["ends"])
    supervisor.device(device)
    await board.says(Condition.OK, times=2)
    assert device.attempts == 2


async def test_silent_device_is_let_go_and_set_up_anew(board: Board, supervisor: Supervisor) -> None:
    device = Played(silence_seconds=0.02)
    supervisor.device(device)
    await board.says(Condition.DOWN, DeviceFault.HANGS)
    await board.says(Condition.OK, times=2)
    assert device.attempts >= 2
    assert device.open <= 1


async def test_device_that_cannot_be_let_go_is_left_behind(board: Board, supervisor: Supervisor) -> None:
    released = asyncio.Event()

    @dataclass
    class Stubborn(Played):
        async def attend(self, pulse: Pulse) -> None:
            self.attempts += 1
            pulse.beat()
            while self.attempts == 1 and not released.is_set():
                try:
                    await released.wait()
                except asyncio.CancelledError:
                    continue
            await self.lost.wait()

    device = Stubborn(silence_seconds=0.02)
    supervisor.device(device)
    await board.says(Condition.OK, times=2)
    released.set()
    assert device.attempts >= 2


async def test_beats_keep_a_device_alive(board: Board, supervisor: Supervisor) -> None:
    @dataclass
    class Lively(Played):
        async def attend(self, pulse: Pulse) -> None:
            self.attempts += 1
            while True:
                pulse.beat(Condition.ATTENTION)
                await asyncio.sleep(0.005)

    device = Lively(silence_seconds=0.5)
    supervisor.device(device)
    await board.says(Condition.ATTENTION, times=150)  # for longer than the silence
    assert device.attempts == 1


async def test_permanent_fault_is_named_and_not_tried_at_once(board: Board, supervisor: Supervisor) -> None:
    device = Played([DeviceFault.NOT_ALLOWED])
    other = Played([DeviceFault.NOT_THERE] * 5, part=Part.VOICE)
    supervisor.device(device)
    supervisor.device(other)
    await board.says(Condition.OK)
    assert (Part.SCANNER, Condition.DOWN, DeviceFault.NOT_ALLOWED) in board.told
    assert device.attempts == 1


@pytest.mark.parametrize("fault", DeviceFault)
def test_only_what_an_installer_must_mend_is_permanent(fault: DeviceFault) -> None:
    installer = {DeviceFault.NOT_ALLOWED, DeviceFault.NO_LIBRARY, DeviceFault.WRONG_DEVICE}
    assert fault.permanent is (fault in installer)


async def test_waits_grow_and_begin_anew_after_it_ran_steadily(board: Board) -> None:
    waited: list[float] = []
    device = Played([DeviceFault.NOT_THERE] * 4)
    supervisor = Supervisor(board, replace(QUICK, first=0.001, longest=0.004, steady=0.0))
    with_growth = Supervisor(board, replace(QUICK, first=1.0, longest=8.0, steady=30.0))
    sleep = asyncio.sleep

    async def noted(seconds: float) -> None:
        waited.append(seconds)
        await sleep(0)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("kiosk.station.supervision.asyncio.sleep", noted)
        with_growth.device(device)
        await board.says(Condition.OK)
        assert waited == [1.0, 2.0, 4.0, 8.0]
        waited.clear()
        supervisor.device(Played([DeviceFault.NOT_THERE] * 3))
        await board.says(Condition.OK, times=2)
        assert waited == [0.001, 0.001, 0.001]
    await supervisor.aclose()
    await with_growth.aclose()


async def test_watch_that_fails_is_started_again_and_takes_nothing_with_it(
    board: Board, supervisor: Supervisor, log: Log
) -> None:
    runs = 0
    again = asyncio.Event()

    async def watch() -> None:
        nonlocal runs
        runs += 1
        if runs == 1:
            raise RuntimeError("01130012")
        again.set()
        await asyncio.Event().wait()

    supervisor.device(Played())
    supervisor.watch("roster", watch)
    async with asyncio.timeout(5):
        await again.wait()
    await board.says(Condition.OK)
    lines = log()
    assert any("error=RuntimeError" in line for line in lines)
    assert not any("01130012" in line for line in lines)


async def test_watch_that_fails_again_and_again_does_not_spin(board: Board, monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    runs = 0
    slowly = Supervisor(board, replace(QUICK, first=1.0, longest=4.0, steady=30.0))
    sleep, done = asyncio.sleep, asyncio.Event()

    async def noted(seconds: float) -> None:
        waited.append(seconds)
        await sleep(0)

    async def watch() -> None:
        nonlocal runs
        runs += 1
        if runs == 5:
            done.set()
            await asyncio.Event().wait()
        raise RuntimeError

    monkeypatch.setattr("kiosk.station.supervision.asyncio.sleep", noted)
    slowly.watch("roster", watch)
    async with asyncio.timeout(5):
        await done.wait()
    assert waited == [1.0, 2.0, 4.0, 4.0]
    await slowly.aclose()


async def test_watch_whose_inner_work_is_cancelled_is_started_again(supervisor: Supervisor) -> None:
    runs = 0
    again = asyncio.Event()

    async def watch() -> None:
        nonlocal runs
        runs += 1
        if runs == 1:
            raise asyncio.CancelledError
        again.set()
        await asyncio.Event().wait()

    supervisor.watch("roster", watch)
    async with asyncio.timeout(5):
        await again.wait()


async def test_another_mistake_of_a_device_is_reported_too(board: Board, supervisor: Supervisor, log: Log) -> None:
    supervisor.device(Played([ValueError(), ValueError(), KeyError(), KeyError()]))
    await board.says(Condition.OK)
    assert [line.count("error=") and line.partition("error=")[2].split()[0] for line in log() if "error=" in line] == [
        "ValueError",
        "KeyError",
    ]


async def test_closing_lets_every_device_go(board: Board) -> None:
    supervisor = Supervisor(board, QUICK)
    device = Played()
    supervisor.device(device)
    await board.says(Condition.OK)
    await supervisor.aclose()
    assert device.open == 0
