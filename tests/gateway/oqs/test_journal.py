"""The journal's file: what cannot be opened is given back."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from kiosk.gateway.oqs.journal import Journal, JournalFailure


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
