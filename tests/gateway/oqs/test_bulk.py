"""一括照会 over real folders: one upload, looks until the answers are there, everybody their own or none."""

from __future__ import annotations

import asyncio
import itertools
import logging
import os
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from kiosk.checkin.insurance import ProcessingStatus, QualificationValidity
from kiosk.gateway.backend import BackendAway, BackendDown, QueryUnfit, StillProcessing
from kiosk.gateway.bulk.backend import AnswersBulk
from kiosk.gateway.bulk.messages import BulkAnswerMessage, BulkQueryMessage
from kiosk.gateway.messages import PersonMessage
from kiosk.gateway.oqs import awaited as awaited_module
from kiosk.gateway.oqs import bulks as bulks_module
from kiosk.gateway.oqs import pace as pace_module
from kiosk.gateway.oqs.backend import FolderBackend
from kiosk.gateway.oqs.bulk_course import MOST_REFUSALS
from kiosk.gateway.oqs.folders import Folders
from kiosk.gateway.oqs.journal import KEPT_SECONDS, Asked, Journal, JournalFailure
from kiosk.gateway.oqs.manners import Manner
from kiosk.gateway.oqs.names import RequestKind, response_name
from kiosk.gateway.oqs.playback import failed_octets
from kiosk.gateway.oqs.reading import OqsRequest, read_request
from kiosk.gateway.oqs.responding import Header, bulk_octets, processing_octets, reception_octets
from kiosk.gateway.people import PEOPLE, InventedPerson, by_key
from kiosk.gateway.simulator import Simulator, answer_to
from tests.gateway.conftest import body_of, client_of
from tests.gateway.oqs.machine import Machine
from tests.gateway.oqs.playing import (
    LIMIT_SECONDS,
    PACE,
    QUICK,
    TARO,
    backend_on,
    folders_in,
    playing,
    query_of,
    requests_in,
    until,
)

DAY = "20260701"
HANAKO = by_key("hanako")
VALID = QualificationValidity.VALID
RECEPTION = "2026070109300000000001"
HEADER = Header("20260701093000")


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    return folders_in(tmp_path / "oqs")


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


def bulk_of_people(*people: InventedPerson, **other: str) -> BulkQueryMessage:
    """A new one about these people."""
    return BulkQueryMessage.model_validate(bulk_body(*people) | other)


def bulk_body(*people: InventedPerson) -> dict[str, object]:
    queries = [body_of(person) for person in people]
    for query in queries:
        del query["confirmationDate"]
    return {"clientRef": str(uuid4()), "confirmationDate": DAY, "queries": queries}


async def answered(backend: FolderBackend, query: BulkQueryMessage, *, again: bool = False) -> BulkAnswerMessage:
    """Ask as the API does, until there is an answer. Raises BackendDown."""
    while True:
        try:
            return await backend.qualify_bulk(query, again=again)
        except StillProcessing:
            again = True


def put(folders: Folders, name: str, octets: bytes) -> None:
    """Let a whole response appear."""
    draft = folders.responses / f"{uuid4()}.tmp"
    draft.write_bytes(octets)
    draft.rename(folders.responses / name)


async def next_request(folders: Folders, kind: RequestKind) -> tuple[str, OqsRequest]:
    """Take the next request of that kind out of `req`, as the terminal does; the name of its response."""
    await until(lambda: any(file.name.startswith(kind.value) for file in requests_in(folders)))
    file = next(file for file in requests_in(folders) if file.name.startswith(kind.value))
    request = read_request(file.read_bytes(), file.name)
    file.unlink()
    return response_name(file.name), request


async def receive(folders: Folders) -> OqsRequest:
    """Play the terminal until it gave the reception."""
    name, uploaded = await next_request(folders, RequestKind.BULK_UPLOAD)
    put(
        folders,
        name,
        reception_octets(Header(HEADER.processed_at, identifier=uploaded.identifier), uploaded, RECEPTION),
    )
    return uploaded


async def answer(folders: Folders, uploaded: OqsRequest, number: str = RECEPTION) -> None:
    """Play the terminal that answers a fetch, everybody as they are."""
    name, fetch = await next_request(folders, RequestKind.BULK_FETCH)
    assert fetch.reception_number == RECEPTION
    by_reference = {asked.identifier: asked for asked in uploaded.queries}
    units = []
    for reference, asked in by_reference.items():
        person = next(one for one in PEOPLE if one.insured.number == asked.number)
        units.append((asked, answer_to(query_of(person, clientRef=reference), again=True)))
    put(folders, name, bulk_octets(HEADER, uploaded, number, units))


BULK_MANNERS = [manner for manner in Manner if manner not in (Manner.BULK_GAPS, Manner.BULK_ZIP, Manner.RESTART)]


@pytest.mark.parametrize("inotify", [True, False])
@pytest.mark.parametrize("manners", [(), *[(manner,) for manner in BULK_MANNERS], tuple(BULK_MANNERS)])
async def test_every_manner_gives_everybody_their_own_answer(
    tmp_path: Path, state: Path, manners: tuple[Manner, ...], *, inotify: bool
) -> None:
    folders = Folders(tmp_path / "oqs")
    people = PEOPLE[:12]
    query = bulk_of_people(*people)
    with playing(folders, *manners, tempo=replace(QUICK, delay=0.05)):
        async with backend_on(folders, state, inotify=inotify) as backend:
            found = await answered(backend, query)
    assert found.unanswered == ()
    for person, asked, one in zip(people, query.queries, found.answers, strict=True):
        assert one.client_ref == asked.client_ref
        assert {result.name for result in one.results} <= {person.name}
    assert sum(one.validity is VALID for one in found.answers) > 5
    assert len(list(folders.responses.glob("OQSmuquc01res_*"))) <= 1
    assert not requests_in(folders)


async def test_everybody_shows_the_same_in_bulk_as_through_the_simulator(tmp_path: Path, state: Path) -> None:
    """With whom the system is out of order the terminal's unit is an error, the simulator's query unanswered."""
    folders, query = Folders(tmp_path / "oqs"), bulk_of_people(*PEOPLE)
    simulator: AnswersBulk = Simulator()
    with pytest.raises(StillProcessing):
        await simulator.qualify_bulk(query, again=False)
    expected = {one.client_ref: one for one in (await simulator.qualify_bulk(query, again=True)).answers}
    with playing(folders):
        async with backend_on(folders, state) as backend:
            found = await answered(backend, query)
    assert len(found.answers) == len(PEOPLE) > len(expected) > 20
    for one in found.answers:
        if one.client_ref not in expected:
            assert one.status is ProcessingStatus.ERROR
        elif expected[one.client_ref].validity is not None:
            same = expected[one.client_ref].model_copy(update={"processed_at": one.processed_at})
            assert one.model_dump() == same.model_dump()


async def test_missing_and_double_units_are_unanswered(tmp_path: Path, state: Path) -> None:
    folders, query = Folders(tmp_path / "oqs"), bulk_of_people(*PEOPLE[:6])
    with playing(folders, Manner.BULK_GAPS):
        async with backend_on(folders, state) as backend:
            found = await answered(backend, query)
    references = [one.client_ref for one in query.queries]
    assert list(found.unanswered) == references[:2]
    assert [one.client_ref for one in found.answers] == references[2:]


async def test_zip_is_named_in_the_log_and_ends_it(
    tmp_path: Path, state: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(awaited_module, "UNUSABLE_SECONDS", 0.1)
    folders = Folders(tmp_path / "oqs")
    with playing(folders, Manner.BULK_ZIP):
        async with backend_on(folders, state) as backend:
            with pytest.raises(BackendDown):
                await answered(backend, bulk_of_people(TARO))
    assert "is a ZIP" in caplog.text
    assert "encrypt.conf" in caplog.text
    assert caplog.text.count("bulk answer of no use") == 1


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
    assert max(pauses) < 2


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


async def test_query_that_no_request_can_carry_spoils_no_other(folders: Folders, state: Path) -> None:
    whole = bulk_of_people(TARO, HANAKO)
    unfit = PersonMessage.model_validate(whole.queries[0].model_dump() | {"symbol": "한글"})
    query = whole.model_copy(update={"queries": (unfit, whole.queries[1])})
    async with backend_on(folders, state) as backend:
        asking = asyncio.create_task(answered(backend, query))
        uploaded = await receive(folders)
        assert [asked.identifier for asked in uploaded.queries] == [whole.queries[1].client_ref]
        await answer(folders, uploaded)
        found = await asking
        assert (found.unanswered, len(found.answers)) == ((unfit.client_ref,), 1)
        nobody = await answered(backend, query.model_copy(update={"client_ref": str(uuid4()), "queries": (unfit,)}))
        assert (nobody.answers, nobody.unanswered) == ((), (unfit.client_ref,))
    assert not requests_in(folders)


async def test_reference_of_another_bulk_gets_nothing_of_it(folders: Folders, state: Path) -> None:
    query = bulk_of_people(TARO)
    async with backend_on(folders, state, replace(PACE, one_call=0.01)) as backend:
        with pytest.raises(StillProcessing):
            await backend.qualify_bulk(query, again=False)
        with pytest.raises(QueryUnfit):
            await backend.qualify_bulk(bulk_of_people(HANAKO, clientRef=query.client_ref), again=False)


async def test_again_never_writes(folders: Folders, state: Path) -> None:
    async with backend_on(folders, state) as backend:
        with pytest.raises(BackendDown):
            await backend.qualify_bulk(bulk_of_people(TARO), again=True)
    assert not list(folders.requests.iterdir())


async def test_answers_are_forgotten_after_a_while_and_memory_is_bounded(
    tmp_path: Path, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulks_module, "LATE_SECONDS", 0.05)
    monkeypatch.setattr(bulks_module, "MOST_KEPT", 2)
    folders = Folders(tmp_path / "oqs")
    with playing(folders):
        async with backend_on(folders, state) as backend:
            query = bulk_of_people(TARO)
            await answered(backend, query)
            await until(lambda: not backend._bulks._open)
            again = await answered(backend, query)
            assert again.answers[0].results[0].name == TARO.name
            assert len(list(folders.responses.glob("OQSmuquc01res_*"))) == 1
    async with backend_on(folders, state, replace(PACE, one_call=0.001)) as backend:
        for _ in range(4):
            with pytest.raises(StillProcessing):
                await backend.qualify_bulk(bulk_of_people(TARO), again=False)
        assert len(backend._bulks._open) == 2
    assert pace_module.LATE_SECONDS == 600


async def test_room_is_made_by_those_that_are_done_and_then_whoever_waits_asks_again(
    folders: Folders, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulks_module, "MOST_KEPT", 2)
    async with backend_on(folders, state, replace(PACE, one_call=LIMIT_SECONDS)) as backend:
        waits = bulk_of_people(HANAKO)
        waiting = asyncio.create_task(backend.qualify_bulk(waits, again=False))
        hers = await receive(folders)
        await until(lambda: requests_in(folders))
        done = bulk_of_people(TARO)
        nobody = done.model_copy(
            update={"queries": (PersonMessage.model_validate(done.queries[0].model_dump() | {"symbol": "한글"}),)}
        )
        await backend.qualify_bulk(nobody, again=False)
        others = [asyncio.create_task(backend.qualify_bulk(bulk_of_people(TARO), again=False))]
        await until(lambda: len(requests_in(folders)) == 2)
        assert not waiting.done()
        others.append(asyncio.create_task(backend.qualify_bulk(bulk_of_people(TARO), again=False)))
        with pytest.raises(StillProcessing):
            await waiting
        for file in requests_in(folders):
            file.unlink()
        again = asyncio.create_task(backend.qualify_bulk(waits, again=True))
        await answer(folders, hers)
        assert (await again).unanswered == ()
    assert all(isinstance(end, StillProcessing) for end in await asyncio.gather(*others, return_exceptions=True))


async def test_memory_and_journal_hold_nothing_of_the_persons(
    folders: Folders, state: Path, caplog: pytest.LogCaptureFixture
) -> None:
    query = bulk_of_people(TARO)
    with caplog.at_level(logging.DEBUG):
        async with backend_on(folders, state) as backend:
            asking = asyncio.create_task(answered(backend, query))
            uploaded = await receive(folders)
            name, fetch = await next_request(folders, RequestKind.BULK_FETCH)
            put(folders, name, failed_octets(HEADER, fetch))
            await answer(folders, uploaded)
            await asking
            assert TARO.insured.number not in repr(backend._bulks._open) + repr(query)
    kept = b"".join((state / name).read_bytes() for name in os.listdir(state)) + caplog.text.encode()  # noqa: PTH208 (no loop runs)
    for canary in (TARO.name, TARO.insured.number, "19700102", TARO.insurer.digits):
        assert canary.encode() not in kept


# The restart


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


def test_journal_keeps_receptions_as_long_as_their_uploads(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk.gateway.oqs.journal._TIDY_EVERY", 1)
    journal = Journal(state)
    journal.add(Asked("old", "A", 0.0))
    journal.receive("old", "1")
    assert journal.reception("old") == "1"
    journal.receive("old", "2")
    assert journal.reception("old") == "2"
    journal.add(Asked("new", "B", KEPT_SECONDS + 1))
    journal.receive("new", "3")
    journal.add(Asked("newer", "C", KEPT_SECONDS + 1))
    assert (journal.reception("old"), journal.reception("new"), journal.reception("none")) == ("", "3", "")
    journal.close()


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
