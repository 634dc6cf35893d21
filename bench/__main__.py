"""Runs the measurements and prints them as JSON; exit code 1 when a promise is not kept."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import (
    bulk,
    card,
    card_insert,
    deferred,
    faults,
    first_frame,
    folders,
    gateway,
    ledger,
    loop,
    memory,
    roster,
    rules,
    visits,
)
from bench.house import House
from hardware.virtual.pcscd import Pcscd, running_pcscd

Measure = Callable[[Path], dict[str, object]]
MEASURES: Mapping[str, Measure] = {
    "first_frame": lambda folder: first_frame.measure(House(folder)),
    "card": lambda _: card.measure(),
    "card_insert": card_insert.measure,
    "rules": lambda _: rules.measure(),
    "visits": visits.measure,
    "ledger": ledger.measure,
    "roster": roster.measure,
    "gateway": gateway.measure,
    "deferred": deferred.measure,
    "folders": folders.measure,
    "bulk": bulk.measure,
    "memory": lambda folder: memory.measure(folder / "memory"),
}
WITH_PCSCD: Mapping[str, Callable[[Path, Pcscd | None], dict[str, object]]] = {
    "loop": loop.measure,
    "faults": faults.measure,
}
"""Those that also harm pcscd, where it is ours."""


def main(names: list[str]) -> int:
    """Measure what is named, everything when nothing is."""
    figures = {}
    with running_pcscd() as pcscd:
        for name in names or (*MEASURES, *WITH_PCSCD):
            print(f"measuring {name} …", file=sys.stderr)
            with TemporaryDirectory(prefix="kenshin-kiosk-bench-") as folder:
                place = Path(folder)
                figures[name] = WITH_PCSCD[name](place, pcscd) if name in WITH_PCSCD else MEASURES[name](place)
    print(json.dumps(figures, ensure_ascii=False, indent=2))
    return 0 if all(figure["kept"] for figure in figures.values()) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
