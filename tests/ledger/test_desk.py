"""What staff see of visits and settle by hand."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.checkin.settlement import Settlement, Settling, Standing
from kiosk.checkin.ways import Way
from kiosk.ledger.book import Book
from kiosk.ledger.desk import ClosedDay, DoesNotFit, UnknownVisit
from kiosk.ledger.entries import UNREADABLE_NOTE
from kiosk.ledger.ledger import SqliteLedger
from kiosk.ledger.opening import DATABASE
from kiosk.ports.board import OpenedVisit, StaffAction, Which
from kiosk.ports.desk import LedgerFailure
from tests.ledger.invented import AT_DESK, CANARY, CLEAN, CONFIRMED, DEFERRED, MORNING, NOBODY, StillClock
from tests.ledger.test_privacy import found_in

DAY = MORNING.date()
BY_APP = Settlement(Settling.WAY, Way.LIMITED_APP)
REFUSED = Settlement(Settling.REFUSED, note="鶯検診の方")
NOTE = Settlement(Settling.NOTE, note="金糸雀さんに電話")


class StampSigner:
    """Signs with a word."""

    def sign(self, content: bytes) -> str:
        return f"signed {len(content)}"


@pytest.fixture
async def signing(state: Path, clock: StillClock) -> SqliteLedger:
    opened = SqliteLedger(state, "A", "k01", clock, signer=StampSigner())
    await opened.open()
    return opened


def events_of(state: Path) -> list[tuple[str, str, str | None]]:
    with closing(sqlite3.connect(state / DATABASE)) as raw:
        return raw.execute("SELECT kind, who, subject FROM event ORDER BY seq").fetchall()


def undo(opened: OpenedVisit) -> Settlement:
    return Settlement(Settling.UNDONE, undoes=opened.entries[-1].id)


async def test_lists_have_the_last_visit_first_and_tell_how_each_stands(ledger: SqliteLedger) -> None:
    confirmed, at_desk, deferred = [await ledger.commit(draft) for draft in (CONFIRMED, AT_DESK, DEFERRED)]
    await ledger.printed(confirmed, None)
    lines = await ledger.visits(Which.ALL, DAY)
    assert [(line.id, line.number, line.standing, line.deferred, line.printed) for line in lines] == [
        (deferred.id, "A-003", Standing.OPEN, True, False),
        (at_desk.id, "A-002", Standing.OPEN, False, False),
        (confirmed.id, "A-001", Standing.CONFIRMED, False, True),
    ]
    assert [line.id for line in await ledger.visits(Which.OPEN, DAY)] == [deferred.id, at_desk.id]
    assert await ledger.open_count(DAY) == 2
    assert await ledger.visits(Which.ALL, DAY - timedelta(days=1)) == ()


async def test_call_list_has_visits_of_any_day_as_long_as_they_are_asked(
    ledger: SqliteLedger, clock: StillClock
) -> None:
    visit = await ledger.commit(DEFERRED)
    clock.move(timedelta(days=1))
    other = await ledger.commit(DEFERRED)
    assert [line.id for line in await ledger.visits(Which.DEFERRED, clock.now().date())] == [other.id, visit.id]
    await ledger.settled_later(other, CLEAN, CANARY)
    clock.move(timedelta(days=7))
    assert await ledger.visits(Which.DEFERRED, clock.now().date()) == ()


async def test_opened_visit_says_who_it_is_and_who_looked_is_recorded(ledger: SqliteLedger, state: Path) -> None:
    visit = await ledger.commit(AT_DESK)
    opened = await ledger.opened(visit.id, "sato")
    assert opened is not None
    assert opened.person is not None
    assert (opened.person.name, opened.person.kana, opened.person.sex) == (CANARY.name, "カナリア ハナコ", "女")
    assert (opened.person.address, opened.person.birthdate) == (CANARY.address, CANARY.birthdate)
    assert (opened.person.insurer_number, opened.person.insured_id) == ("06132013", "7766554・02")
    assert opened.person.ticket == "26199988877"
    assert opened.findings == ("保険者番号：受診券と資格情報", "有効期限：受診券と今日")
    assert events_of(state)[-1] == ("look", "sato", visit.id)
    assert found_in(repr(opened).encode()) == []
    assert await ledger.opened("0" * 32, "sato") is None
    assert await ledger.visit(visit.id) == visit
    assert await ledger.visit("0" * 32) is None


async def test_settlement_changes_how_the_visit_stands_and_undoing_it_brings_that_back(ledger: SqliteLedger) -> None:
    visit = await ledger.commit(NOBODY)
    settled = await ledger.settle(visit.id, BY_APP, "sato")
    assert (settled.line.standing, settled.entries[0].who, settled.entries[0].at) == (Standing.SETTLED, "sato", MORNING)
    again = await ledger.settle(visit.id, undo(settled), "suzuki")
    assert again.line.standing is Standing.OPEN
    assert [entry.settlement.settling for entry in again.entries] == [Settling.WAY, Settling.UNDONE]
    with pytest.raises(DoesNotFit, match="undone already"):
        await ledger.settle(visit.id, Settlement(Settling.UNDONE, undoes=settled.entries[0].id), "sato")
    with pytest.raises(DoesNotFit, match="no such entry"):
        await ledger.settle(visit.id, undo(again), "sato")
    assert (await ledger.settle(visit.id, REFUSED, "sato")).line.standing is Standing.REFUSED
    assert await ledger.open_count(DAY) == 0
    assert ledger.ready


async def test_entry_of_another_visit_cannot_be_undone(ledger: SqliteLedger) -> None:
    one, other = [await ledger.commit(NOBODY) for _ in range(2)]
    settled = await ledger.settle(one.id, BY_APP, "sato")
    with pytest.raises(DoesNotFit):
        await ledger.settle(other.id, undo(settled), "sato")
    with pytest.raises(UnknownVisit):
        await ledger.settle("0" * 32, BY_APP, "sato")


async def test_note_comes_back_and_stands_nowhere_in_clear(ledger: SqliteLedger, state: Path) -> None:
    visit = await ledger.commit(NOBODY)
    await ledger.settle(visit.id, NOTE, "sato")
    opened = await ledger.settle(visit.id, REFUSED, "sato")
    assert [entry.settlement.note for entry in opened.entries] == [NOTE.note, REFUSED.note]
    assert found_in(b"".join((state / f"{DATABASE}{end}").read_bytes() for end in ("", "-wal", "-shm"))) == []


async def test_settlement_tells_a_fleet_engine_codes_and_times_only(ledger: SqliteLedger, state: Path) -> None:
    visit = await ledger.commit(NOBODY)
    await ledger.settle(visit.id, REFUSED, "sato")
    with closing(sqlite3.connect(state / DATABASE)) as raw:
        kind, body = raw.execute("SELECT kind, body FROM outbox ORDER BY entry DESC LIMIT 1").fetchone()
    told = json.loads(body)
    assert (kind, told["settling"], told["standing"]) == ("settled by staff", "refused", "refused")
    assert found_in(body.encode()) == []
    assert "sato" not in body


def test_note_moved_to_another_entry_is_not_shown_there(book: Book) -> None:
    visit = book.commit(NOBODY, MORNING)
    for note in ("a", "b"):
        book.settle(visit.id, Settlement(Settling.NOTE, note=note), "sato", MORNING, sure=True)
    book._db.execute("UPDATE staff_entry SET note = (SELECT note FROM staff_entry WHERE entry = 1)")
    opened = book.opened(visit.id, "sato", MORNING, sure=True)
    assert opened is not None
    assert [entry.settlement.note for entry in opened.entries] == ["a", UNREADABLE_NOTE]


@pytest.mark.parametrize("statement", ["DELETE FROM {}", "UPDATE {} SET who = 'x'"])
@pytest.mark.parametrize("table", ["event", "staff_entry"])
async def test_file_itself_refuses_to_change_what_staff_did(
    ledger: SqliteLedger, state: Path, statement: str, table: str
) -> None:
    await ledger.settle((await ledger.commit(NOBODY)).id, BY_APP, "sato")
    with closing(sqlite3.connect(state / DATABASE)) as raw, pytest.raises(sqlite3.IntegrityError):
        raw.execute(statement.format(table))


async def test_slip_is_new_once(ledger: SqliteLedger, clock: StillClock) -> None:
    visit = await ledger.commit(CONFIRMED)
    assert await ledger.slip_shown(visit.id, "sato") is None
    clock.move(timedelta(minutes=5))
    assert await ledger.slip_shown(visit.id, "suzuki") == MORNING
    assert await ledger.slip_shown((await ledger.commit(CONFIRMED)).id, "sato") is None
    with pytest.raises(UnknownVisit):
        await ledger.slip_shown("0" * 32, "sato")


async def test_actions_of_staff_are_recorded_with_an_unsure_clock_said_so(
    ledger: SqliteLedger, clock: StillClock, state: Path
) -> None:
    clock.sure = False
    await ledger.staff_did("sato", StaffAction.PAUSED, "lunch")
    with closing(sqlite3.connect(state / DATABASE)) as raw:
        assert raw.execute("SELECT who, kind, sure, body FROM event").fetchall() == [
            ("sato", "staff", 0, '{"action":"paused","detail":"lunch"}')
        ]


class TestDayClose:
    async def test_it_counts_each_visit_as_it_stands(self, signing: SqliteLedger, state: Path) -> None:
        drafts = (CONFIRMED, AT_DESK, NOBODY, NOBODY, NOBODY)
        _, _, by_app, by_insurer, cancelled = [await signing.commit(draft) for draft in drafts]
        await signing.settle(by_app.id, BY_APP, "sato")
        await signing.settle(by_insurer.id, Settlement(Settling.INSURER), "sato")
        await signing.settle(cancelled.id, Settlement(Settling.CANCELLED), "sato")
        closed = await signing.close_day(DAY, "sato")
        assert closed.by_standing == {
            Standing.CONFIRMED: 1,
            Standing.OPEN: 1,
            Standing.SETTLED: 2,
            Standing.CANCELLED: 1,
        }
        assert closed.by_way == {
            Way.CARD_QUERY: 1,
            Way.CERTIFICATE: 1,
            Way.LIMITED_APP: 1,
            Way.PROVISIONAL_INSURER: 1,
            Way.DESK: 1,
        }
        assert {reason.value: count for reason, count in closed.by_reason.items()} == {"C01": 1, "T02": 1, "N01": 3}
        signed = json.loads((state / closed.export).read_text())
        assert (signed["close"]["visits"], signed["close"]["day"]) == (5, "2026-11-20")
        assert signed["signature"].startswith("signed")
        assert found_in((state / closed.export).read_bytes()) == []
        await signing.close()

    async def test_what_was_decided_then_stays_so_and_what_was_open_may_still_be_settled(
        self, signing: SqliteLedger
    ) -> None:
        decided, left_open = await signing.commit(CONFIRMED), await signing.commit(NOBODY)
        await signing.close_day(DAY, "sato")
        with pytest.raises(ClosedDay):
            await signing.settle(decided.id, Settlement(Settling.CANCELLED), "sato")
        assert len((await signing.settle(decided.id, NOTE, "sato")).entries) == 1
        settled = await signing.settle(left_open.id, Settlement(Settling.INSURER), "sato")
        assert (await signing.settle(left_open.id, undo(settled), "sato")).line.standing is Standing.OPEN
        late = await signing.commit(CONFIRMED)
        await signing.settle(late.id, Settlement(Settling.CANCELLED), "sato")
        await signing.close()

    async def test_day_is_closed_again_only_when_visits_came(self, signing: SqliteLedger, state: Path) -> None:
        await signing.commit(CONFIRMED)
        first = await signing.close_day(DAY, "sato")
        with pytest.raises(ClosedDay):
            await signing.close_day(DAY, "sato")
        await signing.commit(CONFIRMED)
        second = await signing.close_day(DAY, "sato")
        assert (first.export, second.export) == ("closes/2026-11-20.json", "closes/2026-11-20-2.json")
        assert second.by_standing == {Standing.CONFIRMED: 2}
        (state / second.export).unlink()
        assert await signing.close_day(DAY, "sato") == second
        assert (state / second.export).exists()
        await signing.close()

    async def test_nothing_is_closed_without_a_key(self, ledger: SqliteLedger) -> None:
        with pytest.raises(LedgerFailure, match="no key"):
            await ledger.close_day(DAY, "sato")
