"""The API over a real socket: answers, refusals, keys."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from uuid import uuid4

import httpx
import pytest

from kiosk.gateway.backend import BackendHealth, GatewayWay
from kiosk.gateway.exchanges import MOST_OF_A_TERMINAL, Exchanges
from kiosk.gateway.guard import LARGEST_BODY
from kiosk.gateway.invented_answers import face_answer
from kiosk.gateway.messages import AnswerMessage, QueryMessage
from kiosk.gateway.people import PEOPLE, Behaviour, by_key
from kiosk.gateway.problems import Problem, Refused
from kiosk.gateway.serve import running_gateway
from kiosk.gateway.simulator import Simulator
from tests.gateway.conftest import OTHER_TOKEN, TOKEN, TOKENS, body_of, client_of, put

TARO = by_key("taro")


def problem_of(response: httpx.Response) -> Problem:
    """The problem that a response says, having checked that it is a whole problem document."""
    assert response.headers["content-type"] == "application/problem+json"
    document = response.json()
    (found,) = [problem for problem in Problem if problem.type == document["type"]]
    assert document["status"] == response.status_code == found.status
    assert document["title"] == found.title
    return found


def test_answer_has_the_names_of_oqs(client: httpx.Client) -> None:
    body = body_of(TARO)
    response = put(client, body)
    answer = response.json()
    assert response.status_code == 200
    assert response.headers["cache-control"] == "no-store"
    assert (answer["segment"], answer["status"], answer["validity"]) == ("1", "1", "1")
    assert answer["clientRef"] == body["clientRef"]
    assert answer["referenceClassification"] == "2"
    assert len(answer["processedAt"]) == 14
    (result,) = answer["results"]
    assert result["name"] == TARO.name
    assert result["nameKana"] == "ﾐﾎﾝ ﾀﾛｳ"
    assert result["sex1"] == "1"
    assert result["birthdate"] == "19700102"
    assert result["insurerNumber"] == "06132013"
    assert result["number"] == "１００００１"


def test_national_health_insurance_stands_with_two_spaces(client: httpx.Client) -> None:
    (result,) = put(client, body_of(by_key("hanako"))).json()["results"]
    assert result["insurerNumber"] == "  138057"


@pytest.mark.parametrize("insurer", ["138057", "  138057", "00138057"])
def test_insurer_number_may_be_padded_in_any_way(client: httpx.Client, insurer: str) -> None:
    answer = put(client, body_of(by_key("hanako"), insurerNumber=insurer)).json()
    assert answer["validity"] == "1"


@pytest.mark.parametrize("other", [{"number": "999"}, {"birthdate": "19700103"}, {"insurerNumber": "01130012"}])
def test_unknown_numbers_are_not_found(client: httpx.Client, other: dict[str, str]) -> None:
    answer = put(client, body_of(TARO, **other)).json()
    assert (answer["validity"], answer["results"]) == ("4", [])


def test_symbol_and_branch_may_be_left_out(client: httpx.Client) -> None:
    body = body_of(TARO)
    del body["symbol"], body["branch"]
    assert put(client, body).json()["validity"] == "1"


def test_same_key_gets_the_same_answer(client: httpx.Client) -> None:
    body, key = body_of(TARO), str(uuid4())
    assert put(client, body, key).content == put(client, body, key).content


def test_same_key_for_another_query_is_refused(client: httpx.Client) -> None:
    key = str(uuid4())
    put(client, body_of(TARO), key)
    assert problem_of(put(client, body_of(TARO), key)) is Problem.KEY_REUSED


def test_same_reference_under_another_key_is_refused(client: httpx.Client) -> None:
    body = body_of(TARO)
    put(client, body)
    assert problem_of(put(client, body)) is Problem.KEY_REUSED


def test_processing_tells_where_to_ask_again(client: httpx.Client) -> None:
    body = body_of(by_key("processing-once"))
    response = put(client, body)
    assert response.status_code == 202
    assert response.json() == {"clientRef": body["clientRef"], "segment": "2"}
    assert response.headers["location"] == f"/v1/qualifications/{body['clientRef']}"
    later = client.get(response.headers["location"])
    assert (later.status_code, later.json()["validity"]) == (200, "1")
    assert client.get(response.headers["location"]).content == later.content


def test_processing_for_ever_stays_so(client: httpx.Client) -> None:
    body = body_of(by_key("processing"))
    put(client, body)
    for _ in range(3):
        assert client.get(f"/v1/qualifications/{body['clientRef']}").status_code == 202


def test_another_terminal_cannot_see_a_query(url: str, client: httpx.Client) -> None:
    body = body_of(TARO)
    put(client, body)
    with client_of(url, OTHER_TOKEN) as other:
        assert problem_of(other.get(f"/v1/qualifications/{body['clientRef']}")) is Problem.OTHER_TERMINAL
        assert problem_of(put(other, body)) is Problem.OTHER_TERMINAL


def test_keys_of_two_terminals_do_not_meet(url: str, client: httpx.Client) -> None:
    key = str(uuid4())
    put(client, body_of(TARO), key)
    with client_of(url, OTHER_TOKEN) as other:
        assert put(other, body_of(TARO), key).status_code == 200


def test_unknown_reference_is_not_found(client: httpx.Client) -> None:
    assert problem_of(client.get(f"/v1/qualifications/{uuid4()}")) is Problem.NOT_FOUND


@pytest.mark.parametrize("sent", [None, "canary-token-of-nobody-0000", "", TOKEN + "x", TOKEN[:-1]])
def test_without_a_known_token_nothing_is_answered(url: str, sent: str | None) -> None:
    with client_of(url, sent) as stranger:
        for response in (
            put(stranger, body_of(TARO)),
            stranger.get(f"/v1/qualifications/{uuid4()}"),
            stranger.get("/v1/capabilities"),
            stranger.get("/nowhere"),
        ):
            assert problem_of(response) is Problem.NO_TOKEN
            assert response.headers["www-authenticate"] == "Bearer"


def test_token_with_another_scheme_is_refused(url: str) -> None:
    response = httpx.get(url + "/v1/capabilities", headers={"Authorization": f"Basic {TOKEN}"}, trust_env=False)
    assert problem_of(response) is Problem.NO_TOKEN


@pytest.mark.parametrize(
    ("other", "field"),
    [
        ({"insurerNumber": "06132014"}, "insurerNumber"),
        ({"insurerNumber": "6132013"}, "insurerNumber"),
        ({"birthdate": "19700230"}, "birthdate"),
        ({"birthdate": "1970-1-2"}, "birthdate"),
        ({"confirmationDate": ""}, "confirmationDate"),
        ({"number": ""}, "number"),
        ({"number": "1" * 21}, "number"),
        ({"branch": "1"}, "branch"),
        ({"clientRef": "not-a-uuid"}, "clientRef"),
    ],
)
def test_wrong_field_is_named_without_its_value(client: httpx.Client, other: dict[str, str], field: str) -> None:
    response = put(client, body_of(TARO, **other))
    assert problem_of(response) is Problem.INVALID
    assert response.json()["fields"] == [field]
    assert not [value for value in other.values() if len(value) > 2 and value in response.text]


def test_unknown_key_is_refused_and_not_repeated(client: httpx.Client) -> None:
    response = put(client, body_of(TARO, **{"見本　太郎": "x"}))
    assert problem_of(response) is Problem.INVALID
    assert "見本" not in response.text


def test_number_instead_of_text_is_refused(client: httpx.Client) -> None:
    assert problem_of(put(client, {**body_of(TARO), "number": 100001})) is Problem.INVALID


@pytest.mark.parametrize("content", [b"{", b"\xff\xfe", b"<xml/>"])
def test_body_that_is_not_json_is_a_bad_request(client: httpx.Client, content: bytes) -> None:
    headers = {"Idempotency-Key": str(uuid4()), "Content-Type": "application/json"}
    response = client.post("/v1/qualifications", content=content, headers=headers)
    assert problem_of(response) is Problem.BAD_REQUEST


@pytest.mark.parametrize("content", [b"", b"null", b"[]", b'"text"', b"{}"])
def test_body_that_is_no_query_is_invalid(client: httpx.Client, content: bytes) -> None:
    headers = {"Idempotency-Key": str(uuid4()), "Content-Type": "application/json"}
    assert problem_of(client.post("/v1/qualifications", content=content, headers=headers)) is Problem.INVALID


@pytest.mark.parametrize("key", [None, "short", "k" * 65, "with space in it, long enough"])
def test_query_needs_a_key(client: httpx.Client, key: str | None) -> None:
    headers = {"Idempotency-Key": key} if key else {}
    response = client.post("/v1/qualifications", json=body_of(TARO), headers=headers)
    assert problem_of(response) is Problem.BAD_REQUEST
    assert response.json()["fields"] == ["Idempotency-Key"]


def test_large_body_is_refused(client: httpx.Client) -> None:
    response = client.post("/v1/qualifications", content=b" " * (LARGEST_BODY + 1))
    assert problem_of(response) is Problem.TOO_LARGE


def test_large_body_of_unknown_length_is_refused(client: httpx.Client) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(8):
            yield b" " * 4096

    response = client.post("/v1/qualifications", content=endless(), headers={"Idempotency-Key": str(uuid4())})
    assert problem_of(response) is Problem.TOO_LARGE


def test_wrong_method_and_wrong_address_are_problems(client: httpx.Client) -> None:
    assert problem_of(client.delete("/v1/qualifications")) is Problem.METHOD
    assert problem_of(client.get("/v2/qualifications")) is Problem.NOT_FOUND


def test_backend_down_is_503_and_may_be_asked_again(client: httpx.Client) -> None:
    body, key = body_of(by_key("backend-down")), str(uuid4())
    assert problem_of(put(client, body, key)) is Problem.BACKEND_DOWN
    assert problem_of(put(client, body, key)) is Problem.BACKEND_DOWN


def test_stranger_learns_only_whether_the_gateway_runs(url: str) -> None:
    for token in (None, "canary-token-of-nobody-0000"):
        with client_of(url, token) as stranger:
            assert set(stranger.get("/v1/health").json()) == {"status"}


def test_terminal_learns_how_the_backend_is() -> None:
    with running_gateway(Simulator(), TOKENS) as address, client_of(address) as client:
        fresh = client.get("/v1/health").json()
        put(client, body_of(TARO))
        answered = client.get("/v1/health").json()
        put(client, body_of(by_key("backend-down")))
        down = client.get("/v1/health").json()
    assert fresh == {
        "status": "ok",
        "simulator": True,
        "answering": None,
        "lastAnswerAgeSeconds": None,
        "folderWritable": None,
        "backlog": 0,
    }
    assert (answered["status"], answered["answering"]) == ("ok", True)
    assert 0 <= answered["lastAnswerAgeSeconds"] < 60
    assert (down["status"], down["answering"]) == ("degraded", False)


@pytest.mark.parametrize(
    ("health", "status"),
    [
        (BackendHealth(), "ok"),
        (BackendHealth(answering=True, last_answer_age_seconds=12.5, folder_writable=True, backlog=3), "ok"),
        (BackendHealth(answering=False), "degraded"),
        (BackendHealth(answering=True, folder_writable=False), "degraded"),
    ],
)
def test_health_is_what_the_backend_tells(health: BackendHealth, status: str) -> None:
    class Telling(Failing):
        def health(self) -> BackendHealth:
            return health

    with running_gateway(Telling(), TOKENS) as address, client_of(address) as client:
        told = client.get("/v1/health").json()
    assert told == {
        "status": status,
        "simulator": False,
        "answering": health.answering,
        "lastAnswerAgeSeconds": health.last_answer_age_seconds,
        "folderWritable": health.folder_writable,
        "backlog": health.backlog,
    }


def test_backend_that_tells_nothing_is_well(caplog: pytest.LogCaptureFixture) -> None:
    with running_gateway(Failing(), TOKENS) as address, client_of(address) as client:
        assert client.get("/v1/health").json()["status"] == "ok"


def test_capabilities_say_simulator(client: httpx.Client) -> None:
    assert client.get("/v1/capabilities").json() == {
        "backend": "simulator",
        "simulator": True,
        "ways": ["number", "bulk", "face"],
    }


def test_openapi_describes_every_answer_and_no_page_loads_from_elsewhere(url: str, client: httpx.Client) -> None:
    with client_of(url, None) as stranger:
        document = stranger.get("/openapi.json").json()
    answers = document["paths"]["/v1/qualifications"]["post"]["responses"]
    assert {"200", "202", "400", "401", "403", "409", "413", "422", "503"} <= set(answers)
    properties = document["components"]["schemas"]["QueryMessage"]["properties"]
    assert {"confirmationDate", "insurerNumber", "symbol", "number", "branch", "birthdate", "clientRef"} == set(
        properties
    )
    assert client.get("/docs").status_code == client.get("/redoc").status_code == 404


class Failing:
    """A backend with a bug whose message holds what was asked."""

    name, simulator, ways = "failing", False, (GatewayWay.NUMBER,)

    async def qualify(self, query: QueryMessage, *, again: bool) -> AnswerMessage:
        raise RuntimeError(f"canary {query.number} {query.birthdate} {again}")


def test_bug_in_a_backend_is_a_500_without_personal_data(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG), running_gateway(Failing(), TOKENS) as address, client_of(address) as client:
        response = put(client, body_of(TARO))
    assert problem_of(response) is Problem.INTERNAL
    assert "RuntimeError" in caplog.text
    for canary in ("canary", TARO.insured.number, "19700102"):
        assert canary not in caplog.text + response.text


def test_log_holds_nothing_of_anybody(caplog: pytest.LogCaptureFixture) -> None:
    """Every answer and failure that can be had at once, at the most talkative level."""
    asked = [person for person in PEOPLE if person.behaviour is not Behaviour.SLOW]
    with caplog.at_level(logging.DEBUG), running_gateway(Simulator(), TOKENS) as address, client_of(address) as client:
        for person in asked:
            body = body_of(person)
            try:
                put(client, body)
                client.get(f"/v1/qualifications/{body['clientRef']}")
            except httpx.RemoteProtocolError:
                assert person.behaviour is Behaviour.DROPPED
        put(client, body_of(TARO, birthdate="19991399"))
    gateway_lines = [line for line in caplog.text.splitlines() if "request method=" in line]
    assert len(gateway_lines) >= 2 * len(asked)
    for person in asked:
        for canary in (person.name, person.insured.number, f"{person.birthdate:%Y%m%d}", TOKEN, "19991399"):
            assert canary not in caplog.text


class Slow:
    """A backend that counts, and answers when it is told to."""

    name, simulator, ways = "slow", False, (GatewayWay.NUMBER,)

    def __init__(self) -> None:
        self.asked = 0
        self.go = asyncio.Event()

    async def qualify(self, query: QueryMessage, *, again: bool) -> AnswerMessage:
        self.asked += 1
        await self.go.wait()
        return await Simulator().qualify(query, again=again)


def query_of(**other: str) -> QueryMessage:
    return QueryMessage.model_validate(body_of(TARO, **other))


SingleExchanges = Exchanges[QueryMessage, AnswerMessage]


async def test_two_tries_at_once_ask_the_backend_once() -> None:
    backend = Slow()
    exchange = SingleExchanges().open("k01", "key", query_of())
    async with asyncio.TaskGroup() as both:
        first = both.create_task(exchange.answer(backend.qualify))
        second = both.create_task(exchange.answer(backend.qualify))
        await asyncio.sleep(0)
        backend.go.set()
    assert first.result() is second.result()
    assert backend.asked == 1


async def test_answers_are_erased_after_a_while() -> None:
    exchanges = SingleExchanges(kept_seconds=0.01)
    query = query_of()
    exchanges.open("k01", "key", query)
    async with asyncio.timeout(5):
        while len(exchanges):
            await asyncio.sleep(0.005)
    with pytest.raises(Refused):
        exchanges.find("k01", query.client_ref)


async def test_terminal_gone_wild_cannot_fill_the_memory_nor_shut_out_others() -> None:
    exchanges = SingleExchanges(most_of_a_terminal=2)
    for key in ("1", "2"):
        exchanges.open("k01", key, query_of())
    with pytest.raises(Refused) as refused:
        exchanges.open("k01", "3", query_of())
    assert refused.value.problem is Problem.BUSY
    exchanges.open("k02", "3", query_of())


async def test_older_answers_make_room_for_new_queries() -> None:
    exchanges = SingleExchanges(most_of_a_terminal=2)
    queries = [query_of() for _ in range(4)]
    waiting = exchanges.open("k01", "waiting", queries[0])
    for key, query in enumerate(queries[1:]):
        await exchanges.open("k01", str(key), query).answer(Simulator().qualify)
    assert len(exchanges) == 2
    assert exchanges.find("k01", queries[0].client_ref) is waiting
    with pytest.raises(Refused):
        exchanges.find("k01", queries[1].client_ref)


async def test_building_with_two_hundred_terminals_is_not_too_much() -> None:
    exchanges = SingleExchanges()
    for terminal in range(200):
        for key in range(MOST_OF_A_TERMINAL):
            await exchanges.open(f"k{terminal}", str(key), query_of()).answer(AtOnce().qualify)
    assert len(exchanges) == 200 * MOST_OF_A_TERMINAL


class AtOnce:
    """A backend without any work."""

    name, simulator, ways = "at once", True, (GatewayWay.NUMBER,)
    answer = face_answer(TARO)

    async def qualify(self, query: QueryMessage, *, again: bool) -> AnswerMessage:
        return self.answer if not again else self.answer.model_copy(update={"client_ref": query.client_ref})


def test_messages_show_nothing() -> None:
    query = query_of()
    assert TARO.insured.number not in repr(query) + str(query)
