"""A pcscd of our own: private where the kernel allows it, the machine's where it does not."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from hardware.card.pcsc import Context
from hardware.virtual.card import my_number_card
from hardware.virtual.pcscd import SOCKET_VARIABLE, Pcscd
from hardware.virtual.vpcd import PORT_VARIABLE, VirtualSlot
from tests.card.people import HANAKO
from tests.parts import namespaces_allowed
from tests.waiting import wait_until

pytestmark = pytest.mark.pcscd

ROOT = Path(__file__).parents[2]
OTHER_PROCESS = """
import os
from hardware.virtual.pcscd import PcscdError, virtual_readers
from hardware.virtual.readers import running_pcscd
from tests.card.test_pcscd import card_in, holds_card
try:
    with running_pcscd(seconds=10) as own:
        print("own" if own else "other", len(virtual_readers()), holds_card())
        if own:
            with card_in():
                pass
    print(*(name for name in ("PCSCLITE_CSOCK_NAME", "VPCD_PORT") if name in os.environ))
except PcscdError as missing:
    print(missing)
"""
WITHOUT_NAMESPACES = 'echo 0 >/proc/sys/user/max_user_namespaces && mount --bind "$0" /run && exec "$@"'


def holds_card() -> bool:
    """Whether something is in one of the readers."""
    with Context() as context:
        return any(event.present for event in context.wait(dict.fromkeys(context.readers(), 0), 0))


@contextmanager
def card_in() -> Iterator[None]:
    """A card in the first reader, noticed by pcscd at both ends."""
    with VirtualSlot() as slot:
        slot.insert(my_number_card(HANAKO))
        wait_until(holds_card)
        yield
    wait_until(lambda: not holds_card())


def other_process(*before: str, **environment: str) -> list[str]:
    """What another process says that uses pcscd and fills its own; `before` is the program that starts it."""
    clean = {name: value for name, value in os.environ.items() if name not in (SOCKET_VARIABLE, PORT_VARIABLE)}
    done = subprocess.run(
        [*before, sys.executable, "-c", OTHER_PROCESS],
        env=clean | environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.stderr == ""
    return done.stdout.splitlines()


@pytest.fixture
def private(pcscd: Pcscd | None) -> None:
    if SOCKET_VARIABLE not in os.environ:
        assert not namespaces_allowed(), "then it is one of our own, which leaves the machine's alone"
        pytest.skip("the kernel allows no user namespaces")


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder with a name short enough for sockets."""
    with TemporaryDirectory() as short:
        yield Path(short)


def test_two_at_once_are_apart_and_leave_nothing_behind(private: None, folder: Path) -> None:
    with card_in():
        assert other_process(TMPDIR=str(folder)) == ["own 2 False", ""]
    assert list(folder.iterdir()) == []


def test_a_process_that_is_started_uses_the_same(private: None) -> None:
    inherited = {name: os.environ[name] for name in (SOCKET_VARIABLE, PORT_VARIABLE)}
    with card_in():
        assert other_process(**inherited) == ["other 2 True", f"{SOCKET_VARIABLE} {PORT_VARIABLE}"]


def test_without_namespaces_root_starts_the_machines(private: None, folder: Path) -> None:
    """As in a container: as the root of a namespace that allows no further one, with a /run of its own."""
    enter = ("unshare", "--user", "--map-root-user", "--mount", "sh", "-c", WITHOUT_NAMESPACES, str(folder))
    assert other_process(*enter) == ["own 2 False", ""]
    assert (folder / "pcscd").is_dir()


def test_a_socket_where_nobody_answers_is_named(folder: Path) -> None:
    said = other_process(**{SOCKET_VARIABLE: str(folder / "pcscd.comm")})
    assert len(said) == 1
    assert SOCKET_VARIABLE in said[0]


def test_a_name_too_long_for_a_socket_is_told(folder: Path) -> None:
    long = folder / ("x" * 80)
    long.mkdir()
    said = other_process(TMPDIR=str(long))
    assert len(said) == 1
    assert "TMPDIR" in said[0]
