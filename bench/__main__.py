"""Runs the measurements and prints them as JSON; exit code 1 when a promise is not kept."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from bench import (
    board,
    bulk,
    card,
    card_insert,
    control,
    deferred,
    faults,
    first_frame,
    folders,
    gateway,
    growth,
    ledger,
    loop,
    memory,
    roster,
    rules,
    screens,
    visits,
)
from bench.house import House
from hardware.virtual.pcscd import Pcscd
from hardware.virtual.readers import running_pcscd

Measure = Callable[[Path], dict[str, object]]
MEASURES: Mapping[str, Measure] = {
    "first_frame": lambda folder: first_frame.measure(House(folder)),
    "card": lambda _: card.measure(),
    "card_insert": card_insert.measure,
    "rules": lambda _: rules.measure(),
    "visits": visits.measure,
    "ledger": ledger.measure,
    "growth": growth.measure,
    "roster": roster.measure,
    "gateway": gateway.measure,
    "deferred": deferred.measure,
    "folders": folders.measure,
    "bulk": bulk.measure,
    "screens": lambda folder: screens.measure(folder / "screens"),
    "board": lambda folder: board.measure(folder / "board"),
    "control": lambda folder: control.measure(folder / "control"),
    "memory": lambda folder: memory.measure(folder / "memory"),
}
WITH_PCSCD: Mapping[str, Callable[[Path, Pcscd | None], dict[str, object]]] = {
    "loop": loop.measure,
    "faults": faults.measure,
}
"""Those that also harm pcscd, where it is ours."""


NAMES = (*MEASURES, *WITH_PCSCD)


@click.command(epilog="Names: " + ", ".join(NAMES), context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("names", nargs=-1, type=click.Choice(NAMES), metavar="[NAME]...")
def main(names: tuple[str, ...]) -> None:
    """Measure what is named, everything when nothing is, and print it as one JSON object.

    Exit codes: 0 every promise is kept, 1 one is not, 2 no such measurement.

    \b
    Examples:
      python -m bench
      python -m bench rules ledger
    """
    figures = {}
    with running_pcscd() as pcscd:
        for name in names or NAMES:
            print(f"measuring {name} …", file=sys.stderr)
            with TemporaryDirectory(prefix="kenshin-kiosk-bench-") as folder:
                place = Path(folder)
                figures[name] = WITH_PCSCD[name](place, pcscd) if name in WITH_PCSCD else MEASURES[name](place)
    print(json.dumps(figures, ensure_ascii=False, indent=2))
    sys.exit(0 if all(figure["kept"] for figure in figures.values()) else 1)


if __name__ == "__main__":
    main(prog_name="python -m bench")
