"""Every way in which a gateway can be broken has its fault, within the deadline, without an exception."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.checkin.insurance import QualificationAnswer, SegmentOfResult
from kiosk.checkin.outcome import QueryFault
from kiosk.qualifier.client import Health
from tests.qualifier.conftest import QUERY, TOKEN, Qualifiers
from tests.qualifier.raw import Answering, Request, http, raw_gateway, sending
from tests.qualifier.test_answers import ANSWER

JSON = "Content-Type: application/json\r\n"


def whole(request: Request, **other: object) -> bytes:
    return json.dumps(ANSWER | {"clientRef": request.reference} | other).encode()


@pytest.mark.parametrize(
    ("answering", "fault"),
    [
        (sending(b"<html>maintenance</html>", headers="Content-Type: text/html\r\n"), QueryFault.GARBAGE),
        (sending(b""), QueryFault.GARBAGE),
        (sending(b"{"), QueryFault.GARBAGE),
        (sending(b"{}"), QueryFault.GARBAGE),
        (sending(b"[" + b" " * 5_000_000 + b"]"), QueryFault.GARBAGE),
        (sending(json.dumps(ANSWER).encode()), QueryFault.GARBAGE),
        (sending(b"\x1f\x8b", headers=JSON + "Content-Encoding: gzip\r\n"), QueryFault.GARBAGE),
        (sending(b"", 204), QueryFault.GARBAGE),
        (sending(b"", 301, "Location: http://192.0.2.1/\r\n"), QueryFault.GARBAGE),
        (sending(b"", 307, "Location: /elsewhere\r\n"), QueryFault.GARBAGE),
        *((sending(b"no", status), QueryFault.REFUSED) for status in (400, 401, 403, 404, 409, 413, 418, 422)),
        *((sending(b"no", status), QueryFault.SERVER_ERROR) for status in (500, 502, 503, 504, 599)),
        (sending(b"x" * 5_000_000, 500), QueryFault.SERVER_ERROR),
        (sending(b"x" * 5_000_000, 401), QueryFault.REFUSED),
    ],
)
async def test_broken_answer_has_its_fault(qualifier_of: Qualifiers, answering: Answering, fault: QueryFault) -> None:
    async with raw_gateway(answering) as gateway:
        assert await qualifier_of(gateway.url).query(QUERY) is fault
        assert len(gateway.requests) == 1


@pytest.mark.parametrize(("status", "again"), [(429, "0"), (503, "0"), (429, "00")])
async def test_busy_gateway_is_asked_again_with_the_same_key(qualifier_of: Qualifiers, status: int, again: str) -> None:
    async def busy_twice(request: Request, writer: asyncio.StreamWriter) -> None:
        if len(gateway.requests) < 3:
            writer.write(http(b"", status, f"Retry-After: {again}\r\n"))
        else:
            writer.write(http(whole(request)))

    async with raw_gateway(busy_twice) as gateway:
        assert isinstance(await qualifier_of(gateway.url).query(QUERY), QualificationAnswer)
    assert len({request.headers["idempotency-key"] for request in gateway.requests}) == 1
    assert len({request.body for request in gateway.requests}) == 1


async def test_gateway_that_is_busy_while_a_query_is_processed_is_polled_again(qualifier_of: Qualifiers) -> None:
    async def processing_then_busy(request: Request, writer: asyncio.StreamWriter) -> None:
        answers = {1: http(b'{"segment": "2"}', 202), 2: http(b"", 429, "Retry-After: 0\r\n")}
        writer.write(answers.get(len(gateway.requests), http(whole(request))))

    async with raw_gateway(processing_then_busy) as gateway:
        assert isinstance(await qualifier_of(gateway.url).query(QUERY), QualificationAnswer)
    assert [request.method for request in gateway.requests] == ["POST", "GET", "GET"]


@pytest.mark.parametrize("headers", ["Retry-After: 9999\r\n", "Retry-After: 1\r\n", ""])
async def test_gateway_busy_beyond_the_deadline_is_given_up_at_once(qualifier_of: Qualifiers, headers: str) -> None:
    async with raw_gateway(sending(b"", 429, headers)) as gateway:
        assert await qualifier_of(gateway.url, deadline=0.9).query(QUERY) is QueryFault.TIMED_OUT
    assert len(gateway.requests) == 1


@pytest.mark.parametrize("unreadable", ["soon", "-1", "1.5", "Wed, 21 Oct 2026 07:28:00 GMT", "9" * 400])
async def test_unavailable_gateway_without_a_readable_time_is_a_server_error(
    qualifier_of: Qualifiers, unreadable: str
) -> None:
    async with raw_gateway(sending(b"", 503, f"Retry-After: {unreadable}\r\n")) as gateway:
        assert await qualifier_of(gateway.url).query(QUERY) is QueryFault.SERVER_ERROR


async def test_redirect_is_not_followed(qualifier_of: Qualifiers) -> None:
    async with (
        raw_gateway(sending(b"{}")) as elsewhere,
        raw_gateway(sending(b"", 302, f"Location: {elsewhere.url}\r\n")) as gateway,
    ):
        await qualifier_of(gateway.url).query(QUERY)
        assert not elsewhere.requests


async def test_five_megabytes_are_cut_early(qualifier_of: Qualifiers) -> None:
    sent = 0

    async def endless(_: Request, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 500000000\r\n\r\n")
        while True:
            writer.write(b" " * 65536)
            await writer.drain()
            sent += 65536

    async with raw_gateway(endless) as gateway:
        assert await qualifier_of(gateway.url).query(QUERY) is QueryFault.GARBAGE
    assert sent < 20_000_000


async def test_nothing_listens(qualifier_of: Qualifiers) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    qualifier = qualifier_of(f"http://127.0.0.1:{port}")
    assert await qualifier.query(QUERY) is QueryFault.UNREACHABLE
    assert await qualifier.health() == Health(QueryFault.UNREACHABLE)


async def test_line_that_breaks_twice_is_unreachable_and_was_tried_with_one_key(qualifier_of: Qualifiers) -> None:
    async def drop(_: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"seg')
        await writer.drain()
        writer.close()

    async with raw_gateway(drop) as gateway:
        assert await qualifier_of(gateway.url).query(QUERY) is QueryFault.UNREACHABLE
    assert len(gateway.requests) == 2
    assert len({request.headers["idempotency-key"] for request in gateway.requests}) == 1
    assert len({request.body for request in gateway.requests}) == 1


async def test_line_that_breaks_once_is_mended(qualifier_of: Qualifiers) -> None:
    async def drop_first(request: Request, writer: asyncio.StreamWriter) -> None:
        if len(gateway.requests) == 1:
            writer.close()
        else:
            writer.write(http(whole(request)))

    async with raw_gateway(drop_first) as gateway:
        answer = await qualifier_of(gateway.url).query(QUERY)
        assert isinstance(answer, QualificationAnswer)


async def test_gateway_restarted_between_two_queries_costs_nothing(qualifier_of: Qualifiers) -> None:
    """The kept connection is dead then, and the query must not be."""

    async def answer_and_hang_up(request: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(http(whole(request)))
        await writer.drain()
        writer.close()

    async with raw_gateway(answer_and_hang_up) as gateway:
        qualifier = qualifier_of(gateway.url)
        for _ in range(3):
            assert isinstance(await qualifier.query(QUERY), QualificationAnswer)


async def test_gateway_that_speaks_no_http_is_unreachable(qualifier_of: Qualifiers) -> None:
    async def noise(_: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.example ESMTP\r\n")
        await writer.drain()
        writer.close()

    async with raw_gateway(noise) as gateway:
        assert await qualifier_of(gateway.url).query(QUERY) is QueryFault.UNREACHABLE


async def never(_: Request, writer: asyncio.StreamWriter) -> None:
    await asyncio.Event().wait()


async def trickle(_: Request, writer: asyncio.StreamWriter) -> None:
    """One byte at a time: each read succeeds, the whole never does."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    while True:
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.005)


@pytest.mark.parametrize("answering", [never, trickle])
async def test_deadline_is_kept_over_everything(qualifier_of: Qualifiers, answering: Answering) -> None:
    async with raw_gateway(answering) as gateway:
        qualifier = qualifier_of(gateway.url, deadline=0.2)
        await qualifier._line._client()
        began = time.monotonic()
        assert await qualifier.query(QUERY) is QueryFault.TIMED_OUT
        assert time.monotonic() - began < 10


async def test_processing_until_the_deadline(qualifier_of: Qualifiers) -> None:
    async def processing(request: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(http(json.dumps({"clientRef": request.reference, "segment": "2"}).encode(), 202))

    async with raw_gateway(processing) as gateway:
        qualifier = qualifier_of(gateway.url, deadline=0.5)
        assert await qualifier.query(QUERY) is QueryFault.STILL_PROCESSING
    first, *later = gateway.requests
    assert len(later) > 2
    assert {request.method for request in later} == {"GET"}
    assert {request.path for request in later} == {f"/v1/qualifications/{first.reference}"}


@pytest.mark.parametrize("status", [200, 202])
async def test_processing_in_the_body_or_the_status_is_asked_again(qualifier_of: Qualifiers, status: int) -> None:
    async def later(request: Request, writer: asyncio.StreamWriter) -> None:
        if len(gateway.requests) < 3:
            writer.write(http(json.dumps({"segment": "2"}).encode(), status))
        else:
            writer.write(http(whole(request)))

    async with raw_gateway(later) as gateway:
        answer = await qualifier_of(gateway.url).query(QUERY)
        assert isinstance(answer, QualificationAnswer)
        assert answer.segment is SegmentOfResult.DONE


async def test_gateway_without_polling_leaves_the_query_processing(qualifier_of: Qualifiers) -> None:
    async def posting_only(request: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(http(b'{"segment": "2"}') if request.method == "POST" else http(b"{}", 404))

    async with raw_gateway(posting_only) as gateway:
        assert await qualifier_of(gateway.url).query(QUERY) is QueryFault.STILL_PROCESSING


async def test_gateway_restarted_in_the_middle_of_a_query_gets_it_again_under_its_key(qualifier_of: Qualifiers) -> None:
    async def forgetful(request: Request, writer: asyncio.StreamWriter) -> None:
        puts = [known for known in gateway.requests if known.method == "POST"]
        if request.method == "GET":
            writer.write(http(b"{}", 404))
        else:
            writer.write(http(whole(request)) if len(puts) > 1 else http(b'{"segment": "2"}', 202))

    async with raw_gateway(forgetful) as gateway:
        assert isinstance(await qualifier_of(gateway.url).query(QUERY), QualificationAnswer)
    first, again = (request for request in gateway.requests if request.method == "POST")
    assert again.body == first.body
    assert again.headers["idempotency-key"] == first.headers["idempotency-key"]


async def test_gateway_that_is_away_while_a_query_is_processed_is_waited_for(qualifier_of: Qualifiers) -> None:
    async def away(request: Request, writer: asyncio.StreamWriter) -> None:
        if request.method == "POST":
            writer.write(http(b'{"segment": "2"}', 202))
        elif len(gateway.requests) < 6:
            writer.close()
        else:
            writer.write(http(whole(request)))

    async with raw_gateway(away) as gateway:
        assert isinstance(await qualifier_of(gateway.url).query(QUERY), QualificationAnswer)
    assert len([request for request in gateway.requests if request.method == "POST"]) == 1


async def test_query_is_what_the_api_says(qualifier_of: Qualifiers) -> None:
    async with raw_gateway(sending(b"{}")) as gateway:
        await qualifier_of(gateway.url + "/").query(QUERY)
    (request,) = gateway.requests
    body = json.loads(request.body)
    reference = body.pop("clientRef")
    assert body == {
        "confirmationDate": "20260701",
        "insurerNumber": "06132013",
        "symbol": "11",
        "number": "100001",
        "branch": "01",
        "birthdate": "19700102",
    }
    assert (request.method, request.path) == ("POST", "/v1/qualifications")
    assert request.headers["authorization"] == f"Bearer {TOKEN}"
    assert request.headers["idempotency-key"] == reference
    assert request.headers["accept-encoding"] == "identity"


async def test_every_query_has_a_key_of_its_own_on_one_connection(qualifier_of: Qualifiers) -> None:
    async with raw_gateway(sending(b"{}")) as gateway:
        qualifier = qualifier_of(gateway.url)
        for _ in range(3):
            await qualifier.query(QUERY)
    assert len({request.headers["idempotency-key"] for request in gateway.requests}) == 3
    assert gateway.connections == 1


async def test_proxy_of_the_environment_is_not_used(qualifier_of: Qualifiers, monkeypatch: pytest.MonkeyPatch) -> None:
    async with raw_gateway(sending(b"{}")) as proxy, raw_gateway(sending(b"{}")) as gateway:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        await qualifier_of(gateway.url).query(QUERY)
        assert (len(proxy.requests), len(gateway.requests)) == (0, 1)


async def test_cookies_are_not_kept(qualifier_of: Qualifiers) -> None:
    async with raw_gateway(sending(b"{}", headers="Set-Cookie: who=canary\r\n")) as gateway:
        qualifier = qualifier_of(gateway.url)
        for _ in range(2):
            await qualifier.query(QUERY)
    assert not [request for request in gateway.requests if "cookie" in request.headers]


async def test_given_up_query_is_cancelled_and_the_next_one_works(qualifier_of: Qualifiers) -> None:
    async def first_never(request: Request, writer: asyncio.StreamWriter) -> None:
        arrived.set()
        if len(gateway.requests) == 1:
            await asyncio.Event().wait()
        writer.write(http(whole(request)))

    arrived = asyncio.Event()
    async with raw_gateway(first_never) as gateway:
        qualifier = qualifier_of(gateway.url)
        query = asyncio.create_task(qualifier.query(QUERY))
        await arrived.wait()
        query.cancel()
        with pytest.raises(asyncio.CancelledError):
            await query
        assert isinstance(await qualifier.query(QUERY), QualificationAnswer)


@pytest.mark.parametrize(
    ("answering", "health"),
    [
        (sending(b'{"simulator": true}'), Health(None, True)),
        (sending(b'{"simulator": false}'), Health(None, False)),
        (sending(b'{"simulator": "yes"}'), Health(None)),
        (sending(b"<html>"), Health(None)),
        (sending(b"[" * 200_000), Health(None)),
        (sending(b"", 404), Health(None)),
        (sending(b"", 401), Health(QueryFault.REFUSED)),
        (sending(b"", 503), Health(QueryFault.SERVER_ERROR)),
    ],
)
async def test_health_says_what_is_known(qualifier_of: Qualifiers, answering: Answering, health: Health) -> None:
    async with raw_gateway(answering) as gateway:
        found = await qualifier_of(gateway.url).warm_up()
        assert found == health
        assert found.reachable == (health.fault is None)


async def test_failure_is_logged_once_and_its_end_too(
    qualifier_of: Qualifiers, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail_twice(request: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(http(whole(request), 500 if len(gateway.requests) < 3 else 200))

    with caplog.at_level(logging.INFO, "kiosk.qualifier"):
        async with raw_gateway(fail_twice) as gateway:
            qualifier = qualifier_of(gateway.url)
            for _ in range(4):
                await qualifier.query(QUERY)
    messages = [record.getMessage() for record in caplog.records if record.name == "kiosk.qualifier"]
    assert messages == ["query failed fault=server error", "query answered again"]


async def test_log_holds_nothing_of_anybody(qualifier_of: Qualifiers, caplog: pytest.LogCaptureFixture) -> None:
    """At the most talkative level of every library, whatever comes back."""

    async def leak(request: Request, writer: asyncio.StreamWriter) -> None:
        bodies = (
            whole(request),
            whole(request, validity="見本　太郎"),
            whole(request, results=[{"name": "見本　太郎", "birthdate": "19700102"}]),
            "見本　太郎 19700102 100001".encode(),
        )
        writer.write(http(bodies[len(gateway.requests) % len(bodies)]))

    with caplog.at_level(logging.DEBUG):
        async with raw_gateway(leak) as gateway:
            qualifier = qualifier_of(gateway.url)
            for _ in range(8):
                await qualifier.query(QUERY)
    for canary in ("見本", "太郎", "19700102", "100001", "06132013", TOKEN):
        assert canary not in caplog.text


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.binary(max_size=300), status=st.integers(min_value=200, max_value=599))
async def test_any_answer_is_a_fault_and_never_an_exception(qualifier_of: Qualifiers, body: bytes, status: int) -> None:
    if status in (204, 304):
        body = b""
    async with raw_gateway(sending(body, status)) as gateway:
        assert isinstance(await qualifier_of(gateway.url, deadline=0.5).query(QUERY), QueryFault)
