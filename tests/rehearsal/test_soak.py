"""What the soak calls a leak, and what it calls wrong."""

from __future__ import annotations

import pytest

from bench.soak import Soak, _wrong
from kiosk.rehearsal.faults import Fault
from kiosk.rehearsal.matrix import Cell, Ending, Record, Step
from kiosk.rehearsal.programme import SCENARIOS
from kiosk.rehearsal.scenario import Scenario

CARD = next(scenario for scenario in SCENARIOS if scenario.name == "card")
DAY = "2026-11-20"
BEFORE, AFTER = Record(((DAY, "A-001"),), 0), Record(((DAY, "A-001"), (DAY, "A-002")), 0)
CELL = Cell(Fault.LINE_CUT, Step.QUERY)


def wrong(ending: Ending, after: Record = AFTER, cell: Cell | None = None, scenario: Scenario = CARD) -> list[str]:
    return _wrong(7, scenario, ending, BEFORE, after, cell, going_on=False)


def test_growth_is_measured_from_when_all_was_warm() -> None:
    soak = Soak()
    assert soak.grown([*range(0, 100, 4), *[100] * 75]) == 0
    assert soak.grown([100] * 50 + [100 + place for place in range(50)]) > 40
    assert soak.grown([1, 1000]) == 0, "too few to tell"


def test_a_sample_has_what_the_process_uses() -> None:
    soak = Soak()
    soak.sample()
    assert soak.rss[0] > 1_000_000
    assert soak.fds[0] > 0
    assert soak.threads[0] > 0


def test_a_visit_that_ends_as_it_must_is_not_wrong() -> None:
    assert wrong(Ending(1.0, "C01", "A-002")) == []
    assert wrong(Ending(1.0, "S01", "A-002"), cell=CELL) == []
    assert wrong(Ending(1.0, closed=True), after=BEFORE) == []


@pytest.mark.parametrize(
    ("ending", "after", "words"),
    [
        (Ending(1.0, "C01", "A-002"), BEFORE, "recorded ()"),
        (Ending(1.0, "C01", "A-001"), AFTER, "recorded ('A-002',)"),
        (Ending(1.0, "C01"), AFTER, "shown ()"),
        (Ending(1.0, "Q02", "A-002"), AFTER, "ended in Q02"),
        (Ending(1.0, "S01", "A-002"), AFTER, "ended in S01"),
        (Ending(1.0, "C01", "A-002", stuck_at="AskPin"), AFTER, "stuck at AskPin"),
        (Ending(1.0, "C01", "A-002", tries_left=0), AFTER, "locked"),
    ],
)
def test_what_is_wrong_names_the_visit(ending: Ending, after: Record, words: str) -> None:
    (found,) = wrong(ending, after)
    assert found.startswith("visit 7 (card)")
    assert words in found
