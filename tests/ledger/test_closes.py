"""The signed file of a day's close, also when it could not be written at first, and to which record it belongs."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.ledger.backups import back_up
from kiosk.ledger.book import Book
from kiosk.ledger.close_file import CloseNotWritten
from kiosk.ledger.closing import FOLDER
from kiosk.ledger.desk import ClosedDay
from kiosk.ledger.ledger import SqliteLedger
from kiosk.ledger.reader import LedgerReader
from kiosk.ledger.restore import restore
from kiosk.ports.board import BoardFailure, DayClose, Refusal
from kiosk.station.wiring.refusals import failures
from tests.ledger.invented import CONFIRMED, MORNING, StillClock
from tests.ledger.test_desk import StampSigner

DAY = MORNING.date()
LATER = MORNING + timedelta(hours=2)
YEARS = timedelta(days=4000)


@pytest.fixture
def _blocked(state: Path) -> None:
    """Where the files of closes are to be lies something else."""
    state.mkdir(mode=0o700)
    (state / FOLDER).write_bytes(b"")


async def signing(state: Path, clock: StillClock) -> SqliteLedger:
    ledger = SqliteLedger(state, "A", "k01", clock, signer=StampSigner())
    await ledger.open()
    return ledger


def told_in(file: Path) -> tuple[int, int]:
    close = json.loads(file.read_text())["close"]
    return close["part"], close["visits"]


@pytest.mark.usefixtures("_blocked")
async def test_file_that_could_not_be_written_is_written_with_the_next_close(state: Path, clock: StillClock) -> None:
    ledger = await signing(state, clock)
    for _ in range(2):
        await ledger.commit(CONFIRMED)
        with pytest.raises(CloseNotWritten):
            await ledger.close_day(DAY, "sato")
    await ledger.commit(CONFIRMED)
    (state / FOLDER).unlink()
    closed = await ledger.close_day(DAY, "sato")
    files = [state / FOLDER / name for name in ("2026-11-20.json", "2026-11-20-2.json", "2026-11-20-3.json")]
    assert [told_in(file) for file in files] == [(1, 1), (2, 2), (3, 3)]
    assert state / closed.export == files[-1]
    with pytest.raises(ClosedDay):
        await ledger.close_day(DAY, "sato")
    await ledger.close()


@pytest.mark.usefixtures("_blocked")
async def test_file_alone_is_made_up_when_no_visit_came_since(state: Path, clock: StillClock) -> None:
    ledger = await signing(state, clock)
    await ledger.commit(CONFIRMED)
    with pytest.raises(CloseNotWritten):
        await ledger.close_day(DAY, "sato")
    with pytest.raises(CloseNotWritten):
        await ledger.close_day(DAY, "suzuki")
    (state / FOLDER).unlink()
    clock.move(timedelta(hours=1))
    closed = await ledger.close_day(DAY, "suzuki")
    content = json.loads((state / closed.export).read_text())["close"]
    assert (content["who"], content["at"], content["part"]) == ("sato", MORNING.isoformat(), 1)
    assert [file.name for file in (state / FOLDER).iterdir()] == ["2026-11-20.json"]
    await ledger.close()


def test_staff_are_told_that_the_day_is_closed_and_only_the_file_is_missing() -> None:
    with pytest.raises(BoardFailure, match="締めは記録しました") as told, failures():
        raise CloseNotWritten("the day is closed")
    assert told.value.refusal is Refusal.RECORD
    assert "もう一度締めて" in told.value.words


def close_day(state: Path, at_hour: timedelta = timedelta()) -> DayClose:
    book = Book.open(state, "A", "k01")
    book.commit(CONFIRMED, MORNING)
    closed = book.close_day(DAY, "sato", MORNING + at_hour, StampSigner(), sure=True)
    book.close()
    return closed


def excused(state: Path, closed: DayClose) -> bool | None:
    """None for a close of this very record."""
    close = json.loads((state / closed.export).read_text())["close"]
    with LedgerReader.open(state) as reader:
        return reader.may_be_of_a_former(close) if reader.differs_from(close) else None


@pytest.mark.parametrize("wrong", [-YEARS, timedelta(), YEARS], ids=["past", "right", "future"])
def test_close_of_the_record_before_a_restore_is_known_whatever_the_clock_said_then(
    state: Path, wrong: timedelta
) -> None:
    first = close_day(state)
    copy = back_up(state, state / "backups", 14, MORNING, "A")
    former = close_day(state)
    restore(state, copy, "A", LATER + wrong)
    second = close_day(state, timedelta(hours=3))
    assert [excused(state, closed) for closed in (first, former, second)] == [None, True, None]


@pytest.mark.parametrize("wrong", [-YEARS, YEARS], ids=["past", "future"])
def test_close_made_after_a_restore_is_excused_by_no_wrong_clock(state: Path, wrong: timedelta) -> None:
    """Somebody with the key puts the record of right after the restore in the place of what it became."""
    close_day(state)
    copy = back_up(state, state / "backups", 14, MORNING, "A")
    restore(state, copy, "A", LATER + wrong)
    early = back_up(state, state / "backups", 14, LATER, "A")
    lost = close_day(state, timedelta(hours=3))
    (state / "ledger.db").write_bytes(early.read_bytes())
    assert excused(state, lost) is False
