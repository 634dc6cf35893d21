"""The round over the roster: how fast it asks, and when it stops."""

from __future__ import annotations

import asyncio
from datetime import date

import pytest

from kiosk.checkin.insurance import InsuredId, InsurerNumber, QualificationQuery
from kiosk.checkin.outcome import QueryFault
from kiosk.precheck.round import ask_round

DAY = date(2026, 7, 1)
QUERIES = [
    QualificationQuery(InsurerNumber("06132013"), InsuredId(str(number)), date(1970, 1, 2), DAY)
    for number in range(1, 6)
]


class Asked:
    """A qualifier that notes when it was asked, and takes some time for its answer."""

    def __init__(self, seconds: float = 0.0) -> None:
        self.at: list[float] = []
        self._seconds = seconds

    async def query(self, query: QualificationQuery) -> QueryFault:  # noqa: ARG002 - the port has it
        self.at.append(asyncio.get_running_loop().time())
        await asyncio.sleep(self._seconds)
        return QueryFault.UNREACHABLE


@pytest.mark.parametrize("seconds", [0.0, 0.03], ids=["quick answers", "slow answers"])
async def test_never_more_queries_a_second_than_the_rate(seconds: float) -> None:
    """From the beginning of one to the beginning of the next, to the loop's own millisecond."""
    qualifier = Asked(seconds)
    asked = [query async for query, _ in ask_round(QUERIES, qualifier, 20.0, lambda: True)]
    assert asked == QUERIES
    assert all(after - before >= 0.05 - 0.002 for before, after in zip(qualifier.at, qualifier.at[1:], strict=False))


async def test_first_query_waits_for_nothing() -> None:
    pauses: list[float] = []

    async def noting(seconds: float) -> None:
        pauses.append(seconds)

    [_ async for _ in ask_round(QUERIES[:2], Asked(), 0.05, lambda: True, noting)]
    assert pauses[0] == 0
    assert pauses[1] == pytest.approx(20, abs=1)


async def test_line_that_goes_down_ends_the_round() -> None:
    qualifier = Asked()
    asked = [query async for query, _ in ask_round(QUERIES, qualifier, 1000.0, lambda: len(qualifier.at) < 2)]
    assert asked == QUERIES[:2]
    assert len(qualifier.at) == 2
