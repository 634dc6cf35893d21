"""Nothing of an examinee stands in clear in any file or output, but in the export that staff ask for."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kiosk.ledger.book import Book
from kiosk.ledger.outbox import event_of, settled_event_of
from kiosk.ports.desk import LedgerFailure
from tests.ledger.invented import AT_DESK, CANARIES, CANARY, CONFIRMED, DEFERRED, DISAGREEING, MORNING, UNWRITABLE


def spellings(text: str) -> set[bytes]:
    """The text as a file could hold it."""
    escaped = text.encode("ascii", "backslashreplace")
    return {text.encode(), text.encode("utf-16-le"), text.encode("utf-16-be"), text.encode("cp932"), escaped}


def found_in(octets: bytes) -> list[str]:
    return [canary for canary in CANARIES if any(spelling in octets for spelling in spellings(canary))]


def test_search_finds_what_is_there() -> None:
    assert found_in(json.dumps({"name": "金糸雀"}).encode()) == ["金糸雀"]


def test_no_byte_of_the_ledger_names_anybody(state: Path) -> None:
    book = Book.open(state, "A", "k01")
    for draft in (CONFIRMED, AT_DESK, CONFIRMED):
        visit = book.commit(draft, MORNING)
        book.printed(visit, None, MORNING)
    book.settled_later(book.commit(DEFERRED, MORNING), DISAGREEING, CANARY, MORNING)
    with pytest.raises(LedgerFailure):
        book.commit(UNWRITABLE, MORNING)
    files = [file for file in state.rglob("*") if file.is_file()]
    assert {"ledger.db", "ledger.db-wal", "ledger.db-shm"} <= {file.name for file in files}
    open_files = {file.name: found_in(file.read_bytes()) for file in files}
    book.close()
    closed_files = {file.name: found_in(file.read_bytes()) for file in state.rglob("*") if file.is_file()}
    assert not any(open_files.values())
    assert not any(closed_files.values())


def test_event_holds_codes_and_times_only(book: Book) -> None:
    body = json.loads(str(event_of(book.commit(AT_DESK, MORNING))["body"]))
    assert body.keys() == {"visit", "kiosk", "number", "day", "at", "way", "reason", "confirmed"}
    assert found_in(json.dumps(body, ensure_ascii=False).encode()) == []


def test_event_of_a_settlement_holds_codes_and_times_only(book: Book) -> None:
    settled = book.settled_later(book.commit(DEFERRED, MORNING), DISAGREEING, CANARY, MORNING)
    event = settled_event_of(settled, MORNING)
    body = json.loads(str(event["body"]))
    assert body.keys() == {
        *("visit", "kiosk", "number", "day", "at", "way", "reason", "confirmed"),
        *("first_reason", "settled_at"),
    }
    assert (event["kind"], body["first_reason"], body["reason"]) == ("settled", "S01", "T02")
    assert found_in(json.dumps(event, ensure_ascii=False).encode()) == []


def test_failure_of_a_damaged_visit_quotes_nothing(book: Book) -> None:
    visit = book.commit(CONFIRMED, MORNING)
    forged = book._vault.seal(f'{{"visit": "{visit.id}", "registered": {{"name": ["金糸雀"]}}}}'.encode())
    book._db.execute("UPDATE visit SET personal = ?", [forged])
    with pytest.raises(LedgerFailure) as failure:
        book.unprinted(MORNING.date())
    assert failure.value.__suppress_context__
    assert "金糸雀" not in str(failure.value)
