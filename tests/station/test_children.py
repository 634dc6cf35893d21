"""Children end with their parent: real processes, and a parent that gets no chance to say good-bye."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.station.wiring.children import ChildFailed, child
from kiosk.station.wiring.house import configure, new_token
from tests.waiting import wait_until

PATIENCE = 20.0
"""Seconds; nothing takes that long when it works."""
PARENT = """
import sys, threading
from pathlib import Path
from kiosk.station.wiring.children import child
with child("the gateway", ["--config", sys.argv[1], "gateway", "--port", "0"], Path(sys.argv[2])) as said:
    # Threads come and go in a demo; what counts is the one that started the child.
    passing = threading.Thread(target=lambda: None)
    passing.start()
    passing.join()
    print(said, flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    new_token(tmp_path)
    return configure(tmp_path, gateway="http://127.0.0.1:1", printer=f"virtual:{tmp_path / 'slips'}")


def running(config: Path) -> list[int]:
    """The gateways that run on that configuration."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            words = (entry / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if b"gateway" in words and os.fsencode(config) in words:
            found.append(int(entry.name))
    return found


def test_a_parent_that_is_killed_leaves_no_child(config: Path, tmp_path: Path) -> None:
    command: list[str | Path] = [sys.executable, "-I", "-c", PARENT, config, tmp_path / "gateway.log"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        assert "SIMULATOR" in parent.stdout.readline()
        (gateway,) = running(config)
        os.kill(parent.pid, signal.SIGKILL)
        parent.wait(PATIENCE)
        wait_until(lambda: gateway not in running(config))


def test_a_block_that_ends_ends_the_child(config: Path, tmp_path: Path) -> None:
    with child("the gateway", ["--config", config, "gateway"], tmp_path / "gateway.log") as said:
        assert "http://127.0.0.1:" in said
        assert running(config)
    assert not running(config)


def test_a_child_that_does_not_start_says_why(tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere.toml"
    with (
        pytest.raises(ChildFailed, match=r"the gateway did not start: .*there is no such file"),
        child("the gateway", ["--config", nowhere, "gateway"], tmp_path / "gateway.log"),
    ):
        pass


def test_without_the_systems_helper_it_is_said(config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with (
        pytest.raises(ChildFailed, match="util-linux"),
        child("the gateway", ["--config", config, "gateway"], tmp_path / "gateway.log"),
    ):
        pass
