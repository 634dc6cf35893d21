"""The backend on real folders: every query gets its own answer or none, and goes out once."""

from __future__ import annotations

import asyncio
import errno
import logging
import os
import shutil
import signal
import threading
import time
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.checkin.insurance import QualificationValidity
from kiosk.gateway.backend import (
    Backend,
    BackendAway,
    BackendDown,
    GatewayWay,
    QueryUnfit,
    StillProcessing,
    TellsHealth,
)
from kiosk.gateway.messages import AnswerMessage
from kiosk.gateway.oqs import awaited as awaited_module
from kiosk.gateway.oqs import lookout as lookout_module
from kiosk.gateway.oqs import singles as singles_module
from kiosk.gateway.oqs import space_watch as space_module
from kiosk.gateway.oqs.awaited import Found
from kiosk.gateway.oqs.folders import Folders
from kiosk.gateway.oqs.journal import KEPT_SECONDS, Asked, Journal, JournalFailure
from kiosk.gateway.oqs.manners import Manner
from kiosk.gateway.oqs.names import response_name
from kiosk.gateway.oqs.pace import Pace
from kiosk.gateway.oqs.reading import read_request
from kiosk.gateway.oqs.responding import Header, processing_octets, response_octets
from kiosk.gateway.oqs.sending import Sending, clear_leftovers, draft_name
from kiosk.gateway.people import PEOPLE, InventedPerson, by_key
from kiosk.gateway.simulator import answer_to
from tests.gateway.conftest import body_of, client_of
from tests.gateway.oqs.machine import Machine
from tests.gateway.oqs.playing import (
    INSTITUTION,
    LIMIT_SECONDS,
    PACE,
    TARO,
    answered,
    backend_on,
    folders_in,
    playing,
    query_of,
    requests_in,
    until,
)

BRIEF = replace(PACE, answer=0.3, one_call=0.05)
"""A deadline that tests can wait for."""
POLLING = [pytest.param(True, id="inotify"), pytest.param(False, id="polling")]
VALID = QualificationValidity.VALID


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    return folders_in(tmp_path / "oqs")


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


def response_to(request: Path, person: InventedPerson = TARO, *, identifier: str | None = None) -> bytes:
    """The terminal's answer to a request file, by default with its identifier."""
    asked = read_request(request.read_bytes(), request.name)
    header = Header("20260701093000", identifier=asked.identifier if identifier is None else identifier)
    return response_octets(header, asked, answer_to(query_of(person), again=True))


def put(folders: Folders, name: str, octets: bytes) -> None:
    """Let a whole response appear."""
    draft = folders.responses / f"{uuid4()}.tmp"
    draft.write_bytes(octets)
    draft.rename(folders.responses / name)


async def only_request(folders: Folders) -> Path:
    """The request, once it is there."""
    await until(lambda: requests_in(folders))
    (request,) = requests_in(folders)
    return request


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


async def test_missing_folder_is_backend_down_until_it_is_there(
    folders: Folders, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(space_module, "PROBE_SECONDS", 0.01)
    hidden = folders.root.with_name("unmounted")
    folders.root.rename(hidden)
    query = query_of()
    async with backend_on(folders, state) as backend:
        with pytest.raises(BackendDown):
            await backend.qualify(query, again=False)
        assert backend.health().folder_writable is False
        hidden.rename(folders.root)
        asking = asyncio.create_task(answered(backend, query))
        request = await only_request(folders)
        put(folders, response_name(request.name), response_to(request))
        assert (await asking).validity is VALID
        await until(lambda: backend.health().folder_writable)


@pytest.mark.parametrize("inotify", POLLING)
async def test_folder_that_goes_while_an_answer_is_awaited_may_come_back(
    folders: Folders, state: Path, caplog: pytest.LogCaptureFixture, *, inotify: bool
) -> None:
    async with backend_on(folders, state, inotify=inotify) as backend:
        asking = asyncio.create_task(answered(backend, query_of()))
        request = await only_request(folders)
        octets = response_to(request)
        shutil.move(folders.root, folders.root.with_name("unmounted"))
        await until(lambda: backend.health().answering is False)
        assert "res is not there" in caplog.text
        folders_in(folders.root)
        put(folders, response_name(request.name), octets)
        assert (await asking).validity is VALID
        assert backend.health().answering


@pytest.mark.parametrize("code", [errno.ESTALE, errno.EIO, errno.ENOTCONN])
async def test_errors_of_the_mount_are_waited_out(
    folders: Folders, state: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    broken = threading.Event()
    broken.set()
    usual = os.open

    def breaking(path: Path, flags: int, mode: int = 0o777) -> int:
        if broken.is_set() and "res" in str(path):
            raise OSError(code, os.strerror(code))
        return usual(path, flags, mode)

    monkeypatch.setattr(os, "open", breaking)
    async with backend_on(folders, state, inotify=False) as backend:
        asking = asyncio.create_task(answered(backend, query_of()))
        request = await only_request(folders)
        put(folders, response_name(request.name), response_to(request))
        await until(lambda: backend.health().answering is False)
        assert not asking.done()
        broken.clear()
        assert (await asking).validity is VALID


async def test_hanging_mount_is_backend_down_and_the_loop_goes_on(
    folders: Folders, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The draft hangs: nothing has gone out yet, so the request is called off, and a later try sends it once."""
    go = threading.Event()
    usual = Folders.draft

    def hanging(self: Folders, name: str, octets: bytes) -> None:
        go.wait(LIMIT_SECONDS)
        usual(self, name, octets)

    monkeypatch.setattr(Folders, "draft", hanging)
    query = query_of()
    async with backend_on(folders, state, replace(PACE, work=0.1)) as backend:
        began = time.monotonic()
        results = await asyncio.gather(
            *(backend.qualify(query_of(), again=False) for _ in range(12)),
            backend.qualify(query, again=False),
            return_exceptions=True,
        )
        assert {type(result) for result in results} == {BackendAway}
        assert time.monotonic() - began < 3
        assert backend.health().folder_writable is False
        go.set()
        await until(lambda: backend._outbox.hands.stuck == 0)
        assert not list(folders.requests.iterdir())
        asking = asyncio.create_task(answered(backend, query))
        request = await only_request(folders)
        put(folders, response_name(request.name), response_to(request))
        assert (await asking).validity is VALID


async def test_request_that_hangs_when_it_can_no_longer_be_called_off_counts_as_sent(
    folders: Folders, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go = threading.Event()
    usual = Folders.release

    def hanging(self: Folders, draft: str, name: str) -> bool:
        go.wait(LIMIT_SECONDS)
        return usual(self, draft, name)

    monkeypatch.setattr(Folders, "release", hanging)
    query = query_of()
    async with backend_on(folders, state, replace(PACE, work=0.1, one_call=0.05)) as backend:
        with pytest.raises(StillProcessing):
            await backend.qualify(query, again=False)
        go.set()
        request = await only_request(folders)
        put(folders, response_name(request.name), response_to(request))
        assert (await answered(backend, query)).validity is VALID


async def test_hanging_look_does_not_hold_up_requests(
    folders: Folders, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go = threading.Event()
    usual = lookout_module.look_at

    def hanging(file: Path, known: bytes = b"") -> Found | None:
        go.wait(LIMIT_SECONDS)
        return usual(file, known)

    monkeypatch.setattr(lookout_module, "look_at", hanging)
    async with backend_on(folders, state, replace(PACE, look=0.1), inotify=False) as backend:
        asking = asyncio.create_task(answered(backend, query_of()))
        await only_request(folders)
        await until(lambda: backend.health().answering is False)
        second = asyncio.create_task(answered(backend, query_of()))
        await until(lambda: len(requests_in(folders)) == 2)
        go.set()
        for request in requests_in(folders):
            put(folders, response_name(request.name), response_to(request))
        assert [(await task).validity for task in (asking, second)] == [VALID, VALID]


async def test_clock_of_the_terminal_does_not_matter(tmp_path: Path) -> None:
    folders = Folders(tmp_path / "oqs")
    with playing(folders, Manner.CLOCK_FAST):
        async with backend_on(folders, tmp_path / "state", inotify=False) as backend:
            assert (await answered(backend, query_of())).validity is VALID


async def test_folder_with_many_old_files_is_no_slower(folders: Folders, state: Path) -> None:
    """50,000 old answers: the exact name is looked up, and the listing is made seldom."""
    for number in range(50_000):
        os.close(os.open(folders.responses / f"OQSsiquc01res_20250701{number:06d}.xml", os.O_CREAT))
    async with backend_on(folders, state, inotify=False) as backend:
        asking = asyncio.create_task(answered(backend, query_of()))
        request = await only_request(folders)
        began = time.monotonic()
        put(folders, response_name(request.name), response_to(request))
        assert (await asking).validity is VALID
        assert time.monotonic() - began < 1


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


# The restart


async def test_new_start_finds_the_answer_and_sends_nothing_again(folders: Folders, state: Path) -> None:
    query = query_of()
    async with backend_on(folders, state, replace(PACE, one_call=0.02)) as backend:
        with pytest.raises(StillProcessing):
            await backend.qualify(query, again=False)
    request = await only_request(folders)
    async with backend_on(folders, state, replace(PACE, one_call=0.02)) as backend:
        with pytest.raises(StillProcessing):
            await backend.qualify(query, again=False)
        assert requests_in(folders) == [request]
        put(folders, response_name(request.name), response_to(request))
        assert (await answered(backend, query, again=True)).validity is VALID


@pytest.mark.parametrize("stage", ["draft", "journal", "release"])
async def test_break_at_any_point_neither_doubles_nor_loses_the_request(
    folders: Folders, state: Path, stage: str
) -> None:
    """The process ends before the journal, between journal and name, or right after the name."""
    query, identifier = query_of(), "20260701093000AAAAAAAAAAAAAAAA"
    journal = Journal(state)
    draft = draft_name(journal.gateway, identifier)
    folders.draft(draft, b"<canary/>")
    if stage != "draft":
        journal.add(Asked(query.client_ref, identifier, time.time()))
    if stage == "release":
        folders.release(draft, f"OQSsiquc01req_{identifier}.xml")
    journal.close()
    async with backend_on(folders, state, replace(PACE, one_call=0.05)) as backend:
        with pytest.raises(StillProcessing):
            await backend.qualify(query, again=False)
        await until(lambda: backend._space.cleared)
        (request,) = requests_in(folders)
        assert (identifier in request.name) == (stage != "draft")
        assert not list(folders.requests.glob("*.tmp"))


async def test_drafts_of_others_and_old_requests_of_others_stay(folders: Folders, state: Path) -> None:
    journal = Journal(state)
    ours = Asked(str(uuid4()), "20200101000000AAAAAAAAAAAAAAAA", time.time() - 10_000)
    journal.add(ours)
    journal.close()
    names = {"kiosk_00000000_20200101000000BBBBBBBBBBBBBBBB.tmp", "OQSsiquc01req_2021081611906.xml", "x.tmp"}
    for name in (*names, f"OQSsiquc01req_{ours.identifier}.xml"):
        (folders.requests / name).write_bytes(b"x")
    async with backend_on(folders, state) as backend:
        backend.health()
        await until(lambda: backend._space.cleared)
    assert {file.name for file in folders.requests.iterdir()} == names


def test_only_drafts_that_never_counted_are_cleared(folders: Folders, state: Path) -> None:
    journal = Journal(state)
    noted, flying, left = (f"20260701093000AAAAAAAAAAAAAAA{tail}" for tail in "123")
    journal.add(Asked(str(uuid4()), noted, time.time()))
    for identifier in (noted, flying, left):
        folders.draft(draft_name(journal.gateway, identifier), b"x")
    clear_leftovers(folders, journal, {flying}, expired_before=time.time() - 100)
    kept = {draft_name(journal.gateway, identifier) for identifier in (noted, flying)}
    assert set(folders.request_names()) == kept
    journal.close()


def test_withdrawn_request_is_removed(folders: Folders, state: Path) -> None:
    journal = Journal(state)
    sending = Sending(folders, journal, str(uuid4()), "20260701093000AAAAAAAAAAAAAAAA", b"x")
    assert sending.withdraw()
    assert sending.run() is None
    assert not list(folders.requests.iterdir())
    assert journal.find(sending.client_ref) is None
    late = Sending(folders, journal, str(uuid4()), "20260701093000BBBBBBBBBBBBBBBB", b"x")
    assert late.run()
    assert not late.withdraw()
    journal.close()


def test_journal_forgets_what_is_old(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk.gateway.oqs.journal._TIDY_EVERY", 1)
    journal = Journal(state)
    journal.add(Asked("old", "A", 0.0))
    journal.add(Asked("new", "B", KEPT_SECONDS + 1))
    assert journal.find("old") is None
    assert journal.find("new") == Asked("new", "B", KEPT_SECONDS + 1)
    with pytest.raises(JournalFailure):
        journal.add(Asked("new", "C", 0.0))
    journal.close()


def test_broken_journal_says_what_to_do(state: Path) -> None:
    state.mkdir()
    (state / "asked.sqlite").write_bytes(b"no database" * 100)
    with pytest.raises(JournalFailure, match="moved away"):
        Journal(state)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def ask(url: str, body: dict[str, str], key: str) -> httpx.Response:
    with client_of(url.split()[-1]) as client:
        client.timeout = httpx.Timeout(LIMIT_SECONDS)
        return client.post("/v1/qualifications", json=body, headers={"Idempotency-Key": key})


def test_gateway_killed_in_the_middle_of_a_query_asks_nothing_twice(machine: Machine, folders: Folders) -> None:
    machine.configure(folders.root)
    body, key = body_of(TARO), str(uuid4())
    with machine.gateway() as (process, said):
        asking = threading.Thread(target=lambda: suppressed(ask, said, body, key))
        asking.start()
        end = time.monotonic() + LIMIT_SECONDS
        while not requests_in(folders) and time.monotonic() < end:
            time.sleep(0.01)
        (request,) = requests_in(folders)
        process.send_signal(signal.SIGKILL)
        process.wait(LIMIT_SECONDS)
        asking.join(LIMIT_SECONDS)
    put(folders, response_name(request.name), response_to(request))
    octets = request.read_bytes()
    with machine.gateway() as (_, said):
        answer = ask(said, body, key).json()
        assert (answer["validity"], answer["clientRef"]) == ("1", body["clientRef"])
    assert not [file for file in requests_in(folders) if file.read_bytes() != octets]


def test_query_that_no_request_can_say_is_invalid(machine: Machine, folders: Folders) -> None:
    machine.configure(folders.root)
    with machine.gateway() as (_, said):
        response = ask(said, body_of(TARO, symbol="한글"), str(uuid4()))
    assert (response.status_code, response.json()["type"].rpartition(":")[2]) == (422, "invalid")


def suppressed(work: object, *arguments: object) -> None:
    try:
        assert callable(work)
        work(*arguments)
    except httpx.HTTPError:
        pass


def test_gateway_and_simulated_terminal_work_together_as_processes(machine: Machine, tmp_path: Path) -> None:
    machine.configure(tmp_path / "oqs")
    manners = ("--manner", "half-written", "--manner", "processing-first", "--delay", "0.05")
    with machine.gateway("--terminal", "simulator", *manners) as (_, terminal), machine.gateway() as (_, said):
        assert "SIMULATOR" in terminal
        url = said.split()[-1]
        answer = ask(url, body_of(TARO), str(uuid4())).json()
        assert answer["results"][0]["name"] == TARO.name
        with client_of(url) as client:
            assert client.get("/v1/capabilities").json()["simulator"] is True


# Many queries at once


ANSWERED = ("exact", "loose", "both", "processing")
PLAYS = st.lists(
    st.tuples(
        st.sampled_from(["exact", "loose", "both", "cut", "foreign", "swapped", "processing", "never"]),
        st.integers(0, 1000),
    ),
    min_size=2,
    max_size=8,
)


@given(plays=PLAYS)
@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_every_query_gets_its_own_answer_or_none(
    tmp_path_factory: pytest.TempPathFactory, plays: list[tuple[str, int]]
) -> None:
    asyncio.run(_interleave(tmp_path_factory.mktemp("play"), plays))


async def _interleave(place: Path, plays: list[tuple[str, int]]) -> None:
    """Answers come in any order, twice, cut, late, with a neighbour's identifier or under a neighbour's name."""
    folders = folders_in(place / "oqs")
    people = PEOPLE[: len(plays)]
    queries = [query_of(person) for person in people]
    pace = Pace(answer=LIMIT_SECONDS, poll=0.03, one_call=0.4, work=3, look=3)
    async with backend_on(folders, place / "state", pace) as backend:
        # Whoever gets an answer waits as long as a busy machine takes; of the others one call says enough.
        asking = [
            asyncio.create_task(answered(backend, query) if play in ANSWERED else backend.qualify(query, again=False))
            for (play, _), query in zip(plays, queries, strict=True)
        ]
        await until(lambda: len(requests_in(folders)) == len(queries))
        requests = {
            read_request(file.read_bytes(), file.name).queries[0].identifier: file for file in requests_in(folders)
        }
        files = [requests[query.client_ref] for query in queries]
        steps = []
        for place_in_row, ((play, order), file, person) in enumerate(zip(plays, files, people, strict=True)):
            neighbour = files[(place_in_row + 1) % len(files)]
            steps += [(order, play, name, octets) for name, octets in _played(play, file, neighbour, person)]
        for order, _, name, octets in sorted(steps, key=lambda step: step[0]):
            put(folders, name, octets)
            if order % 3 == 0:  # spreads the files over several looks
                await asyncio.sleep(0.01)
        results = await asyncio.gather(*asking, return_exceptions=True)
    for (play, _), query, person, result in zip(plays, queries, people, results, strict=True):
        if isinstance(result, AnswerMessage):
            assert result.client_ref == query.client_ref
            assert [found.birthdate for found in result.results] in ([], [f"{person.birthdate:%Y%m%d}"])
            assert [found.name for found in result.results] in ([], [person.name])
            assert play in ANSWERED
        else:
            assert isinstance(result, BackendDown | StillProcessing)
            assert play not in ANSWERED


def _played(play: str, file: Path, neighbour: Path, person: InventedPerson) -> list[tuple[str, bytes]]:
    exact, identifier = response_name(file.name), file.stem.rpartition("_")[2]
    loose = f"OQSsiquc01res_{identifier}_1.xml"
    ours = response_to(file, person)
    asked = read_request(file.read_bytes(), file.name)
    match play:
        case "exact":
            return [(exact, ours)]
        case "loose":
            return [(loose, ours)]
        case "both":
            return [(exact, ours), (loose, ours)]
        case "cut":
            return [(exact, ours[: len(ours) // 2])]
        case "foreign":
            return [(exact, response_to(file, person, identifier="20260701093000AAAAAAAAAAAAAAAA"))]
        case "swapped":
            # The neighbour's answer under our name, and ours under a name of the neighbour's.
            other = neighbour.stem.rpartition("_")[2]
            return [(exact, response_to(neighbour, person)), (f"OQSsiquc01res_{other}_9.xml", ours)]
        case "processing":
            header = Header("20260701093000", identifier=asked.identifier)
            return [(exact, processing_octets(header, asked)), (loose, ours)]
        case _:
            return []
