"""The backend on real folders: every query goes out once, and its answer comes back."""

from __future__ import annotations

import asyncio
import logging
import os
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.gateway.backend import Backend, BackendDown, GatewayWay, QueryUnfit, StillProcessing, TellsHealth
from kiosk.gateway.oqs import singles as singles_module
from kiosk.gateway.oqs import space_watch as space_module
from kiosk.gateway.oqs.folders import Folders
from kiosk.gateway.oqs.names import response_name
from kiosk.gateway.oqs.reading import read_request
from kiosk.gateway.people import by_key
from tests.gateway.oqs.by_hand import BRIEF, POLLING, VALID, only_request, put, response_to
from tests.gateway.oqs.playing import INSTITUTION, PACE, TARO, answered, backend_on, query_of, requests_in
from tests.waiting import until


@pytest.mark.parametrize("inotify", POLLING)
async def test_query_goes_out_as_a_file_and_its_answer_comes_back(
    folders: Folders, state: Path, *, inotify: bool
) -> None:
    query = query_of()
    async with backend_on(folders, state, inotify=inotify) as backend:
        asking = asyncio.create_task(answered(backend, query))
        request = await only_request(folders)
        asked = read_request(request.read_bytes(), request.name)
        assert (asked.institution, asked.identifier) == (INSTITUTION, request.stem.rpartition("_")[2])
        assert asked.queries[0].identifier == query.client_ref
        put(folders, response_name(request.name), response_to(request))
        answer = await asking
        assert (answer.client_ref, answer.validity) == (query.client_ref, VALID)
        assert answer.results[0].name == TARO.name
        await until(lambda: not requests_in(folders))
        assert [file.name for file in folders.responses.iterdir()] == [response_name(request.name)]


async def test_answer_is_heard_of_long_before_the_next_look(folders: Folders, state: Path) -> None:
    async with backend_on(folders, state, replace(PACE, poll=60)) as backend:
        asking = asyncio.create_task(answered(backend, query_of()))
        request = await only_request(folders)
        await until(lambda: backend._lookout._bell._inotify)
        put(folders, response_name(request.name), response_to(request))
        async with asyncio.timeout(PACE.one_call):
            assert (await asking).validity is VALID


async def test_backend_says_what_it_is(folders: Folders, state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(space_module, "PROBE_SECONDS", 0.01)
    async with backend_on(folders, state) as backend:
        whole: Backend = backend
        assert isinstance(backend, TellsHealth)
        assert whole.name == "folders"
        backend.health()
        await until(lambda: backend.health().folder_writable)
        assert not whole.simulator
        assert whole.ways == (GatewayWay.NUMBER, GatewayWay.BULK, GatewayWay.FACE)
        folders.faces.rmdir()
        await until(lambda: backend.health() and backend.ways == (GatewayWay.NUMBER, GatewayWay.BULK))


async def test_own_request_may_be_kept(folders: Folders, state: Path) -> None:
    async with backend_on(folders, state, remove_requests=False) as backend:
        asking = asyncio.create_task(answered(backend, query_of()))
        request = await only_request(folders)
        put(folders, response_name(request.name), response_to(request))
        await asking
        await until(lambda: backend.health().backlog == 0)
    assert requests_in(folders) == [request]


async def test_long_answer_is_asked_for_again_and_sent_once(folders: Folders, state: Path) -> None:
    query = query_of()
    async with backend_on(folders, state, replace(PACE, one_call=0.02)) as backend:
        for again in (False, True, True):
            with pytest.raises(StillProcessing):
                await backend.qualify(query, again=again)
        assert backend.health().backlog == 1
        request = await only_request(folders)
        put(folders, response_name(request.name), response_to(request))
        assert (await answered(backend, query, again=True)).validity is VALID
        assert backend.health().backlog == 0
        assert backend.health().answering


async def test_late_answer_is_kept_for_the_visit(folders: Folders, state: Path) -> None:
    """Also when its file is gone again before anybody asks (ResponseFileStayTime)."""
    query = query_of()
    async with backend_on(folders, state, BRIEF, remove_requests=False) as backend:
        with pytest.raises(BackendDown):
            await answered(backend, query)
        await until(lambda: backend.health().answering is False)  # who waits beside the caller notes it
        (request,) = requests_in(folders)
        put(folders, response_name(request.name), response_to(request))
        (opened,) = backend._singles._open.values()
        await until(lambda: opened.awaited and opened.awaited.response)
        (folders.responses / response_name(request.name)).unlink()
        answer = await backend.qualify(query, again=True)
        assert answer.validity is VALID
        await until(lambda: backend.health().answering)


async def test_request_that_is_late_is_removed(folders: Folders, state: Path) -> None:
    async with backend_on(folders, state, BRIEF) as backend:
        with pytest.raises(BackendDown):
            await answered(backend, query_of())
        await until(lambda: not requests_in(folders))


async def test_same_client_reference_is_never_written_twice(folders: Folders, state: Path) -> None:
    query = query_of()
    async with backend_on(folders, state, replace(PACE, one_call=0.05)) as backend:
        tries = [asyncio.create_task(backend.qualify(query, again=False)) for _ in range(20)]
        assert {type(result) for result in await asyncio.gather(*tries, return_exceptions=True)} == {StillProcessing}
        assert len(requests_in(folders)) == 1


async def test_again_never_writes(folders: Folders, state: Path) -> None:
    async with backend_on(folders, state) as backend:
        with pytest.raises(BackendDown):
            await backend.qualify(query_of(), again=True)
    assert not list(folders.requests.iterdir())


async def test_caller_who_goes_away_does_not_stop_the_request(folders: Folders, state: Path) -> None:
    query = query_of()
    async with backend_on(folders, state) as backend:
        caller = asyncio.create_task(backend.qualify(query, again=False))
        await asyncio.sleep(0)
        caller.cancel()
        await asyncio.gather(caller, return_exceptions=True)
        request = await only_request(folders)
        put(folders, response_name(request.name), response_to(request))
        assert (await answered(backend, query)).validity is VALID
        assert not list(folders.requests.glob("*.tmp"))


async def test_query_with_a_sign_that_no_request_has_is_unfit(folders: Folders, state: Path) -> None:
    async with backend_on(folders, state) as backend:
        with pytest.raises(QueryUnfit):
            await backend.qualify(query_of(symbol="한글"), again=False)
    assert not list(folders.requests.iterdir())


async def test_reference_of_another_query_gets_nothing_of_it(folders: Folders, state: Path) -> None:
    query = query_of()
    other = query_of(by_key("hanako"), clientRef=query.client_ref)
    async with backend_on(folders, state) as backend:
        asking = asyncio.create_task(answered(backend, query))
        request = await only_request(folders)
        put(folders, response_name(request.name), response_to(request))
        await asking
        with pytest.raises(QueryUnfit):
            await backend.qualify(other, again=False)


async def test_memory_and_journal_hold_nothing_of_the_person(
    folders: Folders, state: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        async with backend_on(folders, state) as backend:
            asking = asyncio.create_task(answered(backend, query_of()))
            request = await only_request(folders)
            put(folders, response_name(request.name), response_to(request))
            await asking
            assert TARO.insured.number not in repr(backend._singles._open)
    kept = b"".join((state / name).read_bytes() for name in os.listdir(state)) + caplog.text.encode()  # noqa: PTH208 (no loop runs)
    for canary in (TARO.name, TARO.insured.number, "19700102", TARO.insurer.digits):
        assert canary.encode() not in kept


async def test_queries_are_forgotten_when_the_visit_is_over(
    folders: Folders, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(singles_module, "LATE_SECONDS", 0.05)
    async with backend_on(folders, state, BRIEF) as backend:
        with pytest.raises(BackendDown):
            await answered(backend, query_of())
        await until(lambda: not backend._singles._open and not len(backend._lookout))


async def test_most_queries_in_memory_are_few(folders: Folders, state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(singles_module, "MOST_KEPT", 3)
    async with backend_on(folders, state, replace(PACE, one_call=0.001)) as backend:
        first = query_of()
        for query in (first, *(query_of() for _ in range(5))):
            with pytest.raises(StillProcessing):
                await backend.qualify(query, again=False)
        assert len(backend._singles._open) == 3
        with pytest.raises(StillProcessing):
            await backend.qualify(first, again=True)
        assert len(requests_in(folders)) == 6
