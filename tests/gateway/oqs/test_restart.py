"""A gateway that ends at any point: the next one finds the answer, and sends nothing again."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest

from kiosk.gateway.backend import StillProcessing
from kiosk.gateway.oqs.folders import Folders
from kiosk.gateway.oqs.journal import Asked, Journal
from kiosk.gateway.oqs.names import response_name
from kiosk.gateway.oqs.sending import Sending, clear_leftovers, draft_name
from tests.gateway.oqs.by_hand import VALID, only_request, put, response_to
from tests.gateway.oqs.playing import PACE, answered, backend_on, query_of, requests_in
from tests.waiting import until


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
