"""A reader's long day on a real pcscd: cards put in, read and pulled, pcscd killed again and again.

Run by itself: `python -m bench.endurance_card`. Prints JSON; exit code 1 when something was left behind.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import statistics
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

import click
import structlog

from bench.card import PERSON, PIN, READER
from hardware.card.reader import PcscReader
from hardware.virtual.card import VirtualCard, my_number_card
from hardware.virtual.pcscd import Pcscd
from hardware.virtual.readers import running_pcscd
from hardware.virtual.vpcd import VirtualSlot
from kiosk.ports.card import CardFailure, Pin
from kiosk.ports.device import Condition, DeviceFault, Part
from kiosk.station.supervision import Supervisor

CYCLES, KILLS = 200, 20
WARM_UP = 5
"""Cycles before the first count: imports, caches and the first arenas are no leak."""
LIMIT = 30.0
_GROWTH_KIB = 2048


@dataclass(frozen=True, slots=True)
class Held:
    """What the process holds."""

    rss_kib: int
    fds: int
    threads: int


@dataclass(slots=True)
class Day:
    """What happened."""

    read: int = 0
    interrupted: int = 0
    """Kills that caught a session in the middle."""
    noticed: list[float] = field(default_factory=list)
    """Seconds from each kill until the kiosk knew that it has no reader."""
    back: list[float] = field(default_factory=list)
    """Seconds from each time that pcscd showed its readers again until the kiosk had its own."""
    at_once: list[float] = field(default_factory=list)
    """Of these, those that came back the moment it was gone."""


class Told:
    """Takes what the status would say."""

    def __init__(self) -> None:
        self.condition = Condition.UNKNOWN

    def part(self, part: Part, condition: Condition, fault: DeviceFault | None = None) -> None:  # noqa: ARG002 (Tell)
        """See Tell."""
        self.condition = condition


def held() -> Held:
    """Counted now; what nobody uses is collected first."""
    gc.collect()
    status = Path("/proc/self/status").read_text(encoding="ascii")
    rss = int(status.split("VmRSS:")[1].split()[0])
    return Held(rss, len(os.listdir("/proc/self/fd")), threads())  # noqa: PTH208 (a count)


def threads() -> int:
    """All but those of asyncio's own pool, which grows to its bound whenever two things happen to be done at once."""
    return sum(not thread.name.startswith("asyncio_") for thread in threading.enumerate())


async def endure(own: Pcscd, cycles: int, kills: int, down_seconds: Sequence[float] = (0.0, 1.0)) -> dict[str, object]:
    """Play the day; pcscd stays away for each of these times in turn."""
    day, told, card = Day(), Told(), my_number_card(PERSON, pin=PIN)
    every = max(1, cycles // kills) if kills else cycles + 1
    with VirtualSlot() as slot:
        async with _looked_after(told) as reader:
            for _ in range(WARM_UP):
                await _cycle(reader, slot, card)
            if kills:
                await _kill(own, reader, told, 0.0, Day())
            before = held()
            for cycle in range(1, cycles + 1):
                await _cycle(reader, slot, card)
                day.read += 1
                if cycle % every == 0 and len(day.back) < kills:
                    down = down_seconds[len(day.back) % len(down_seconds)]
                    if len(day.back) % 2:
                        day.interrupted += await _kill_in_session(own, reader, slot, card, told, down, day)
                    else:
                        await _kill(own, reader, told, down, day)
            await _until(lambda: threads() <= before.threads)
            after = held()
    return {
        "what": f"{cycles} cards put in, read and pulled, {kills} kills of pcscd, on a real pcscd",
        "read": day.read,
        "interrupted": day.interrupted,
        "before": asdict(before),
        "after": asdict(after),
        "noticed_ms": _spread(day.noticed),
        "recovery_ms": _spread(day.back),
        "recovery_at_once_ms": _spread(day.at_once),
        "pin_tries_left": card.pin_left,
        "kept": day.read == cycles
        and len(day.back) == kills
        and card.pin_left == 3
        and after.fds <= before.fds
        and after.threads <= before.threads
        and after.rss_kib - before.rss_kib <= _GROWTH_KIB,
    }


@asynccontextmanager
async def _looked_after(told: Told) -> AsyncIterator[PcscReader]:
    supervisor = Supervisor(told)
    async with PcscReader(READER) as reader:
        supervisor.device(reader)
        try:
            yield reader
        finally:
            await supervisor.aclose()


async def _cycle(reader: PcscReader, slot: VirtualSlot, card: VirtualCard) -> None:
    """A person with a card."""
    await asyncio.to_thread(slot.insert, card)
    await _until(lambda: reader.holds_card)
    async with reader.session() as session:
        await session.facts()
        await session.person_by_pin(Pin.typed(PIN))
    await asyncio.to_thread(slot.pull)
    await _until(lambda: not reader.holds_card)


async def _kill(own: Pcscd, reader: PcscReader, told: Told, down: float, day: Day) -> None:
    killed = time.perf_counter()
    await asyncio.to_thread(own.kill)
    await _until(lambda: not reader.available and told.condition is Condition.DOWN)
    day.noticed.append(time.perf_counter() - killed)
    await asyncio.sleep(down)
    await asyncio.to_thread(own.start)
    shown = time.perf_counter()
    await _until(lambda: reader.available and told.condition is Condition.OK)
    day.back.append(time.perf_counter() - shown)
    if not down:
        day.at_once.append(day.back[-1])


async def _kill_in_session(
    own: Pcscd, reader: PcscReader, slot: VirtualSlot, card: VirtualCard, told: Told, down: float, day: Day
) -> bool:
    """Whether the session ended as it should; the card stays in over it and is read afterwards."""
    await asyncio.to_thread(slot.insert, card)
    await _until(lambda: reader.holds_card)
    interrupted = False
    try:
        async with reader.session() as session:
            await session.facts()
            await _kill(own, reader, told, down, day)
            await session.person_by_pin(Pin.typed(PIN))
    except CardFailure:
        interrupted = True
    await _until(lambda: reader.holds_card)
    async with reader.session() as session:
        await session.facts()
        await session.person_by_pin(Pin.typed(PIN))
    await asyncio.to_thread(slot.pull)
    await _until(lambda: not reader.holds_card)
    return interrupted


async def _until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(LIMIT):
        while not condition():  # noqa: ASYNC110 (conditions of threads, too)
            await asyncio.sleep(0.001)


def _spread(seconds: Sequence[float]) -> dict[str, float]:
    if not seconds:
        return {}
    return {
        "median": round(1000 * statistics.median(seconds), 1),
        "max": round(1000 * max(seconds), 1),
        "count": len(seconds),
    }


@click.command()
@click.option("--cycles", default=CYCLES, show_default=True, help="Cards that are put in, read and pulled.")
@click.option("--kills", default=KILLS, show_default=True, help="How often pcscd is killed meanwhile.")
def main(cycles: int, kills: int) -> None:
    """Play the day on a pcscd of our own."""
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))  # stdout is for the figures
    with running_pcscd() as own:
        if own is None:
            raise click.ClickException("pcscd runs already and is not ours to kill; stop it first")
        figures = asyncio.run(endure(own, cycles, kills))
    print(json.dumps(figures, ensure_ascii=False, indent=2))
    sys.exit(0 if figures["kept"] else 1)


if __name__ == "__main__":
    main()
