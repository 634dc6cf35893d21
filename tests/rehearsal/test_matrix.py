"""Every fault in every step of a check-in: a row and a column of the matrix; `python -m bench.matrix` plays it all."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace

import pytest

from hardware.virtual.pcscd import Pcscd
from kiosk.rehearsal.faults import Fault
from kiosk.rehearsal.matrix import SECONDS, Cell, Ending, Record, Result, Step
from kiosk.station.wiring.trial_cells import needs_own_pcscd, play_cells
from kiosk.station.wiring.trial_opening import trial
from tests.parts import pcscd_with_readers

ROW = tuple(Cell(Fault.PULLED, step) for step in (Step.BROUGHT, Step.CARD, Step.PIN, Step.QUERY, Step.TAKE_CARD))
"""The fault that everybody can have, at steps before the card is in, while it is used, and when it is done with."""
COLUMN = (
    Cell(Fault.TWO_CODES, Step.NUMBERS),
    Cell(Fault.READER_UNPLUGGED, Step.PIN),
    Cell(Fault.GATEWAY_BREAKS_OFF, Step.QUERY),
    Cell(Fault.DISK_FULL, Step.COMMIT),
    Cell(Fault.RUNS_OUT, Step.PRINT),
    Cell(Fault.LEAPS_FORWARD, Step.CONFIRM),
    Cell(Fault.SCANNER_VANISHED, Step.TICKET),
)
"""One fault of each device, where it hurts."""
CONFIRMED, CARD_READER, CLOCK, RECORD = "C01", "H01", "H03", "H02"
ENDS = {
    Fault.PULLED: {CONFIRMED},
    Fault.TWO_CODES: {CONFIRMED},
    Fault.READER_UNPLUGGED: {CARD_READER},
    Fault.GATEWAY_BREAKS_OFF: {"S01"},
    Fault.DISK_FULL: {RECORD},
    Fault.RUNS_OUT: {CONFIRMED},
    Fault.LEAPS_FORWARD: {CLOCK},
    Fault.SCANNER_VANISHED: {CONFIRMED},
}


@pytest.fixture(scope="module")
def pcscd() -> Iterator[Pcscd | None]:
    with pcscd_with_readers() as own:
        yield own


@pytest.fixture(scope="module")
def played(pcscd: Pcscd | None, tmp_path_factory: pytest.TempPathFactory) -> dict[Cell, Result]:
    cells = [cell for cell in ROW + COLUMN if pcscd is not None or not needs_own_pcscd(cell.fault)]
    results: list[Result] = []

    async def play() -> None:
        async with trial(tmp_path_factory.mktemp("matrix"), pcscd) as one:
            await play_cells(one, cells, results.append)

    asyncio.run(play())
    return {result.cell: result for result in results}


@pytest.mark.pcscd
@pytest.mark.parametrize("cell", ROW + COLUMN, ids=str)
def test_a_fault_ends_in_a_screen_and_the_next_person_is_served(played: dict[Cell, Result], cell: Cell) -> None:
    if cell not in played:
        pytest.skip("pcscd is somebody else's here")
    result = played[cell]
    assert result.failures == ()
    assert result.ending.reached
    assert result.ending.code in ENDS[cell.fault]


@pytest.mark.pcscd
def test_paper_that_runs_out_still_shows_the_number(played: dict[Cell, Result]) -> None:
    ending = played[Cell(Fault.RUNS_OUT, Step.PRINT)].ending
    assert ending.number
    assert not ending.printed


@pytest.mark.pcscd
def test_what_cannot_be_recorded_gets_no_number(played: dict[Cell, Result]) -> None:
    result = played[Cell(Fault.DISK_FULL, Step.COMMIT)]
    assert result.ending.number == ""
    assert result.after == result.before


DAY = "2026-11-20"
BEFORE = Record(((DAY, "A-001"),), 0)
AFTER = Record(((DAY, "A-001"), (DAY, "A-002")), 0)
AFTERWARDS = Record((*AFTER.whole, (DAY, "A-003")), 0)
SOUND = Result(
    Cell(Fault.PAPER_OUT, Step.PRINT),
    Ending(3.0, "C01", "A-002"),
    BEFORE,
    AFTER,
    Ending(2.0, "C01", "A-003", printed=True),
    AFTERWARDS,
    0.1,
    0.01,
)


def test_a_sound_cell_has_no_failures() -> None:
    assert SOUND.failures == ()


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        (replace(SOUND, ending=replace(SOUND.ending, stuck_at="AskPin")), "stuck at AskPin"),
        (replace(SOUND, ending=replace(SOUND.ending, seconds=SECONDS + 1)), "took"),
        (replace(SOUND, ending=replace(SOUND.ending, code="Q02")), "ended in Q02"),
        (replace(SOUND, ending=replace(SOUND.ending, number="A-009")), "recorded"),
        (replace(SOUND, ending=replace(SOUND.ending, number="")), "recorded"),
        (replace(SOUND, ending=replace(SOUND.ending, tries_left=0)), "locked"),
        (replace(SOUND, after=BEFORE), "recorded"),
        (replace(SOUND, recovery=None), "never came back"),
        (replace(SOUND, next_person=replace(SOUND.next_person, code="S01")), "next person"),
        (replace(SOUND, next_person=replace(SOUND.next_person, printed=False)), "next person"),
        (replace(SOUND, afterwards=replace(AFTERWARDS, broken=1)), "broken visit"),
        (replace(SOUND, afterwards=Record((*AFTER.whole, (DAY, "A-004")), 0)), "gap"),
        (replace(SOUND, afterwards=Record((*AFTER.whole, (DAY, "A-002")), 0)), "gap"),
    ],
)
def test_what_does_not_hold_is_a_failure(broken: Result, words: str) -> None:
    assert any(words in failure for failure in broken.failures)


def test_days_count_apart() -> None:
    assert Record((("2026-11-19", "A-001"), (DAY, "A-001"), (DAY, "A-002")), 0).gapless
    assert not Record((("2026-11-19", "A-001"), (DAY, "A-002")), 0).gapless
