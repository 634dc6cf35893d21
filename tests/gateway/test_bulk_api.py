"""`/v1/bulk-qualifications` over a real socket: answers, refusals, keys, limits."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from uuid import uuid4

import httpx
import pytest

from kiosk.gateway.backend import BackendAway, BackendDown, GatewayWay, StillProcessing
from kiosk.gateway.bulk import api as bulk_api
from kiosk.gateway.bulk.messages import LARGEST_BULK, MOST_QUERIES, BulkAnswerMessage, BulkQueryMessage
from kiosk.gateway.messages import AnswerMessage, QueryMessage
from kiosk.gateway.people import PEOPLE, Behaviour, InventedPerson, by_key
from kiosk.gateway.problems import Problem
from kiosk.gateway.serve import running_gateway
from kiosk.gateway.simulator import Simulator
from tests.gateway.conftest import OTHER_TOKEN, TOKENS, body_of, client_of
from tests.gateway.test_api import problem_of

TARO, HANAKO = by_key("taro"), by_key("hanako")
ADDRESS = "/v1/bulk-qualifications"


def bulk_of(*people: InventedPerson, **other: object) -> dict[str, object]:
    """A new one about these people."""
    return {
        "clientRef": str(uuid4()),
        "confirmationDate": "20260701",
        "queries": [one(person) for person in people],
    } | other


def one(person: InventedPerson = TARO, **other: str) -> dict[str, str]:
    query = body_of(person, **other)
    del query["confirmationDate"]
    return query


def put(client: httpx.Client, body: object, key: str | None = None) -> httpx.Response:
    return client.post(ADDRESS, json=body, headers={"Idempotency-Key": key or str(uuid4())})


def look(client: httpx.Client, body: dict[str, object]) -> httpx.Response:
    return client.get(f"{ADDRESS}/{body['clientRef']}")


def test_everybody_is_answered_after_a_while(client: httpx.Client) -> None:
    body = bulk_of(*PEOPLE)
    later = put(client, body)
    assert (later.status_code, later.headers["location"]) == (202, f"{ADDRESS}/{body['clientRef']}")
    assert int(later.headers["retry-after"]) >= 1
    assert later.json() == {"clientRef": body["clientRef"], "segment": "2", "queries": len(PEOPLE)}
    whole = client.get(later.headers["location"])
    assert (whole.status_code, whole.headers["cache-control"]) == (200, "no-store")
    found = whole.json()
    references = [query["clientRef"] for query in body["queries"]]  # type: ignore[attr-defined]  # a list
    answered = {answer["clientRef"]: answer for answer in found["answers"]}
    assert found["clientRef"] == body["clientRef"]
    assert [reference for reference in references if reference in answered] == list(answered)
    assert [reference for reference in references if reference not in answered] == found["unanswered"]
    for reference, person in zip(references, PEOPLE, strict=True):
        if person.behaviour is Behaviour.VALID:
            assert answered[reference]["results"][0]["name"] == person.name
        if person.behaviour is Behaviour.BACKEND_DOWN:
            assert reference in found["unanswered"]
    assert look(client, body).json() == found


def test_same_key_is_the_same_bulk(client: httpx.Client) -> None:
    body, key = bulk_of(TARO), str(uuid4())
    assert put(client, body, key).status_code == 202
    first = put(client, body, key)
    assert (first.status_code, put(client, body, key).json()) == (200, first.json())
    assert problem_of(put(client, bulk_of(HANAKO), key)) is Problem.KEY_REUSED
    assert problem_of(put(client, body)) is Problem.KEY_REUSED


def test_another_terminal_cannot_see_it(url: str, client: httpx.Client) -> None:
    body = bulk_of(TARO)
    put(client, body)
    with client_of(url, OTHER_TOKEN) as other:
        assert problem_of(look(other, body)) is Problem.OTHER_TERMINAL
        assert problem_of(put(other, body)) is Problem.OTHER_TERMINAL
    with client_of(url, None) as stranger:
        assert problem_of(look(stranger, body)) is Problem.NO_TOKEN
        assert problem_of(put(stranger, body)) is Problem.NO_TOKEN


def test_single_and_bulk_do_not_meet(client: httpx.Client) -> None:
    """Neither by key nor by reference, and nobody within a bulk can be asked for at the single one's address."""
    body, key = bulk_of(TARO), str(uuid4())
    put(client, body, key)
    single = body_of(TARO)
    assert client.post("/v1/qualifications", json=single, headers={"Idempotency-Key": key}).status_code == 200
    for reference in (body["clientRef"], body["queries"][0]["clientRef"]):  # type: ignore[index]  # a list of dicts
        assert problem_of(client.get(f"/v1/qualifications/{reference}")) is Problem.NOT_FOUND
    assert problem_of(client.get(f"{ADDRESS}/{single['clientRef']}")) is Problem.NOT_FOUND


def test_two_queries_with_one_reference_are_refused(client: httpx.Client) -> None:
    reference = str(uuid4())
    body = bulk_of(queries=[one(TARO, clientRef=reference), one(HANAKO, clientRef=reference)])
    assert problem_of(put(client, body)) is Problem.KEY_REUSED


@pytest.mark.parametrize(
    ("other", "field"),
    [
        ({"queries": []}, "queries"),
        ({"queries": [one()] * (MOST_QUERIES + 1)}, "queries"),
        ({"confirmationDate": "20260231"}, "confirmationDate"),
        ({"queries": [one(), one(insurerNumber="06132014")]}, "insurerNumber"),
        ({"clientRef": "x"}, "clientRef"),
    ],
)
def test_wrong_field_is_named_without_its_value(client: httpx.Client, other: dict[str, object], field: str) -> None:
    response = put(client, bulk_of(TARO) | other)
    assert problem_of(response) is Problem.INVALID
    assert field in response.json()["fields"]
    assert TARO.insured.number not in response.text


def test_largest_bulk_passes_even_when_all_signs_are_escapes(client: httpx.Client) -> None:
    queries = [one(symbol="𠮟" * 20, number=f"{place:03d}" + "𠮟" * 17) for place in range(MOST_QUERIES)]
    body = bulk_of(queries=queries)
    octets = json.dumps(body, ensure_ascii=True).encode()
    assert len(octets) < LARGEST_BULK
    headers = {"Idempotency-Key": str(uuid4()), "Content-Type": "application/json"}
    assert client.post(ADDRESS, content=octets, headers=headers).status_code == 202


def test_body_above_the_limit_is_refused_here_and_one_below_it_elsewhere(client: httpx.Client) -> None:
    headers = {"Idempotency-Key": str(uuid4()), "Content-Type": "application/json"}
    assert problem_of(client.post(ADDRESS, content=b" " * (LARGEST_BULK + 1), headers=headers)) is Problem.TOO_LARGE

    def unannounced() -> Iterator[bytes]:
        for _ in range(LARGEST_BULK // 1024 + 1):
            yield b" " * 1024

    assert problem_of(client.post(ADDRESS, content=unannounced(), headers=headers)) is Problem.TOO_LARGE
    single = client.post("/v1/qualifications", content=b" " * 20_000, headers=headers)
    assert problem_of(single) is Problem.TOO_LARGE


class Failing:
    """A backend whose 一括照会 fails as a test wants."""

    name, simulator, ways = "failing", True, (GatewayWay.NUMBER, GatewayWay.BULK)

    def __init__(self) -> None:
        self.failure: Exception = StillProcessing()
        self.again: list[bool] = []

    async def qualify(self, query: QueryMessage, *, again: bool) -> AnswerMessage:
        return await Simulator().qualify(query, again=again)

    async def qualify_bulk(self, query: BulkQueryMessage, *, again: bool) -> BulkAnswerMessage:
        self.again.append(again)
        assert len(query.queries) == 1
        raise self.failure


def test_backend_is_told_when_it_was_asked_before() -> None:
    backend = Failing()
    with running_gateway(backend, TOKENS) as url, client_of(url) as client:
        body = bulk_of(TARO)
        assert put(client, body).status_code == 202
        assert look(client, body).status_code == 202
        backend.failure = BackendDown()
        assert problem_of(look(client, body)) is Problem.BACKEND_DOWN
    assert backend.again == [False, True, True]


def test_way_that_is_broken_just_now_is_no_refusal_of_the_bulk() -> None:
    backend = Failing()
    backend.failure = BackendAway()
    with running_gateway(backend, TOKENS) as url, client_of(url) as client:
        body = bulk_of(TARO)
        for away in (put(client, body), look(client, body)):
            assert problem_of(away) is Problem.BACKEND_AWAY
            assert int(away.headers["retry-after"]) >= 1
        backend.failure = BackendDown()
        assert "retry-after" not in look(client, body).headers
    assert backend.again == [False] * 3


def test_terminal_gone_wild_has_few_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk_api, "MOST_OF_A_TERMINAL", 2)
    with running_gateway(Failing(), TOKENS) as url, client_of(url) as client, client_of(url, OTHER_TOKEN) as other:
        assert [put(client, bulk_of(TARO)).status_code for _ in range(2)] == [202, 202]
        refused = put(client, bulk_of(TARO))
        assert problem_of(refused) is Problem.BUSY
        assert refused.headers["retry-after"] == "1"
        assert put(other, bulk_of(TARO)).status_code == 202


class Singly:
    """A backend that cannot do it."""

    name, simulator, ways = "singly", True, (GatewayWay.NUMBER,)

    async def qualify(self, query: QueryMessage, *, again: bool) -> AnswerMessage:
        return await Simulator().qualify(query, again=again)


def test_capabilities_name_it_only_where_it_can_be_done(client: httpx.Client) -> None:
    assert "bulk" in client.get("/v1/capabilities").json()["ways"]
    with running_gateway(Singly(), TOKENS) as url, client_of(url) as without:
        assert without.get("/v1/capabilities").json()["ways"] == ["number"]
        body = bulk_of(TARO)
        assert problem_of(put(without, body)) is Problem.NOT_FOUND
        assert problem_of(look(without, body)) is Problem.NOT_FOUND


def test_log_holds_nothing_of_anybody(caplog: pytest.LogCaptureFixture) -> None:
    body = bulk_of(TARO, HANAKO)
    with caplog.at_level(logging.DEBUG), running_gateway(Simulator(), TOKENS) as url, client_of(url) as client:
        put(client, body)
        look(client, body)
        put(client, body | {"confirmationDate": TARO.name})
    ours = "".join(record.getMessage() for record in caplog.records if record.name.startswith("kiosk"))
    assert "status=202" in ours
    for canary in (TARO.name, TARO.insured.number, "19700102", TARO.insurer.digits, str(body["clientRef"])):
        assert canary not in ours


def test_messages_show_nothing() -> None:
    message = BulkQueryMessage.model_validate(bulk_of(TARO))
    assert TARO.insured.number not in repr(message) + str(message)
    assert [query.confirmation_date for query in message.each] == ["20260701"]
    assert QueryMessage.model_validate(message.each[0].model_dump()) == message.each[0]
