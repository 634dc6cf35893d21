"""A clock that is wrong, or that leaps, gives no number twice and hides no visit."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from click.testing import CliRunner

from kiosk.checkin.settlement import Standing
from kiosk.ledger.backups import FOLDER, back_up
from kiosk.ledger.book import Book
from kiosk.ledger.ledger import SqliteLedger
from kiosk.ledger.opening import DATABASE
from kiosk.ledger.repair import newest_good_backup
from kiosk.ports.board import Which
from kiosk.ports.desk import LedgerFailure
from kiosk.station.wiring import ledger as wired
from tests.ledger.invented import CONFIRMED, DEFERRED, MORNING, StillClock
from tests.ledger.test_desk import StampSigner

DAY = MORNING.date()
WRONG = [MORNING.replace(year=1970), MORNING.replace(year=2036)]
BOTH = pytest.mark.parametrize("wrong", WRONG, ids=["1970", "2036"])


@BOTH
async def test_staff_see_the_visits_of_today_while_the_clock_is_not_sure(
    state: Path, clock: StillClock, wrong: datetime
) -> None:
    ledger = SqliteLedger(state, "A", "k01", clock, signer=StampSigner())
    await ledger.open()
    before = await ledger.commit(DEFERRED)
    clock.time, clock.sure = wrong, False
    visit = await ledger.commit(CONFIRMED)
    assert (before.day, visit.day) == (DAY, DAY)
    assert [line.id for line in await ledger.visits(Which.ALL, wrong.date())] == [visit.id, before.id]
    assert [line.id for line in await ledger.visits(Which.ALL, DAY)] == [visit.id, before.id]
    assert [line.id for line in await ledger.visits(Which.DEFERRED, wrong.date())] == [before.id]
    assert await ledger.awaiting() == before
    opened = await ledger.opened(before.id, "sato")
    assert opened is not None
    assert opened.line.deferred
    closed = await ledger.close_day(wrong.date(), "sato")
    assert (closed.day, closed.by_standing) == (DAY, {Standing.CONFIRMED: 1, Standing.OPEN: 1})
    await ledger.close()


@BOTH
def test_newest_copy_is_the_one_that_holds_the_others_whatever_their_names_say(state: Path, wrong: datetime) -> None:
    copies = []
    for at in (MORNING, wrong, MORNING + timedelta(days=1)):
        book = Book.open(state, "A", "k01")
        book.commit(CONFIRMED, MORNING)
        book.close()
        copies.append(back_up(state, state / FOLDER, 14, at, "A"))
    assert newest_good_backup(state) == copies[-1]
    copies[-1].write_bytes(b"damaged")
    assert newest_good_backup(state) == copies[1]


@pytest.fixture
def config(tmp_path: Path, state: Path) -> Path:
    file = tmp_path / "kiosk.toml"
    file.write_text(
        f'[site]\nname = "試験健診センター"\n[terminal]\nstate = "{state}"\nrun = "{tmp_path / "run"}"\n'
        '[printer]\ndevice = "virtual:slips"\n',
        encoding="utf-8",
    )
    return file


def unset(_: object) -> None:
    raise LedgerFailure("nobody has set this machine's clock right yet")


def numbers(state: Path, count: int) -> list[str]:
    book = Book.open(state, "A", "k01")
    given = [str(book.commit(CONFIRMED, MORNING).number) for _ in range(count)]
    book.close()
    return given


@BOTH
@pytest.mark.parametrize("command", ["restore", "--from-backup", "--salvage"])
def test_ledger_is_not_exchanged_on_a_day_that_nobody_knows(
    config: Path, state: Path, monkeypatch: pytest.MonkeyPatch, wrong: datetime, command: str
) -> None:
    """By a wrong day the last number that staff tell would be one of that day, and today's would come again."""
    monkeypatch.setattr(wired, "_require_clock", unset)
    given = numbers(state, 2)
    copy = back_up(state, state / FOLDER, 14, MORNING, "A")
    given += numbers(state, 3)
    arguments = ["restore", str(copy)] if command == "restore" else ["repair", command]
    if command == "--salvage":
        (state / "ledger.exchange").write_bytes(b"nobody can read it")
    else:
        (state / DATABASE).write_bytes(b"no database" * 1000)
    with time_machine.travel(wrong, tick=False):
        run = CliRunner()
        refused = run.invoke(wired.ledger, [*arguments, "--yes", "--last-number", "5"], obj=config)
        assert (refused.exit_code, "--today" in refused.stderr) == (1, True)
        told = [*arguments, "--last-number", "5", "--today", "2026-11-20"]
        asked = run.invoke(wired.ledger, told, obj=config, input="y\n")
    assert (asked.exit_code, "Today is 2026-11-20" in asked.stderr) == (0, True)
    assert all(folder.name.startswith("2026-11-20") for folder in (state / "replaced").iterdir())
    given += numbers(state, 3)
    assert len(set(given)) == len(given)
