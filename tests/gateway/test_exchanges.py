"""One query while several wait for it: who goes away, and what the backend is told."""

from __future__ import annotations

import asyncio

import pytest

from kiosk.gateway.backend import BackendDown, BackendFailure, GatewayWay, StillProcessing
from kiosk.gateway.exchanges import Exchange
from kiosk.gateway.messages import AnswerMessage, QueryMessage
from kiosk.gateway.people import by_key
from kiosk.gateway.simulator import Simulator
from tests.gateway.conftest import body_of

LIMIT_SECONDS = 10.0
Query = Exchange[QueryMessage, AnswerMessage]
TARO = by_key("taro")


class Backend:
    """Answers when it is told to, after some failures; keeps whether it was asked `again`."""

    name, simulator, ways = "slow", True, (GatewayWay.NUMBER,)

    def __init__(self, *failures: BackendFailure) -> None:
        self.failures = list(failures)
        self.asked: list[bool] = []
        self.go = asyncio.Event()

    async def qualify(self, query: QueryMessage, *, again: bool) -> AnswerMessage:
        self.asked.append(again)
        await self.go.wait()
        if self.failures:
            raise self.failures.pop(0)
        return await Simulator().qualify(query, again=again)


@pytest.fixture
def exchange() -> Query:
    return Exchange("k01", "key", QueryMessage.model_validate(body_of(TARO)))


async def test_one_of_several_who_goes_away_takes_nothing_from_the_others(exchange: Query) -> None:
    backend = Backend()
    first, second, third = (asyncio.create_task(exchange.answer(backend.qualify)) for _ in range(3))
    await asyncio.sleep(0)
    second.cancel()
    await asyncio.gather(second, return_exceptions=True)
    backend.go.set()
    async with asyncio.timeout(LIMIT_SECONDS):
        assert await first == await third
    assert backend.asked == [False]


async def test_nobody_waits_for_ever_when_the_one_who_asks_is_ended(exchange: Query) -> None:
    """The gateway is being stopped."""
    backend = Backend()
    first, second = (asyncio.create_task(exchange.answer(backend.qualify)) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    async with asyncio.timeout(LIMIT_SECONDS):
        outcomes = await asyncio.gather(first, second, return_exceptions=True)
    assert {type(outcome) for outcome in outcomes} == {asyncio.CancelledError}
    backend.go.set()
    assert (await exchange.answer(backend.qualify)).client_ref == exchange.query.client_ref


async def test_query_that_went_out_once_is_never_put_as_a_new_one(exchange: Query) -> None:
    backend = Backend(BackendDown(), StillProcessing(), BackendDown())
    backend.go.set()
    for failure in (BackendDown, StillProcessing, BackendDown):
        with pytest.raises(failure):
            await exchange.answer(backend.qualify)
    await exchange.answer(backend.qualify)
    assert backend.asked == [False, False, True, True]
