from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from kiosk.ledger.book import Book
from kiosk.ledger.ledger import SqliteLedger
from tests.ledger.invented import StillClock


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


@pytest.fixture
def book(state: Path) -> Iterator[Book]:
    opened = Book.open(state, "A", "k01")
    yield opened
    opened.close()


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
async def ledger(state: Path, clock: StillClock) -> AsyncIterator[SqliteLedger]:
    opened = SqliteLedger(state, "A", "k01", clock)
    await opened.open()
    yield opened
    await opened.close()
