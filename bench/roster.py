"""The roster: an import of 10,000 lines against the reading of the same file alone, and look-ups by person."""

from __future__ import annotations

import csv
import random
import statistics
import time
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path

from kiosk.checkin.appointment import Appointment
from kiosk.checkin.person import Person
from kiosk.checkin.wareki import to_wareki
from kiosk.roster.columns import Column
from kiosk.roster.search import Index
from kiosk.roster.store import DayRoster, Store
from kiosk.roster.table import read_table

SMALL, LARGE = 100, 10_000
RUNS = 5
ROUNDS = 50
FLAT = 1.5
"""A look-up in the large roster may take this many times one in the small roster."""
LIMIT = 60
"""An import may take this many times the floor, which builds no dates, persons and tickets and encrypts nothing."""
TODAY = date(2026, 11, 20)
FAMILIES = ("見本", "架空", "例示", "模擬", "試験", "記入", "髙橋", "渡邊")
GIVEN = ("太郎", "花子", "一郎", "二葉", "三奈", "光", "ヴァージニア", "新之助")
KANA = ("ミホン", "カクウ", "レイジ", "モギ", "シケン", "キニュウ", "タカハシ", "ワタナベ")
GIVEN_KANA = ("タロウ", "ハナコ", "イチロウ", "フタバ", "ミナ", "ヒカル", "ヴァージニア", "シンノスケ")


def measure(folder: Path) -> dict[str, object]:
    """Seconds of the import, its ratio to csv.reader over the same file, and microseconds of a look-up."""
    file = folder / "roster.csv"
    write_roster(file, LARGE)
    store = Store(folder / "state")
    floor = _median(lambda: _only_read(file))
    imported = _median(lambda: store.write(DayRoster(read_table(file).lines, TODAY)))
    taken = _median(lambda: Index(store.read().lines))
    lines = read_table(file).lines
    # The same people in both; turn by turn, so that a machine that slows down slows down both.
    wanted = [_as_on_a_card(line) for line in lines[:SMALL]]
    rosters = Index(lines[:SMALL]), Index(lines)
    turns = [tuple(_look_up(index, wanted) for index in rosters) for _ in range(RUNS)]
    small, large = (statistics.median(turn[place] for turn in turns) for place in (0, 1))
    return {
        "what": f"import of {LARGE} lines (floor: csv.reader over the same file), and look-ups by person",
        "import_s": round(imported, 2),
        "floor_s": round(floor, 4),
        "ratio": round(imported / floor, 1),
        "taken_by_the_kiosk_s": round(taken, 2),
        "look_up_us": {SMALL: round(1e6 * small, 1), LARGE: round(1e6 * large, 1)},
        "look_up_ratio": round(large / small, 2),
        "kept": imported / floor <= LIMIT and large / small <= FLAT,
    }


def write_roster(file: Path, lines: int) -> None:
    """A roster of that many invented people between 40 and 74 years, always the same ones."""
    chance = random.Random(20261120)  # noqa: S311 (invented people)
    with file.open("w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(column.japanese for column in Column)
        for serial in range(lines):
            family, given = chance.randrange(len(FAMILIES)), chance.randrange(len(GIVEN))
            born = date(1952, 4, 1) + timedelta(days=chance.randrange(35 * 365))
            rows.writerow(
                [
                    TODAY.isoformat(),
                    f"{8 + serial % 8}:{serial % 60:02}",
                    f"261{serial:08}",
                    f"{FAMILIES[family]}　{GIVEN[given]}",
                    f"{KANA[family]}　{GIVEN_KANA[given]}",
                    to_wareki(born),
                    chance.choice("男女"),
                    "06132013",
                    f"{chance.randrange(1000)}",
                    f"{100000 + serial}",
                    "01",
                    "2027/3/31",
                    "特定健診",
                    "2階 採血",
                ]
            )


def _only_read(file: Path) -> None:
    with file.open(encoding="utf-8", newline="") as text:
        for _ in csv.reader(text):
            pass


def _as_on_a_card(line: Appointment) -> Person:
    assert line.person is not None
    return Person(line.person.name, line.person.birthdate, line.person.sex)


def _look_up(index: Index, wanted: Sequence[Person]) -> float:
    """Seconds of one look-up of somebody who is there."""
    begun = time.perf_counter()
    for _ in range(ROUNDS):
        for person in wanted:
            assert index.by_person(person)
    return (time.perf_counter() - begun) / (ROUNDS * len(wanted))


def _median(work: Callable[[], object]) -> float:
    taken = []
    for _ in range(RUNS):
        begun = time.perf_counter()
        work()
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken)
