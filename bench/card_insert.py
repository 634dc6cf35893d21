"""From the card in the reader to the screen that says so, over what pcscd's own poll takes; and the way back of pcscd.

Both see the same insertions: the kiosk through its monitor, its loop and its screens, and a bare loop over
SCardGetStatusChange in a thread beside it. pcscd looks every 0.4 s, so most of either is its poll.
"""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterable
from pathlib import Path
from random import Random

from bench.card import PERSON, PIN, READER
from bench.house import House
from hardware.card.pcsc import Context
from hardware.card.reader import PcscReader
from hardware.virtual.card import my_number_card
from hardware.virtual.pcscd import SOCKET_VARIABLE
from hardware.virtual.vpcd import PORT_VARIABLE, VirtualSlot
from kiosk.ports.examinee import Examinee, InsertCard, Step, Working
from kiosk.settings import load
from kiosk.station.wiring.counter import screen_site
from kiosk.steps.race import first_of
from screens.app import KioskApp
from screens.working import WorkingScreen

ROUNDS = 25
LIMIT, SCREEN_LIMIT = 1.05, 1.5
"""The monitor and the loop may add next to nothing; the screen has to be built and painted."""
POLL_SECONDS = 0.4
"""Insertions come at any moment between two looks of pcscd."""
RECOVERY_CYCLES, RECOVERY_KILLS = 10, 10
RECOVERY_LIMIT_MS = 2500.0
"""The monitor asks again at least every two seconds."""


class Bare:
    """The loop that anybody would write; keeps when it saw each insertion."""

    def __init__(self) -> None:
        self.seen: list[float] = []
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def end(self) -> None:
        """End the loop."""
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        state = 0
        with Context() as context:
            while not self._over.is_set():
                for event in context.wait({READER: state}, 200):
                    if event.present and not state & event.PRESENT:
                        self.seen.append(time.perf_counter())
                    state = event.state


async def _insertions(settings_file: Path) -> list[tuple[float, float, float]]:
    """Seconds from each insertion until the bare loop, the port and the screen."""
    rounds: list[tuple[float, float, float]] = []
    when = Random(5)  # noqa: S311 (moments, not secrets)
    card, bare = my_number_card(PERSON, pin=PIN), Bare()
    heard: list[float] = []
    turned = asyncio.Event()

    async def main(examinee: Examinee) -> None:
        while True:
            await first_of(examinee.ask(InsertCard()), reader.inserted())
            heard.append(time.perf_counter())
            examinee.show(Working(Step.CARD, (Step.CARD,)))
            turned.set()
            await reader.removed()

    with VirtualSlot() as slot:
        async with PcscReader(READER) as reader:
            app = KioskApp(screen_site(load(settings_file)), main)
            async with app.run_test():
                for _ in range(ROUNDS):
                    while isinstance(app.screen, WorkingScreen) or reader.holds_card:  # noqa: ASYNC110 (as below)
                        await asyncio.sleep(0.01)
                    await asyncio.sleep(POLL_SECONDS + when.uniform(0, POLL_SECONDS))
                    turned.clear()
                    inserted = time.perf_counter()
                    slot.insert(card)
                    await turned.wait()
                    while not isinstance(app.screen, WorkingScreen):  # noqa: ASYNC110 (Textual tells nobody outside)
                        await asyncio.sleep(0)
                    painted = asyncio.Event()
                    app.screen.call_after_refresh(painted.set)
                    await painted.wait()
                    shown = time.perf_counter()
                    rounds.append((bare.seen[-1] - inserted, heard[-1] - inserted, shown - inserted))
                    await asyncio.to_thread(slot.pull)
                app.exit()
    bare.end()
    return rounds


def measure(folder: Path) -> dict[str, object]:
    """Medians and the ratio. A pcscd with virtual readers has to run."""
    rounds = asyncio.run(_insertions(House(folder).config))
    # Of the sums: an insertion just before pcscd looks takes the poll next to nothing.
    floor = sum(bare for bare, _, _ in rounds)
    ratio = round(sum(port for _, port, _ in rounds) / floor, 3)
    screen_ratio = round(sum(screen for _, _, screen in rounds) / floor, 3)
    recovery = _recovery()
    times = recovery.get("recovery_ms", {})
    slowest = times.get("max", 0.0) if isinstance(times, dict) else 0.0
    return {
        "what": f"insertion to screen over a bare SCardGetStatusChange loop, {ROUNDS} insertions, both at once",
        "bare_ms": _milliseconds(bare for bare, _, _ in rounds),
        "port_ms": _milliseconds(port for _, port, _ in rounds),
        "screen_ms": _milliseconds(screen for _, _, screen in rounds),
        "port_over_bare_ms": _milliseconds(port - bare for bare, port, _ in rounds),
        "screen_over_bare_ms": _milliseconds(screen - bare for bare, _, screen in rounds),
        "ratio": ratio,
        "limit": LIMIT,
        "screen_ratio": screen_ratio,
        "screen_limit": SCREEN_LIMIT,
        "recovery": recovery,
        "recovery_limit_ms": RECOVERY_LIMIT_MS,
        "kept": ratio <= LIMIT
        and screen_ratio <= SCREEN_LIMIT
        and recovery.get("kept") is True
        and slowest <= RECOVERY_LIMIT_MS,
    }


def _recovery() -> dict[str, object]:
    """After kills of a pcscd of its own, in another process."""
    own = {name: value for name, value in os.environ.items() if name not in (SOCKET_VARIABLE, PORT_VARIABLE)}
    command = [sys.executable, "-m", "bench.endurance_card"]
    command += ["--cycles", str(RECOVERY_CYCLES), "--kills", str(RECOVERY_KILLS)]
    done = subprocess.run(command, env=own, capture_output=True, text=True, check=False)
    try:
        figures: dict[str, object] = json.loads(done.stdout)
    except json.JSONDecodeError:
        return {"kept": False, "why": done.stderr.strip().splitlines()[-1:]}
    return figures


def _milliseconds(seconds: Iterable[float]) -> dict[str, float]:
    ordered = sorted(seconds)
    return {
        "median": round(1000 * statistics.median(ordered), 1),
        "p95": round(1000 * ordered[int(0.95 * (len(ordered) - 1))], 1),
    }
