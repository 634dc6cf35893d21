"""The qualifier on a line that is down: short waits for people, whole ones for nobody, and what the gateway can do."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from kiosk.checkin.insurance import QualificationAnswer
from kiosk.checkin.outcome import QueryFault
from kiosk.qualifier import HttpQualifier
from kiosk.settings import Gateway
from tests.qualifier.conftest import QUERY, TOKEN, Qualifiers
from tests.qualifier.raw import Request, http, raw_gateway

NOBODY = {"segment": "1", "status": "1", "validity": "4", "results": []}


@pytest.fixture
def token(token_file: Path) -> Path:
    token_file.write_text(TOKEN)
    return token_file


class Behind:
    """A gateway that lives, with something behind it that may not."""

    def __init__(self) -> None:
        self.status = "ok"
        self.ways: object = ["number"]
        self.seconds = 0.0

    async def __call__(self, request: Request, writer: asyncio.StreamWriter) -> None:
        body: Mapping[str, object]
        if request.path == "/v1/capabilities":
            body = {"ways": self.ways} if self.ways is not None else {"backend": "another maker's"}
        elif request.path == "/v1/health":
            body = {"status": self.status}
        else:
            await asyncio.sleep(self.seconds)
            body = NOBODY | {"clientRef": request.reference}
        writer.write(http(json.dumps(body).encode()))


async def test_nobody_waits_long_in_front_of_a_line_that_is_down(token: Path) -> None:
    behind = Behind()
    behind.seconds = 0.3
    async with raw_gateway(behind) as gateway:
        settings = Gateway(url=gateway.url, token_file=token, deadline_seconds=10, offline_deadline_seconds=0.05)
        qualifier = HttpQualifier(settings)
        assert isinstance(await qualifier.query(QUERY), QualificationAnswer)
        for _ in range(3):
            qualifier.state.asked(QueryFault.TIMED_OUT)
        begun = time.monotonic()
        assert await qualifier.query(QUERY) is QueryFault.TIMED_OUT
        assert time.monotonic() - begun < 5
        # Where nobody waits the same line is given all the time it needs, and two answers bring it back.
        assert isinstance(await qualifier.query_again(QUERY), QualificationAnswer)
        assert qualifier.state.reason is QueryFault.TIMED_OUT
        await qualifier.query_again(QUERY)
        assert isinstance(await qualifier.query(QUERY), QualificationAnswer)
        await qualifier.aclose()


async def test_gateway_that_is_not_there_is_down_from_the_first_look(qualifier_of: Qualifiers) -> None:
    qualifier = qualifier_of("http://127.0.0.1:9")
    assert (await qualifier.warm_up()).fault is QueryFault.UNREACHABLE
    assert (qualifier.state.online, qualifier.state.reason) == (False, QueryFault.UNREACHABLE)


async def test_gateway_that_says_that_nobody_answers_behind_it_is_down(qualifier_of: Qualifiers) -> None:
    behind = Behind()
    async with raw_gateway(behind) as gateway:
        qualifier = qualifier_of(gateway.url)
        assert (await qualifier.warm_up()).well
        behind.status = "degraded"
        for _ in range(3):
            health = await qualifier.health()
        assert (health.reachable, health.well) == (True, False)
        assert qualifier.state.reason is QueryFault.SERVER_ERROR
        behind.status = "ok"
        await qualifier.health()
        await qualifier.health()
        assert qualifier.state.online


@pytest.mark.parametrize(
    ("ways", "numbers"), [(["number"], True), (["number", "face"], True), (["face"], False), ([], False), (None, True)]
)
async def test_numbers_are_asked_for_unless_the_gateway_says_otherwise(
    qualifier_of: Qualifiers, ways: object, numbers: bool
) -> None:
    behind = Behind()
    behind.ways = ways
    async with raw_gateway(behind) as gateway:
        qualifier = qualifier_of(gateway.url)
        assert qualifier.numbers
        await qualifier.warm_up()
        assert qualifier.numbers is numbers
        behind.ways = ["number"]
        await qualifier.health()
        assert qualifier.numbers


async def test_gateway_that_cannot_be_reached_keeps_what_it_said_last(qualifier_of: Qualifiers) -> None:
    behind = Behind()
    behind.ways = ["face"]
    async with raw_gateway(behind) as gateway:
        qualifier = qualifier_of(gateway.url)
        await qualifier.warm_up()
    assert not (await qualifier.health()).reachable
    assert not qualifier.numbers
