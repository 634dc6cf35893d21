"""One kiosk to a run folder."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.station.alone import AlreadyRunning, only_kiosk
from kiosk.station.status import STATUS_NAME, Status
from kiosk.station.wiring.house import configure


def files_in(folder: Path) -> dict[str, bytes]:
    return {str(file): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


@pytest.fixture
def status(tmp_path: Path) -> Path:
    """What a kiosk that runs says of itself."""
    now = datetime.now(UTC)
    file = tmp_path / "run" / STATUS_NAME
    file.parent.mkdir()
    file.write_text(Status(kiosk="k01", version="1", pid=4711, started_at=now, updated_at=now).model_dump_json())
    return file


def test_second_one_is_told_the_process_and_the_lock_ends_with_the_first(status: Path) -> None:
    with (
        only_kiosk(status.parent),
        pytest.raises(AlreadyRunning, match=r"already running \(pid 4711\)"),
        only_kiosk(status.parent),
    ):
        pass
    with only_kiosk(status.parent):
        pass


def test_one_that_has_told_nothing_yet_is_there_all_the_same(tmp_path: Path) -> None:
    with only_kiosk(tmp_path), pytest.raises(AlreadyRunning, match="pid unknown"), only_kiosk(tmp_path):
        pass


def test_folder_that_cannot_be_made_keeps_nobody_from_serving(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with only_kiosk(tmp_path / "file" / "run"):
        pass


@pytest.mark.parametrize("command", [["run"], ["demo", "--folder"]], ids=" ".join)
def test_second_kiosk_draws_and_writes_nothing(tmp_path: Path, status: Path, command: list[str]) -> None:
    """Of the demo only with the same folder."""
    config = configure(tmp_path, gateway="http://127.0.0.1:9", printer=f"virtual:{tmp_path / 'slips'}")
    before = files_in(tmp_path)
    leader, follower = pty.openpty()
    words = [*command, str(tmp_path)] if "demo" in command else command
    with only_kiosk(status.parent):
        kiosk = subprocess.Popen(
            [sys.executable, "-m", "kiosk", "--config", str(config), *words],
            stdin=follower,
            stdout=follower,
            stderr=follower,
        )
        assert kiosk.wait(timeout=60) == 1
    said = os.read(leader, 65536).decode()
    os.close(leader)
    os.close(follower)
    assert "already running (pid 4711)" in said
    assert "\x1b[?1049h" not in said
    assert files_in(tmp_path) == before
