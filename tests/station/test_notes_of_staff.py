"""What staff do while nothing can be recorded: kept as notes, and recorded once, with its own time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.ports.board import Role, Service, StaffAction
from kiosk.ports.device import Condition, Part
from kiosk.station.notebook import NOTES_NAME
from kiosk.station.wiring.desk import MOST_NOTES
from tests.station.unopened import WHO, waiting
from tests.waiting import until

PAUSED_AT_ONCE = [("08:30:15", WHO, "paused", 1), ("08:30:15", WHO, "out of order", 1)]


async def test_what_staff_did_before_the_terminal_was_ready_is_recorded_once_it_is_with_its_own_time(
    tmp_path: Path,
) -> None:
    there = waiting(tmp_path)
    board = there.desk.board(WHO, Role.STAFF)
    await board.switch(Service.PAUSED)
    await board.switch(Service.OUT_OF_ORDER)
    await there.desk.settled()
    assert there.notes() == 2
    there.clock.move(timedelta(hours=1))
    await there.record.open()
    for _ in range(2):
        with there.desk.opened(there.behind):
            await until(lambda: there.desk.notebook.waiting == 0)
    assert there.recorded() == PAUSED_AT_ONCE
    assert there.notes() == 0
    await there.record.close()


async def test_what_staff_did_while_the_record_could_not_be_written_outlives_a_restart(tmp_path: Path) -> None:
    """Killed at any moment: each note is on disk when the switch has been answered for a moment."""
    before = waiting(tmp_path)
    with before.desk.opened(before.behind):  # the ledger was never opened: it cannot be written
        await before.desk.board(WHO, Role.STAFF).switch(Service.PAUSED)
        await before.desk.settled()
    assert before.notes() == 1
    after = waiting(tmp_path, before.clock)
    before.clock.move(timedelta(days=1))
    await after.record.open()
    with after.desk.opened(after.behind):
        await until(lambda: after.desk.notebook.waiting == 0)
    assert after.recorded() == PAUSED_AT_ONCE[:1]
    assert after.notes() == 0
    await before.record.close()
    await after.record.close()


async def test_a_record_that_comes_back_gets_what_it_missed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk.station.wiring.desk.AGAIN_SECONDS", 0.01)
    there = waiting(tmp_path)
    with there.desk.opened(there.behind):
        there.desk.note(WHO, StaffAction.PAUSED)
        await there.desk.settled()
        assert there.notes() == 1
        await there.record.open()
        await until(lambda: there.desk.notebook.waiting == 0)
    assert there.recorded() == PAUSED_AT_ONCE[:1]
    await there.record.close()


async def test_a_note_that_was_recorded_and_not_struck_out_is_not_recorded_twice(tmp_path: Path) -> None:
    there = waiting(tmp_path)
    there.desk.note(WHO, StaffAction.PAUSED)
    await there.desk.settled()
    kept = (there.settings.terminal.state / NOTES_NAME).read_bytes()
    await there.record.open()
    with there.desk.opened(there.behind):
        await until(lambda: there.desk.notebook.waiting == 0)
    (there.settings.terminal.state / NOTES_NAME).write_bytes(kept)  # as a power cut may leave it
    again = waiting(tmp_path, there.clock)
    with again.desk.opened(there.behind):
        await until(lambda: again.desk.notebook.waiting == 0)
    assert there.recorded() == PAUSED_AT_ONCE[:1]
    await again.record.close()
    await there.record.close()


async def test_a_note_of_a_clock_that_nobody_has_set_right_says_so(tmp_path: Path) -> None:
    there = waiting(tmp_path)
    there.status.part(Part.CLOCK, Condition.DOWN)
    there.desk.note(WHO, StaffAction.PAUSED)
    await there.desk.settled()
    await there.record.open()
    with there.desk.opened(there.behind):
        await until(lambda: there.desk.notebook.waiting == 0)
    assert [sure for *_, sure in there.recorded()] == [0]
    await there.record.close()


async def test_what_waits_for_a_record_that_hangs_has_an_end(tmp_path: Path, log: Callable[[], list[str]]) -> None:
    there = waiting(tmp_path)
    for _ in range(MOST_NOTES):
        there.desk.note(WHO, StaffAction.PAUSED)
    dropped = [sum("is not in the record" in line for line in log())]
    there.desk.note(WHO, StaffAction.PAUSED)
    dropped.append(sum("is not in the record" in line for line in log()))
    assert dropped == [0, 1]
    await there.desk.settled()


async def test_waiting_for_notes_that_are_done_already_ends(tmp_path: Path) -> None:
    """On Python 3.12 and later to gather what has ended gives the loop no round."""
    there = waiting(tmp_path)
    there.desk.note(WHO, StaffAction.PAUSED)
    await until(lambda: there.notes() == 1)
    async with asyncio.timeout(20):
        while there.desk._writing:
            await there.desk.settled()
