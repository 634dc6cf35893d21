"""What is erased is nowhere any more, and the record stays sound."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.checkin.settlement import Settlement, Settling
from kiosk.ledger.book import Book
from kiosk.ledger.desk import DoesNotFit
from kiosk.ledger.entries import ERASED_NOTE
from kiosk.ledger.ledger import SqliteLedger
from kiosk.ledger.opening import DATABASE, only_writer
from kiosk.ledger.retention import erase_due
from kiosk.ports.desk import LedgerFailure
from kiosk.settings import LedgerSection
from tests.ledger.invented import AT_DESK, CANARY, CLEAN, CONFIRMED, DEFERRED, MORNING, StillClock
from tests.ledger.released import RELEASED, VISITS, write
from tests.ledger.test_verify import verified

NOTE = Settlement(Settling.NOTE, note="to be erased")
KEPT = LedgerSection(keep_days=30)


def tokens_of(book: Book) -> dict[bytes, str]:
    """Every sealed text, and the day of its visit."""
    rows = book._db.execute(
        "SELECT personal AS text, day FROM visit UNION ALL"
        " SELECT settlement.personal, day FROM settlement JOIN visit ON visit.id = settlement.visit UNION ALL"
        " SELECT note, day FROM staff_entry JOIN visit ON visit.id = staff_entry.visit"
    )
    return {row["text"].encode(): row["day"] for row in rows if row["text"] is not None}


def octets_of(state: Path) -> bytes:
    return b"".join(file.read_bytes() for file in state.glob("ledger.db*"))


def test_erased_texts_are_in_no_file_any_more(state: Path) -> None:
    """Days in any order, so that pages of the file are split and joined; a part of a text is looked for, too."""
    book = Book.open(state, "A", "k01")
    chance = random.Random(6)  # noqa: S311 - no secret
    days = [MORNING - timedelta(days=days) for days in range(60)]
    for _ in range(6):
        for at in chance.sample(days, len(days)):
            visit = book.commit(chance.choice([CONFIRMED, AT_DESK, DEFERRED]), at)
            if chance.random() < 0.3:
                book.settle(visit.id, NOTE, "sato", at, sure=True)
            if visit.draft == DEFERRED and chance.random() < 0.5:
                book.settled_later(visit, CLEAN, CANARY, at)
    tokens = tokens_of(book)
    for keep in (50, 31, 30, 9):
        before = (MORNING - timedelta(days=keep)).date()
        while book.erase_oldest(before, MORNING, sure=True):
            pass
        book.checkpoint()
        octets = octets_of(state)
        for token, day in tokens.items():
            gone = day < before.isoformat()
            assert (token in octets) is not gone
            if gone:
                assert not any(token[place : place + 24] in octets for place in range(16, len(token) - 24, 97))
    assert len(tokens_of(book)) == sum(day >= before.isoformat() for day in tokens.values())
    book.close()
    assert verified(state).sound


async def test_ledger_erases_what_is_older_than_its_days(state: Path, clock: StillClock) -> None:
    ledger = SqliteLedger(state, "A", "k01", clock, kept=KEPT)
    await ledger.open()
    old = await ledger.commit(CONFIRMED)
    await ledger.settle(old.id, NOTE, "sato")
    clock.move(timedelta(days=1))
    young = await ledger.commit(CONFIRMED)
    clock.move(timedelta(days=30))
    assert await ledger.erase(clock.now().date()) == 1
    assert await ledger.erase(clock.now().date()) == 0
    opened, other = await ledger.opened(old.id, "sato"), await ledger.opened(young.id, "sato")
    assert opened is not None
    assert other is not None
    assert (opened.person, opened.entries[0].settlement.note) == (None, ERASED_NOTE)
    assert opened.line.reason is CLEAN.reason
    assert other.person is not None
    with pytest.raises(DoesNotFit, match="erased"):
        await ledger.settle(old.id, NOTE, "sato")
    await ledger.settle(old.id, Settlement(Settling.CANCELLED), "sato")
    await ledger.close()
    assert verified(state).sound


async def test_clock_that_is_not_sure_erases_nothing(state: Path, clock: StillClock) -> None:
    ledger = SqliteLedger(state, "A", "k01", clock, kept=KEPT)
    await ledger.open()
    await ledger.commit(CONFIRMED)
    clock.time, clock.sure = clock.time + timedelta(days=4000), False
    with pytest.raises(LedgerFailure, match="not sure"):
        await ledger.erase(clock.now().date())
    await ledger.close()


def test_visit_under_a_date_that_nobody_knew_waits_for_a_later_visit_that_is_due(state: Path) -> None:
    """A Pi that starts in 1970 and learns the date after its first visits."""
    book = Book.open(state, "A", "k01")
    book.commit(CONFIRMED, MORNING.replace(year=1970), sure=False)
    before = (MORNING - timedelta(days=30)).date()
    assert book.erase_oldest(before, MORNING, sure=True) == 0
    book.commit(CONFIRMED, MORNING - timedelta(days=31))
    assert [book.erase_oldest(before, MORNING, sure=True) for _ in range(3)] == [1, 1, 0]
    book.close()


def test_command_erases_while_no_kiosk_runs(state: Path) -> None:
    book = Book.open(state, "A", "k01")
    book.commit(CONFIRMED, MORNING - timedelta(days=31))
    book.commit(CONFIRMED, MORNING)
    (token, _) = tokens_of(book)
    book.close()
    told: list[int] = []
    with only_writer(state) as (db, vault):
        assert erase_due(db, vault, (MORNING - timedelta(days=30)).date(), MORNING, told.append) == 1
    assert token not in octets_of(state)
    assert told == [1, 1]
    assert verified(state).sound


def outbox_of(state: Path) -> list[str]:
    with closing(sqlite3.connect(state / DATABASE)) as raw:
        return [visit for (visit,) in raw.execute("SELECT visit FROM outbox ORDER BY entry")]


async def test_outbox_that_nobody_empties_holds_no_more_than_the_retention_time(
    state: Path, clock: StillClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.ledger.outbox.DROPPED_AT_ONCE", 2)
    ledger = SqliteLedger(state, "A", "k01", clock, kept=KEPT)
    await ledger.open()
    old = await ledger.commit(CONFIRMED)
    for _ in range(4):
        await ledger.settle(old.id, NOTE, "sato")
    clock.move(timedelta(days=1))
    young = await ledger.commit(CONFIRMED)
    clock.move(timedelta(days=30))
    assert len(outbox_of(state)) == 6
    assert await ledger.erase(clock.now().date()) == 1
    assert outbox_of(state) == [young.id]
    # What staff still do to an erased visit goes with the next erasure.
    await ledger.settle(old.id, Settlement(Settling.CANCELLED), "sato")
    assert outbox_of(state) == [young.id, old.id]
    assert await ledger.erase(clock.now().date()) == 0
    assert outbox_of(state) == [young.id]
    assert (await ledger.counts()).outbox == 1
    await ledger.close()
    assert verified(state).sound


@pytest.mark.parametrize("version", RELEASED)
def test_outbox_of_an_older_version_is_emptied_by_the_first_erasure(tmp_path: Path, version: str) -> None:
    state = tmp_path / "state"
    write(state, version)
    with closing(sqlite3.connect(state / DATABASE)) as raw, raw:
        raw.execute(
            "INSERT INTO outbox (event, visit, kind, body, made_at)"
            " SELECT id || '-recorded', id, 'recorded', '{}', at FROM visit"
        )
    with only_writer(state) as (db, vault):
        before, kept = verified(state).head, outbox_of(state)
        assert erase_due(db, vault, (MORNING - timedelta(days=30)).date(), MORNING, lambda _: None) == 0
        # The third visit of the released ledgers was erased before.
        assert (len(kept), outbox_of(state)) == (VISITS, [visit for visit in kept if visit != f"{3:032x}"])
        assert verified(state).head == before
        erase_due(db, vault, (MORNING + timedelta(days=1)).date(), MORNING, lambda _: None)
    assert outbox_of(state) == []
    assert verified(state).sound
