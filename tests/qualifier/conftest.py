"""A qualifier for whichever gateway a test has, and queries for it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import date
from pathlib import Path

import pytest

from kiosk.checkin.insurance import InsuredId, InsurerNumber, QualificationQuery
from kiosk.qualifier import HttpQualifier
from kiosk.settings import Gateway

TOKEN = "canary-token-of-k01-0000"
TODAY = date(2026, 7, 1)
QUERY = QualificationQuery(InsurerNumber("06132013"), InsuredId("100001", "11", "01"), date(1970, 1, 2), TODAY)

Qualifiers = Callable[..., HttpQualifier]


@pytest.fixture
def token_file(tmp_path: Path) -> Path:
    file = tmp_path / "gateway.token"
    file.write_text(f"{TOKEN}\n")
    return file


@pytest.fixture
async def qualifier_of(token_file: Path) -> AsyncIterator[Qualifiers]:
    """Makes qualifiers with a short poll; closes them at the end."""
    made: list[HttpQualifier] = []

    def make(url: str, deadline: float = 10, ca_file: Path | None = None, token: str = TOKEN) -> HttpQualifier:
        token_file.write_text(f"{token}\n")
        gateway = Gateway(url=url, token_file=token_file, ca_file=ca_file, deadline_seconds=deadline)
        made.append(HttpQualifier(gateway, poll_seconds=0.01, connect_seconds=2))
        return made[-1]

    yield make
    for qualifier in made:
        await qualifier.aclose()
