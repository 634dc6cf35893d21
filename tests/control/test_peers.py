"""Who is at the other end is what the kernel and the list of users say."""

from __future__ import annotations

import asyncio
import grp
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.control.peers import Groups, Peer, peer_of, user_of
from kiosk.control.server import ControlServer
from kiosk.ports.board import Role
from tests.control.desk import QUICK, FakeDesk

NOBODY = "nobody"
AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")


def test_the_kernel_names_the_user() -> None:
    one, other = socket.socketpair()
    with one, other:
        assert user_of(one) == os.geteuid()


def test_root_and_the_kiosks_own_user_may_do_everything() -> None:
    nobody = pwd.getpwnam(NOBODY)
    nothing = Groups("no-such-group", "no-such-group-either")
    assert peer_of(0, nothing) == Peer("root", Role.STAFF)
    assert peer_of(nobody.pw_uid, nothing, nobody.pw_uid) == Peer(NOBODY, Role.STAFF)
    assert peer_of(nobody.pw_uid, nothing) == Peer(NOBODY, None)
    assert peer_of(4_000_000, nothing) == Peer("uid 4000000", None)


def test_a_group_gives_rights_and_staff_come_first() -> None:
    nobody = pwd.getpwnam(NOBODY)
    own = grp.getgrgid(nobody.pw_gid).gr_name
    assert peer_of(nobody.pw_uid, Groups("staff-of-nobody", own)).role is Role.VIEWER
    assert peer_of(nobody.pw_uid, Groups(own, own)).role is Role.STAFF


def test_only_staff_are_known_by_another_name() -> None:
    assert Peer("kiosk-staff", Role.STAFF).named("佐藤") == "佐藤 (kiosk-staff)"
    assert Peer("kiosk-staff", Role.STAFF).named(None) == "kiosk-staff"
    assert Peer("kiosk-viewer", Role.VIEWER).named("佐藤") == "kiosk-viewer"


CLIENT = """
import json, socket, sys
client = socket.socket(socket.AF_UNIX)
client.settimeout(20)
client.connect(sys.argv[1])
client.sendall(b'{"op":"hello","version":1,"as":"root"}\\n')
print(client.makefile().readline())
"""


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that other users may enter; those of pytest are private."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


async def called_by_nobody(path: Path) -> subprocess.CompletedProcess[str]:
    """A real process of another user calls there."""
    nobody = pwd.getpwnam(NOBODY)
    return await asyncio.to_thread(
        subprocess.run,
        ["/usr/bin/python3", "-I", "-c", CLIENT, str(path)],
        user=nobody.pw_uid,
        group=nobody.pw_gid,
        extra_groups=[],
        capture_output=True,
        text=True,
        check=False,
    )


@AS_ROOT
@pytest.mark.parametrize(
    ("staff", "expected"), [(False, '"role":"viewer","who":"nobody"'), (True, '"who":"root (nobody)"')]
)
async def test_another_user_of_this_machine_is_who_the_user_list_says(
    open_folder: Path, *, staff: bool, expected: str
) -> None:
    own = grp.getgrgid(pwd.getpwnam(NOBODY).pw_gid).gr_name
    groups = Groups(own if staff else "no-such-group", own)
    async with ControlServer(open_folder / "s", "k01", groups, FakeDesk(), lambda _: None, limits=QUICK):
        called = await called_by_nobody(open_folder / "s")
    assert expected in called.stdout, called.stderr


@AS_ROOT
async def test_the_mode_keeps_others_out_and_without_it_the_kiosk_does(open_folder: Path) -> None:
    groups = Groups("no-such-group", "no-such-group")
    async with ControlServer(open_folder / "s", "k01", groups, FakeDesk(), lambda _: None, limits=QUICK):
        assert "PermissionError" in (await called_by_nobody(open_folder / "s")).stderr
        await asyncio.to_thread((open_folder / "s").chmod, 0o666)
        assert '"refusal":"not-allowed"' in (await called_by_nobody(open_folder / "s")).stdout
