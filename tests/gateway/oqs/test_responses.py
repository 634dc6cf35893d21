"""Which file in `res` is the answer to a request: whole, with its identifier, one only, and of use."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.gateway.backend import BackendDown, StillProcessing
from kiosk.gateway.invented_answers import answer_to
from kiosk.gateway.oqs import awaited as awaited_module
from kiosk.gateway.oqs.folders import Folders
from kiosk.gateway.oqs.journal import Asked, Journal
from kiosk.gateway.oqs.manners import Manner
from kiosk.gateway.oqs.names import response_name
from kiosk.gateway.oqs.reading import read_request
from kiosk.gateway.oqs.responding import Header, processing_octets, response_octets
from kiosk.gateway.people import by_key
from tests.gateway.oqs.by_hand import BRIEF, POLLING, VALID, only_request, put, response_to
from tests.gateway.oqs.playing import PACE, TARO, answered, backend_on, playing, query_of
from tests.waiting import until


@pytest.mark.parametrize("inotify", POLLING)
async def test_processing_is_waited_out_in_the_same_file(folders: Folders, state: Path, *, inotify: bool) -> None:
    async with backend_on(folders, state, inotify=inotify) as backend:
        asking = asyncio.create_task(answered(backend, query_of()))
        request = await only_request(folders)
        asked = read_request(request.read_bytes(), request.name)
        header = Header("20260701093000", identifier=asked.identifier)
        put(folders, response_name(request.name), processing_octets(header, asked))
        (opened,) = backend._singles._open.values()
        await until(lambda: opened.awaited and opened.awaited.processing)
        assert not asking.done()
        put(folders, response_name(request.name), response_to(request))
        assert (await asking).validity is VALID


@pytest.mark.parametrize("inotify", POLLING)
async def test_half_written_answer_is_not_taken(folders: Folders, state: Path, *, inotify: bool) -> None:
    async with backend_on(folders, state, inotify=inotify) as backend:
        asking = asyncio.create_task(answered(backend, query_of()))
        request = await only_request(folders)
        octets = response_to(request)
        file = folders.responses / response_name(request.name)
        for part in (octets[: len(octets) // 3], octets[len(octets) // 3 : -3]):
            with file.open("ab") as out:
                out.write(part)
            # Long enough for several looks, so that only the parser can tell that it is not whole.
            await asyncio.wait([asking], timeout=4 * PACE.poll)
            assert not asking.done()
        with file.open("ab") as out:
            out.write(octets[-3:])
        assert (await asking).validity is VALID


@pytest.mark.parametrize("inotify", POLLING)
@pytest.mark.parametrize(
    "loose", ["oqsSIQUC01RES_{}.XML", "OQSsiquc01res_{}_20260701093000.xml", "OQSsiquc01res_x_{}.xml"]
)
async def test_answer_under_a_loose_name_is_found(folders: Folders, state: Path, loose: str, *, inotify: bool) -> None:
    async with backend_on(folders, state, inotify=inotify) as backend:
        asking = asyncio.create_task(answered(backend, query_of()))
        request = await only_request(folders)
        identifier = request.stem.rpartition("_")[2]
        put(folders, loose.format(identifier), response_to(request))
        assert (await asking).validity is VALID


async def test_answer_without_identifier_counts_under_the_exact_name_only(folders: Folders, state: Path) -> None:
    query = query_of()
    async with backend_on(folders, state, BRIEF) as backend:
        with pytest.raises(StillProcessing):
            await backend.qualify(query, again=False)
        request = await only_request(folders)
        anonymous = response_to(request, identifier="")
        put(folders, f"OQSsiquc01res_{request.stem.rpartition('_')[2]}_2.xml", anonymous)
        with pytest.raises(BackendDown):
            await answered(backend, query, again=True)
        put(folders, response_name(request.name), anonymous)
        assert (await answered(backend, query, again=True)).validity is VALID


async def test_answer_to_another_request_is_left_alone(folders: Folders, state: Path) -> None:
    """Under our name with another identifier, with our identifier about another query, and under another name."""
    hanako, query = by_key("hanako"), query_of()
    async with backend_on(folders, state, BRIEF) as backend:
        with pytest.raises(StillProcessing):
            await backend.qualify(query, again=False)
        request = await only_request(folders)
        asked = read_request(request.read_bytes(), request.name)
        other = replace(asked, queries=(replace(asked.queries[0], birthdate="19580808"),))
        theirs = response_octets(
            Header("20260701093000", identifier=asked.identifier), other, answer_to(query_of(hanako), again=True)
        )
        foreign = {
            response_name(request.name): response_to(request, hanako, identifier="20260701093000AAAAAAAAAAAAAAAA"),
            f"OQSsiquc01res_{asked.identifier}_1.xml": theirs,
            "OQSsiquc01res_2021081611906.xml": response_to(request, hanako),
        }
        for name, octets in foreign.items():
            put(folders, name, octets)
        with pytest.raises(BackendDown):
            await answered(backend, query, again=True)
    assert {file.name: file.read_bytes() for file in folders.responses.iterdir()} == foreign


async def test_two_answers_that_differ_are_none(
    folders: Folders, state: Path, caplog: pytest.LogCaptureFixture
) -> None:
    journal = Journal(state)
    query = query_of()
    identifier = "20260701093000AAAAAAAAAAAAAAAA"
    journal.add(Asked(query.client_ref, identifier, time.time()))
    journal.close()
    header = Header("20260701093000", identifier=identifier)
    for person, name in (
        (TARO, f"OQSsiquc01res_{identifier}.xml"),
        (by_key("hanako"), f"oqssiquc01res_{identifier}.xml"),
    ):
        put(folders, name, response_octets(header, None, answer_to(query_of(person), again=True)))
    async with backend_on(folders, state) as backend:
        with pytest.raises(BackendDown):
            await answered(backend, query)
    assert "two answers that differ" in caplog.text
    assert TARO.name not in caplog.text


async def test_same_answer_twice_is_one(folders: Folders, state: Path) -> None:
    async with backend_on(folders, state) as backend:
        asking = asyncio.create_task(answered(backend, query_of()))
        request = await only_request(folders)
        octets = response_to(request)
        for tail in ("", "_copy"):
            put(folders, f"OQSsiquc01res_{request.stem.rpartition('_')[2]}{tail}.xml", octets)
        assert (await asking).validity is VALID


@pytest.mark.parametrize(
    "octets",
    [
        pytest.param(b"<html>", id="no answer"),
        pytest.param(b"", id="empty"),
        pytest.param(b"PK\x03\x04encrypted", id="encrypted"),
        pytest.param(bytes(100), id="zeros"),
        pytest.param(b" " * 5_000_000, id="huge"),
    ],
)
async def test_file_of_no_use_ends_in_backend_down_before_the_deadline(
    folders: Folders, state: Path, octets: bytes, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(awaited_module, "UNUSABLE_SECONDS", 0.2)
    query = query_of()
    async with backend_on(folders, state) as backend:
        asking = asyncio.create_task(answered(backend, query))
        request = await only_request(folders)
        put(folders, response_name(request.name), octets)
        with pytest.raises(BackendDown):
            await asking
        assert response_name(request.name) in caplog.text
        assert ("encrypt.conf" in caplog.text) == octets.startswith(b"PK")
        put(folders, response_name(request.name), response_to(request))
        (opened,) = backend._singles._open.values()
        await until(lambda: opened.awaited and opened.awaited.response)
        assert (await backend.qualify(query, again=True)).validity is VALID


async def test_encrypted_answer_is_named_in_the_log(
    folders: Folders, state: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(awaited_module, "UNUSABLE_SECONDS", 0.1)
    async with backend_on(folders, state) as backend:
        asking = asyncio.create_task(answered(backend, query_of()))
        request = await only_request(folders)
        put(folders, response_name(request.name).replace(".xml", ".zip"), b"PK\x03\x04")
        with pytest.raises(BackendDown):
            await asking
    assert "encrypt.conf" in caplog.text


async def test_clock_of_the_terminal_does_not_matter(tmp_path: Path) -> None:
    folders = Folders(tmp_path / "oqs")
    with playing(folders, Manner.CLOCK_FAST):
        async with backend_on(folders, tmp_path / "state", inotify=False) as backend:
            assert (await answered(backend, query_of())).validity is VALID
