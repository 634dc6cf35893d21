"""A gateway that ends in the middle of a 一括照会: the next one goes on where it was."""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from kiosk.gateway.backend import BackendAway, StillProcessing
from kiosk.gateway.invented_answers import answer_to
from kiosk.gateway.oqs.folders import Folders
from kiosk.gateway.oqs.journal import Asked, Journal, JournalFailure
from kiosk.gateway.oqs.names import RequestKind, response_name
from kiosk.gateway.oqs.reading import read_request
from kiosk.gateway.oqs.responding import bulk_octets, reception_octets
from tests.gateway.conftest import client_of
from tests.gateway.oqs.bulk_by_hand import (
    HANAKO,
    HEADER,
    RECEPTION,
    answer,
    answered,
    bulk_body,
    bulk_of_people,
    next_request,
    receive,
)
from tests.gateway.oqs.by_hand import put
from tests.gateway.oqs.machine import Machine
from tests.gateway.oqs.playing import LIMIT_SECONDS, PACE, TARO, backend_on, query_of, requests_in
from tests.waiting import until


@pytest.mark.parametrize("received", [False, True])
async def test_new_start_goes_on_where_it_was(folders: Folders, state: Path, *, received: bool) -> None:
    """Also when the file with the reception is gone by then (ResponseFileStayTime)."""
    query, brief = bulk_of_people(TARO, HANAKO), replace(PACE, one_call=0.02)
    async with backend_on(folders, state, brief) as backend:
        with pytest.raises(StillProcessing):
            await backend.qualify_bulk(query, again=False)
        await until(lambda: requests_in(folders))
        if received:
            uploaded = await receive(folders)
            await next_request(folders, RequestKind.BULK_FETCH)
            for file in folders.responses.iterdir():
                file.unlink()
    async with backend_on(folders, state, brief) as backend:
        asking = asyncio.create_task(answered(backend, query))
        if not received:
            uploaded = await receive(folders)
        await answer(folders, uploaded)
        found = await asking
        assert [one.results[0].name for one in found.answers] == [TARO.name, HANAKO.name]
        assert not [file for file in requests_in(folders) if file.name.startswith(RequestKind.BULK_UPLOAD.value)]


async def test_share_that_is_away_at_the_new_start_loses_nothing(folders: Folders, state: Path) -> None:
    query, brief = bulk_of_people(TARO), replace(PACE, one_call=0.02)
    async with backend_on(folders, state, brief) as backend:
        with pytest.raises(StillProcessing):
            await backend.qualify_bulk(query, again=False)
        uploaded = await receive(folders)
        await next_request(folders, RequestKind.BULK_FETCH)
    hidden = folders.requests.with_name("unmounted")
    folders.requests.rename(hidden)
    async with backend_on(folders, state, replace(PACE, one_call=LIMIT_SECONDS)) as backend:
        with pytest.raises(BackendAway):
            await backend.qualify_bulk(query, again=False)
        hidden.rename(folders.requests)
        asking = asyncio.create_task(answered(backend, query))
        await answer(folders, uploaded)
        assert (await asking).unanswered == ()
    assert not [file for file in requests_in(folders) if file.name.startswith(RequestKind.BULK_UPLOAD.value)]


async def test_reception_that_cannot_be_noted_now_is_noted_later(
    folders: Folders, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    query = bulk_of_people(TARO)

    def full(*_: object) -> None:
        raise JournalFailure("full")

    async with backend_on(folders, state) as backend:
        with monkeypatch.context() as patch:
            patch.setattr(Journal, "receive", full)
            asking = asyncio.create_task(answered(backend, query))
            uploaded = await receive(folders)
            with pytest.raises(BackendAway):
                await asking
        asking = asyncio.create_task(answered(backend, query))
        await answer(folders, uploaded)
        assert (await asking).unanswered == ()


async def test_requests_of_a_bulk_that_were_left_are_cleared(folders: Folders, state: Path) -> None:
    journal = Journal(state)
    names = []
    for tail, kind in enumerate(RequestKind):
        asked = Asked(str(uuid4()), f"20200101000000AAAAAAAAAAAAAAA{tail}", time.time() - 10_000)
        journal.add(asked)
        names.append(f"{kind.value}_{asked.identifier}.xml")
        (folders.requests / names[-1]).write_bytes(b"x")
    journal.close()
    async with backend_on(folders, state) as backend:
        backend.health()
        await until(lambda: not requests_in(folders))
    assert len(names) == 3


@pytest.fixture
def machine(tmp_path: Path, folders: Folders) -> Machine:
    made = Machine(tmp_path)
    made.configure(folders.root)
    return made


def ask(said: str, body: dict[str, object]) -> httpx.Response:
    with client_of(said.split()[-1]) as client:
        client.timeout = httpx.Timeout(LIMIT_SECONDS)
        return client.post("/v1/bulk-qualifications", json=body, headers={"Idempotency-Key": str(body["clientRef"])})


def wait_for(folders: Folders, kind: RequestKind) -> Path:
    end = time.monotonic() + LIMIT_SECONDS
    while time.monotonic() < end:
        for file in requests_in(folders):
            if file.name.startswith(kind.value):
                return file
        time.sleep(0.01)
    raise AssertionError("waited in vain")


def test_gateway_killed_between_upload_and_fetch_hands_in_nothing_twice(machine: Machine, folders: Folders) -> None:
    """Killed before the reception, and once more after it, when its file is gone."""
    body = bulk_body(TARO, HANAKO)
    with ThreadPoolExecutor() as kiosk:
        with machine.gateway() as (process, said):
            asking = kiosk.submit(ask, said, body)
            upload = wait_for(folders, RequestKind.BULK_UPLOAD)
            process.kill()
            assert isinstance(asking.exception(LIMIT_SECONDS), httpx.HTTPError)
        uploaded = read_request(upload.read_bytes(), upload.name)
        upload.unlink()
        put(folders, response_name(upload.name), reception_octets(HEADER, uploaded, RECEPTION))
        with machine.gateway() as (process, said):
            asking = kiosk.submit(ask, said, body)
            wait_for(folders, RequestKind.BULK_FETCH).unlink()
            process.kill()
            assert isinstance(asking.exception(LIMIT_SECONDS), httpx.HTTPError)
        (folders.responses / response_name(upload.name)).unlink()
        with machine.gateway() as (_, said):
            asking = kiosk.submit(ask, said, body)
            fetch = wait_for(folders, RequestKind.BULK_FETCH)
            assert read_request(fetch.read_bytes(), fetch.name).reception_number == RECEPTION
            units = [
                (asked, answer_to(query_of(person), again=True))
                for asked, person in zip(uploaded.queries, (TARO, HANAKO), strict=True)
            ]
            put(folders, response_name(fetch.name), bulk_octets(HEADER, uploaded, RECEPTION, units))
            found = asking.result(LIMIT_SECONDS).json()
    assert [one["results"][0]["name"] for one in found["answers"]] == [TARO.name, HANAKO.name]
    assert not [file for file in requests_in(folders) if file.name.startswith(RequestKind.BULK_UPLOAD.value)]
