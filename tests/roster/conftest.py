from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.roster.store import Store
from tests.roster.invented import Flags, StillClock
from tests.station.conftest import log

__all__ = ["log"]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "roster.csv"


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


@pytest.fixture
def store(state: Path) -> Store:
    return Store(state)


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def staff() -> Flags:
    return Flags()
