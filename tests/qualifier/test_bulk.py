"""一括照会 of the kiosk: everybody's answer or none, waited for through a restart of the gateway."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import replace
from uuid import uuid4

import pytest

from kiosk.checkin.insurance import QualificationQuery, QualificationValidity
from kiosk.checkin.outcome import QueryFault
from kiosk.gateway.people import PEOPLE, Behaviour
from kiosk.gateway.serve import running_gateway
from kiosk.gateway.simulator import Simulator
from kiosk.gateway.tokens import Tokens
from kiosk.qualifier import bulk as bulk_module
from kiosk.qualifier.answers import NotAnAnswer
from kiosk.qualifier.bulk import read_bulk
from tests.qualifier.conftest import QUERY, TODAY, TOKEN, Qualifiers
from tests.qualifier.raw import Request, http, raw_gateway, sending

REFERENCE = str(uuid4())
ONE, TWO = (str(uuid4()) for _ in range(2))
QUERIES = {ONE: QUERY, TWO: replace(QUERY, insured=replace(QUERY.insured, number="100002"))}
NOBODY = {"segment": "1", "status": "1", "validity": "4", "results": []}


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk_module, "LOOK_SECONDS", 0.01)
    monkeypatch.setattr(bulk_module, "OUTAGE_SECONDS", 10)


def answers(*references: str) -> bytes:
    return json.dumps({"clientRef": REFERENCE, "answers": [NOBODY | {"clientRef": own} for own in references]}).encode()


async def test_everybody_gets_their_own_answer_from_a_real_gateway(qualifier_of: Qualifiers) -> None:
    people = {str(uuid4()): person for person in PEOPLE}
    queries = {
        reference: QualificationQuery(person.insurer, person.insured, person.birthdate, TODAY)
        for reference, person in people.items()
    }
    waited: list[int] = []
    with running_gateway(Simulator(), Tokens({TOKEN: "k01"})) as url:
        qualifier = qualifier_of(url)
        before = qualifier.bulk.available
        await qualifier.warm_up()
        assert (before, qualifier.bulk.available) == (False, True)
        found = await qualifier.bulk.ask(REFERENCE, queries, lambda: waited.append(1))
        again = await qualifier.bulk.ask(REFERENCE, queries)
    assert isinstance(found, Mapping)
    assert found == again
    assert len(waited) == 1
    for reference, person in people.items():
        if person.behaviour is Behaviour.VALID:
            assert [one.person.name for one in found[reference].results] == [person.name]
        if person.behaviour in (Behaviour.BACKEND_DOWN, Behaviour.WRONG_CHECK_DIGIT, Behaviour.HTML):
            assert reference not in found


async def test_it_is_handed_in_once_and_then_looked_at(qualifier_of: Qualifiers) -> None:
    async def later(_: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(http(b"{}", 202) if len(gateway.requests) < 4 else http(answers(ONE, TWO)))

    async with raw_gateway(later) as gateway:
        found = await qualifier_of(gateway.url).bulk.ask(REFERENCE, QUERIES)
    assert isinstance(found, Mapping)
    assert set(found) == {ONE, TWO}
    assert [request.method for request in gateway.requests] == ["POST", "GET", "GET", "GET"]
    assert {request.reference for request in gateway.requests} == {REFERENCE}
    first = gateway.requests[0]
    assert first.headers["idempotency-key"] == REFERENCE
    body = json.loads(first.body)
    assert (body["confirmationDate"], [query["clientRef"] for query in body["queries"]]) == ("20260701", [ONE, TWO])
    assert [query["number"] for query in body["queries"]] == ["100001", "100002"]


async def test_gateway_that_forgot_it_gets_the_same_once_more(qualifier_of: Qualifiers) -> None:
    async def restarted(_: Request, writer: asyncio.StreamWriter) -> None:
        script = [http(b"{}", 202), http(b"{}", 404), http(b"{}", 202), http(b"{}", 404), http(answers(ONE))]
        writer.write(script[len(gateway.requests) - 1])

    async with raw_gateway(restarted) as gateway:
        found = await qualifier_of(gateway.url).bulk.ask(REFERENCE, QUERIES)
    assert isinstance(found, Mapping)
    assert [request.method for request in gateway.requests] == ["POST", "GET", "POST", "GET", "POST"]
    handed_in = {(request.headers["idempotency-key"], request.body) for request in gateway.requests if request.body}
    assert len(handed_in) == 1


async def test_outage_is_waited_out_before_and_after_it_is_known(qualifier_of: Qualifiers) -> None:
    """Each try has two connections: one that breaks is opened once more."""

    async def flaky(_: Request, writer: asyncio.StreamWriter) -> None:
        match len(gateway.requests):
            case 3:
                writer.write(http(b"{}", 202))
            case 6:
                writer.write(http(answers(ONE)))
            case _:
                writer.close()

    async with raw_gateway(flaky) as gateway:
        found = await qualifier_of(gateway.url).bulk.ask(REFERENCE, QUERIES)
    assert isinstance(found, Mapping)
    assert [request.method for request in gateway.requests] == ["POST"] * 3 + ["GET"] * 3


async def test_gateway_that_stays_away_is_unreachable(
    qualifier_of: Qualifiers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk_module, "OUTAGE_SECONDS", 0.05)
    qualifier = qualifier_of("http://127.0.0.1:9")
    assert await qualifier.bulk.ask(REFERENCE, QUERIES) is QueryFault.UNREACHABLE


async def test_what_takes_too_long_is_still_processing(
    qualifier_of: Qualifiers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk_module, "WAIT_SECONDS", 0.1)
    async with raw_gateway(sending(b"{}", 202)) as gateway:
        assert await qualifier_of(gateway.url).bulk.ask(REFERENCE, QUERIES) is QueryFault.STILL_PROCESSING


@pytest.mark.parametrize(
    ("status", "fault"),
    [
        (503, QueryFault.SERVER_ERROR),
        (500, QueryFault.SERVER_ERROR),
        (422, QueryFault.REFUSED),
        (404, QueryFault.REFUSED),
        (413, QueryFault.REFUSED),
        (200, QueryFault.GARBAGE),
        (302, QueryFault.GARBAGE),
    ],
)
async def test_every_refusal_is_a_fault_at_once(qualifier_of: Qualifiers, status: int, fault: QueryFault) -> None:
    async with raw_gateway(sending(b"{}", status)) as gateway:
        qualifier = qualifier_of(gateway.url)
        assert await qualifier.bulk.ask(REFERENCE, QUERIES) is fault
    assert len(gateway.requests) == 1


async def test_busy_gateway_is_asked_again(qualifier_of: Qualifiers) -> None:
    async def busy(_: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(http(b"", 503, "Retry-After: 0\r\n") if len(gateway.requests) < 3 else http(answers(ONE)))

    async with raw_gateway(busy) as gateway:
        assert isinstance(await qualifier_of(gateway.url).bulk.ask(REFERENCE, QUERIES), Mapping)


async def test_answers_of_five_hundred_are_not_too_long(qualifier_of: Qualifiers) -> None:
    queries = {str(uuid4()): QUERY for _ in range(500)}
    body = json.dumps(
        {"answers": [NOBODY | {"clientRef": own, "message": "あ" * 200} for own in queries]}, ensure_ascii=True
    ).encode()
    assert len(body) > 600_000
    async with raw_gateway(sending(body)) as gateway:
        found = await qualifier_of(gateway.url).bulk.ask(REFERENCE, queries)
    assert isinstance(found, Mapping)
    assert len(found) == 500


@pytest.mark.parametrize(
    "spoilt",
    [
        pytest.param([NOBODY], id="without a reference"),
        pytest.param([NOBODY | {"clientRef": str(uuid4())}], id="of somebody else"),
        pytest.param([NOBODY | {"clientRef": TWO}, NOBODY | {"clientRef": TWO}], id="twice"),
        pytest.param([{"clientRef": TWO, "segment": "2"}], id="still processed"),
        pytest.param([{"clientRef": TWO, "segment": "1"}], id="incomplete"),
        pytest.param([{"clientRef": TWO, "segment": "1", "status": "1", "validity": "7"}], id="unknown code"),
        pytest.param([None, 1, "x", [], {"clientRef": [TWO]}], id="no answers"),
        pytest.param([], id="missing"),
    ],
)
def test_what_is_not_certainly_ours_is_left_out_and_spoils_no_other(spoilt: list[object]) -> None:
    body = json.dumps({"answers": [NOBODY | {"clientRef": ONE}, *spoilt]}).encode()
    found = read_bulk(body, QUERIES)
    assert {own: answer.validity for own, answer in found.items()} == {ONE: QualificationValidity.NOT_FOUND}


@pytest.mark.parametrize(
    "body", [None, b"", b"[]", b"{}", b'{"answers": {}}', b'{"answers": null}', b"\xff", b"[" * 9999]
)
def test_body_that_is_no_bulk_is_no_answer(body: bytes | None) -> None:
    with pytest.raises(NotAnAnswer):
        read_bulk(body, QUERIES)


async def test_health_of_a_busy_gateway_is_waited_for(qualifier_of: Qualifiers) -> None:
    """429 says that it lives; only its word on the token is not there yet."""

    async def busy(request: Request, writer: asyncio.StreamWriter) -> None:
        if len(gateway.requests) % 2:
            writer.write(http(b"", 429, "Retry-After: 0\r\n"))
        else:
            writer.write(http(json.dumps({"ways": ["number", "bulk"]} if "cap" in request.path else {}).encode()))

    async with raw_gateway(busy) as gateway:
        qualifier = qualifier_of(gateway.url)
        health = await qualifier.health()
    assert (health.fault, health.bulk, health.well, qualifier.state.online) == (None, True, True, True)


async def test_gateway_that_stays_busy_is_not_taken_for_one_that_refuses_the_token(qualifier_of: Qualifiers) -> None:
    async with raw_gateway(sending(b"", 429, "Retry-After: 60\r\n")) as gateway:
        assert (await qualifier_of(gateway.url).health()).fault is QueryFault.TIMED_OUT
