"""How late the event loop ever is during rehearsed visits, beside an empty loop on the same machine."""

from __future__ import annotations

import asyncio
from pathlib import Path

from hardware.virtual.pcscd import Pcscd
from kiosk.rehearsal.probe import LIMIT_SECONDS, NEARLY_ALL, LoopProbe, probed
from kiosk.station.wiring.trial import NEXT, TROUBLED
from kiosk.station.wiring.trial_opening import trial

VISITS = 30
EMPTY_SECONDS = 5.0


def measure(folder: Path, pcscd: Pcscd | None) -> dict[str, object]:
    """p99.9 and the longest, in ms, over visits with card and PIN alone and visits where everything is typed."""
    floor = asyncio.run(_empty())
    probe = asyncio.run(_visits(folder, pcscd))
    return {
        "what": f"how late a nap of 5 ms ends in the kiosk's loop, {VISITS} visits through the screens",
        "empty_loop": floor.told(),
        "visits": probe.told(),
        "limit_ms": 1000 * LIMIT_SECONDS,
        "kept": probe.late.quantile(NEARLY_ALL) <= LIMIT_SECONDS,
    }


async def _empty() -> LoopProbe:
    async with probed() as probe:
        await asyncio.sleep(EMPTY_SECONDS)
    return probe


async def _visits(folder: Path, pcscd: Pcscd | None) -> LoopProbe:
    async with trial(folder, pcscd) as one:
        for scenario in (NEXT, TROUBLED):  # what is loaded by the first of each is loaded once
            await one.visit(scenario)
        async with probed() as probe:
            for place in range(VISITS):
                await one.visit(TROUBLED if place % 2 else NEXT)
    return probe
