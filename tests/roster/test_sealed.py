"""The roster of the running kiosk: imports beside it, files that cannot be read, and the day's close."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from cryptography.fernet import Fernet

from kiosk.checkin.appointment import Appointment
from kiosk.ports.desk import Flag, Roster
from kiosk.roster.sealed import LOOK_SECONDS, SealedRoster
from kiosk.roster.store import FILE_NAME, DayRoster, Store
from kiosk.roster.table import read_table
from kiosk.station.clock import SiteClock
from tests.roster.invented import (
    APPOINTMENT,
    HANAKO,
    JAPANESE,
    LINE,
    NUMBER,
    TODAY,
    Flags,
    StillClock,
    crowd,
    told_in,
    write,
)
from tests.waiting import until

SOON = 0.01
OTHER = replace(APPOINTMENT, course="特定健診")


def day_roster(*lines: Appointment) -> DayRoster:
    return DayRoster(lines, TODAY)


@pytest.fixture
def roster(state: Path, clock: StillClock, staff: Flags) -> SealedRoster:
    return SealedRoster(state, clock, staff)


@pytest.fixture
async def watching(roster: SealedRoster) -> AsyncIterator[SealedRoster]:
    task = asyncio.create_task(roster.keep_looking(SOON))
    yield roster
    assert not task.done()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_it_is_the_port_and_empty_without_a_file(roster: SealedRoster, staff: Flags) -> None:
    port: Roster = roster
    await roster.look()
    assert not port.loaded
    assert (port.by_number(NUMBER), port.by_person(HANAKO), port.by_birthdate(HANAKO.birthdate)) == ((), (), ())
    assert staff.raised == set()


async def test_import_beside_the_running_kiosk_counts_without_a_restart(watching: SealedRoster, store: Store) -> None:
    store.write(day_roster(APPOINTMENT))
    await until(lambda: watching.loaded)
    assert watching.by_number(NUMBER) == watching.by_person(HANAKO) == (APPOINTMENT,)
    assert watching.by_birthdate(HANAKO.birthdate) == (APPOINTMENT,)
    store.write(day_roster(OTHER))
    await until(lambda: watching.by_person(HANAKO) == (OTHER,))
    store.erase()
    await until(lambda: not watching.loaded)
    assert watching.by_number(NUMBER) == ()


async def test_import_by_the_command_in_another_process_counts(
    state: Path, staff: Flags, file: Path, tmp_path: Path
) -> None:
    config = tmp_path / "kiosk.toml"
    config.write_text(
        f'[site]\nname = "試験"\n[terminal]\nstate = "{state}"\n[printer]\ndevice = "virtual:slips"\n', encoding="utf-8"
    )
    roster = SealedRoster(state, SiteClock(ZoneInfo("Asia/Tokyo")), staff)
    await roster.look()
    # The other process has the machine's clock: a line without a day is of that clock's today.
    write(file, JAPANESE, LINE.replace("2026/11/20", ""))
    command = [sys.executable, "-m", "kiosk", "--config", str(config), "roster", "import", str(file)]
    await asyncio.to_thread(subprocess.run, command, check=True, capture_output=True)
    await roster.look()
    assert (roster.loaded, roster.by_number(NUMBER)) == (True, (replace(APPOINTMENT, day=None),))


def test_an_import_counts_within_two_seconds() -> None:
    assert LOOK_SECONDS <= 1


async def test_every_look_up_sees_one_whole_roster(watching: SealedRoster, store: Store) -> None:
    """While one roster takes the other's place, each look-up gives the line of one of them."""
    store.write(day_roster(APPOINTMENT))
    await until(lambda: watching.loaded)
    seen, allowed = set(), {(APPOINTMENT,)}

    async def look_up() -> None:
        while True:
            seen.add(watching.by_person(HANAKO))
            await asyncio.sleep(0)

    looking_up = asyncio.create_task(look_up())
    for course in ("一", "二", "三"):
        lines = (replace(APPOINTMENT, course=course),)
        allowed.add(lines)
        await asyncio.to_thread(store.write, day_roster(*lines))
        await until(partial(lambda lines: watching.by_number(NUMBER) == lines, lines))
    looking_up.cancel()
    assert len(seen) > 1
    assert seen <= allowed


async def test_ten_thousand_lines_are_taken_without_holding_up_the_loop(
    roster: SealedRoster, store: Store, file: Path
) -> None:
    store.write(DayRoster(read_table(write(file, *crowd(10_000))).lines, TODAY))
    looking = asyncio.create_task(roster.look())
    turns = 0
    while not looking.done():
        turns += 1
        await asyncio.sleep(0)
    assert roster.lines_today == 10_000
    # Were it read on the loop, this one would have had a handful of turns.
    assert turns > 50


@pytest.mark.parametrize("spoil", ["damaged", "other key", "no file"])
async def test_what_cannot_be_read_leaves_the_old_roster_and_is_told_once(
    watching: SealedRoster, store: Store, state: Path, staff: Flags, log: Callable[[], list[str]], spoil: str
) -> None:
    store.write(day_roster(APPOINTMENT))
    await until(lambda: watching.loaded)
    key = state / "keys" / "ledger.key"
    kept = key.read_bytes()
    match spoil:
        case "damaged":
            (state / FILE_NAME).write_bytes(b"x" * 100)
        case "other key":
            key.write_bytes(Fernet.generate_key())
            store.write(day_roster(OTHER))
            key.write_bytes(kept)
        case _:
            (state / FILE_NAME).unlink()
            (state / FILE_NAME).mkdir()
    await until(lambda: Flag.ROSTER in staff.raised)
    await watching.look()
    assert watching.by_number(NUMBER) == (APPOINTMENT,)
    assert len([line for line in log() if "cannot be read" in line]) == 1
    assert told_in("\n".join(log()).encode()) == []
    if spoil == "no file":
        (state / FILE_NAME).rmdir()
    store.write(day_roster(OTHER))
    await until(lambda: not staff.raised)
    assert watching.by_number(NUMBER) == (OTHER,)


async def test_key_that_is_put_back_heals_it(roster: SealedRoster, store: Store, state: Path, staff: Flags) -> None:
    store.write(day_roster(APPOINTMENT))
    key = state / "keys" / "ledger.key"
    kept = key.read_bytes()
    key.unlink()
    await roster.look()
    assert (roster.loaded, staff.raised) == (False, {Flag.ROSTER})
    key.write_bytes(kept)
    await roster.look()
    assert (roster.loaded, staff.raised) == (True, set())


async def test_day_close_erases_file_and_memory(
    watching: SealedRoster, store: Store, state: Path, clock: StillClock
) -> None:
    store.write(day_roster(APPOINTMENT, replace(APPOINTMENT, day=None)))
    await until(lambda: watching.lines_today == 2)
    clock.time = clock.time.replace(hour=23, minute=59)
    await watching.look()
    assert watching.loaded
    clock.time += timedelta(minutes=2)
    await until(lambda: not (state / FILE_NAME).exists())
    await until(lambda: watching.by_birthdate(HANAKO.birthdate) == ())
    assert not watching.loaded


async def test_roster_of_several_days_stays_until_its_last_day_is_over(
    roster: SealedRoster, store: Store, state: Path, clock: StillClock
) -> None:
    later = replace(APPOINTMENT, day=TODAY + timedelta(days=2))
    store.write(day_roster(APPOINTMENT, later))
    for expected in (1, 0, 1):
        await roster.look()
        assert (roster.lines_today, roster.loaded) == (expected, bool(expected))
        # Of another day's line the rules still have to know, to say that it is another day's.
        assert roster.by_number(NUMBER) == (APPOINTMENT, later)
        clock.time += timedelta(days=1)
    await roster.look()
    assert not (state / FILE_NAME).exists()
    assert roster.by_number(NUMBER) == ()


async def test_kiosk_that_slept_through_the_day_close_erases_at_its_start(
    roster: SealedRoster, store: Store, state: Path, clock: StillClock
) -> None:
    store.write(day_roster(APPOINTMENT))
    clock.time += timedelta(days=3)
    await roster.look()
    assert not (state / FILE_NAME).exists()
    assert roster.by_number(NUMBER) == ()


async def test_clock_that_leapt_ahead_erases_nothing(
    roster: SealedRoster, store: Store, state: Path, clock: StillClock
) -> None:
    store.write(day_roster(APPOINTMENT))
    right, clock.time, clock.sure = clock.time, clock.time + timedelta(days=365), False
    await roster.look()
    assert (state / FILE_NAME).exists()
    clock.time, clock.sure = right, True
    await roster.look()
    assert roster.loaded


async def test_tomorrows_roster_that_just_came_is_not_erased_with_todays(
    roster: SealedRoster, store: Store, clock: StillClock
) -> None:
    store.write(day_roster(APPOINTMENT))
    await roster.look()
    clock.time += timedelta(days=1)
    tomorrows = replace(APPOINTMENT, day=clock.time.date())
    store.write(DayRoster((tomorrows,), TODAY))
    await roster.look()
    assert roster.by_number(NUMBER) == (tomorrows,)
    assert roster.loaded


async def test_memory_is_empty_at_day_close_even_when_the_file_cannot_be_erased(
    roster: SealedRoster, store: Store, state: Path, clock: StillClock, staff: Flags, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.write(day_roster(APPOINTMENT))
    await roster.look()
    clock.time += timedelta(days=1)

    def refused(_: Path) -> None:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as refusing:
        refusing.setattr(Path, "unlink", refused)
        await roster.look()
    assert (state / FILE_NAME).exists()
    assert (roster.by_number(NUMBER), staff.raised) == ((), {Flag.ROSTER})
    await roster.look()
    assert not (state / FILE_NAME).exists()
    assert staff.raised == set()


async def test_log_tells_counts_and_nobody(
    roster: SealedRoster, store: Store, clock: StillClock, log: Callable[[], list[str]]
) -> None:
    store.write(day_roster(APPOINTMENT))
    await roster.look()
    clock.time += timedelta(days=1)
    await roster.look()
    assert [line.partition("event=")[2] for line in log()] == [
        '"roster taken" count=1',
        '"roster erased, its last day is over"',
    ]
    assert told_in("\n".join(log()).encode()) == []
