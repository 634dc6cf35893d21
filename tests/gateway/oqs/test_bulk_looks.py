"""From the reception of a 一括照会 to its answers: looks that wait, fail, or find what is not ours."""

from __future__ import annotations

import asyncio
import itertools
import time
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.gateway.backend import BackendDown
from kiosk.gateway.invented_answers import answer_to
from kiosk.gateway.oqs.bulk_course import MOST_REFUSALS
from kiosk.gateway.oqs.folders import Folders
from kiosk.gateway.oqs.names import RequestKind
from kiosk.gateway.oqs.playback import failed_octets
from kiosk.gateway.oqs.responding import Header, bulk_octets, processing_octets, reception_octets
from tests.gateway.oqs.bulk_by_hand import (
    HANAKO,
    HEADER,
    RECEPTION,
    answer,
    answered,
    bulk_of_people,
    next_request,
    receive,
)
from tests.gateway.oqs.by_hand import put
from tests.gateway.oqs.playing import PACE, TARO, backend_on, query_of, requests_in
from tests.waiting import until


async def test_each_look_is_a_request_of_its_own_until_it_is_no_longer_processed(folders: Folders, state: Path) -> None:
    query = bulk_of_people(TARO, HANAKO)
    async with backend_on(folders, state) as backend:
        asking = asyncio.create_task(answered(backend, query))
        uploaded = await receive(folders)
        assert [asked.identifier for asked in uploaded.queries] == [one.client_ref for one in query.queries]
        seen = set()
        for _ in range(3):
            name, fetch = await next_request(folders, RequestKind.BULK_FETCH)
            assert fetch.reception_number == RECEPTION
            seen.add(name)
            assert backend.health().backlog == 1
            put(folders, name, processing_octets(HEADER, fetch))
        await answer(folders, uploaded)
        assert [one.results[0].name for one in (await asking).answers] == [TARO.name, HANAKO.name]
        assert len(seen) == 3
        assert (backend.health().backlog, backend.health().answering) == (0, True)


async def test_looks_become_rarer(folders: Folders, state: Path) -> None:
    moments = []
    async with backend_on(folders, state, replace(PACE, fetch=0.1, slowest_fetch=0.4)) as backend:
        asking = asyncio.create_task(answered(backend, bulk_of_people(TARO)))
        uploaded = await receive(folders)
        for _ in range(5):
            name, fetch = await next_request(folders, RequestKind.BULK_FETCH)
            moments.append(time.monotonic())
            put(folders, name, processing_octets(HEADER, fetch))
        await answer(folders, uploaded)
        await asking
    pauses = [later - earlier for earlier, later in itertools.pairwise(moments)]
    assert all(pause > least for pause, least in zip(pauses, (0.1, 0.2, 0.4, 0.4), strict=True))


async def test_answers_under_another_reception_are_not_ours(folders: Folders, state: Path) -> None:
    async with backend_on(folders, state, replace(PACE, answer=0.3, bulk=3)) as backend:
        asking = asyncio.create_task(answered(backend, bulk_of_people(TARO)))
        uploaded = await receive(folders)
        await answer(folders, uploaded, "2026070109300000000002")
        await answer(folders, uploaded)
        assert (await asking).answers[0].results[0].name == TARO.name


async def test_answer_that_repeats_the_identifier_of_the_upload_is_ours(folders: Folders, state: Path) -> None:
    async with backend_on(folders, state) as backend:
        asking = asyncio.create_task(answered(backend, bulk_of_people(TARO)))
        uploaded = await receive(folders)
        name, _ = await next_request(folders, RequestKind.BULK_FETCH)
        header = Header(HEADER.processed_at, identifier=uploaded.identifier)
        put(
            folders,
            name,
            bulk_octets(header, uploaded, RECEPTION, [(uploaded.queries[0], answer_to(query_of(), again=True))]),
        )
        assert (await asking).answers[0].results[0].name == TARO.name


async def test_upload_that_is_refused_is_down_and_never_goes_up_again(folders: Folders, state: Path) -> None:
    query = bulk_of_people(TARO)
    async with backend_on(folders, state) as backend:
        asking = asyncio.create_task(answered(backend, query))
        name, uploaded = await next_request(folders, RequestKind.BULK_UPLOAD)
        put(folders, name, failed_octets(HEADER, uploaded))
        for _ in range(2):
            with pytest.raises(BackendDown):
                await asking
            asking = asyncio.create_task(answered(backend, query))
        await asyncio.gather(asking, return_exceptions=True)
    assert not requests_in(folders)


async def test_reception_of_another_day_is_not_ours(folders: Folders, state: Path) -> None:
    async with backend_on(folders, state, replace(PACE, answer=0.3)) as backend:
        asking = asyncio.create_task(answered(backend, bulk_of_people(TARO)))
        name, uploaded = await next_request(folders, RequestKind.BULK_UPLOAD)
        other = replace(uploaded, confirmation_date=None)
        put(folders, name, reception_octets(replace(HEADER, processed_at="20260702093000"), other, RECEPTION))
        with pytest.raises(BackendDown):
            await asking


async def test_upload_may_be_processed_first(folders: Folders, state: Path) -> None:
    """処理中 keeps it waiting beyond the deadline of an answer."""
    async with backend_on(folders, state, replace(PACE, answer=0.2)) as backend:
        asking = asyncio.create_task(answered(backend, bulk_of_people(TARO)))
        name, uploaded = await next_request(folders, RequestKind.BULK_UPLOAD)
        put(folders, name, processing_octets(HEADER, uploaded))
        await asyncio.wait([asking], timeout=1.5)
        assert not asking.done()
        put(folders, name, reception_octets(HEADER, uploaded, RECEPTION))
        await answer(folders, uploaded)
        assert (await asking).unanswered == ()


async def test_looks_that_fail_are_repeated_a_few_times(folders: Folders, state: Path) -> None:
    async with backend_on(folders, state) as backend:
        asking = asyncio.create_task(answered(backend, bulk_of_people(TARO)))
        uploaded = await receive(folders)
        for _ in range(MOST_REFUSALS - 1):
            name, fetch = await next_request(folders, RequestKind.BULK_FETCH)
            put(folders, name, failed_octets(HEADER, fetch))
        await answer(folders, uploaded)
        assert (await asking).unanswered == ()


async def test_looks_that_always_fail_end_it(folders: Folders, state: Path) -> None:
    async with backend_on(folders, state) as backend:
        asking = asyncio.create_task(answered(backend, bulk_of_people(TARO)))
        await receive(folders)
        for _ in range(MOST_REFUSALS):
            name, fetch = await next_request(folders, RequestKind.BULK_FETCH)
            put(folders, name, failed_octets(HEADER, fetch))
        with pytest.raises(BackendDown):
            async with asyncio.timeout(PACE.bulk / 2):
                await asking
    assert not requests_in(folders)


async def test_terminal_that_is_silent_is_down_after_its_deadline(folders: Folders, state: Path) -> None:
    async with backend_on(folders, state, replace(PACE, answer=0.2)) as backend:
        with pytest.raises(BackendDown):
            await answered(backend, bulk_of_people(TARO))
        assert backend.health().answering is False
        assert not requests_in(folders)


async def test_answers_that_do_not_come_in_time_are_given_up(folders: Folders, state: Path) -> None:
    async with backend_on(folders, state, replace(PACE, answer=0.1, bulk=0.5)) as backend:
        asking = asyncio.create_task(answered(backend, bulk_of_people(TARO)))
        await receive(folders)
        began = time.monotonic()
        with pytest.raises(BackendDown):
            await asking
        assert time.monotonic() - began < 5


async def test_folder_that_is_gone_for_a_while_loses_nothing(folders: Folders, state: Path) -> None:
    async with backend_on(folders, state, inotify=False) as backend:
        asking = asyncio.create_task(answered(backend, bulk_of_people(TARO)))
        uploaded = await receive(folders)
        hidden = folders.requests.with_name("unmounted")
        folders.requests.rename(hidden)
        await until(lambda: backend.health().folder_writable is False)
        hidden.rename(folders.requests)
        await answer(folders, uploaded)
        assert (await asking).unanswered == ()
