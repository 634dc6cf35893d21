"""The control socket: octets a minute of a board that only looks, and how long the kiosk takes for an answer."""

from __future__ import annotations

import asyncio
import statistics
import time
from pathlib import Path

from kiosk.control.address import SOCKET_NAME
from kiosk.control.client import BoardClient
from kiosk.control.connecting import at_socket
from kiosk.control.messages import Follow, Hello, Look, to_line
from kiosk.rehearsal.probe import LIMIT_SECONDS, probed
from kiosk.settings import load
from kiosk.station.clock import SiteClock
from kiosk.station.heartbeat import StatusFile
from kiosk.station.status import State, Today
from kiosk.station.wiring.control import Control
from kiosk.station.wiring.house import configure

IDLE_SECONDS = 60.0
LIMIT_IDLE = 1000
"""Octets a minute: less than ssh itself sends to find out whether the line is there."""
BOARDS, LOOKS = 8, 25
"""Fewer looks of each than a user may make at once."""


async def _idle(path: Path) -> int:
    """What a follower is sent in a minute in which nothing changes, after the first view."""
    reader, writer = await asyncio.open_unix_connection(str(path))
    writer.write(to_line(Hello(version=1)) + to_line(Follow(id=1)))
    await reader.readline()
    await reader.readline()
    got, ends = 0, time.monotonic() + IDLE_SECONDS
    while (left := ends - time.monotonic()) > 0:
        try:
            async with asyncio.timeout(left):
                got += len(await reader.read(65536))
        except TimeoutError:
            break
    writer.close()
    return got


async def _pushed(path: Path, status: StatusFile) -> list[float]:
    """Seconds from a change to its view at a board."""
    took: list[float] = []
    async with BoardClient("k01", at_socket(path)) as board:
        views = board.follow()
        await anext(views)
        for count in range(20):
            await asyncio.sleep(0.3)
            began = time.perf_counter()
            status.count(Today(confirmed=count + 1), space_low=False)
            await anext(views)
            took.append(time.perf_counter() - began)
    return took


async def _asked(path: Path) -> list[float]:
    """Seconds of each look, by several boards at once."""
    took: list[float] = []

    async def look() -> None:
        reader, writer = await asyncio.open_unix_connection(str(path))
        writer.write(to_line(Hello(version=1)))
        await reader.readline()
        for number in range(LOOKS // BOARDS):
            began = time.perf_counter()
            writer.write(to_line(Look(id=number)))
            await reader.readline()
            took.append(time.perf_counter() - began)
        writer.close()

    await asyncio.gather(*(look() for _ in range(BOARDS)))
    return took


async def _measure(folder: Path) -> dict[str, object]:
    settings = load(configure(folder, gateway="", printer=f"virtual:{folder / 'slips'}"))
    clock = SiteClock(settings.zone)
    status = StatusFile(settings.terminal.run, clock, kiosk="k01", version="1")
    status.enter(State.IDLE)
    control = Control(settings, status, clock)
    path = settings.terminal.run / SOCKET_NAME
    async with asyncio.TaskGroup() as tasks, probed() as probe:
        keeping = [tasks.create_task(status.keep_beating()), tasks.create_task(control.keep_open())]
        while not path.exists():  # noqa: ASYNC110 - nothing tells when it stands
            await asyncio.sleep(0.01)
        idle = await _idle(path)
        pushed, asked = await _pushed(path, status), await _asked(path)
        for task in keeping:
            task.cancel()
    late = probe.late.longest
    return {
        "what": f"a board over the control socket: {IDLE_SECONDS:g} s idle, {len(pushed)} changes, {len(asked)} looks",
        "idle_octets_a_minute": round(idle * 60 / IDLE_SECONDS),
        "limit": LIMIT_IDLE,
        "change_to_board_ms": round(1000 * statistics.median(pushed), 1),
        "look_ms": round(1000 * statistics.median(asked), 2),
        "loop_late_max_ms": round(1000 * late, 1),
        "kept": idle * 60 / IDLE_SECONDS <= LIMIT_IDLE and late < LIMIT_SECONDS,
    }


def measure(folder: Path) -> dict[str, object]:
    """Measure in a folder of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    return asyncio.run(_measure(folder))
