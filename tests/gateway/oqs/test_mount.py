"""Folders that are missing, break, hang or are full of old files: the query is not lost, and the loop goes on."""

from __future__ import annotations

import asyncio
import errno
import os
import shutil
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.gateway.backend import BackendAway, BackendDown, StillProcessing
from kiosk.gateway.oqs import lookout as lookout_module
from kiosk.gateway.oqs import space_watch as space_module
from kiosk.gateway.oqs.awaited import Found
from kiosk.gateway.oqs.folders import Folders
from kiosk.gateway.oqs.names import response_name
from tests.gateway.oqs.by_hand import POLLING, VALID, only_request, put, response_to
from tests.gateway.oqs.playing import LIMIT_SECONDS, PACE, answered, backend_on, folders_in, query_of, requests_in
from tests.waiting import until


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
        assert "folder failed: res" in caplog.text  # why, depends on the moment at which it went
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
        assert time.monotonic() - began < LIMIT_SECONDS / 2  # a share that hangs is not waited for
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
        assert time.monotonic() - began < 5
