"""Virtual readers to work with, on development machines: a pcscd of our own that leaves the machine's alone.

Its socket has a fixed name below /run. In a user namespace any user may give it another /run, so that it needs neither
root nor polkit's leave, and several run side by side. Where the kernel refuses that, as in most containers, it is the
machine's: the one that runs, or one that root starts.
"""

from __future__ import annotations

import atexit
import contextlib
import fcntl
import os
import shutil
import socket
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path

from hardware.virtual.pcscd import (
    INSTALL,
    NAMESPACE,
    RUN_DIRECTORY,
    SOCKET_VARIABLE,
    Pcscd,
    PcscdError,
    comes_true,
    pcscd_answers,
    pcscd_program,
    run_to_end,
    socket_in,
    virtual_readers,
)
from hardware.virtual.vpcd import PORT_VARIABLE

_PORTS = range(21000, 32000, 2)
"""Below the ports that the system gives to outgoing connections, which could take one while pcscd restarts."""
_LONGEST_NAME = 107
"""Bytes that the kernel takes for the name of a socket."""


@contextmanager
def running_pcscd(*, seconds: float = 15.0, lock_seconds: float = 120.0) -> Iterator[Pcscd | None]:
    """A pcscd with virtual readers, for this process and those it starts: our own, None when it is somebody else's.

    `lock_seconds` is the wait for others who use the machine's; a private one waits for nobody. Raises PcscdError.
    """
    if SOCKET_VARIABLE in os.environ:
        if not virtual_readers():
            raise PcscdError(f"{SOCKET_VARIABLE} is set, but no pcscd with virtual readers answers there; unset it")
        yield None
        return
    folder = _folder()
    if _can_be_private(folder):
        with _own(folder, seconds, {SOCKET_VARIABLE: str(socket_in(folder))}) as own:
            yield own
        return
    with _machine_lock(lock_seconds):
        if pcscd_answers():
            _find_virtual_readers(seconds)
            yield None
            return
        _make_run_directory()
        with _own(folder, seconds, {}) as own:
            yield own


@contextmanager
def _own(folder: Path, seconds: float, environment: Mapping[str, str]) -> Iterator[Pcscd]:
    with _reserved_ports() as port:
        own = Pcscd(folder, port, private=bool(environment))
        added = {**environment, PORT_VARIABLE: str(port)}
        os.environ.update(added)
        try:
            own.start(seconds=seconds)
            yield own
        finally:
            own.stop()
            for name in added:
                os.environ.pop(name)


@cache
def _folder() -> Path:
    """A folder that lives as long as this process, because libpcsclite looks for one socket only."""
    folder = Path(tempfile.mkdtemp(prefix="kenshin-kiosk-pcscd-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    if len(os.fsencode(socket_in(folder))) > _LONGEST_NAME:
        raise PcscdError(f"{folder} is too long a name for a socket; set TMPDIR to a shorter one")
    return folder


def _can_be_private(folder: Path) -> bool:
    return run_to_end([*NAMESPACE, str(folder), "true"]).returncode == 0


@contextmanager
def _reserved_ports() -> Iterator[int]:
    """The first of two ports that are free; vpcd may listen on them, and nobody else who asks here gets them."""
    for first in _PORTS:
        with ExitStack() as kept, contextlib.suppress(OSError):
            for port in (first, first + 1):
                reserved = kept.enter_context(socket.socket())
                reserved.bind(("", port))
                # After the bind: it was exclusive, and from now on vpcd, which sets the same, may share the port.
                reserved.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            kept = kept.pop_all()
            break
    else:
        raise PcscdError("no port is free for the virtual readers")
    with kept:
        yield first


@contextmanager
def _machine_lock(seconds: float) -> Iterator[None]:
    """The machine's virtual readers for this process alone, among all that ask here."""
    path = Path(tempfile.gettempdir()) / "kenshin-kiosk-virtual-reader.lock"
    # Read-only and without creating it when it is there: another user's file can be locked but not written.
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDONLY, 0o644))
    handle = os.open(path, os.O_RDONLY)
    try:
        if not comes_true(lambda: _locked(handle), seconds):
            raise PcscdError("the virtual readers are used by another program of this machine; end it first")
        yield
    finally:
        os.close(handle)


def _find_virtual_readers(seconds: float) -> None:
    if virtual_readers():
        return
    # It may have been started before vpcd was installed.
    run_to_end([pcscd_program(), "--hotplug"])
    if not comes_true(lambda: bool(virtual_readers()), seconds):
        raise PcscdError(f"pcscd runs but shows no virtual reader; {INSTALL}, then: systemctl restart pcscd")


def _make_run_directory() -> None:
    with contextlib.suppress(OSError):
        RUN_DIRECTORY.mkdir(exist_ok=True)
    if not os.access(RUN_DIRECTORY, os.W_OK):
        raise PcscdError(
            "pcscd does not run, and here only root can start it, because the kernel allows no user namespaces; "
            "run as root, or: sudo systemctl start pcscd.socket"
        )


def _locked(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
