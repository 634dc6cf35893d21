"""Memory of `kiosk run` on a real terminal: after 20 and after 100 visits, and the peak."""

from __future__ import annotations

import sys
from pathlib import Path

from bench.terminal import Kiosk
from kiosk.station.wiring.house import configure, new_token

FIRST, LAST = 20, 100
LIMIT_KIB = 2048


def measure(folder: Path) -> dict[str, object]:
    """Resident memory in KiB. The visits are the shortest with a record and a slip: 「わからない」, to the desk."""
    folder.mkdir()
    new_token(folder)
    config = configure(folder, gateway="http://127.0.0.1:9", printer=f"virtual:{folder / 'slips'}")
    command = [sys.executable, "-I", "-m", "kiosk", "--config", str(config), "run"]
    with Kiosk(command) as kiosk:
        after: dict[int, int] = {}
        for visit in range(1, LAST + 1):
            kiosk.visit(visit)
            if visit in (FIRST, LAST):
                after[visit] = kiosk.resident_kib()
        peak = kiosk.peak_kib()
    growth = after[LAST] - after[FIRST]
    return {
        "what": f"memory of `kiosk run`, {LAST} visits through a real terminal",
        "peak_kib": peak,
        "after_20_kib": after[FIRST],
        "after_100_kib": after[LAST],
        "growth_kib": growth,
        "limit_kib": LIMIT_KIB,
        "kept": growth <= LIMIT_KIB,
    }
