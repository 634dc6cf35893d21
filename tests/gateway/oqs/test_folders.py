"""Real folders: what comes and goes there, what breaks, and what hangs."""

from __future__ import annotations

import asyncio
import ctypes
import errno
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from kiosk.gateway.oqs import bell as bell_module
from kiosk.gateway.oqs.bell import Bell
from kiosk.gateway.oqs.folders import (
    IDENTIFIER_LENGTH,
    LARGEST_FILE,
    FolderFailure,
    FolderFault,
    Folders,
    fault_of,
    new_identifier,
    read_file,
    rename_new,
)
from kiosk.gateway.oqs.hands import Hands
from kiosk.gateway.oqs.names import RequestKind, request_name, response_name
from tests.gateway.oqs.playing import LIMIT_SECONDS, folders_in
from tests.modes import bound_by_modes
from tests.waiting import until

NOW = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)
NEEDS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a small file system")


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Folders]:
    """Folders on a file system of their own, with room for some 60 kB."""
    root = tmp_path / "small"
    root.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", root], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip("no file system can be mounted here")
    try:
        yield folders_in(root / "oqs")
    finally:
        subprocess.run(["umount", "--lazy", root], check=True)


def test_identifiers_are_names_that_nobody_guesses() -> None:
    made = {new_identifier(NOW) for _ in range(1000)}
    assert len(made) == 1000
    for identifier in made:
        assert len(identifier) == IDENTIFIER_LENGTH
        assert identifier.startswith("20260701083000")
        assert identifier.isalnum()
        assert identifier == identifier.upper()
        assert response_name(request_name(RequestKind.SINGLE, identifier)) == f"OQSsiquc01res_{identifier}.xml"


def test_draft_is_not_taken_for_a_request_until_it_is_whole(folders: Folders) -> None:
    folders.draft("kiosk_1.tmp", b"whole")
    assert not list(folders.requests.glob("*.xml*"))
    assert folders.release("kiosk_1.tmp", "OQSsiquc01req_1.xml")
    assert [file.name for file in folders.requests.iterdir()] == ["OQSsiquc01req_1.xml"]
    assert (folders.requests / "OQSsiquc01req_1.xml").read_bytes() == b"whole"


def test_release_of_a_draft_that_is_gone_says_so(folders: Folders) -> None:
    assert not folders.release("kiosk_1.tmp", "OQSsiquc01req_1.xml")


@pytest.mark.parametrize("system_can", [True, False])
def test_nothing_is_ever_overwritten(folders: Folders, monkeypatch: pytest.MonkeyPatch, *, system_can: bool) -> None:
    if not system_can:
        monkeypatch.setattr(ctypes, "CDLL", lambda *_, **__: SimpleNamespace())
    other = folders.requests / "OQSsiquc01req_1.xml"
    other.write_bytes(b"of somebody else")
    folders.draft("kiosk_1.tmp", b"ours")
    with pytest.raises(FolderFailure):
        folders.release("kiosk_1.tmp", other.name)
    with pytest.raises(FolderFailure):
        folders.draft(other.name, b"ours")
    assert other.read_bytes() == b"of somebody else"
    assert (folders.requests / "kiosk_1.tmp").read_bytes() == b"ours"


def test_rename_works_where_the_file_system_promises_less(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ctypes, "CDLL", lambda *_, **__: SimpleNamespace())
    (tmp_path / "old").write_bytes(b"x")
    rename_new(tmp_path / "old", tmp_path / "new")
    assert (tmp_path / "new").read_bytes() == b"x"


def test_missing_folder_is_said(tmp_path: Path) -> None:
    gone = Folders(tmp_path / "nowhere")
    for work in (lambda: gone.draft("a.tmp", b""), lambda: gone.release("a.tmp", "b.xml"), gone.request_names):
        with pytest.raises(FolderFailure) as failed:
            work()
        assert failed.value.fault is FolderFault.MISSING
    assert not gone.space().writable


def test_folder_of_others_is_said(folders: Folders) -> None:
    folders.requests.chmod(0o500)
    with pytest.raises(FolderFailure) as failed:
        bound_by_modes(lambda: folders.draft("a.tmp", b""))
    assert failed.value.fault is FolderFault.REFUSED
    assert not bound_by_modes(folders.space).writable


@NEEDS_ROOT
def test_full_folder_is_said_and_nothing_is_left_behind(small: Folders) -> None:
    assert small.space().writable
    with pytest.raises(FolderFailure) as failed:
        small.draft("kiosk_1.tmp", bytes(200_000))
    assert failed.value.fault is FolderFault.FULL
    assert small.request_names() == []
    (small.root / "filler").write_bytes(bytes(8))
    with pytest.raises(OSError, match="No space"), (small.root / "filler").open("ab") as filler:
        filler.write(bytes(200_000))
    assert not small.space().writable


@NEEDS_ROOT
def test_read_only_folder_is_said(small: Folders) -> None:
    subprocess.run(["mount", "-o", "remount,ro", small.root.parent], check=True)
    with pytest.raises(FolderFailure) as failed:
        small.draft("kiosk_1.tmp", b"x")
    assert failed.value.fault is FolderFault.READ_ONLY
    assert not small.space().writable


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        (errno.ESTALE, FolderFault.BROKEN),
        (errno.EIO, FolderFault.BROKEN),
        (errno.ENOTCONN, FolderFault.BROKEN),
        (errno.EHOSTDOWN, FolderFault.BROKEN),
        (errno.EDQUOT, FolderFault.FULL),
        (errno.ENOTDIR, FolderFault.MISSING),
    ],
)
def test_errors_of_a_lost_mount_are_faults(code: int, fault: FolderFault) -> None:
    assert fault_of(OSError(code, "x")) is fault


def test_only_plain_files_are_read_and_none_is_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    (tmp_path / "secret").write_bytes(b"secret")
    (tmp_path / "link").symlink_to(tmp_path / "secret")
    (tmp_path / "huge").write_bytes(bytes(LARGEST_FILE + 10))
    for name in ("pipe", "folder", "link", "nothing"):
        assert read_file(tmp_path / name) is None
    assert read_file(tmp_path / "secret") == b"secret"
    assert len(read_file(tmp_path / "huge") or b"") == LARGEST_FILE + 1


async def test_hanging_work_holds_its_own_thread_only() -> None:
    hands = Hands("res", most=2, deadline_seconds=0.05)
    go = threading.Event()
    with pytest.raises(FolderFailure) as failed:
        await hands.do(go.wait)
    assert failed.value.fault is FolderFault.SILENT
    assert await hands.do(lambda: 1) == 1
    assert hands.stuck == 1
    with pytest.raises(FolderFailure):
        await hands.do(go.wait)
    before = threading.active_count()
    for _ in range(5):
        with pytest.raises(FolderFailure):
            await hands.do(lambda: 1)
    assert threading.active_count() == before
    go.set()
    await until(lambda: hands.stuck == 0)
    assert await hands.do(lambda: 2) == 2


async def test_hanging_work_does_not_keep_the_loop_waiting() -> None:
    hands = Hands("res", most=1, deadline_seconds=LIMIT_SECONDS)
    go = threading.Event()
    hanging = asyncio.create_task(hands.do(go.wait))
    async with asyncio.timeout(LIMIT_SECONDS / 2):
        for _ in range(10):
            await asyncio.sleep(0.001)
    assert not hanging.done()
    go.set()
    await hanging


async def test_errors_come_back_from_the_thread() -> None:
    def lost() -> None:
        raise OSError(errno.ESTALE, "Stale file handle")

    def bug() -> None:
        raise LookupError

    hands = Hands("res", most=1, deadline_seconds=LIMIT_SECONDS)
    with pytest.raises(FolderFailure) as failed:
        await hands.do(lost)
    assert failed.value.fault is FolderFault.BROKEN
    with pytest.raises(LookupError):
        await hands.do(bug)
    assert await hands.do(lambda: "still there") == "still there"


async def test_work_goes_on_when_its_caller_goes_away() -> None:
    hands = Hands("res", most=1, deadline_seconds=LIMIT_SECONDS)
    go, done = threading.Event(), threading.Event()

    def work() -> None:
        go.wait()
        done.set()

    caller = asyncio.create_task(hands.do(work))
    await asyncio.sleep(0.01)
    caller.cancel()
    await asyncio.gather(caller, return_exceptions=True)
    go.set()
    assert await hands.do(done.is_set)


async def heard(bell: Bell, name: str) -> bool:
    """Whether the bell says that the file's writer is done, within the limit."""
    async with asyncio.timeout(LIMIT_SECONDS):
        while True:
            await bell.listen()
            if name in await bell.ring(LIMIT_SECONDS):
                return bell.proven


async def test_bell_hears_at_once_when_a_file_gets_its_name(folders: Folders) -> None:
    bell = Bell(folders.responses, Hands("res", most=1, deadline_seconds=LIMIT_SECONDS))
    await bell.listen()
    assert not bell.proven
    (folders.responses / "x.tmp").write_bytes(b"x")
    (folders.responses / "x.tmp").rename(folders.responses / "x.xml")
    assert await heard(bell, "x.xml")
    await bell.aclose()


async def test_bell_hears_in_a_folder_that_was_made_anew(folders: Folders, monkeypatch: pytest.MonkeyPatch) -> None:
    """A share that was mounted again is another folder under the same name."""
    monkeypatch.setattr(bell_module, "RENEW_SECONDS", 0.01)
    bell = Bell(folders.responses, Hands("res", most=1, deadline_seconds=LIMIT_SECONDS))
    await bell.listen()
    shutil.rmtree(folders.responses)
    await asyncio.sleep(0.02)
    await bell.listen()
    folders.responses.mkdir()
    await asyncio.sleep(0.02)
    await bell.listen()
    (folders.responses / "x.xml").write_bytes(b"x")
    assert await heard(bell, "x.xml")
    await bell.aclose()


async def test_bell_is_a_clock_where_nothing_tells(tmp_path: Path) -> None:
    bell = Bell(tmp_path / "nowhere", Hands("res", most=1, deadline_seconds=LIMIT_SECONDS))
    await bell.listen()
    assert await bell.ring(0.001) == set()
    bell.press()
    assert await bell.ring(LIMIT_SECONDS) == set()
    assert not bell.proven
    await bell.aclose()
