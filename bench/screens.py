"""A key or a touch until the frame is painted, beside a bare Textual button; the kiosk at rest; octets of a frame."""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from bench.house import House
from bench.terminal import COLUMNS, ROWS, START, Kiosk

HITS = 120
GAP_SECONDS = 0.25
"""Between two hits: a button is deaf for 0.2 s, a key of ours for 0.15 s."""
RATIO = 2.0
REST_SECONDS = 30.0
CPU_SHARE = 0.01
"""Of one core."""
REST_OCTETS = 600
"""A minute: the clock."""
HIT_SHARE = 0.25
"""Of the octets of a whole screen: a frame paints what has changed."""
PATIENCE = 30.0
CARD = "カード"


def measure(folder: Path) -> dict[str, object]:
    """Ratios, shares, and what was measured in ms and octets."""
    folder.mkdir(exist_ok=True)
    bare, ours = _hits("bare", folder), _hits("kiosk", folder)
    wedge = _hits("wedge", folder)["key"]
    ratios = {
        f"{how}_{point}": round(ours[how][point] / bare[how][point], 2)
        for how in ours
        for point in ("p50_ms", "p99_ms")
    }
    rest = _at_rest(folder)
    octets = _octets(folder)
    kept = {
        **{f"ratio {name}": ratio <= RATIO for name, ratio in ratios.items()},
        **{f"rest {name}": figures["cpu_share"] <= CPU_SHARE for name, figures in rest.items()},
        "octets start": rest["start"]["octets_a_second"] * 60 <= REST_OCTETS,
        "octets touch": octets["touch"] <= HIT_SHARE * octets["whole_screen"],
    }
    return {
        "what": f"{HITS} keys and touches until a frame, at {COLUMNS}x{ROWS}, after those of a bare button of Textual;"
        f" a whole kiosk at rest for {REST_SECONDS:.0f} s",
        "bare": bare,
        "kiosk": ours,
        "key_where_a_scanner_types_through_the_terminal": wedge,
        "ratios": ratios,
        "limit_ratio": RATIO,
        "rest": rest,
        "limit_cpu_share": CPU_SHARE,
        "octets": octets,
        "missed": [name for name, good in kept.items() if not good],
        "kept": all(kept.values()),
    }


def _hits(which: str, folder: Path) -> dict[str, dict[str, float]]:
    """p50 and p99 in ms, with keys and with touches."""
    with Kiosk([sys.executable, "-m", "bench.pressed", which, str(folder / which)]) as terminal:
        places = _told(folder / which, terminal)
        terminal.sent(2)
        keys = (b"\r", b"\r") if which == "bare" else (b"1", b"\x7f")
        touches = tuple(_touch(*place) for place in places)
        return {how: _points(terminal, pair) for how, pair in (("key", keys), ("touch", touches))}


def _points(terminal: Kiosk, pair: Sequence[bytes]) -> dict[str, float]:
    took = []
    for place in range(HITS):
        terminal.strike(pair[place % 2])
        took.append(terminal.first_octets())
        terminal.sent(GAP_SECONDS)
    took.sort()
    return {
        "p50_ms": round(1000 * statistics.median(took), 1),
        "p99_ms": round(1000 * took[int(0.99 * (len(took) - 1))], 1),
    }


def _octets(folder: Path) -> dict[str, float]:
    """Of a whole screen, and of the frames that one touch of a digit brings."""
    with Kiosk([sys.executable, "-m", "bench.pressed", "kiosk", str(folder / "octets")]) as terminal:
        places = _told(folder / "octets", terminal)
        terminal.sent(2)
        terminal.resize(COLUMNS, ROWS - 1)
        terminal.sent(1)
        terminal.resize(COLUMNS, ROWS)
        whole = terminal.sent(1)
        hits = []
        for place in range(10):
            terminal.strike(_touch(*places[place % 2]))
            hits.append(terminal.sent(0.5))
    return {"whole_screen": whole, "a_cell": round(whole / (COLUMNS * ROWS), 1), "touch": statistics.median(hits)}


def _at_rest(folder: Path) -> dict[str, dict[str, float]]:
    """A whole kiosk on its start screen, and the screens alone where they show how to put the card; nobody touches."""
    rest = {}
    for name, command, words in (
        ("start", ["-I", "-m", "kiosk", "--config", str(House(folder).config), "run"], START),
        ("card", ["-m", "bench.pressed", "card", str(folder / "card")], CARD),
    ):
        with Kiosk([sys.executable, *command]) as terminal:
            terminal.until(words)
            terminal.sent(5)  # what is loaded behind the first screen
            rest[name] = _rest(terminal)
    return rest


def _rest(terminal: Kiosk) -> dict[str, float]:
    before, began = terminal.cpu_seconds(), time.monotonic()
    octets = terminal.sent(REST_SECONDS)
    seconds = time.monotonic() - began
    share = (terminal.cpu_seconds() - before) / seconds
    return {"cpu_share": round(share, 4), "octets_a_second": round(octets / seconds, 1)}


def _touch(column: int, row: int) -> bytes:
    place = f"0;{column + 1};{row + 1}"
    return f"\x1b[<{place}M\x1b[<{place}m".encode()


def _told(file: Path, terminal: Kiosk) -> list[tuple[int, int]]:
    end = time.monotonic() + PATIENCE
    while not file.exists():
        if time.monotonic() > end:
            raise TimeoutError(f"{file.name} did not come within {PATIENCE} s")
        terminal.sent(0.1)
    return [(column, row) for column, row in json.loads(file.read_text(encoding="ascii"))]
