"""Whatever a client does, the others are served and the kiosk's event loop is never held up."""

from __future__ import annotations

import asyncio
import gc
import socket
import tempfile
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.control.address import address_of
from kiosk.control.server import BUFFER, MOST_OF_ONE
from kiosk.control.wire import Limits
from kiosk.ports.board import Refusal
from kiosk.rehearsal.probe import probed
from tests.control.desk import QUICK, STAFF, FakeDesk, Here, serving

PATIENCE = 20.0
STUCK_SECONDS = 4.0
"""A loop that waits for one of them is late by this and more; how late it is otherwise, `bench control` tells."""


@asynccontextmanager
async def beside(here: Here) -> AsyncIterator[None]:
    """The loop is watched meanwhile, and somebody else is served before and after."""
    gc.collect()
    gc.disable()  # all that pytest has loaded takes longer to look through than the kiosk, which chooses its moment
    try:
        async with probed() as probe:
            await _is_served(here)
            yield
            await _is_served(here)
            assert probe.late.longest < STUCK_SECONDS, probe.told()
    finally:
        gc.enable()
    assert here.crashes == []


async def _is_served(here: Here) -> None:
    """A newcomer is, as soon as a place is free."""
    ends = time.monotonic() + PATIENCE
    while True:
        talk = await here.talk()
        greeting = await talk.hello()
        if greeting["kind"] == "welcome":
            break
        talk.close()
        assert time.monotonic() < ends, greeting
        await asyncio.sleep(0.05)
    began = time.monotonic()
    await talk.say({"op": "look", "id": 1})
    assert (await talk.hear() or {})["kind"] == "terminal"
    assert time.monotonic() - began < PATIENCE / 2
    talk.close()


async def _gone(here: Here, connections: int = 0) -> None:
    async with asyncio.timeout(PATIENCE):
        while here.server.connections > connections:
            await asyncio.sleep(0.01)


async def _raw(here: Here) -> socket.socket:
    made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    made.setblocking(False)
    with address_of(here.path) as address:
        while True:
            try:
                made.connect(address)
            except BlockingIOError:  # the queue is full
                await asyncio.sleep(0.01)
            else:
                return made


async def _sent(raw: socket.socket, piece: bytes, times: int) -> int:
    """How many times it could be sent until the other side hung up."""
    for sent in range(times):
        try:
            await asyncio.get_running_loop().sock_sendall(raw, piece)
        except ConnectionError:
            return sent
    return times


async def test_a_line_of_100_mb_is_not_read_to_its_end(tmp_path: Path) -> None:
    async with serving(tmp_path) as here, beside(here):
        with await _raw(here) as raw:
            sent = await _sent(raw, b"x" * (1 << 20), 100)
        assert sent < 2, "it hung up long before"


async def test_a_client_that_never_reads_is_let_go(tmp_path: Path) -> None:
    desk = FakeDesk()
    async with serving(tmp_path, desk) as here, beside(here):
        raw = await _raw(here)
        loop = asyncio.get_running_loop()
        asked = b'{"op":"hello","version":1}\n' + b'{"op":"visits","id":1,"which":"all"}\n' * 20
        desk.lines *= 500
        with raw:
            await loop.sock_sendall(raw, asked)
            await _gone(here)
    assert BUFFER < 1 << 20


async def test_a_follower_that_never_reads_is_let_go(tmp_path: Path) -> None:
    desk = FakeDesk()
    async with serving(tmp_path, desk) as here, beside(here):
        raw = await _raw(here)
        with raw:
            await asyncio.get_running_loop().sock_sendall(raw, b'{"op":"hello","version":1}\n{"op":"follow","id":1}\n')
            async with asyncio.timeout(PATIENCE):
                while here.server.connections == 0:
                    await asyncio.sleep(0.01)
                count = 0
                while here.server.connections:
                    count += 1
                    desk.change(confirmed=count, words=("x" * 30_000,))
                    await asyncio.sleep(0.005)


async def test_200_clients_take_no_more_than_their_share(tmp_path: Path) -> None:
    async with serving(tmp_path) as here, beside(here):
        raws = await asyncio.gather(*(_raw(here) for _ in range(200)))
        async with asyncio.timeout(PATIENCE):
            while here.server.refused[Refusal.BUSY] < 200 - MOST_OF_ONE:
                await asyncio.sleep(0.01)
        assert here.server.connections <= 200
        for raw in raws:
            raw.close()
        await _gone(here)


async def test_who_says_nothing_and_who_stops_in_a_line_are_let_go(tmp_path: Path) -> None:
    async with serving(tmp_path) as here, beside(here):
        silent, halting, dribbling = await here.talk(), await here.talk(), await here.talk()
        await halting.say(b'{"op":"hel')
        await dribbling.hello()

        async def dribble() -> None:
            with_patience = time.monotonic() + PATIENCE
            while time.monotonic() < with_patience:
                await dribbling.say(b" ")
                await asyncio.sleep(0.02)

        with pytest.raises(ConnectionError):
            await dribble()
        assert await silent.hear() is None
        assert await halting.hear() is None


async def test_who_does_nothing_for_long_is_let_go(tmp_path: Path) -> None:
    from dataclasses import replace

    async with serving(tmp_path, limits=replace(QUICK, idle=0.1)) as here:
        talk = await here.talk()
        await talk.hello()
        assert await talk.hear() is None
        follower = await here.talk()
        await follower.hello()
        await follower.say({"op": "follow", "id": 1})
        kinds = [(await follower.hear() or {"kind": ""})["kind"] for _ in range(3)]
        assert kinds == ["terminal", "beat", "beat"], "a board that only follows stays"
        follower.close()


async def test_a_client_that_closes_its_writing_half(tmp_path: Path) -> None:
    async with serving(tmp_path) as here, beside(here):
        talk = await here.talk()
        await talk.hello()
        talk.writer.write_eof()
        assert await talk.hear() is None


async def test_a_client_that_asks_without_end_waits_and_others_do_not(tmp_path: Path) -> None:
    async with serving(tmp_path, limits=Limits(send=0.3)) as here:
        talk = await here.talk()
        await talk.hello()
        began = time.monotonic()
        for number in range(40):
            await talk.say({"op": "look", "id": number})
        for _ in range(40):
            assert await talk.hear() is not None
        assert time.monotonic() - began > 0.8, "30 at once, then 10 a second"
        talk.close()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    hello=st.booleans(),
    pieces=st.lists(st.one_of(st.binary(max_size=200), st.just(b"\n"), st.just(b'{"op":"look","id":1}\n')), max_size=8),
)
def test_random_octets_disturb_nobody(hello: bool, pieces: list[bytes]) -> None:
    async def play() -> None:
        with tempfile.TemporaryDirectory() as folder:
            async with serving(Path(folder)) as here:
                talk = await here.talk()
                if hello:
                    await talk.hello()
                try:
                    await talk.say(*pieces)
                    talk.writer.write_eof()
                    while await talk.hear() is not None:
                        pass
                except OSError:  # it hung up in between
                    pass
                await _is_served(here)
                talk.close()
                assert here.crashes == []

    asyncio.run(play())


async def test_a_list_of_users_that_hangs_keeps_only_newcomers_waiting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.control.server.LOOKUP_SECONDS", 0.1)
    answers = threading.Event()
    async with serving(tmp_path) as here:
        known = await here.talk()
        await known.hello()
        monkeypatch.setattr(here.server, "_peer_of", lambda *_: (answers.wait(20), STAFF)[1])
        async with probed() as probe:
            newcomer = await here.talk()
            assert (await newcomer.hello())["refusal"] == "busy"
            await known.say({"op": "look", "id": 1})
            assert (await known.hear() or {})["kind"] == "terminal"
            assert probe.late.longest < STUCK_SECONDS, probe.told()
        answers.set()
        await _is_served(here)
