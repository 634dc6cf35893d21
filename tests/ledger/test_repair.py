"""A damaged ledger: what can be read is saved, what is lost is told, and the numbers go on."""

from __future__ import annotations

import json
import random
import shutil
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.checkin.settlement import Settlement, Settling
from kiosk.ledger.backups import FOLDER, back_up
from kiosk.ledger.book import Book
from kiosk.ledger.chain import Event
from kiosk.ledger.given import NumbersUnknown
from kiosk.ledger.lost import Lost
from kiosk.ledger.opening import DATABASE
from kiosk.ledger.reader import LedgerReader
from kiosk.ledger.repair import newest_good_backup, salvage, what_is_wrong
from kiosk.ledger.report import Report, Wrong
from kiosk.ports.desk import LedgerFailure
from tests.ledger.invented import CONFIRMED, MORNING
from tests.ledger.test_verify import named, tampering, verified

DAY = MORNING.date()
LATER = MORNING + timedelta(hours=2)
VISITS = 60
PAGE = 4096


@pytest.fixture
def state(tmp_path: Path) -> Path:
    state = tmp_path / "state"
    book = Book.open(state, "A", "k01")
    for _ in range(VISITS):
        visit = book.commit(CONFIRMED, MORNING)
        book.settle(visit.id, Settlement(Settling.NOTE, note="seen"), "sato", MORNING, sure=True)
    book.close()
    return state


def pages_of(state: Path, table: str) -> list[int]:
    """Leaf pages of a table or an index, from 1."""
    with closing(sqlite3.connect(state / DATABASE)) as raw:
        try:
            rows = raw.execute("SELECT pageno FROM dbstat WHERE name = ? AND pagetype = 'leaf'", [table]).fetchall()
        except sqlite3.OperationalError:
            pytest.skip("this SQLite does not tell which page belongs to which table")
    return [page for (page,) in rows]


def spoil(state: Path, page: int) -> None:
    octets = bytearray((state / DATABASE).read_bytes())
    octets[(page - 1) * PAGE : page * PAGE] = random.Random(page).randbytes(PAGE)  # noqa: S311 - no secret
    (state / DATABASE).write_bytes(octets)


def numbers_in(state: Path) -> list[int]:
    with LedgerReader.open(state) as reader:
        return [entry.visit.number.sequence for entry in reader.entries(DAY, DAY)]


def next_number(state: Path) -> int:
    book = Book.open(state, "A", "k01")
    number = book.commit(CONFIRMED, MORNING).number.sequence
    book.close()
    return number


def test_sound_ledger_is_left_alone(state: Path) -> None:
    before = (state / DATABASE).read_bytes()
    assert what_is_wrong(state) is None
    assert (state / DATABASE).read_bytes() == before


def test_damaged_index_loses_nothing(state: Path) -> None:
    for page in pages_of(state, "visit_day"):
        spoil(state, page)
    assert "damaged" in str(what_is_wrong(state)) or "malformed" in str(what_is_wrong(state))
    saved = salvage(state, "A", LATER)
    assert (saved.visits, saved.lost, saved.chain_kept) == (VISITS, 0, True)
    assert numbers_in(state) == list(range(1, VISITS + 1))
    assert next_number(state) == VISITS + 1
    report = verified(state)
    assert (report.sound, report.lost) == (True, 0)


def test_lost_visits_are_told_and_their_numbers_are_not_given_again(state: Path) -> None:
    """The last page of visits: without the chain nobody would know that its numbers were given."""
    spoil(state, pages_of(state, "visit")[-1])
    saved = salvage(state, "A", LATER)
    assert saved.chain_kept
    assert 0 < saved.visits < VISITS
    assert saved.lost >= VISITS - saved.visits
    assert numbers_in(state) == list(range(1, saved.visits + 1))
    assert next_number(state) == VISITS + 1
    report = verified(state)
    assert report.sound, report.problems
    assert report.lost >= VISITS - saved.visits
    assert saved.kept is not None
    assert (saved.kept / DATABASE).exists()


def test_lost_events_begin_a_new_chain_and_ask_for_the_last_number(state: Path) -> None:
    spoil(state, pages_of(state, "event")[1])
    before = (state / DATABASE).read_bytes()
    with pytest.raises(NumbersUnknown):
        salvage(state, "A", LATER)
    assert (state / DATABASE).read_bytes() == before
    saved = salvage(state, "A", LATER, last_number=VISITS + 4)
    assert (saved.visits, saved.chain_kept) == (VISITS, False)
    assert next_number(state) == VISITS + 5
    assert verified(state).sound


def test_what_is_tampered_with_after_a_repair_is_still_found(state: Path) -> None:
    spoil(state, pages_of(state, "visit")[-1])
    salvage(state, "A", LATER)
    with closing(sqlite3.connect(state / DATABASE)) as raw, raw:
        raw.execute("DROP TRIGGER visit_stays_as_it_was")
        raw.execute("UPDATE visit SET reason = 'T01' WHERE entry = 1")
    assert [(problem.table, problem.row) for problem in verified(state).problems] == [("visit", "1")]


@pytest.mark.parametrize("seed", range(6))
def test_any_damaged_pages_end_in_a_sound_ledger_or_in_words(state: Path, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - no secret
    for page in chance.sample(range(2, (state / DATABASE).stat().st_size // PAGE), 3):
        spoil(state, page)
    try:
        saved = salvage(state, "A", LATER, last_number=VISITS)
    except LedgerFailure:
        return
    assert next_number(state) > saved.visits
    assert verified(state).sound


def test_newest_good_backup_is_found_behind_damaged_ones(state: Path) -> None:
    good = back_up(state, state / FOLDER, 14, MORNING - timedelta(days=2), "A")
    bad = back_up(state, state / FOLDER, 14, MORNING - timedelta(days=1), "A")
    bad.write_bytes(bad.read_bytes()[:9000])
    assert newest_good_backup(state) == good
    shutil.rmtree(state / FOLDER)
    assert newest_good_backup(state) is None


def forge_repair(state: Path, lost: list[list[str]], body: str | None = None) -> None:
    """The last but one event becomes one of a repair that never was, which names rows as lost."""
    with tampering(state) as raw:
        raw.execute(
            "UPDATE event SET kind = 'salvaged', body = ? WHERE seq = (SELECT max(seq) - 1 FROM event)",
            [json.dumps({"lost": lost, "rows": {}}) if body is None else body],
        )


def test_forged_event_of_a_repair_excuses_neither_itself_nor_a_row(state: Path) -> None:
    seq = str(verified(state).head[0] - 1)
    forge_repair(state, [["event", seq], ["visit", "3"]])
    with tampering(state) as raw:
        raw.execute("UPDATE visit SET reason = 'T01' WHERE entry = 3")
    report = verified(state)
    assert {("event", seq), ("visit", "3")} <= named(report)
    assert report.lost == 0


def test_repair_excuses_no_row_that_was_written_after_it() -> None:
    report = Report()
    lost = Lost(report, [{"seq": 7, "body": json.dumps({"lost": [["visit", "9"], ["visit", "3"]]})}])
    lost.vouched(7)
    for place, seq in ((3, 6), (9, 8)):
        event = Event(seq, "", 1, "", "visit", None, "{}", None, b"", b"")
        lost.add(event, Wrong.ALTERED, "visit", place, "")
    lost.settle()
    assert (report.lost, named(report)) == (1, {("visit", "9")})


@pytest.mark.parametrize("kind", ["salvaged", "resealed", "number floor", "erased", "day closed"])
@pytest.mark.parametrize("body", ["x", "[]", '{"lost":[1],"rows":[[]],"floor":"x"}'])
def test_event_whose_body_is_nonsense_is_named_not_raised(state: Path, kind: str, body: str) -> None:
    seq = verified(state).head[0] - 1
    with tampering(state) as raw:
        raw.execute("UPDATE event SET kind = ?, body = ? WHERE seq = ?", [kind, body, seq])
    assert ("event", str(seq)) in named(verified(state))


def test_commit_behind_a_repair_whose_event_was_changed_fails_with_words(state: Path) -> None:
    forge_repair(state, [], "x")
    book = Book.open(state, "A", "k01")
    with pytest.raises(LedgerFailure, match="last repair was changed"):
        book.commit(CONFIRMED, MORNING)
    book.close()
