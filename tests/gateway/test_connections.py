"""Connections that are slow, cut, or too many: each ends, and the service goes on."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from uuid import uuid4

import httpx
import pytest

from kiosk.gateway.backend import BackendDown, BackendFailure, GatewayWay, StillProcessing
from kiosk.gateway.exchanges import Exchange
from kiosk.gateway.limits import Limits
from kiosk.gateway.messages import AnswerMessage, QueryMessage
from kiosk.gateway.people import by_key
from kiosk.gateway.serve import running_gateway
from kiosk.gateway.simulator import Simulator
from tests.gateway.conftest import TOKEN, TOKENS, body_of, client_of, put

TARO = by_key("taro")
PATIENCE = 10.0
HASTY = Limits(body_seconds=0.2, request_seconds=0.5)


class Counting:
    """A backend that counts who reaches it, and answers when it is told to."""

    name, simulator, ways = "counting", True, (GatewayWay.NUMBER,)

    def __init__(self, failure: BackendFailure | None = None) -> None:
        self.asked = 0
        self.failure = failure
        self.delay = 0.0

    async def qualify(self, query: QueryMessage, *, again: bool) -> AnswerMessage:
        self.asked += 1
        await asyncio.sleep(self.delay)
        if self.failure:
            raise self.failure
        return await Simulator().qualify(query, again=again)


@contextmanager
def connected(url: str) -> Iterator[socket.socket]:
    host, port = url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=PATIENCE) as connection:
        yield connection


def head(length: int, token: str = TOKEN, more: str = "") -> bytes:
    return (
        f"POST /v1/qualifications HTTP/1.1\r\nHost: gateway\r\nAuthorization: Bearer {token}\r\n"
        f"Idempotency-Key: {uuid4()}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n{more}\r\n"
    ).encode()


def everything(connection: socket.socket) -> bytes:
    """What comes until the gateway closes."""
    received = b""
    try:
        while part := connection.recv(65536):
            received += part
    except ConnectionResetError:
        pass
    return received


def still_serves(url: str) -> bool:
    """Whether a quick request is answered; on a machine that stalls the first ones may come too slowly for HASTY."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        with client_of(url) as client, suppress(httpx.TransportError):
            if put(client, body_of(TARO)).status_code == 200:
                return True
    return False


@pytest.mark.parametrize("sent", [b"", b"P", b"POST /v1/qualifications HTTP/1.1\r\nHost: gateway\r\nX-Slow: "])
def test_head_that_never_ends_is_closed(sent: bytes) -> None:
    with running_gateway(Simulator(), TOKENS, limits=HASTY) as url, connected(url) as connection:
        connection.sendall(sent)
        assert everything(connection) == b""
        assert still_serves(url)


def test_head_that_comes_byte_by_byte_is_closed_all_the_same() -> None:
    """Each byte is in time; the whole is not."""
    with running_gateway(Simulator(), TOKENS, limits=HASTY) as url:
        with connected(url) as connection, pytest.raises(ConnectionError):
            trickle(connection)
        assert still_serves(url)


def trickle(connection: socket.socket) -> None:
    """Send a request line that never ends, until the gateway closes. Raises ConnectionError."""
    connection.settimeout(0.02)
    for _ in range(2000):
        connection.sendall(b"G")
        try:
            if not connection.recv(1):
                raise ConnectionResetError
        except TimeoutError:
            continue


def test_body_that_does_not_come_is_refused_and_closed() -> None:
    backend = Counting()
    with running_gateway(backend, TOKENS, limits=HASTY) as url, connected(url) as connection:
        connection.sendall(head(300) + b'{"clientRef":')
        answer = everything(connection)
        assert answer.startswith(b"HTTP/1.1 408 ")
        assert b"urn:kenshin-kiosk:problem:too-slow" in answer
        assert backend.asked == 0
        assert still_serves(url)


def test_early_refusal_does_not_let_the_body_trickle_for_ever() -> None:
    with running_gateway(Simulator(), TOKENS, limits=HASTY) as url, connected(url) as connection:
        connection.sendall(head(300, token="nobody-knows-this-token") + b"{")
        assert everything(connection).startswith(b"HTTP/1.1 401 ")


@pytest.mark.parametrize("kept", [0, 1, 40])
def test_body_cut_in_the_middle_reaches_no_backend(kept: int, caplog: pytest.LogCaptureFixture) -> None:
    backend = Counting()
    body = json.dumps(body_of(TARO)).encode()
    with caplog.at_level(logging.DEBUG), running_gateway(backend, TOKENS) as url:
        with connected(url) as connection:
            connection.sendall(head(len(body)) + body[:kept])
        assert still_serves(url)
    assert backend.asked == 1
    assert "Traceback" not in caplog.text
    assert TARO.insured.number not in caplog.text


def test_idle_connection_stays_between_two_requests() -> None:
    """The deadline is for receiving: a terminal with nobody in front of it keeps its connection."""
    with running_gateway(Simulator(), TOKENS, limits=HASTY) as url, connected(url) as connection:
        for pause in (1.0, 0.0):
            body = json.dumps(body_of(TARO)).encode()
            connection.sendall(head(len(body)) + body)
            received = b""
            while not received.endswith(b"]}"):
                received += connection.recv(65536)
            assert received.startswith(b"HTTP/1.1 200 ")
            connection.settimeout(pause or PATIENCE)
            if pause:
                with pytest.raises(TimeoutError):
                    connection.recv(1)


def test_slow_answer_is_not_a_slow_request() -> None:
    backend = Counting()
    backend.delay = 1.0
    with running_gateway(backend, TOKENS, limits=HASTY) as url:
        assert still_serves(url)


def test_one_address_holds_no_more_than_its_share_of_connections() -> None:
    limits = Limits(connections=10, connections_per_address=3)
    with running_gateway(Simulator(), TOKENS, limits=limits) as url:
        with connected(url) as one, connected(url) as two, connected(url), connected(url) as fourth:
            assert everything(fourth) == b""
            for connection in (one, two):
                connection.sendall(b"GET /v1/health HTTP/1.1\r\nHost: gateway\r\n\r\n")
                assert connection.recv(65536).startswith(b"HTTP/1.1 200 ")
        assert still_serves(url)


def test_no_more_connections_than_allowed_altogether() -> None:
    with running_gateway(Simulator(), TOKENS, limits=Limits(connections=2)) as url:
        with connected(url), connected(url), connected(url) as third:
            assert everything(third) == b""
        assert still_serves(url)


async def ask(url: str, key: str, body: bytes) -> bytes:
    host, port = url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    request = head(len(body)).replace(b"Idempotency-Key: ", b"X-Other: ", 1)
    writer.write(request.replace(b"X-Other", f"Idempotency-Key: {key}\r\nX-Other".encode(), 1) + body)
    answer = await reader.readuntil(b"}")
    writer.close()
    return answer


async def test_hundred_requests_with_one_key_ask_the_backend_once() -> None:
    backend = Counting()
    backend.delay = 0.5
    body, key = json.dumps(body_of(TARO)).encode(), str(uuid4())
    with running_gateway(backend, TOKENS) as url:
        answers = await asyncio.gather(*(ask(url, key, body) for _ in range(100)))
    assert {answer.split()[1] for answer in answers} == {b"200"}
    assert backend.asked == 1


@pytest.mark.parametrize("failure", [StillProcessing(), BackendDown()])
async def test_hundred_that_wait_share_a_failure_and_the_next_asks_again(failure: BackendFailure) -> None:
    backend = Counting(failure)
    exchange: Exchange[QueryMessage, AnswerMessage] = Exchange("k01", "key", QueryMessage.model_validate(body_of(TARO)))
    outcomes = await asyncio.gather(*(exchange.answer(backend.qualify) for _ in range(100)), return_exceptions=True)
    assert {id(outcome) for outcome in outcomes} == {id(failure)}
    assert backend.asked == 1
    backend.failure = None
    assert (await exchange.answer(backend.qualify)).client_ref == exchange.query.client_ref
    assert backend.asked == 2


async def test_terminal_that_hangs_up_does_not_lose_the_answer() -> None:
    backend = Counting()
    backend.delay = 0.3
    body, key = json.dumps(body_of(TARO)).encode(), str(uuid4())
    with running_gateway(backend, TOKENS) as url:
        with connected(url) as connection:
            connection.sendall(
                head(len(body)).replace(b"Idempotency-Key: ", f"Idempotency-Key: {key}\r\nX: ".encode()) + body
            )
            while not backend.asked:
                await asyncio.sleep(0.005)
        answer = await ask(url, key, body)
    assert answer.split()[1] == b"200"
    assert backend.asked == 1


async def test_failure_that_nobody_waits_for_is_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    class Personal:
        name, simulator, ways = "personal", True, (GatewayWay.NUMBER,)

        async def qualify(self, query: QueryMessage, *, again: bool) -> AnswerMessage:
            raise RuntimeError(f"canary {query.number} {again}")

    exchange: Exchange[QueryMessage, AnswerMessage] = Exchange("k01", "key", QueryMessage.model_validate(body_of(TARO)))
    with caplog.at_level(logging.DEBUG):
        with pytest.raises(RuntimeError):
            await exchange.answer(Personal().qualify)
        del exchange
        await asyncio.sleep(0)
    assert "canary" not in caplog.text
