"""Thousands of rehearsed visits with random faults: `python -m bench.soak --visits 2000 [--seed N] [--out FILE]`.

Nothing may leak and no number may be lost or given twice. Progress goes to standard error; exit code 1 when anything
did not hold.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import statistics
import sys
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from hardware.virtual.pcscd import Pcscd
from hardware.virtual.readers import running_pcscd
from kiosk.rehearsal.faults import Fault
from kiosk.rehearsal.matrix import MAY_END, Cell, Ending, Record, Step
from kiosk.rehearsal.probe import LIMIT_SECONDS
from kiosk.rehearsal.programme import SCENARIOS
from kiosk.rehearsal.scenario import Scenario, Site, Trouble
from kiosk.station.wiring.trial import NEXT, TROUBLED, Trial
from kiosk.station.wiring.trial_cells import needs_own_pcscd, striking
from kiosk.station.wiring.trial_opening import trial

FAULTY, GOES_ON = 0.2, 0.3
"""Share of visits at which a fault strikes, and of faults that go on into the next visit."""
ROSTERED = 0.5
"""Share of visits with card and PIN alone, as most are where a roster is loaded."""
WARM_SHARE = 0.25
"""Of the visits: by then libraries are loaded, caches are full and every kind of fault has been."""
MOST_RSS = 16 * 1024 * 1024
"""Bytes by which the process may have grown since it was warm: over 1 500 visits a leak of one screen each, some
100 kB, would be ten times as much; arenas and the gateway's memory of the last quarter of an hour move it by less."""
MOST_FDS, MOST_THREADS = 6, 6
"""Connections and a fault that just goes on; threads that hang in a call (at most six) and the pool's."""
_EVERY = 50
_TOO_SLOW = frozenset({"slow", "processing"})
_USUAL = tuple(
    scenario
    for scenario in SCENARIOS
    if scenario.site is Site.USUAL and scenario.trouble is Trouble.NONE and scenario.name not in _TOO_SLOW
)


@dataclass(slots=True)
class Soak:
    """What is counted."""

    visits: int = 0
    shown: list[str] = field(default_factory=list)
    """Numbers on result screens, in their order."""
    codes: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    closed: int = 0
    wrong: list[str] = field(default_factory=list)
    held_up: list[str] = field(default_factory=list)
    """Visits in which the loop was held up for twice as long as it may."""
    rss: list[int] = field(default_factory=list)
    fds: list[int] = field(default_factory=list)
    threads: list[int] = field(default_factory=list)

    def sample(self) -> None:
        """Take down what the process uses."""
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
        self.rss.append(pages * 4096)
        self.fds.append(sum(1 for _ in Path("/proc/self/fd").iterdir()))
        self.threads.append(threading.active_count())

    def grown(self, samples: Sequence[int]) -> int:
        """How much more it is in the last tenth than right after the warm-up, by medians."""
        if len(samples) < 20:
            return 0
        warm, tenth = int(WARM_SHARE * len(samples)), len(samples) // 10
        return int(statistics.median(samples[-tenth:]) - statistics.median(samples[warm : warm + tenth]))


async def soak(visits: int, seed: int, pcscd: Pcscd | None, place: Path) -> dict[str, object]:
    """Play them all in one terminal, and report."""
    dice, kept = random.Random(seed), Soak()  # noqa: S311 (it must repeat itself)
    faults = [fault for fault in Fault if pcscd is not None or not needs_own_pcscd(fault)]
    began = time.monotonic()
    async with trial(place, pcscd) as one:
        for _ in range(visits):
            if not await _visit(one, dice, faults, kept):
                break
            kept.sample()
            if kept.visits % _EVERY == 0:
                _say(kept, one, time.monotonic() - began)
        record = await asyncio.to_thread(one.record)
        loop = one.probe.told()
    return _report(kept, record, visits, seed, loop, time.monotonic() - began)


async def _visit(one: Trial, dice: random.Random, faults: Sequence[Fault], kept: Soak) -> bool:
    """One visit, with or without a fault; False when nothing goes on any more."""
    going_on = bool(one.injector.going_on)
    cell = Cell(dice.choice(faults), dice.choice(list(Step))) if dice.random() < FAULTY else None
    scenario = TROUBLED if cell else NEXT if dice.random() < ROSTERED else dice.choice(_USUAL)
    kept.visits += 1
    before = await asyncio.to_thread(one.record)
    one.probe.lately = 0.0
    ending = await one.visit(scenario, striking(one, cell)) if cell else await one.visit(scenario)
    after = await asyncio.to_thread(one.record)
    if one.probe.lately > 2 * LIMIT_SECONDS:
        kept.held_up.append(f"visit {kept.visits} ({cell or scenario.name}): {1000 * one.probe.lately:.0f} ms")
    kept.codes[ending.code or "-"] += 1
    kept.closed += ending.closed
    if cell:
        kept.faults[cell.fault.value] += 1
    kept.shown += (ending.number,) if ending.number else ()
    kept.wrong += _wrong(kept.visits, scenario, ending, before, after, cell, going_on)
    if dice.random() < GOES_ON and not ending.stuck_at:
        return True
    await one.injector.clear()
    if ending.stuck_at or await one.ready() is None:
        kept.wrong.append(f"visit {kept.visits}: nothing goes on after {cell or scenario.name}")
        return False
    return True


def _wrong(
    place: int,
    scenario: Scenario,
    ending: Ending,
    before: Record,
    after: Record,
    cell: Cell | None,
    going_on: bool,
) -> list[str]:
    found = []
    what = f"visit {place} ({cell or scenario.name})"
    shown = (ending.number,) if ending.number else ()
    if after.added(before) != shown:
        found.append(f"{what}: shown {shown}, recorded {after.added(before)}")
    if ending.stuck_at:
        found.append(f"{what}: stuck at {ending.stuck_at}")
    usual = {scenario.ends.value, ""} | ({reason.value for reason in MAY_END[cell.fault.device]} if cell else set())
    if not going_on and ending.code not in usual:
        found.append(f"{what}: ended in {ending.code}")
    if ending.tries_left < 1:
        found.append(f"{what}: a card was locked")
    return found


def _say(kept: Soak, one: Trial, seconds: float) -> None:
    print(
        f"{kept.visits:5} visits {seconds:6.0f} s  RSS {kept.rss[-1] / 1e6:5.0f} MB  fds {kept.fds[-1]:3}"
        f"  threads {kept.threads[-1]:2}  numbers {len(kept.shown)}  wrong {len(kept.wrong)}"
        f"  loop max {1000 * one.probe.late.longest:.0f} ms",
        file=sys.stderr,
        flush=True,
    )


def _report(
    kept: Soak, record: Record, visits: int, seed: int, loop: dict[str, object], seconds: float
) -> dict[str, object]:
    recorded = [number for _, number in record.whole]
    growth = {name: kept.grown(samples) for name, samples in _samples(kept).items()}
    held = {
        "all_played": kept.visits == visits,
        "every_number_shown_is_recorded_once": kept.shown == recorded,
        "gapless": record.gapless and not record.broken,
        "nothing_wrong": not kept.wrong,
        "rss": growth["rss"] <= MOST_RSS,
        "fds": growth["fds"] <= MOST_FDS,
        "threads": growth["threads"] <= MOST_THREADS,
    }
    return {
        "what": f"{kept.visits} rehearsed visits with random faults, seed {seed}",
        "seconds": round(seconds),
        "numbers": len(recorded),
        "out_of_order": kept.closed,
        "codes": dict(sorted(kept.codes.items())),
        "faults": dict(sorted(kept.faults.items())),
        "growth": growth,
        "at_the_end": {name: samples[-1] for name, samples in _samples(kept).items() if samples},
        "loop": loop,
        "held_up": kept.held_up,
        "wrong": kept.wrong,
        "held": held,
        "kept": all(held.values()),
    }


def _samples(kept: Soak) -> dict[str, list[int]]:
    return {"rss": kept.rss, "fds": kept.fds, "threads": kept.threads}


def main(arguments: Sequence[str]) -> int:
    """Soak."""
    parser = argparse.ArgumentParser(prog="python -m bench.soak", description=__doc__)
    parser.add_argument("--visits", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path)
    chosen = parser.parse_args(arguments)
    with running_pcscd() as pcscd, TemporaryDirectory(prefix="kenshin-kiosk-soak-") as place:
        report = asyncio.run(soak(chosen.visits, chosen.seed, pcscd, Path(place)))
    text = json.dumps(report, ensure_ascii=False, indent=2)
    if chosen.out is None:
        print(text)
    else:
        chosen.out.write_text(text + "\n", encoding="utf-8")
    return 0 if report["kept"] else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
