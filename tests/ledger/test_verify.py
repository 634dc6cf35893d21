# ruff: noqa: S608 - statements are put together from the names of our own tables
"""The chain: whatever is altered, removed, inserted or moved behind the kiosk's back is found, and the row is named."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from kiosk.checkin.settlement import Settlement, Settling
from kiosk.checkin.ways import Way
from kiosk.ledger.book import Book
from kiosk.ledger.chain import Event, chained
from kiosk.ledger.desk import Desk
from kiosk.ledger.opening import DATABASE, only_writer
from kiosk.ledger.reader import LedgerReader
from kiosk.ledger.report import Report
from kiosk.ledger.rotation import rotate_key
from kiosk.ports.board import StaffAction
from kiosk.ports.desk import LedgerFailure
from kiosk.ports.printer import PrinterFault
from tests.ledger.invented import AT_DESK, CANARY, CLEAN, CONFIRMED, DEFERRED, MORNING, NOBODY, UNWRITABLE

YESTERDAY = MORNING - timedelta(days=1)
LONG_AGO = MORNING - timedelta(days=300)


EXECUTE = Database.execute


def verified(state: Path) -> Report:
    with LedgerReader.open(state) as reader:
        return reader.verify()


def live_a_little(state: Path) -> None:
    """A ledger in which everything has happened."""
    book = Book.open(state, "A", "k01")
    for draft in (CONFIRMED, DEFERRED):
        visit = book.commit(draft, LONG_AGO)
        book.settle(visit.id, Settlement(Settling.NOTE, note="long ago"), "sato", LONG_AGO, sure=True)
    book.settled_later(visit, CLEAN, CANARY, LONG_AGO)
    assert book.erase_oldest(YESTERDAY.date(), YESTERDAY, sure=True) == 2
    visits = [book.commit(draft, YESTERDAY, sure=False) for draft in (CONFIRMED, AT_DESK, DEFERRED)]
    book.settle(visits[1].id, Settlement(Settling.WAY, Way.LIMITED_APP, "seen"), "sato", MORNING, sure=True)
    book.close()
    rotate_key(state, MORNING)
    book = Book.open(state, "A", "k01")
    visits += [book.commit(draft, MORNING) for draft in (DEFERRED, NOBODY, CONFIRMED)]
    book.printed(visits[0], PrinterFault.PAPER_OUT, MORNING)
    book.printed(visits[0], None, MORNING)
    book.printed(visits[3], None, MORNING)
    book.settled_later(visits[3], CLEAN, CANARY, MORNING)
    book.settled_later(visits[2], CLEAN, None, MORNING)
    opened = book.settle(visits[4].id, Settlement(Settling.REFUSED), "suzuki", MORNING, sure=True)
    undone = Settlement(Settling.UNDONE, undoes=opened.entries[0].id)
    book.settle(visits[4].id, undone, "suzuki", MORNING, sure=True)
    book.opened(visits[4].id, "suzuki", MORNING, sure=True)
    book.in_one("", lambda desk: desk.slip_shown(visits[5].id, "sato", MORNING, sure=True))
    book.in_one("", lambda desk: desk.staff_did("sato", StaffAction.PAUSED, "", MORNING, sure=True))
    book.close()


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    state = tmp_path_factory.mktemp("lived") / "state"
    live_a_little(state)
    return state


@contextmanager
def tampering(state: Path) -> Iterator[sqlite3.Connection]:
    """A connection to the file with all triggers dropped, as somebody has it who wants to change what was written."""
    with closing(sqlite3.connect(state / DATABASE)) as raw:
        for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            raw.execute(f"DROP TRIGGER {name}")
        raw.execute("PRAGMA ignore_check_constraints = ON")
        yield raw
        raw.commit()


def named(report: Report) -> set[tuple[str, str]]:
    return {(problem.table, problem.row) for problem in report.problems}


def test_everything_that_the_kiosk_does_keeps_the_record_sound(lived: Path) -> None:
    report = verified(lived)
    assert report.problems == []
    assert (report.visits, report.sound) == (8, True)
    assert report.head[0] == report.events


def test_new_ledger_is_sound_while_the_kiosk_has_it_open(book: Book, state: Path) -> None:
    assert verified(state).sound
    book.commit(CONFIRMED, MORNING)
    report = verified(state)
    assert (report.sound, report.events, report.visits) == (True, 1, 1)


NAMES = {
    "event": "seq",
    "visit": "entry",
    "staff_entry": "entry",
    "settlement": "visit",
    "print_job": "visit",
    "number_floor": "prefix || ' ' || day",
    "head": "entry",
}
"""What a row of each table is named by."""


def other_than(value: object, chance: random.Random) -> object:
    match value:
        case None:
            return "x"
        case int():
            return value + chance.choice([1, 1000])
        case str():
            place = chance.randrange(len(value) + 1)
            return value[:place] + chance.choice("0xA") + value[place + chance.randint(0, 1) :]
        case bytes():
            place = chance.randrange(len(value))
            return value[:place] + bytes([value[place] ^ (1 << chance.randrange(8))]) + value[place + 1 :]
    raise AssertionError(value)


def alter(raw: sqlite3.Connection, table: str, chance: random.Random) -> set[str]:
    columns = [row[1] for row in raw.execute(f"PRAGMA table_info({table})")]
    (count,) = raw.execute(f"SELECT count(*) FROM {table}").fetchone()
    rowid, name, *values = raw.execute(
        f"SELECT rowid, {NAMES[table]}, {', '.join(columns)} FROM {table} LIMIT 1 OFFSET {chance.randrange(count)}"
    ).fetchone()
    place = chance.randrange(len(columns))
    new = values[place]
    while new == values[place]:
        new = other_than(values[place], chance)
    raw.execute("PRAGMA foreign_keys = OFF")
    try:
        raw.execute(f"UPDATE {table} SET {columns[place]} = ? WHERE rowid = ?", [new, rowid])
    except sqlite3.IntegrityError:  # another row has it
        raw.execute(f"DELETE FROM {table} WHERE rowid = ?", [rowid])
        return {str(name)}
    (renamed,) = raw.execute(f"SELECT {NAMES[table]} FROM {table} WHERE rowid = ?", [rowid]).fetchone() or (name,)
    return {str(name), str(renamed), str(new)}


def remove(raw: sqlite3.Connection, table: str, chance: random.Random) -> set[str]:
    rows = raw.execute(f"SELECT rowid, {NAMES[table]} FROM {table}").fetchall()
    rowid, name = chance.choice(rows)
    raw.execute(f"DELETE FROM {table} WHERE rowid = ?", [rowid])
    return {str(name)}


def insert(raw: sqlite3.Connection, table: str, chance: random.Random) -> set[str]:
    """A copy of a row under a name of its own, at the end or between."""
    columns = [row[1] for row in raw.execute(f"PRAGMA table_info({table})")]
    (count,) = raw.execute(f"SELECT count(*) FROM {table}").fetchone()
    values = raw.execute(
        f"SELECT {', '.join(columns)} FROM {table} LIMIT 1 OFFSET {chance.randrange(count)}"
    ).fetchone()
    row = dict(zip(columns, values, strict=True))
    free = 1 + max((int(i) for (i,) in raw.execute(f"SELECT rowid FROM {table}")), default=0)
    fresh: dict[str, dict[str, object]] = {
        "event": {"seq": free},
        "visit": {"entry": free, "id": "f" * 32, "sequence": 900},
        "staff_entry": {"entry": free, "id": "f" * 32},
        "settlement": {
            "visit": chance.choice([job[0] for job in raw.execute("SELECT id FROM visit WHERE NOT deferred")])
        },
        "print_job": {"visit": "f" * 32},
        "number_floor": {"day": "2026-12-24"},
        "head": {"entry": 2},
    }
    row |= fresh[table]
    raw.execute("PRAGMA foreign_keys = OFF")
    raw.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", list(row.values()))
    (name,) = raw.execute(f"SELECT {NAMES[table]} FROM {table} ORDER BY rowid DESC LIMIT 1").fetchone()
    return {str(name)}


def swap(raw: sqlite3.Connection, table: str, chance: random.Random) -> set[str]:
    """Two rows change places."""
    key = NAMES[table] if table != "number_floor" else "rowid"
    rows = raw.execute(f"SELECT rowid, {NAMES[table]} FROM {table}").fetchall()
    if len(rows) < 2:
        return remove(raw, table, chance)
    (one, first), (other, second) = chance.sample(rows, 2)
    raw.execute("PRAGMA foreign_keys = OFF")
    if table in ("event", "visit", "staff_entry"):
        for old, new in ((one, -1), (other, one), (-1, other)):
            raw.execute(f"UPDATE {table} SET {key} = ? WHERE {key} = ?", [new, old])
    else:
        raw.execute(f"UPDATE {table} SET {key} = '-' WHERE rowid = ?", [one])
        raw.execute(f"UPDATE {table} SET {key} = ? WHERE rowid = ?", [first, other])
        raw.execute(f"UPDATE {table} SET {key} = ? WHERE rowid = ?", [second, one])
    return {str(first), str(second)}


TAMPERING = {"alter": alter, "remove": remove, "insert": insert, "swap": swap}


@settings(max_examples=120, deadline=None)
@given(st.sampled_from(sorted(NAMES)), st.sampled_from(sorted(TAMPERING)), st.integers(0, 2**32))
def test_whatever_is_tampered_with_is_found_and_the_row_is_named(
    lived: Path, tmp_path_factory: pytest.TempPathFactory, table: str, how: str, seed: int
) -> None:
    if table in ("head", "number_floor") and how in ("insert", "swap") and (table == "head" or how == "swap"):
        return  # there is one row, and the file itself holds no second one
    state = tmp_path_factory.mktemp("copy") / "state"
    shutil.copytree(lived, state)
    with tampering(state) as raw:
        before = list(raw.iterdump())
        rows = TAMPERING[how](raw, table, random.Random(seed))  # noqa: S311 - no secret
        if list(raw.iterdump()) == before:
            return
    report = verified(state)
    assert not report.sound, (table, how, rows)
    assert any((table, row) in named(report) for row in rows), (rows, report.problems)
    shutil.rmtree(state.parent)


@pytest.fixture
def copy(lived: Path, state: Path) -> Path:
    shutil.copytree(lived, state)
    return state


def compute_anew(raw: sqlite3.Connection) -> None:
    """Let somebody else have done what sato did, with a chain of hashes that are right."""
    raw.row_factory = sqlite3.Row
    previous = bytes(32)
    for row in raw.execute("SELECT * FROM event ORDER BY seq").fetchall():
        event = Event.of(row)
        who = "nobody" if event.who == "sato" else event.who
        own = chained(
            previous, event.seq, event.at, event.sure, who, event.kind, event.subject, event.body, event.digest
        )
        raw.execute("UPDATE event SET who = ?, previous = ?, hash = ? WHERE seq = ?", [who, previous, own, event.seq])
        previous = own
    raw.execute("UPDATE head SET hash = ?", [previous])


def test_chain_computed_anew_by_somebody_without_the_key_is_found(copy: Path) -> None:
    with tampering(copy) as raw:
        compute_anew(raw)
    report = verified(copy)
    assert named(report) == {("head", "1")}
    with pytest.raises(LedgerFailure, match="not written by this kiosk"):
        Book.open(copy, "A", "k01")


def test_running_kiosk_does_not_vouch_for_a_chain_that_was_computed_anew(copy: Path) -> None:
    book = Book.open(copy, "A", "k01")
    with tampering(copy) as raw:
        compute_anew(raw)
    for _ in range(2):
        with pytest.raises(LedgerFailure, match="not written by this kiosk"):
            book.commit(CONFIRMED, MORNING)
    with pytest.raises(LedgerFailure, match="not written by this kiosk"):
        book.probe()  # so that nobody is served
    book.close()
    report = verified(copy)
    assert (named(report), report.visits) == ({("head", "1")}, 8)


def test_running_kiosk_does_not_go_on_behind_an_older_end_of_its_own(copy: Path) -> None:
    book = Book.open(copy, "A", "k01")
    with closing(sqlite3.connect(copy / DATABASE)) as raw:
        before = raw.execute("SELECT seq, hash, mac FROM head").fetchone()
    visit = book.commit(CONFIRMED, MORNING)
    with tampering(copy) as raw:
        raw.execute("DELETE FROM event WHERE seq > ?", [before[0]])
        for table, column in (("print_job", "visit"), ("outbox", "visit"), ("visit", "id")):
            raw.execute(f"DELETE FROM {table} WHERE {column} = ?", [visit.id])
        raw.execute("UPDATE head SET seq = ?, hash = ?, mac = ?", before)
    with pytest.raises(LedgerFailure, match="not where this kiosk left it"):
        book.commit(CONFIRMED, MORNING)
    book.close()


def test_what_is_rolled_back_is_no_end_that_somebody_else_wrote(book: Book) -> None:
    book.commit(CONFIRMED, MORNING)
    with pytest.raises(LedgerFailure):
        book.commit(UNWRITABLE, MORNING)

    def break_off(desk: Desk) -> None:
        desk.staff_did("sato", StaffAction.PAUSED, "", MORNING, sure=True)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        book.in_one("", break_off)
    assert book.commit(CONFIRMED, MORNING).number.sequence == 2


def test_tail_that_was_cut_off_is_found_by_verify_and_at_the_start(copy: Path) -> None:
    last = verified(copy).head[0]
    with tampering(copy) as raw:
        raw.execute("DELETE FROM event WHERE seq > ?", [last - 3])
    assert named(verified(copy)) == {("event", str(seq)) for seq in (last - 2, last - 1, last)}
    with pytest.raises(LedgerFailure, match="does not fit its head"):
        Book.open(copy, "A", "k01")


def test_record_that_was_dropped_as_a_whole_is_not_begun_anew(copy: Path) -> None:
    with tampering(copy) as raw:
        raw.execute("DELETE FROM event")
        raw.execute("DELETE FROM head")
    with pytest.raises(LedgerFailure, match="head of the record is missing"):
        Book.open(copy, "A", "k01")


def test_row_that_was_changed_is_told_as_it_was(copy: Path) -> None:
    with tampering(copy) as raw:
        raw.execute("UPDATE visit SET reason = 'C01', confirmed = 1 WHERE reason = 'N01'")
    (problem,) = verified(copy).problems
    assert (problem.wrong.value, problem.table, problem.row) == ("altered", "visit", "7")
    assert "A-007 2026-11-20 N01" in problem.words or "N01" in problem.words


@pytest.mark.parametrize(("table", "column"), [("visit", "findings"), ("visit", "personal"), ("event", "body")])
def test_row_in_which_stands_what_is_no_text_is_named(copy: Path, table: str, column: str) -> None:
    with tampering(copy) as raw:
        raw.execute(f"UPDATE {table} SET {column} = CAST(x'ff00fe' AS TEXT) WHERE rowid = 5")
    assert named(verified(copy)) == {(table, "5")}


def test_many_problems_are_counted_and_the_first_are_told(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk.ledger.report.MOST_TOLD", 3)
    with tampering(copy) as raw:
        raw.execute("UPDATE event SET sure = 1 - sure")
    report = verified(copy)
    assert len(report.problems) == 3
    assert report.count >= 20


def test_progress_goes_up_to_the_end(lived: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk.ledger.verify.STEP", 5)
    told: list[tuple[int, int]] = []
    with LedgerReader.open(lived) as reader:
        report = reader.verify(lambda done, total: told.append((done, total)))
    assert told == sorted(told)
    assert told[-1] == (report.events, report.events)


def test_rotated_key_is_the_only_one_and_opens_everything(copy: Path) -> None:
    key = copy / "keys" / "ledger.key"
    before = key.read_bytes()
    count = rotate_key(copy, MORNING).count
    assert count >= 6
    assert len(key.read_bytes().split()) == 1
    assert key.read_bytes() != before
    assert verified(copy).sound
    with LedgerReader.open(copy) as reader:
        people = [entry.visit.draft.registered for entry in reader.entries(LONG_AGO.date(), MORNING.date())]
    assert CANARY in people


def test_rotation_cut_off_at_any_moment_loses_nothing(
    lived: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each statement that writes fails once; the ledger opens with both keys, goes on, and the next run ends it."""
    monkeypatch.setattr("kiosk.ledger.sealed_texts.BATCH", 2)
    failed = 0
    for moment in range(1, 60):
        state = tmp_path / str(moment)
        shutil.copytree(lived, state)
        left = moment

        def execute(self: Database, sql: str, *arguments: object) -> object:
            nonlocal left
            if sql.startswith(("UPDATE", "INSERT", "PRAGMA wal")):
                left -= 1
                if left == 0:
                    raise sqlite3.OperationalError("cut off")
            return EXECUTE(self, sql, *arguments)  # type: ignore[arg-type]  # as they came

        with monkeypatch.context() as broken:
            broken.setattr(Database, "execute", execute)
            try:
                rotate_key(state, MORNING)
            except LedgerFailure:
                failed += 1
        if left > 0:
            break
        book = Book.open(state, "A", "k01")
        book.commit(CONFIRMED, MORNING)
        book.close()
        assert verified(state).sound
        rotate_key(state, MORNING)
        assert len((state / "keys" / "ledger.key").read_bytes().split()) == 1
        assert verified(state).sound
        with LedgerReader.open(state) as reader:
            assert len(list(reader.entries(LONG_AGO.date(), MORNING.date()))) == 9
        shutil.rmtree(state)
    assert failed > 10


def test_only_writer_refuses_while_the_kiosk_runs(book: Book, state: Path) -> None:
    with pytest.raises(LedgerFailure, match="another kiosk"), only_writer(state):
        pass
    with pytest.raises(LedgerFailure, match="another kiosk"):
        rotate_key(state, MORNING)
