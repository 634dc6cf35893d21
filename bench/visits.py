"""A hundred whole visits: the machine's time and its shares, and the memory of the process that serves them."""

from __future__ import annotations

import asyncio
import csv
import statistics
from dataclasses import replace
from datetime import date
from pathlib import Path

from kiosk.gateway.people import by_key
from kiosk.rehearsal.programme import SCENARIOS
from kiosk.rehearsal.report import Performance
from kiosk.rehearsal.timing import Part
from kiosk.station.wiring.rehearsal import rehearse

VISITS = 100


def measure(folder: Path, visits: int = VISITS) -> dict[str, object]:
    """p50 and p95 in ms, from the PIN's entry to the last byte of the slip, without the examinee's own time."""
    roster = folder / "roster.csv"
    write_roster(roster, date.today())  # noqa: DTZ011 (the roster is today's here)
    scenario = next(scenario for scenario in SCENARIOS if scenario.name == "card")
    programme = [replace(scenario, name=f"visit {place}") for place in range(1, visits + 1)]
    played = asyncio.run(rehearse(programme, lambda _: None, folder=folder / "visits", roster=roster))
    wrong = [performance.scenario.name for performance in played if not performance.as_expected]
    whole = sorted(performance.machine_seconds or 0.0 for performance in played)
    median = statistics.median(whole)
    return {
        "what": f"machine time of a whole visit with card and PIN, {len(played)} visits, loopback, no simulated delay",
        "p50_ms": round(1000 * median, 1),
        "p95_ms": round(1000 * whole[int(0.95 * (len(whole) - 1))], 1),
        "shares": _shares(played, median),
        "kept": len(played) == visits and not wrong,
    }


def write_roster(file: Path, today: date) -> None:
    """A roster with the one person of the visits, so that card and PIN are all that is needed."""
    person = by_key("taro")
    insured = person.insured
    with file.open("w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(
            ["整理番号", "氏名", "カナ", "生年月日", "性別", "保険者番号", "記号", "番号", "枝番", "有効期限"]
        )
        rows.writerow(
            [
                person.ticket(today),
                person.name,
                person.kana,
                f"{person.birthdate:%Y%m%d}",
                person.sex.value,
                person.insurer,
                insured.symbol,
                insured.number,
                insured.branch,
                f"{today.year + 1}1231",
            ]
        )


def _shares(played: list[Performance], median: float) -> dict[str, float]:
    """Share of each part in the median visit; `collation and screens` is what the parts leave over."""
    parts = {
        part.value: statistics.median(performance.seconds.get(part, 0.0) for performance in played) for part in Part
    }
    parts["collation and screens"] = max(0.0, median - sum(parts.values()))
    return {name: round(seconds / median, 3) for name, seconds in parts.items()}
