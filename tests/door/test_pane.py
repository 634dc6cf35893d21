"""The terminal of these tests fails soon and clearly, so that it hides no other failure."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.door import pane as panes
from tests.door.pane import Pane


async def test_terminal_that_was_never_opened_closes_in_silence(tmp_path: Path) -> None:
    await Pane(tmp_path).close()


async def test_client_that_hangs_is_given_up_and_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hanging = tmp_path / "tmux"
    hanging.write_text("#!/bin/sh\nexec sleep 600\n")
    hanging.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setattr(panes, "TMUX_SECONDS", 0.1)
    with pytest.raises(AssertionError, match="tmux new-session did not end"):
        await Pane(tmp_path).open(["true"])
