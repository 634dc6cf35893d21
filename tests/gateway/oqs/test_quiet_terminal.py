"""A terminal that says nothing is said not to answer long before a query's deadline, unless it says 処理中."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.gateway.backend import BackendDown
from kiosk.gateway.invented_answers import answer_to
from kiosk.gateway.oqs import backend as backend_module
from kiosk.gateway.oqs.names import response_name
from kiosk.gateway.oqs.reading import read_request
from kiosk.gateway.oqs.responding import Header, processing_octets, response_octets
from tests.gateway.oqs.playing import PACE, answered, backend_on, folders_in, query_of, requests_in
from tests.waiting import until

DEADLINE = 1000.0


async def test_terminal_that_says_nothing_does_not_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backend_module, "QUIET_SECONDS", 0.3)
    folders = folders_in(tmp_path / "oqs")
    async with backend_on(folders, tmp_path / "state", replace(PACE, answer=DEADLINE)) as backend:
        query = query_of()
        asking = asyncio.create_task(answered(backend, query))
        await until(lambda: requests_in(folders))
        assert backend.health().answering is None
        await until(lambda: backend.health().answering is False)
        assert not asking.done()
        (request,) = requests_in(folders)
        asked = read_request(request.read_bytes(), request.name)
        header = Header("20260701093000", identifier=asked.identifier)
        place = folders.responses / response_name(request.name)
        place.write_bytes(processing_octets(header, asked))
        await until(lambda: backend.health().answering is not False)
        place.write_bytes(response_octets(header, asked, answer_to(query, again=True)))
        await asking
        await until(lambda: backend.health().answering)


async def test_one_lost_request_does_not_take_down_a_terminal_that_answers_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The terminal was started anew and lost one file; it answers every other one."""
    monkeypatch.setattr(backend_module, "QUIET_SECONDS", 0.2)
    folders = folders_in(tmp_path / "oqs")
    async with backend_on(folders, tmp_path / "state", replace(PACE, answer=1.0)) as backend:
        lost = asyncio.create_task(answered(backend, query_of()))
        await until(lambda: requests_in(folders))
        (never_taken,) = requests_in(folders)
        await until(lambda: backend.health().answering is False)
        query = query_of()
        asking = asyncio.create_task(answered(backend, query))
        await until(lambda: len(requests_in(folders)) == 2)
        (request,) = (file for file in requests_in(folders) if file != never_taken)
        asked = read_request(request.read_bytes(), request.name)
        header = Header("20260701093000", identifier=asked.identifier)
        place = folders.responses / response_name(request.name)
        place.write_bytes(response_octets(header, asked, answer_to(query, again=True)))
        await asking
        assert backend.health().answering, "while the lost one still waits"
        with pytest.raises(BackendDown):
            await lost
        assert backend.health().answering, "after its deadline"
