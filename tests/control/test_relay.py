"""The relay for boards on other machines: who sits there is said on this side, and a kiosk that is down has a voice."""

from __future__ import annotations

import asyncio
import json
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kiosk.control import relay as relay_module
from kiosk.control.address import SOCKET_NAME
from kiosk.control.asleep import AsleepDesk
from kiosk.control.client import BoardClient
from kiosk.control.connecting import over_command
from kiosk.control.link import Streams
from kiosk.control.peers import Peer
from kiosk.control.relay import relay
from kiosk.ports.board import BoardFailure, Level, Refusal, Role, Service
from kiosk.settings import load
from kiosk.station.wiring.house import configure
from tests.control.desk import STAFF, VIEW, VIEWER, VISIT, serving

DOWN = replace(VIEW, alive=False, level=Level.CRITICAL, words=("動いていません",))


@asynccontextmanager
async def relayed(
    path: Path, name: str | None, peer: Peer = STAFF
) -> AsyncIterator[tuple[Streams, asyncio.Task[None]]]:
    """A relay to that socket, and the streams of whoever is at its other end."""
    one, other = socket.socketpair()
    mine = Streams(*await asyncio.open_connection(sock=one))
    theirs = Streams(*await asyncio.open_connection(sock=other))
    crashes: list[BaseException] = []
    task = asyncio.create_task(relay(path, "k01", name, peer, AsleepDesk(lambda: DOWN), crashes.append, theirs))
    try:
        yield mine, task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        for end in (mine, theirs):
            end.writer.transport.abort()
        await asyncio.sleep(0)
        assert crashes == []


async def said(streams: Streams, *messages: dict[str, Any]) -> dict[str, Any]:
    for message in messages:
        streams.writer.write(json.dumps(message).encode() + b"\n")
    async with asyncio.timeout(20):
        answer = json.loads(await streams.reader.readline())
    assert isinstance(answer, dict)
    return answer


async def test_the_name_of_this_side_counts_whatever_the_other_side_says(tmp_path: Path) -> None:
    async with serving(tmp_path) as here, relayed(here.path, "佐藤") as (far, _):
        welcome = await said(far, {"op": "hello", "version": 1, "as": "所長"})
        assert welcome["who"] == "佐藤 (kiosk-staff)"
        again = await said(far, {"op": "hello", "version": 1, "as": "所長"})
        assert again["refusal"] == "not-understood", "one hello for each conversation"


async def test_without_a_name_the_other_side_may_say_one(tmp_path: Path) -> None:
    async with serving(tmp_path) as here, relayed(here.path, None) as (far, _):
        assert (await said(far, {"op": "hello", "version": 1, "as": "佐藤"}))["who"] == "佐藤 (kiosk-staff)"


async def test_octets_go_both_ways_until_one_side_hangs_up(tmp_path: Path) -> None:
    async with serving(tmp_path) as here, relayed(here.path, None) as (far, task):
        await said(far, {"op": "hello", "version": 1})
        assert (await said(far, {"op": "open", "id": 1, "visit": VISIT}))["visit"]["line"]["number"] == "A-001"
        far.writer.write_eof()
        async with asyncio.timeout(20):
            await task
            while here.server.connections:
                await asyncio.sleep(0.01)


@pytest.mark.parametrize("peer", [STAFF, VIEWER])
async def test_while_the_kiosk_is_down_the_last_is_told_until_it_is_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, peer: Peer
) -> None:
    monkeypatch.setattr(relay_module, "AGAIN_SECONDS", 0.05)
    path = tmp_path / "run" / SOCKET_NAME
    async with relayed(path, "佐藤", peer) as (far, task):
        assert (await said(far, {"op": "hello", "version": 1}))["role"] == (peer.role or Role.VIEWER).value
        told = (await said(far, {"op": "follow", "id": 1}))["view"]
        assert (told["alive"], told["level"]) == (False, Level.CRITICAL.value)
        refused = await said(far, {"op": "visits", "id": 2, "which": "all"})
        assert refused["refusal"] == "unreachable"
        async with serving(tmp_path), asyncio.timeout(20):
            await task


async def test_garbage_instead_of_hello_ends_it(tmp_path: Path) -> None:
    async with serving(tmp_path) as here, relayed(here.path, None) as (far, task):
        far.writer.write(b"GET / HTTP/1.1\r\n\r\n")
        async with asyncio.timeout(20):
            await task


async def test_a_board_through_a_process_follows_a_kiosk_that_comes_and_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The command itself, over pipes as ssh gives them."""
    monkeypatch.setattr("kiosk.control.client.FIRST_WAIT", 0.1)
    config = configure(tmp_path, gateway="http://127.0.0.1:9", printer=f"virtual:{tmp_path / 'slips'}")
    assert load(config).terminal.run == tmp_path / "run"
    kiosk = (sys.executable, "-I", "-m", "kiosk", "--config", str(config))
    async with BoardClient("k09", over_command(*kiosk, "control", "relay", "--as", "佐藤")) as board:
        views = board.follow()
        async with asyncio.timeout(60):
            down = await anext(views)
            assert (down.name, down.alive) == ("k01", False)
            with pytest.raises(BoardFailure) as refused:
                await board.switch(Service.PAUSED)
            assert refused.value.refusal is Refusal.UNREACHABLE
            async with serving(tmp_path) as here:
                while not (view := await anext(views)).alive:
                    pass
                assert view == VIEW
                assert board.who == "佐藤 (kiosk-staff)"
                await board.switch(Service.PAUSED)
                assert here.desk.done == [("佐藤 (kiosk-staff)", "switch", Service.PAUSED)]
            while (view := await anext(views)).alive:
                pass
        await views.aclose()  # type: ignore[attr-defined]  # it is a generator


async def test_a_command_that_is_not_there_is_a_terminal_that_does_not_answer() -> None:
    async with BoardClient("k02", over_command("/nonexistent/ssh")) as board:
        assert not (await board.look()).alive


async def test_a_command_that_does_not_end_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """As an ssh that was stopped: it heeds no SIGTERM until it goes on."""
    monkeypatch.setattr("kiosk.control.connecting.END_SECONDS", 0.01)
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(flush=True); time.sleep(600)"
    async with asyncio.timeout(60), over_command(sys.executable, "-c", deaf)() as streams:
        assert await streams.reader.readline() == b"\n"
