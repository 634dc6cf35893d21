"""Lets a monkey play at the screens for long: ways out, crashes, and what it finds of earlier persons.

python -m bench.monkey --events 50000 --seed 1        exit code 1 when it finds anything
"""

from __future__ import annotations

import asyncio
import json
import sys
import time

import click

from tests.lockdown.monkey import Monkey


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--events", default=50_000, show_default=True, help="How many events; 1,000 take about half a minute.")
@click.option("--seed", default=1, show_default=True, help="Another one plays otherwise.")
def main(events: int, seed: int) -> None:
    """Strike, touch, drag, scan, paste and resize at random, over all screens, with invented people.

    \b
    Examples:
      python -m bench.monkey
      python -m bench.monkey --events 2000 --seed 7
    """
    began = time.monotonic()
    report = asyncio.run(Monkey(seed, _tell).play(events))
    figures = {
        "what": "events at random on headless screens, each visit of another invented person",
        "seed": seed,
        "events": report.events.total(),
        "kinds": dict(report.events),
        "questions": dict(report.questions),
        "visits": report.visits,
        "looks": report.looks,
        "seconds": round(time.monotonic() - began),
        "found": report.found,
        "kept": not report.found,
    }
    print(json.dumps(figures, ensure_ascii=False, indent=2))
    sys.exit(0 if figures["kept"] else 1)


def _tell(played: int) -> None:
    print(f"{played} events", file=sys.stderr)


if __name__ == "__main__":
    main(prog_name="python -m bench.monkey")
