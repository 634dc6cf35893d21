"""Folders of a terminal, and the state of a gateway in front of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.gateway.oqs.folders import Folders
from tests.gateway.oqs.playing import folders_in


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    return folders_in(tmp_path / "oqs")


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"
