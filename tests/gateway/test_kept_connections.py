"""A connection that is kept: its later requests have the same limits as the first, and the log says as little."""

from __future__ import annotations

import json
import logging
import socket

import pytest

from kiosk.gateway.limits import Limits
from kiosk.gateway.serve import running_gateway
from kiosk.gateway.simulator import Simulator
from tests.gateway.conftest import TOKEN, TOKENS, body_of, client_of
from tests.gateway.test_connections import HASTY, TARO, connected, everything, head, still_serves, trickle


def answer_on(connection: socket.socket) -> bytes:
    body = json.dumps(body_of(TARO)).encode()
    connection.sendall(head(len(body)) + body)
    received = b""
    while not received.endswith(b"]}"):
        received += connection.recv(65536)
    return received


def test_second_head_that_never_ends_is_closed() -> None:
    with running_gateway(Simulator(), TOKENS, limits=HASTY) as url, connected(url) as connection:
        assert answer_on(connection).startswith(b"HTTP/1.1 200 ")
        connection.sendall(b"POST /v1/qualifications HTTP/1.1\r\nX-Slow: ")
        assert everything(connection) == b""
        assert still_serves(url)


def test_second_head_that_comes_byte_by_byte_is_closed_all_the_same() -> None:
    with running_gateway(Simulator(), TOKENS, limits=HASTY) as url:
        with connected(url) as connection:
            answer_on(connection)
            with pytest.raises(ConnectionError):
                trickle(connection)
        assert still_serves(url)


def test_body_that_is_announced_too_large_is_refused_before_it_comes() -> None:
    patient = Limits(body_seconds=1000, request_seconds=1000)
    with running_gateway(Simulator(), TOKENS, limits=patient) as url, connected(url) as connection:
        connection.sendall(head(1_000_000))
        assert connection.recv(65536).startswith(b"HTTP/1.1 413 ")


def test_address_with_something_personal_in_it_is_in_no_log(caplog: pytest.LogCaptureFixture) -> None:
    """The API has no such address; who builds a terminal may still make that mistake."""
    with caplog.at_level(logging.DEBUG), running_gateway(Simulator(), TOKENS) as url, client_of(url) as client:
        answers = [
            client.get("/v1/qualifications", params={"number": "canary-100001"}),
            client.get("/v1/qualifications/canary-19700102"),
            client.get("/v1/face-sessions/canary-19700102"),
            client.get("/canary/見本"),
            client.post("/v1/qualifications?name=canary", json=body_of(TARO), headers={"X-Name": "canary"}),
        ]
    assert {answer.status_code for answer in answers} <= {400, 404, 405, 422}
    assert "canary" not in "".join(answer.text for answer in answers)
    lines = [line for line in caplog.text.splitlines() if "httpx" not in line and "httpcore" not in line]
    gateway = [line for line in lines if "request method=" in line]
    assert len(gateway) == len(answers)
    for canary in ("canary", "見本", "%E8%A6%8B", TOKEN):
        assert canary not in "\n".join(lines)
