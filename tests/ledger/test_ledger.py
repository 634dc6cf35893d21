"""The port, as the journey uses it."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
import threading
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from kiosk.checkin.visit import Visit, VisitDraft, VisitNumber
from kiosk.ledger.counts import Counts
from kiosk.ledger.ledger import REST_SECONDS, REST_TIMES, SqliteLedger
from kiosk.ledger.opening import DATABASE
from kiosk.ledger.reader import LedgerReader
from kiosk.ports.board import Which
from kiosk.ports.desk import Ledger, LedgerFailure
from kiosk.ports.printer import PrinterFault
from tests.ledger.invented import AT_DESK, CONFIRMED, MORNING, NOBODY, UNWRITABLE, StillClock


def everything_of(visit: Visit) -> str:
    """All fields, also those that `repr` and `==` leave out or fold."""

    def told(value: object) -> object:
        if hasattr(value, "__dataclass_fields__"):
            return {name: told(getattr(value, name)) for name in value.__dataclass_fields__}
        if isinstance(value, datetime):
            return value.isoformat()
        return [told(part) for part in value] if isinstance(value, tuple) else value

    return str(told(visit))


async def test_it_is_the_port(ledger: SqliteLedger) -> None:
    port: Ledger = ledger
    assert port.ready


@pytest.mark.parametrize("draft", [CONFIRMED, AT_DESK, NOBODY], ids=["confirmed", "desk", "nobody"])
async def test_visit_comes_back_whole_after_a_restart(state: Path, clock: StillClock, draft: VisitDraft) -> None:
    first = SqliteLedger(state, "A", "k01", clock)
    await first.open()
    committed = await first.commit(draft)
    await first.close()
    second = SqliteLedger(state, "A", "k01", clock)
    found = await second.unprinted()
    await second.close()
    assert found == committed
    assert found is not None
    assert everything_of(found) == everything_of(committed)
    assert found.draft == draft
    assert (found.at, found.day, found.number, found.kiosk) == (MORNING, MORNING.date(), VisitNumber("A", 1), "k01")


async def test_day_is_the_sites_day_not_the_worlds(ledger: SqliteLedger, clock: StillClock) -> None:
    early = datetime(2026, 11, 20, 7, 30, tzinfo=MORNING.tzinfo)
    assert early.astimezone(UTC).date() == date(2026, 11, 19)
    clock.time = early
    assert (await ledger.commit(NOBODY)).day == date(2026, 11, 20)


async def test_printed_and_failed_jobs_are_not_offered_again(ledger: SqliteLedger) -> None:
    first, second, third = [await ledger.commit(CONFIRMED) for _ in range(3)]
    assert await ledger.unprinted() == third
    await ledger.printed(third, None)
    assert await ledger.unprinted() == second
    await ledger.printed(second, PrinterFault.PAPER_OUT)
    assert await ledger.unprinted() == first


@pytest.mark.parametrize("days", [1, -1])
async def test_open_job_of_another_day_is_not_offered(ledger: SqliteLedger, clock: StillClock, days: int) -> None:
    await ledger.commit(CONFIRMED)
    clock.move(timedelta(days=days))
    assert await ledger.unprinted() is None


async def test_slip_of_an_unknown_visit_cannot_be_recorded(ledger: SqliteLedger) -> None:
    visit = await ledger.commit(CONFIRMED)
    with pytest.raises(LedgerFailure, match="no such visit"):
        await ledger.printed(replace(visit, id="0" * 32), None)


async def test_counts_are_todays(ledger: SqliteLedger, clock: StillClock) -> None:
    await ledger.commit(CONFIRMED)
    clock.move(timedelta(days=1))
    visit = await ledger.commit(CONFIRMED)
    await ledger.commit(AT_DESK)
    await ledger.printed(visit, None)
    counts = await ledger.counts()
    assert counts == Counts(confirmed=1, desk=1, unprinted=1, outbox=3)
    assert counts.total == 2


async def test_refused_draft_takes_no_number_and_names_nobody(ledger: SqliteLedger) -> None:
    await ledger.commit(CONFIRMED)
    with pytest.raises(LedgerFailure) as refused:
        await ledger.commit(UNWRITABLE)
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__
    assert (await ledger.commit(CONFIRMED)).number == VisitNumber("A", 2)
    assert (await ledger.counts()).outbox == 2


async def test_cancelled_commit_is_whole_or_nothing_and_wedges_nothing(ledger: SqliteLedger, state: Path) -> None:
    for turns in range(40):
        task = asyncio.create_task(ledger.commit(CONFIRMED))
        for _ in range(turns % 8):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    last = await ledger.commit(CONFIRMED)
    counts = await ledger.counts()
    assert counts.total == counts.unprinted == counts.outbox == last.number.sequence
    with LedgerReader.open(state) as reader:
        numbers = [entry.visit.number.sequence for entry in reader.entries(last.day, last.day)]
    assert numbers == list(range(1, len(numbers) + 1))


async def test_commit_cancelled_in_the_queue_leaves_nothing(ledger: SqliteLedger) -> None:
    tasks = [asyncio.create_task(ledger.commit(CONFIRMED)) for _ in range(5)]
    await asyncio.sleep(0)
    tasks[-1].cancel()
    done = await asyncio.gather(*tasks, return_exceptions=True)
    assert isinstance(done[-1], asyncio.CancelledError)
    assert (await ledger.counts()).total == 4


async def test_simultaneous_commits_get_different_numbers(ledger: SqliteLedger) -> None:
    visits = await asyncio.gather(*(ledger.commit(CONFIRMED) for _ in range(20)))
    assert sorted(visit.number.sequence for visit in visits) == list(range(1, 21))


async def test_loop_goes_on_while_the_disk_is_busy(ledger: SqliteLedger) -> None:
    beats = 0

    async def beat() -> None:
        nonlocal beats
        while True:
            beats += 1
            await asyncio.sleep(0)

    heart = asyncio.create_task(beat())
    await ledger.commit(CONFIRMED)
    heart.cancel()
    assert beats > 1


async def test_readers_see_a_gapless_prefix_while_visits_are_written(ledger: SqliteLedger, state: Path) -> None:
    done = asyncio.Event()

    def numbers() -> list[int]:
        with LedgerReader.open(state) as reader:
            return [entry.visit.number.sequence for entry in reader.entries(MORNING.date(), MORNING.date())]

    async def read() -> list[list[int]]:
        seen = []
        while not done.is_set():
            seen.append(await asyncio.to_thread(numbers))
        return seen

    readers = [asyncio.create_task(read()) for _ in range(2)]
    for _ in range(40):
        await ledger.commit(CONFIRMED)
    done.set()
    for seen in await asyncio.gather(*readers):
        assert all(found == list(range(1, len(found) + 1)) for found in seen)
    assert len(numbers()) == 40


@pytest.fixture
def damaged(state: Path) -> Path:
    state.mkdir()
    (state / DATABASE).write_bytes(b"no database" * 1000)
    return state


async def test_damaged_ledger_is_told_and_not_ready(damaged: Path, clock: StillClock) -> None:
    ledger = SqliteLedger(damaged, "A", "k01", clock)
    with pytest.raises(LedgerFailure, match="not a database"):
        await ledger.open()
    assert not ledger.ready
    with pytest.raises(LedgerFailure):
        await ledger.commit(CONFIRMED)
    assert await ledger.unprinted() is None
    await ledger.close()


async def test_ledger_recovers_by_itself_when_its_place_can_be_written_again(tmp_path: Path, clock: StillClock) -> None:
    place = tmp_path / "state"
    place.write_text("in the way")
    passed = Passing()
    ledger = SqliteLedger(place, "A", "k01", clock, now=passed)
    with pytest.raises(LedgerFailure):
        await ledger.open()
    assert await ledger.unprinted() is None
    was_ready = ledger.ready
    place.unlink()
    passed.seconds += REST_SECONDS
    assert await ledger.unprinted() is None
    assert (was_ready, ledger.ready) == (False, True)
    assert (await ledger.commit(CONFIRMED)).number.sequence == 1
    await ledger.close()


class Passing:
    """Seconds that pass when somebody lets them."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


class SlowDisk:
    """Takes its time to say that it cannot be read."""

    def __init__(self, passed: Passing, takes: float = 0.0) -> None:
        self.passed, self.takes = passed, takes
        self.tries = 0

    def connect(self, path: Path) -> sqlite3.Connection:
        self.tries += 1
        self.passed.seconds += self.takes
        raise sqlite3.OperationalError(f"{path.name}: disk I/O error")


async def test_a_ledger_that_cannot_be_opened_is_not_tried_by_those_who_only_ask(
    state: Path, clock: StillClock
) -> None:
    passed = Passing()
    disk = SlowDisk(passed)
    ledger = SqliteLedger(state, "A", "k01", clock, disk.connect, now=passed)
    with pytest.raises(LedgerFailure):
        await ledger.open()
    passed.seconds += 3600.0
    day = MORNING.date()
    asked = (ledger.counts(), ledger.open_count(day), ledger.commit(CONFIRMED), ledger.visits(Which.ALL, day))
    for asking in (*asked, ledger.awaiting(), ledger.owed(timedelta(hours=1))):
        with pytest.raises(LedgerFailure, match="disk I/O error"):
            await asking
    assert disk.tries == 1
    await ledger.close()


@pytest.mark.parametrize(("takes", "rest"), [(0.0, REST_SECONDS), (20.0, REST_TIMES * 20.0)])
async def test_a_ledger_that_cannot_be_opened_is_left_alone_for_longer_than_a_try_takes(
    state: Path, clock: StillClock, takes: float, rest: float
) -> None:
    passed = Passing()
    disk = SlowDisk(passed, takes)
    ledger = SqliteLedger(state, "A", "k01", clock, disk.connect, now=passed)
    with pytest.raises(LedgerFailure):
        await ledger.open()
    passed.seconds += rest - 0.1
    assert await ledger.unprinted() is None
    with pytest.raises(LedgerFailure, match="disk I/O error"):
        await ledger.open()
    assert disk.tries == 1
    passed.seconds += 0.2
    assert await ledger.unprinted() is None
    assert disk.tries == 2
    await ledger.close()


async def test_while_a_ledger_is_being_checked_nobody_who_asks_waits(state: Path, clock: StillClock) -> None:
    begun, goes_on = threading.Event(), threading.Event()

    def connect(path: Path) -> sqlite3.Connection:
        begun.set()
        goes_on.wait(20)
        return sqlite3.connect(path)

    ledger = SqliteLedger(state, "A", "k01", clock, connect)
    opening = asyncio.create_task(ledger.open())
    try:
        await asyncio.to_thread(begun.wait, 20)
        async with asyncio.timeout(5):
            with pytest.raises(LedgerFailure, match="being opened"):
                await ledger.counts()
    finally:
        goes_on.set()
    await opening
    assert (await ledger.counts()).total == 0
    await ledger.close()


async def test_place_where_nobody_may_write_is_a_ledger_failure(clock: StillClock) -> None:
    ledger = SqliteLedger(Path("/proc/kiosk"), "A", "k01", clock)
    with pytest.raises(LedgerFailure, match="check the disk"):
        await ledger.open()
    await ledger.close()


async def test_closed_ledger_says_so(ledger: SqliteLedger) -> None:
    await ledger.close()
    assert not ledger.ready
    with pytest.raises(LedgerFailure, match="closed"):
        await ledger.commit(CONFIRMED)


def test_importing_the_ledger_costs_no_database_and_no_cryptography() -> None:
    loaded = "import sys, kiosk.ledger.ledger, kiosk.ledger.command; print(*sys.modules)"
    answer = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True)
    assert not {"sqlite_utils", "cryptography", "textual", "httpx"} & set(answer.stdout.split())
