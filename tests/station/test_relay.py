"""The cable of a rehearsal: it passes everything on, and can be pulled and put back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from hardware.virtual.listener import Listener
from kiosk.station.wiring.relay import CHUNK, HUGE_BODY, OFF, Relay, Weather

PATIENCE = 10
MUCH = bytes(range(256)) * (CHUNK // 64)
"""More than one piece of the relay."""


async def shout(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """The far side: answers with what it got, once it got all."""
    writer.write(await reader.read(-1))
    await writer.drain()


@pytest.fixture
async def far() -> AsyncIterator[Listener]:
    listener = Listener(shout)
    await listener.open()
    yield listener
    await listener.shut()


@pytest.fixture
async def relay(far: Listener) -> AsyncIterator[Relay]:
    relay = Relay(far.port)
    await relay.mend()
    yield relay
    await relay.cut()


async def say(port: int, octets: bytes) -> bytes:
    """Say it all, and hear the answer."""
    async with asyncio.timeout(PATIENCE):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            writer.write(octets)
            writer.write_eof()
            return await reader.read(-1)
        finally:
            writer.close()
            await writer.wait_closed()


async def hung_up(reader: asyncio.StreamReader) -> bool:
    """Whether the line ends without an answer."""
    async with asyncio.timeout(PATIENCE):
        try:
            return await reader.read() == b""
        except ConnectionError:
            return True


async def test_everything_passes_both_ways(relay: Relay) -> None:
    assert await say(relay.port, MUCH) == MUCH


async def test_lines_do_not_wait_for_each_other(relay: Relay) -> None:
    _, idle = await asyncio.open_connection("127.0.0.1", relay.port)
    assert await asyncio.gather(*(say(relay.port, bytes([n])) for n in range(10))) == [bytes([n]) for n in range(10)]
    idle.close()
    await idle.wait_closed()


async def test_a_cut_cable_drops_lines_and_refuses_new_ones(relay: Relay) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", relay.port)
    writer.write(b"half a question")
    await writer.drain()
    await relay.cut()
    assert await hung_up(reader)
    with pytest.raises(ConnectionRefusedError):
        await say(relay.port, b"")
    writer.transport.abort()


async def test_a_mended_cable_has_the_same_port(relay: Relay) -> None:
    before = relay.port
    await relay.cut()
    await relay.cut()
    await relay.mend()
    await relay.mend()
    assert relay.port == before
    assert await say(relay.port, b"again") == b"again"


async def test_a_line_to_nobody_ends_at_once(relay: Relay, far: Listener) -> None:
    await far.shut()
    assert await say(relay.port, b"anybody?") == b""
    await far.open()
    assert await say(relay.port, b"anybody?") == b"anybody?"


async def test_nothing_is_left_of_closed_lines(relay: Relay, far: Listener) -> None:
    before = len(asyncio.all_tasks())
    for _ in range(5):
        await say(relay.port, b"question")
    async with asyncio.timeout(PATIENCE):
        while len(asyncio.all_tasks()) > before:
            await asyncio.sleep(0)


REQUEST = b"POST /v1/qualifications HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\n{}"
ANSWER = b"HTTP/1.1 200 OK\r\ndate: Fri, 20 Nov 2026 08:30:00 GMT\r\ncontent-length: 100\r\n\r\n" + b"." * 100


@pytest.mark.parametrize(
    ("weather", "status"),
    [
        (Weather.BUSY, b"429"),
        (Weather.ERROR, b"500"),
        (Weather.UNAVAILABLE, b"503"),
        (Weather.UNAUTHORISED, b"401"),
        (Weather.HTML, b"200"),
        (Weather.EMPTY, b"200"),
        (Weather.GARBAGE, b"200"),
    ],
    ids=str,
)
async def test_something_else_is_said_in_the_gateways_place(relay: Relay, weather: Weather, status: bytes) -> None:
    await relay.become(weather)
    said = await say(relay.port, REQUEST * 2)
    assert said.count(b"HTTP/1.1 " + status) == 2, "a line stays open for the next request"
    assert REQUEST not in said


async def test_a_huge_answer_is_huge(relay: Relay) -> None:
    await relay.become(Weather.HUGE)
    assert len(await say(relay.port, REQUEST)) > HUGE_BODY


async def test_an_answer_breaks_off_within_its_head(relay: Relay) -> None:
    await relay.become(Weather.BREAKS_OFF)
    try:
        said = await say(relay.port, ANSWER)
    except ConnectionError:
        return
    assert ANSWER.startswith(said)
    assert len(said) < len(ANSWER)


async def test_a_gateway_whose_clock_is_ahead_says_so_in_its_date(relay: Relay) -> None:
    await relay.become(Weather.CLOCK_AHEAD)
    assert OFF.total_seconds() == 600
    assert await say(relay.port, ANSWER) == ANSWER.replace(b"08:30:00", b"08:40:00")


async def test_nothing_comes_back_over_a_silent_line(relay: Relay) -> None:
    await relay.become(Weather.SILENT)
    assert await say(relay.port, b"anybody?") == b""


@pytest.mark.parametrize("weather", [weather for weather in Weather if weather is not Weather.FAIR], ids=str)
async def test_fair_weather_comes_back_on_the_same_port(relay: Relay, weather: Weather) -> None:
    before = relay.port
    await relay.become(weather)
    await relay.mend()
    assert relay.port == before
    assert await say(relay.port, MUCH) == MUCH


async def test_a_line_breaks_when_the_weather_changes(relay: Relay) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", relay.port)
    writer.write(b"half a question")
    await writer.drain()
    await relay.become(Weather.SLOW)
    assert await hung_up(reader)
    writer.transport.abort()
