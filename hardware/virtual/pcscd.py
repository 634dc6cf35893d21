"""pcscd for development machines: the one that runs, or one of our own for as long as it is needed."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from hardware.card.errors import PcscError, ReturnCode
from hardware.card.pcsc import Context

VIRTUAL_READERS = "Virtual PCD"
"""What the names of vpcd's readers begin with: 「Virtual PCD 00 00」 and 「Virtual PCD 00 01」."""
_INSTALL = "install both with: apt-get install --no-install-recommends pcscd vsmartcard-vpcd"
_RUN_DIRECTORY = Path("/run/pcscd")
_POLL_SECONDS = 0.01
_SBIN = "/usr/sbin:/sbin"


class PcscdError(Exception):
    """There is no pcscd with virtual readers, and none can be started; the message says what to do."""


class Pcscd:
    """A pcscd of our own: only one can run on a machine."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, *, seconds: float = 5.0) -> None:
        """Start it and wait for its virtual readers. Raises PcscdError."""
        program = _program()
        _make_run_directory()
        options = ["--foreground"]
        # From 2.0.0 on polkit may refuse a process without a seat; a pcscd of our own needs no such guard.
        if "--disable-polkit" in _asked(program, "--help"):
            options.append("--disable-polkit")
        silent = subprocess.DEVNULL
        self._process = process = subprocess.Popen(  # noqa: S603 - the system's own pcscd, with options from above
            [program, *options], stdin=silent, stdout=silent, stderr=silent
        )
        if not _wait(lambda: bool(virtual_readers()) or process.poll() is not None, seconds) or process.poll():
            self.stop()
            raise PcscdError(f"pcscd started but shows no virtual reader; {_INSTALL}")

    def stop(self) -> None:
        """Stop it as a system does."""
        self._end(lambda process: process.terminate())

    def kill(self) -> None:
        """End it without a chance to clean up."""
        self._end(lambda process: process.kill())

    def _end(self, how: Callable[[subprocess.Popen[bytes]], None]) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        how(process)
        process.wait()


@contextmanager
def running_pcscd(*, seconds: float = 5.0) -> Iterator[Pcscd | None]:
    """A pcscd with virtual readers: None when one answered already, else our own, stopped at the end.

    Raises PcscdError.
    """
    if _answers():
        _find_virtual_readers(seconds)
        yield None
        return
    own = Pcscd()
    own.start(seconds=seconds)
    try:
        yield own
    finally:
        own.stop()


@contextmanager
def machine_lock(*, seconds: float = 120.0) -> Iterator[None]:
    """The virtual readers for this process alone, among all that ask here. Raises PcscdError when they stay taken."""
    path = Path(tempfile.gettempdir()) / "kenshin-kiosk-virtual-reader.lock"
    # Read-only and without creating it when it is there: another user's file can be locked but not written.
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDONLY, 0o644))
    handle = os.open(path, os.O_RDONLY)
    try:
        if not _wait(lambda: _locked(handle), seconds):
            raise PcscdError("the virtual readers are used by another program of this machine; end it first")
        yield
    finally:
        os.close(handle)


def virtual_readers() -> tuple[str, ...]:
    """Names of vpcd's readers; none when pcscd does not answer."""
    try:
        with Context() as context:
            return tuple(name for name in context.readers() if name.startswith(VIRTUAL_READERS))
    except PcscError:
        return ()


def _answers() -> bool:
    """Whether a pcscd answers. Raises PcscdError when it refuses this user."""
    try:
        with Context():
            return True
    except PcscError as error:
        if error.code == ReturnCode.SECURITY_VIOLATION:
            raise PcscdError(
                "polkit does not let this user use pcscd; allow org.debian.pcsc-lite.access_pcsc, or run as root"
            ) from error
        return False


def _find_virtual_readers(seconds: float) -> None:
    if virtual_readers():
        return
    # It may have been started before vpcd was installed.
    _asked(_program(), "--hotplug")
    if not _wait(lambda: bool(virtual_readers()), seconds):
        raise PcscdError(f"pcscd runs but shows no virtual reader; {_INSTALL}, then: systemctl restart pcscd")


def _program() -> str:
    found = shutil.which("pcscd", path=os.pathsep.join((os.environ.get("PATH", ""), _SBIN)))
    if found is None:
        raise PcscdError(f"pcscd is not installed; {_INSTALL}")
    return found


def _asked(program: str, option: str) -> str:
    answer = subprocess.run(  # noqa: S603 - the system's own pcscd, with options from this file
        [program, option], capture_output=True, text=True, check=False
    )
    return answer.stdout + answer.stderr


def _make_run_directory() -> None:
    with contextlib.suppress(OSError):
        _RUN_DIRECTORY.mkdir(exist_ok=True)
    if not os.access(_RUN_DIRECTORY, os.W_OK):
        raise PcscdError("pcscd does not run and only root can start it; run: sudo systemctl start pcscd.socket")


def _locked(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _wait(condition: Callable[[], bool], seconds: float) -> bool:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(_POLL_SECONDS)
    return True
