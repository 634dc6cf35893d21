"""What a query that was made up after an outage leaves in the ledger: the later decision beside the first one."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from kiosk.checkin.reasons import Reason
from kiosk.checkin.settlement import Settlement, Settling, Standing
from kiosk.checkin.visit import Visit, VisitDraft, VisitNumber
from kiosk.checkin.ways import Way
from kiosk.ledger import schema
from kiosk.ledger.book import Book
from kiosk.ledger.ledger import SqliteLedger
from kiosk.ledger.opening import DATABASE
from kiosk.ledger.reader import LedgerReader
from kiosk.ledger.records import to_row
from kiosk.ledger.schema import APPLICATION_ID, migrations
from kiosk.ledger.waiting import ASKED_FOR
from kiosk.ports.board import Which
from kiosk.ports.desk import Ledger, LedgerFailure
from kiosk.ports.printer import PrinterFault
from kiosk.vault import Vault
from tests.ledger.invented import (
    APPOINTMENT,
    CANARY,
    CLEAN,
    CONFIRMED,
    DEFERRED,
    DISAGREEING,
    MORNING,
    NOBODY,
    QUERY,
    UNWRITABLE,
    StillClock,
)
from tests.ledger.test_full_disk import files_of_at_most

DAY = MORNING.date()
LATER = MORNING + timedelta(hours=2)


def rows_of(book: Book, table: str) -> list[tuple[object, ...]]:
    return [tuple(row) for row in book._db.execute(f"SELECT * FROM {table}")]  # noqa: S608 - a name of our own


async def test_only_visits_with_a_query_to_make_up_are_waiting(ledger: SqliteLedger) -> None:
    port: Ledger = ledger
    for draft in (CONFIRMED, NOBODY):
        await ledger.commit(draft)
    assert await port.awaiting() is None
    visit = await ledger.commit(DEFERRED)
    assert await port.awaiting() == visit
    assert visit.draft == DEFERRED
    assert (visit.draft.query, visit.draft.appointment) == (QUERY, APPOINTMENT)


async def test_visits_wait_in_the_order_in_which_they_came(ledger: SqliteLedger, clock: StillClock) -> None:
    first = await ledger.commit(DEFERRED)
    clock.move(timedelta(days=1))
    second, third = [await ledger.commit(DEFERRED) for _ in range(2)]
    assert await ledger.awaiting() == first
    assert await ledger.awaiting(first) == second
    assert await ledger.awaiting(second) == third
    assert await ledger.awaiting(third) is None
    await ledger.settled_later(first, CLEAN, None)
    assert await ledger.awaiting() == second


async def test_settled_visit_has_the_later_outcome_and_both_codes_and_times(
    ledger: SqliteLedger, clock: StillClock, state: Path
) -> None:
    visit = await ledger.commit(DEFERRED)
    await ledger.printed(visit, PrinterFault.PAPER_OUT)
    clock.time = LATER
    settled = await ledger.settled_later(visit, DISAGREEING, CANARY)
    assert settled == replace(
        visit,
        draft=replace(DEFERRED, outcome=DISAGREEING, registered=CANARY),
        first_reason=Reason.UNREACHABLE,
        settled_at=LATER,
    )
    assert (settled.number, settled.at) == (visit.number, MORNING)
    with LedgerReader.open(state) as reader:
        (entry,) = reader.entries(DAY, DAY)
    assert (entry.visit, entry.printing.value, entry.deferred) == (settled, "failed", False)


async def test_settled_visit_whose_slip_never_came_out_is_offered_with_its_later_outcome(ledger: SqliteLedger) -> None:
    settled = await ledger.settled_later(await ledger.commit(DEFERRED), CLEAN, CANARY)
    assert await ledger.unprinted() == settled


def test_nothing_of_the_visit_is_overwritten(book: Book) -> None:
    visit = book.commit(DEFERRED, MORNING)
    before = rows_of(book, "visit") + rows_of(book, "print_job") + rows_of(book, "outbox")
    book.settled_later(visit, CLEAN, CANARY, LATER)
    after = rows_of(book, "visit") + rows_of(book, "print_job") + rows_of(book, "outbox")
    assert after[:-1] == before
    assert after[-1][1:4] == (f"{visit.id}-settled", visit.id, "settled")


async def test_second_settlement_is_refused_and_changes_nothing(ledger: SqliteLedger) -> None:
    visit = await ledger.commit(DEFERRED)
    settled = await ledger.settled_later(visit, CLEAN, CANARY)
    before = await ledger.counts()
    for known in (visit, settled):
        with pytest.raises(LedgerFailure):
            await ledger.settled_later(known, DISAGREEING, None)
    assert await ledger.unprinted() == settled
    assert await ledger.counts() == before
    assert ledger.ready


async def test_visit_that_waits_for_no_query_cannot_be_settled(ledger: SqliteLedger) -> None:
    visit = await ledger.commit(CONFIRMED)
    for unknown in (visit, replace(visit, id="0" * 32)):
        with pytest.raises(LedgerFailure, match="waits for no query"):
            await ledger.settled_later(unknown, CLEAN, None)
    assert (await ledger.counts()).outbox == 1


async def test_answer_that_cannot_be_written_leaves_the_visit_waiting(ledger: SqliteLedger) -> None:
    visit = await ledger.commit(DEFERRED)
    with pytest.raises(LedgerFailure) as refused:
        await ledger.settled_later(visit, CLEAN, UNWRITABLE.registered)
    assert refused.value.__suppress_context__
    assert await ledger.awaiting() == visit
    assert (await ledger.counts()).outbox == 1


async def test_full_disk_while_settling_keeps_the_room_for_the_next_person(ledger: SqliteLedger, state: Path) -> None:
    visit = await ledger.commit(DEFERRED)
    with files_of_at_most((state / f"{DATABASE}-wal").stat().st_size + 512):
        with pytest.raises(LedgerFailure, match=r"SQLITE_IOERR_WRITE|SQLITE_FULL"):
            await ledger.settled_later(visit, CLEAN, CANARY)
        assert (ledger.ready, ledger.space_low) == (True, False)
    assert (state / "ledger.ballast").exists()
    assert await ledger.awaiting() == visit
    settled = await ledger.settled_later(visit, CLEAN, CANARY)
    assert settled.outcome == CLEAN


async def test_visit_is_given_up_after_a_week_and_stays_as_it_is(
    ledger: SqliteLedger, clock: StillClock, state: Path
) -> None:
    visit = await ledger.commit(DEFERRED)
    clock.move(ASKED_FOR)
    assert (await ledger.awaiting(), (await ledger.counts()).deferred) == (visit, 1)
    clock.move(timedelta(days=1))
    assert (await ledger.awaiting(), (await ledger.counts()).deferred) == (None, 0)
    with LedgerReader.open(state) as reader:
        assert [entry.visit for entry in reader.entries(DAY, DAY)] == [visit]


async def test_visit_that_staff_cancelled_is_asked_no_more_unless_that_is_undone(ledger: SqliteLedger) -> None:
    cancelled, other = [await ledger.commit(DEFERRED) for _ in range(2)]
    opened = await ledger.settle(cancelled.id, Settlement(Settling.CANCELLED), "sato")
    assert not opened.line.deferred
    assert (await ledger.awaiting(), (await ledger.counts()).deferred) == (other, 1)
    assert [line.id for line in await ledger.visits(Which.DEFERRED, DAY)] == [other.id]
    await ledger.settle(cancelled.id, Settlement(Settling.NOTE, note="went home"), "sato")
    assert await ledger.awaiting() == other
    undone = Settlement(Settling.UNDONE, undoes=opened.entries[0].id)
    assert (await ledger.settle(cancelled.id, undone, "suzuki")).line.deferred
    assert (await ledger.awaiting(), (await ledger.counts()).deferred) == (cancelled, 2)


@pytest.mark.parametrize("settling", [Settling.REFUSED, Settling.INSURER])
async def test_visit_that_staff_settled_otherwise_is_still_asked(ledger: SqliteLedger, settling: Settling) -> None:
    """What the insurer told on the telephone is confirmed by the query, for the site's books."""
    visit = await ledger.commit(DEFERRED)
    await ledger.settle(visit.id, Settlement(Settling.CANCELLED), "sato")
    await ledger.settle(visit.id, Settlement(settling), "sato")
    assert await ledger.awaiting() == visit


async def test_answer_that_was_on_its_way_while_staff_cancelled_is_kept_and_changes_nothing(
    ledger: SqliteLedger,
) -> None:
    visit = await ledger.commit(DEFERRED)
    await ledger.settle(visit.id, Settlement(Settling.CANCELLED), "sato")
    assert (await ledger.settled_later(visit, CLEAN, CANARY)).outcome == CLEAN
    (line,) = await ledger.visits(Which.ALL, DAY)
    assert line.standing is Standing.CANCELLED


_ENTRIES = st.lists(st.sampled_from([*Settling]), max_size=7)


@settings(max_examples=40, deadline=None)
@given(_ENTRIES, st.data())
def test_who_waits_is_who_is_not_cancelled_by_the_rule_of_entries(entries: list[Settling], data: st.DataObject) -> None:
    """The ledger's statement and kiosk.checkin.settlement tell the same of any entries."""
    with TemporaryDirectory() as folder:
        book = Book.open(Path(folder) / "state", "A", "k01")
        visit, known = book.commit(DEFERRED, MORNING), dict[str, Settling]()
        opened = None
        for settling in entries:
            undoes = None
            if settling is Settling.UNDONE:
                left = [entry for entry, made in known.items() if made is not Settling.UNDONE]
                if not left:
                    continue
                undoes = data.draw(st.sampled_from(left))
                del known[undoes]
            way = Way.LIMITED_APP if settling is Settling.WAY else None
            settlement = Settlement(settling, way=way, note="n", undoes=undoes)
            opened = book.settle(visit.id, settlement, "sato", MORNING, sure=True)
            known[opened.entries[-1].id] = settling
        cancelled = opened is not None and opened.line.standing is Standing.CANCELLED
        assert (book.awaiting(DAY) is None) is cancelled
        book.close()


def test_visit_whose_personal_fields_were_erased_waits_no_longer(book: Book) -> None:
    book.commit(DEFERRED, MORNING)
    book._db.execute("UPDATE visit SET personal = NULL")
    assert book.awaiting(DAY) is None
    assert book.counts(DAY).deferred == 0


def test_settled_visit_whose_personal_fields_were_erased_keeps_both_codes(book: Book) -> None:
    settled = book.settled_later(book.commit(DEFERRED, MORNING), CLEAN, CANARY, LATER)
    for table in ("visit", "settlement"):
        book._db.execute(f"UPDATE {table} SET personal = NULL")  # noqa: S608 - names of our own
    found = book.unprinted(DAY)
    assert found is not None
    assert (found.outcome, found.first_reason, found.settled_at) == (CLEAN, Reason.UNREACHABLE, settled.settled_at)
    assert found.draft.person is None


def test_settlement_moved_to_another_visit_is_found_out(book: Book) -> None:
    one, other = (book.commit(DEFERRED, MORNING) for _ in range(2))
    book.settled_later(one, CLEAN, CANARY, LATER)
    book.settled_later(other, CLEAN, CANARY, LATER)
    book._db.execute("UPDATE settlement SET personal = (SELECT personal FROM settlement WHERE visit = ?)", [one.id])
    with pytest.raises(LedgerFailure, match="belong to another"):
        book.unprinted(DAY)


@pytest.mark.parametrize(
    "statement",
    ["DELETE FROM settlement", "UPDATE settlement SET reason = 'C01'", "UPDATE settlement SET at = ''"],
)
def test_file_itself_refuses_to_change_a_settlement(book: Book, state: Path, statement: str) -> None:
    book.settled_later(book.commit(DEFERRED, MORNING), DISAGREEING, CANARY, LATER)
    with closing(sqlite3.connect(state / DATABASE)) as raw, pytest.raises(sqlite3.IntegrityError):
        raw.execute(statement)


async def test_counts_tell_what_waits_and_what_was_made_up_today(ledger: SqliteLedger, clock: StillClock) -> None:
    yesterdays = [await ledger.commit(DEFERRED) for _ in range(3)]
    await ledger.settled_later(yesterdays[0], CLEAN, None)
    clock.move(timedelta(days=1))
    todays = await ledger.commit(DEFERRED)
    await ledger.commit(DEFERRED)
    await ledger.settled_later(yesterdays[1], CLEAN, None)
    await ledger.settled_later(todays, CLEAN, None)
    counts = await ledger.counts()
    assert (counts.deferred, counts.settled_later) == (2, 2)
    assert (counts.confirmed, counts.desk) == (1, 1)


def test_looking_for_a_waiting_visit_looks_at_deferred_ones_alone(book: Book) -> None:
    statements: list[str] = []
    visit = book.commit(DEFERRED, MORNING)
    book._db.conn.set_trace_callback(statements.append)
    book.awaiting(DAY, visit)
    book._db.conn.set_trace_callback(None)
    (query,) = statements
    plan = " ".join(row["detail"] for row in book._db.execute(f"EXPLAIN QUERY PLAN {query}"))
    assert "visit_deferred" in plan
    assert "TEMP B-TREE" not in plan


class TestLedgerOfTheFirstVersion:
    """A file that was made by the first migration alone."""

    @pytest.fixture
    def state(self, tmp_path: Path) -> Path:
        state = tmp_path / "state"
        state.mkdir()
        vault = Vault.open(state, create=True)
        with closing(Database(state / DATABASE, execute_plugins=False)) as db:
            migrations.apply(db, stop_before="settlements")
            assert db.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
            db.table("seal").insert({"entry": 1, "token": vault.seal(b"kenshin-kiosk ledger")})
            row = to_row(self.first_visit(CONFIRMED), vault)
            del row["deferred"]
            personal = f'{{"visit": "{row["id"]}", "ticket": null, "presented": null, "registered": null}}'
            db.table("visit").insert(row | {"personal": vault.seal(personal.encode())})
            db.table("print_job").insert({"visit": row["id"], "state": "pending", "at": row["at"]})
        return state

    @staticmethod
    def first_visit(draft: VisitDraft) -> Visit:
        return Visit("a" * 32, VisitNumber("A", 1), "k01", DAY, MORNING, draft)

    def test_it_opens_and_goes_on(self, state: Path) -> None:
        book = Book.open(state, "A", "k01")
        known = self.first_visit(VisitDraft(MORNING, CLEAN))
        assert (book.unprinted(DAY), book.awaiting(DAY)) == (known, None)
        visit = book.commit(DEFERRED, MORNING)
        assert str(visit.number) == "A-002"
        assert book.settled_later(visit, CLEAN, CANARY, LATER).outcome == CLEAN
        with pytest.raises(LedgerFailure, match="waits for no query"):
            book.settled_later(known, CLEAN, CANARY, LATER)
        book.close()
        Book.open(state, "A", "k01").close()

    def test_it_is_read_before_any_kiosk_of_this_version_opened_it(self, state: Path) -> None:
        before = (state / DATABASE).read_bytes()
        with LedgerReader.open(state) as reader:
            (entry,) = reader.entries(DAY, DAY)
        assert (entry.visit, entry.deferred) == (self.first_visit(VisitDraft(MORNING, CLEAN)), False)
        assert (state / DATABASE).read_bytes() == before

    def test_migration_that_fails_midway_leaves_it_as_it_was(
        self, state: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with monkeypatch.context() as broken:
            broken.setattr(schema, "_SETTLEMENTS", (*schema._SETTLEMENTS, "nonsense"))
            with pytest.raises(LedgerFailure, match="nonsense"):
                Book.open(state, "A", "k01")
        with closing(sqlite3.connect(state / DATABASE)) as raw:
            assert raw.execute("SELECT count(*) FROM sqlite_master WHERE name = 'settlement'").fetchone() == (0,)
            assert "deferred" not in [column[1] for column in raw.execute("PRAGMA table_info(visit)")]
        Book.open(state, "A", "k01").close()
