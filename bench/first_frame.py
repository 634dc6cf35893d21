"""From the start of the process to the first frame: `kiosk run` against a bare one-label app, in turn."""

from __future__ import annotations

import os
import pty
import select
import signal
import statistics
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from bench.bare import MARK
from bench.house import House

RUNS = 11
LIMIT = 2.0
PATIENCE = 30.0
"""Seconds after which a program that paints nothing is given up."""


def first_frame(command: Sequence[str]) -> float:
    """Seconds until the mark stands on a real terminal."""
    began = time.perf_counter()
    child, terminal = pty.fork()
    if child == 0:
        os.environ |= {"TERM": "xterm-256color", "COLUMNS": "85", "LINES": "26"}
        os.execv(command[0], list(command))  # noqa: S606 (our own programs)
    try:
        painted = bytearray()
        while MARK.encode() not in painted:
            ready, _, _ = select.select([terminal], [], [], began + PATIENCE - time.perf_counter())
            if not ready:
                raise TimeoutError(f"{command[-1]}: no frame within {PATIENCE} s")
            painted += os.read(terminal, 65536)
        return time.perf_counter() - began
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(terminal)


def measure(house: House) -> dict[str, object]:
    """Median and range of the pairwise ratio."""
    kiosk = [sys.executable, "-I", "-m", "kiosk", "--config", str(house.config), "run"]
    bare = [sys.executable, "-I", str(Path(__file__).with_name("bare.py"))]
    first_frame(bare)
    first_frame(kiosk)
    pairs = [(first_frame(kiosk), first_frame(bare)) for _ in range(RUNS)]
    ratios = [ours / floor for ours, floor in pairs]
    return {
        "what": f"first frame of `kiosk run` over a bare one-label app, {RUNS} pairs",
        "kiosk_ms": round(1000 * statistics.median(ours for ours, _ in pairs)),
        "bare_ms": round(1000 * statistics.median(floor for _, floor in pairs)),
        "ratio": round(statistics.median(ratios), 2),
        "ratio_range": [round(min(ratios), 2), round(max(ratios), 2)],
        "limit": LIMIT,
        "kept": statistics.median(ratios) <= LIMIT,
    }
