"""Every fault in every step of the check-in: `python -m bench.matrix [--fault NAME]... [--step NAME]... [--out FILE]`.

Progress goes to standard error, the report as JSON to FILE or standard output; exit code 1 when anything did not hold.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from hardware.virtual.pcscd import Pcscd
from hardware.virtual.readers import running_pcscd
from kiosk.rehearsal.faults import Fault
from kiosk.rehearsal.matrix import Cell, Result, Step
from kiosk.rehearsal.probe import Naps
from kiosk.station.wiring.trial_cells import needs_own_pcscd, play_cells
from kiosk.station.wiring.trial_opening import trial

OnDone = Callable[[Result], None]


async def play(cells: Sequence[Cell], pcscd: Pcscd | None, on_done: OnDone) -> Naps:
    """Play them all, in a new terminal after one that got stuck; how late the loop was."""
    late = Naps()
    while cells:
        with TemporaryDirectory(prefix="kenshin-kiosk-matrix-") as place:
            async with trial(Path(place), pcscd) as one:
                played = await play_cells(one, cells, on_done)
                late.update(one.probe.late)
        cells = cells[played:]
    return late


def told(result: Result) -> dict[str, object]:
    """One cell of the report."""
    ending = result.ending
    return {
        "fault": result.cell.fault.value,
        "step": result.cell.step.value,
        "reached": ending.reached,
        "code": ending.code,
        "number": ending.number,
        "printed": ending.printed,
        "seconds": round(ending.seconds, 2),
        "recovery_seconds": None if result.recovery is None else round(result.recovery, 2),
        "next_seconds": round(result.next_person.seconds, 2),
        "blocked_ms": round(1000 * result.blocked, 1),
        "failures": list(result.failures),
    }


def report(results: Sequence[Result], late: Naps) -> dict[str, object]:
    """The whole report."""
    failed = [result for result in results if result.failures]
    recoveries = [result.recovery for result in results if result.recovery is not None]
    return {
        "what": "each fault in each step of a check-in with card, PIN, ticket and numbers, then the next person",
        "cells": len(results),
        "reached": sum(result.ending.reached for result in results),
        "failed": len(failed),
        "longest_check_in_seconds": round(max((r.ending.seconds for r in results), default=0.0), 1),
        "recovery_median_seconds": round(statistics.median(recoveries), 2) if recoveries else None,
        "recovery_longest_seconds": round(max(recoveries, default=0.0), 2),
        "loop": late.told(),
        "each": [told(result) for result in results],
    }


def main(arguments: Sequence[str]) -> int:
    """Play what is named, everything when nothing is."""
    parser = argparse.ArgumentParser(prog="python -m bench.matrix", description=__doc__)
    parser.add_argument("--fault", action="append", choices=[fault.value for fault in Fault], metavar="NAME")
    parser.add_argument("--step", action="append", choices=[step.value for step in Step], metavar="NAME")
    parser.add_argument("--share", default="1/1", help="which part, such as 1/2 and 2/2 for two processes")
    parser.add_argument("--out", type=Path)
    chosen = parser.parse_args(arguments)
    part, parts = (int(number) for number in chosen.share.split("/"))
    cells = [
        Cell(fault, step)
        for fault in Fault
        for step in Step
        if (not chosen.fault or fault.value in chosen.fault) and (not chosen.step or step.value in chosen.step)
    ][part - 1 :: parts]
    results: list[Result] = []
    began = time.monotonic()

    def on_done(result: Result) -> None:
        results.append(result)
        verdict = "; ".join(result.failures) or "ok"
        back = "-" if result.recovery is None else f"{result.recovery:5.2f}"
        print(
            f"{len(results):3}/{len(cells)} {time.monotonic() - began:6.0f} s {result.cell!s:42}"
            f" {result.ending.code or '-':4}{result.ending.seconds:6.2f} s back {back} s"
            f" loop {1000 * result.blocked:5.0f} ms  {verdict}",
            file=sys.stderr,
            flush=True,
        )

    with running_pcscd() as pcscd:
        if pcscd is None:
            cells = [cell for cell in cells if not needs_own_pcscd(cell.fault)]
        late = asyncio.run(play(cells, pcscd, on_done))
    text = json.dumps(report(results, late), ensure_ascii=False, indent=2)
    if chosen.out is None:
        print(text)
    else:
        chosen.out.write_text(text + "\n", encoding="utf-8")
    return 1 if any(result.failures for result in results) or len(results) < len(cells) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
