"""`/v1/face-sessions` over a real socket."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterator
from time import monotonic, sleep
from uuid import uuid4

import httpx
import pytest

from kiosk.gateway.backend import GatewayWay
from kiosk.gateway.faces import api
from kiosk.gateway.faces.api import MOST, FaceDesk
from kiosk.gateway.faces.messages import FaceSessionRequest
from kiosk.gateway.faces.registry import FaceSessions, FaceState
from kiosk.gateway.faces.simulated import SimulatedFaces
from kiosk.gateway.faces.source import Capture
from kiosk.gateway.messages import AnswerMessage, QueryMessage
from kiosk.gateway.people import by_key
from kiosk.gateway.problems import Problem, Refused
from kiosk.gateway.serve import running_gateway
from kiosk.gateway.simulator import Simulator
from tests.gateway.conftest import OTHER_TOKEN, TOKENS, client_of
from tests.gateway.faces.people import TARO, answer, capture

PERSON = by_key("taro")
PATIENCE = 10.0


@pytest.fixture
def simulator() -> Simulator:
    return Simulator()


@pytest.fixture
def url(simulator: Simulator) -> Iterator[str]:
    with running_gateway(simulator, TOKENS) as address:
        yield address


@pytest.fixture
def client(url: str) -> Iterator[httpx.Client]:
    with client_of(url) as http:
        yield http


def body_of(**other: str) -> dict[str, str]:
    asked = {"birthdate": f"{PERSON.birthdate:%Y%m%d}", "kana": PERSON.kana, "clientRef": str(uuid4())}
    return asked | other


def arm(client: httpx.Client, body: object = None, key: str | None = None) -> httpx.Response:
    headers = {"Idempotency-Key": key or str(uuid4())}
    return client.post("/v1/face-sessions", json=body or body_of(), headers=headers)


def until(client: httpx.Client, address: str, is_so: Callable[[dict[str, object]], bool]) -> dict[str, object]:
    """How the session is, as soon as it is so."""
    end = monotonic() + PATIENCE
    while monotonic() < end:
        document: dict[str, object] = client.get(address).json()
        if is_so(document):
            return document
        sleep(0.005)
    raise AssertionError("it never was so")


def ended(document: dict[str, object]) -> bool:
    return document["state"] != "armed"


def problem_of(response: httpx.Response) -> Problem:
    (found,) = [problem for problem in Problem if problem.type == response.json()["type"]]
    assert response.status_code == found.status
    return found


def test_a_session_is_armed_and_matched(client: httpx.Client, simulator: Simulator) -> None:
    body = body_of()
    armed = arm(client, body)
    assert armed.status_code == 201
    assert armed.headers["cache-control"] == "no-store"
    document = armed.json()
    assert document == {"id": document["id"], "clientRef": body["clientRef"], "state": "armed", "answer": None}
    assert armed.headers["location"] == f"/v1/face-sessions/{document['id']}"
    simulator.show_face("taro")
    matched = until(client, armed.headers["location"], ended)
    assert matched["state"] == "matched"
    found = matched["answer"]
    assert isinstance(found, dict)
    assert (found["clientRef"], found["referenceClassification"]) == (body["clientRef"], "1")
    assert [result["name"] for result in found["results"]] == [PERSON.name]
    assert client.get(armed.headers["location"]).json() == matched


def test_a_terminals_next_session_cancels_the_one_before(client: httpx.Client) -> None:
    before, now = (arm(client).headers["location"] for _ in range(2))
    assert (client.get(before).json()["state"], client.get(now).json()["state"]) == ("cancelled", "armed")


def test_cancelling_erases_the_answer_and_may_be_done_twice(client: httpx.Client, simulator: Simulator) -> None:
    address = arm(client).headers["location"]
    simulator.show_face("taro")
    until(client, address, ended)
    for _ in range(2):
        assert client.delete(address).status_code == 204
        document = client.get(address).json()
        assert (document["state"], document["answer"]) == ("cancelled", None)


def test_two_captures_before_a_look_are_ambiguous(client: httpx.Client, simulator: Simulator) -> None:
    address = arm(client).headers["location"]
    for _ in range(2):
        simulator.show_face("taro")
    # The first look may come between the two: then the first one is the session's for good.
    document = until(client, address, ended)
    assert document["state"] in ("ambiguous", "matched")
    assert (document["answer"] is None) is (document["state"] == "ambiguous")


def test_the_same_key_arms_once_and_another_body_is_refused(client: httpx.Client) -> None:
    body, key = body_of(), str(uuid4())
    assert arm(client, body, key).json() == arm(client, body, key).json()
    assert problem_of(arm(client, body_of(), key)) is Problem.KEY_REUSED


def test_another_terminal_can_neither_look_nor_cancel(url: str, client: httpx.Client) -> None:
    address = arm(client).headers["location"]
    with client_of(url, OTHER_TOKEN) as other:
        assert problem_of(other.get(address)) is Problem.OTHER_TERMINAL
        assert problem_of(other.delete(address)) is Problem.OTHER_TERMINAL
    assert client.get(address).json()["state"] == "armed"


def test_what_nobody_armed_is_not_found(client: httpx.Client) -> None:
    assert problem_of(client.get(f"/v1/face-sessions/{uuid4().hex}")) is Problem.NOT_FOUND
    assert problem_of(client.delete(f"/v1/face-sessions/{uuid4().hex}")) is Problem.NOT_FOUND


def test_nothing_without_a_token(url: str) -> None:
    with client_of(url, None) as stranger:
        assert problem_of(arm(stranger)) is Problem.NO_TOKEN
        assert problem_of(stranger.get(f"/v1/face-sessions/{uuid4().hex}")) is Problem.NO_TOKEN


@pytest.mark.parametrize(
    ("other", "field"),
    [
        ({"birthdate": "19700230"}, "birthdate"),
        ({"kana": ""}, "kana"),
        ({"kana": "　・"}, "kana"),
        ({"kana": "ア" * 101}, "kana"),
        ({"clientRef": "x"}, "clientRef"),
    ],
)
def test_wrong_field_is_named_without_its_value(client: httpx.Client, other: dict[str, str], field: str) -> None:
    response = arm(client, body_of(**other))
    assert problem_of(response) is Problem.INVALID
    assert response.json()["fields"] == [field]
    assert "アアア" not in response.text


def test_arming_needs_a_key(client: httpx.Client) -> None:
    assert problem_of(client.post("/v1/face-sessions", json=body_of())) is Problem.BAD_REQUEST


def test_capabilities_name_it_only_where_there_is_a_reader(client: httpx.Client) -> None:
    assert "face" in client.get("/v1/capabilities").json()["ways"]
    with running_gateway(Faceless(), TOKENS) as url, client_of(url) as without:
        assert without.get("/v1/capabilities").json()["ways"] == ["number"]
        assert problem_of(arm(without)) is Problem.NOT_FOUND


class Faceless:
    """A backend without a face reader."""

    name, simulator, ways = "faceless", True, (GatewayWay.NUMBER,)

    async def qualify(self, query: QueryMessage, *, again: bool) -> AnswerMessage:
        return await Simulator().qualify(query, again=again)


def test_the_contract_has_the_operations_and_all_their_answers(client: httpx.Client) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    session = paths["/v1/face-sessions/{session_id}"]
    assert {"201", "400", "401", "404", "409", "413", "422", "503"} <= set(
        paths["/v1/face-sessions"]["post"]["responses"]
    )
    assert {"200", "401", "403", "404", "422"} <= set(session["get"]["responses"])
    assert {"204", "401", "403", "404", "422"} <= set(session["delete"]["responses"])
    assert "/simulator/face/{key}" not in paths


def test_the_log_holds_nothing_of_anybody(caplog: pytest.LogCaptureFixture, simulator: Simulator) -> None:
    with caplog.at_level(logging.DEBUG), running_gateway(simulator, TOKENS) as url, client_of(url) as client:
        address = arm(client).headers["location"]
        simulator.show_face("taro")
        until(client, address, ended)
        client.delete(address)
    for canary in (PERSON.name, PERSON.kana, "ﾐﾎﾝ", "19700102"):
        assert canary not in caplog.text


def test_people_come_on_command_over_http(client: httpx.Client) -> None:
    address = arm(client).headers["location"]
    assert client.post("/simulator/face/taro").status_code == 204
    assert until(client, address, ended)["state"] == "matched"
    assert problem_of(client.post("/simulator/face/nobody")) is Problem.NOT_FOUND
    assert problem_of(client.post("/simulator/face/backend-down")) is Problem.BACKEND_DOWN


@pytest.mark.parametrize("key", ["backend-down", "processing", "html"])
def test_with_some_people_the_simulator_brings_nothing(simulator: Simulator, key: str) -> None:
    assert not simulator.show_face(key)


async def desk_with(source: SimulatedFaces) -> tuple[FaceDesk, str]:
    desk = FaceDesk(source)
    return desk, desk.arm("k01", "key", request_of()).id


def request_of() -> FaceSessionRequest:
    return FaceSessionRequest(birthdate=TARO.birthdate, kana=TARO.kana, client_ref=str(uuid4()))


async def until_state(desk: FaceDesk, session_id: str, state: FaceState) -> None:
    session = desk.find("k01", session_id)
    async with asyncio.timeout(PATIENCE):
        while desk.sessions.state(session) is not state:
            await asyncio.sleep(0.001)


async def test_what_came_before_the_first_arming_is_nobodys() -> None:
    source = SimulatedFaces()
    source.show(answer(TARO.result))
    desk, session_id = await desk_with(source)
    source.show(answer(TARO.result))
    await until_state(desk, session_id, FaceState.MATCHED)


class Unsteady:
    """A source that breaks before it brings somebody."""

    reader = "1"

    def __init__(self) -> None:
        self.tries = 0

    async def captures(self) -> AsyncIterator[Capture]:
        self.tries += 1
        if self.tries < 3:
            raise OSError("canary")
        yield capture(monotonic(), TARO)
        await asyncio.Event().wait()


async def test_a_source_that_breaks_is_opened_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(api, "AGAIN_SECONDS", 0.001)
    desk = FaceDesk(Unsteady())
    session = desk.arm("k01", "key", request_of())
    await until_state(desk, session.id, FaceState.MATCHED)
    assert "OSError" in caplog.text
    assert "canary" not in caplog.text


async def test_a_session_is_kept_as_long_as_its_terminal_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was to be erased while it was looked at is erased when nobody looks any more."""
    monkeypatch.setattr(api, "KEPT_SECONDS", 0.0)
    now = 0.0
    desk = FaceDesk(SimulatedFaces(), FaceSessions(lambda: now, seconds=0.01))
    session = desk.arm("k01", "key", request_of())
    for _ in range(3):
        now += 0.009
        await asyncio.sleep(0.02)  # by now it would have been erased
        assert desk.message(desk.find("k01", session.id)).state is FaceState.ARMED
    now += 0.02
    async with asyncio.timeout(PATIENCE):
        while len(desk.sessions):
            await asyncio.sleep(0.001)
    await desk.aclose()


async def test_sessions_are_erased_after_a_while_and_cannot_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = FaceDesk(SimulatedFaces(), FaceSessions(monotonic))
    for place in range(MOST):
        desk.arm(f"k{place}", "key", request_of())
    with pytest.raises(Refused) as refused:
        desk.arm("k01", "another", request_of())
    assert refused.value.problem is Problem.BUSY
    monkeypatch.setattr(api, "KEPT_SECONDS", 0.0)
    short = FaceDesk(SimulatedFaces(), FaceSessions(monotonic, seconds=0.01))
    session = short.arm("k01", "key", request_of())
    async with asyncio.timeout(PATIENCE):
        while len(short.sessions):
            await asyncio.sleep(0.001)
    with pytest.raises(Refused) as gone:
        short.find("k01", session.id)
    assert gone.value.problem is Problem.NOT_FOUND
