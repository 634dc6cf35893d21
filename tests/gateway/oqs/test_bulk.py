"""一括照会 over real folders: everybody gets their own answer or none, and nothing is kept of them."""

from __future__ import annotations

import asyncio
import logging
import os
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest

from kiosk.checkin.insurance import ProcessingStatus
from kiosk.gateway.backend import BackendDown, QueryUnfit, StillProcessing
from kiosk.gateway.bulk.backend import AnswersBulk
from kiosk.gateway.messages import PersonMessage
from kiosk.gateway.oqs import awaited as awaited_module
from kiosk.gateway.oqs import bulks as bulks_module
from kiosk.gateway.oqs import pace as pace_module
from kiosk.gateway.oqs.folders import Folders
from kiosk.gateway.oqs.manners import Manner
from kiosk.gateway.oqs.names import RequestKind
from kiosk.gateway.oqs.playback import failed_octets
from kiosk.gateway.people import PEOPLE
from kiosk.gateway.simulator import Simulator
from tests.gateway.oqs.bulk_by_hand import HANAKO, HEADER, answer, answered, bulk_of_people, next_request, receive
from tests.gateway.oqs.by_hand import VALID, put
from tests.gateway.oqs.playing import LIMIT_SECONDS, PACE, QUICK, TARO, backend_on, playing, requests_in
from tests.waiting import until

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
