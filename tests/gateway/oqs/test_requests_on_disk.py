"""A request is on disk before the terminal can see it: after a power cut there is a whole one, or none."""

from __future__ import annotations

import os
from pathlib import Path
from uuid import uuid4

import pytest

from kiosk.gateway.oqs import folders as folders_module
from kiosk.gateway.oqs.journal import Journal
from kiosk.gateway.oqs.sending import Sending
from tests.gateway.oqs.playing import folders_in

IDENTIFIER = "20260701093000AAAAAAAAAAAAAAAA"


def test_octets_then_journal_then_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    sync, rename = os.fsync, folders_module.rename_new

    def syncing(descriptor: int) -> None:
        sync(descriptor)
        told.append(f"synced {os.fstat(descriptor).st_size}")

    def renaming(old: Path, new: Path) -> None:
        told.append("noted" if journal.knows(IDENTIFIER) else "not noted")
        told.append("named")
        rename(old, new)

    monkeypatch.setattr(os, "fsync", syncing)
    monkeypatch.setattr(folders_module, "rename_new", renaming)
    journal = Journal(tmp_path / "state")
    folders = folders_in(tmp_path / "oqs")
    assert Sending(folders, journal, str(uuid4()), IDENTIFIER, b"<whole/>").run()
    journal.close()
    assert told == ["synced 8", "noted", "named"]
