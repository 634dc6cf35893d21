"""The journal's file: what it keeps and forgets, and what cannot be opened is given back."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from kiosk.gateway.oqs.journal import KEPT_SECONDS, Asked, Journal, JournalFailure


def test_broken_journal_is_closed_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise its file could not be moved away on every system, and Python 3.13 complains."""
    opened: list[sqlite3.Connection] = []
    usual = sqlite3.connect

    def noting(*arguments: object, **options: object) -> sqlite3.Connection:
        opened.append(usual(*arguments, **options))  # type: ignore[call-overload]  # whatever the journal passes
        return opened[-1]

    monkeypatch.setattr(sqlite3, "connect", noting)
    (tmp_path / "asked.sqlite").write_bytes(b"no database" * 100)
    with pytest.raises(JournalFailure, match="moved away"):
        Journal(tmp_path)
    (connection,) = opened
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        connection.execute("SELECT 1")


def test_each_row_is_on_disk_before_its_request_is(tmp_path: Path) -> None:
    """2 is FULL: a power cut after the request went out must not make the next start send it again."""
    journal = Journal(tmp_path)
    assert journal._rows.execute("PRAGMA synchronous").fetchone() == (2,)
    journal.close()


def test_journal_forgets_what_is_old(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk.gateway.oqs.journal._TIDY_EVERY", 1)
    journal = Journal(state)
    journal.add(Asked("old", "A", 0.0))
    journal.add(Asked("new", "B", KEPT_SECONDS + 1))
    assert journal.find("old") is None
    assert journal.find("new") == Asked("new", "B", KEPT_SECONDS + 1)
    with pytest.raises(JournalFailure):
        journal.add(Asked("new", "C", 0.0))
    journal.close()


def test_broken_journal_says_what_to_do(state: Path) -> None:
    state.mkdir()
    (state / "asked.sqlite").write_bytes(b"no database" * 100)
    with pytest.raises(JournalFailure, match="moved away"):
        Journal(state)


def test_journal_keeps_receptions_as_long_as_their_uploads(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk.gateway.oqs.journal._TIDY_EVERY", 1)
    journal = Journal(state)
    journal.add(Asked("old", "A", 0.0))
    journal.receive("old", "1")
    assert journal.reception("old") == "1"
    journal.receive("old", "2")
    assert journal.reception("old") == "2"
    journal.add(Asked("new", "B", KEPT_SECONDS + 1))
    journal.receive("new", "3")
    journal.add(Asked("newer", "C", KEPT_SECONDS + 1))
    assert (journal.reception("old"), journal.reception("new"), journal.reception("none")) == ("", "3", "")
    journal.close()
