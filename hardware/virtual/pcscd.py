"""pcscd with virtual readers, for development machines: one of our own that leaves the machine's alone.

Its socket has a fixed name below /run. In a user namespace any user may give it another /run, so that it needs neither
root nor polkit's leave, and several run side by side. Where the kernel refuses that, as in most containers, it is the
machine's: the one that runs, or one that root starts.
"""

from __future__ import annotations

import atexit
import contextlib
import fcntl
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path

from hardware.card.errors import PcscError, ReturnCode
from hardware.card.pcsc import Context
from hardware.virtual.vpcd import PORT_VARIABLE

VIRTUAL_READERS = "Virtual PCD"
"""What the names of vpcd's readers begin with: 「Virtual PCD 00 00」 and 「Virtual PCD 00 01」."""
SOCKET_VARIABLE = "PCSCLITE_CSOCK_NAME"
"""Environment variable with the name of pcscd's socket; libpcsclite reads it once in a process."""
_INSTALL = "install both with: apt-get install --no-install-recommends pcscd vsmartcard-vpcd"
_RUN_DIRECTORY = Path("/run/pcscd")
_SOCKET_NAME = "pcscd.comm"
_VPCD_CONFIGURATION = Path("/etc/reader.conf.d/vpcd")
_NAMESPACE = ("unshare", "--user", "--map-root-user", "--mount", "sh", "-c", 'mount --bind "$0" /run && exec "$@"')
"""Runs a program with the folder that follows as its /run."""
_PORTS = range(21000, 32000, 2)
"""Below the ports that the system gives to outgoing connections, which could take one while pcscd restarts."""
_LONGEST_NAME = 107
"""Bytes that the kernel takes for the name of a socket."""
_POLL_SECONDS = 0.01
_SBIN = "/usr/sbin:/sbin"


class PcscdError(Exception):
    """There is no pcscd with virtual readers, and none can be started; the message says what to do."""


class Pcscd:
    """A pcscd of our own, with vpcd's readers on a port of their own."""

    def __init__(self, folder: Path, port: int, *, private: bool) -> None:
        """`folder` is for its configuration; a private one has it as its /run. Raises PcscdError."""
        program = _program()
        readers = folder / "readers"
        readers.mkdir(exist_ok=True)
        self._process: subprocess.Popen[bytes] | None = None
        self._client: Context | None = None
        """Keeps it from ending while nobody else uses it."""
        self._packaged, self._readers = _configuration(port), readers / "vpcd"
        self._socket = _socket(folder) if private else _RUN_DIRECTORY / _SOCKET_NAME
        self.plug_in()
        configuration = "/run/readers" if private else str(readers)
        # It ends by itself a minute after the last client, should we be killed before we can stop it.
        self._command = [program, "--foreground", "--auto-exit", "--config", configuration]
        # From 2.0.0 on polkit may refuse a process without a seat; a pcscd of our own needs no such guard.
        if "--disable-polkit" in _asked(program, "--help"):
            self._command.append("--disable-polkit")
        if private:
            self._command = [*_NAMESPACE, str(folder), *self._command]
        # Without drivers for USB it does not take a real reader away from the machine's (heeded from 2.0.0 on).
        self._environment = {**os.environ, "PCSCLITE_HP_DROPDIR": str(readers)}

    def start(self, *, seconds: float = 15.0) -> None:
        """Start it and wait for its virtual readers. Raises PcscdError."""
        silent = subprocess.DEVNULL
        self._process = process = subprocess.Popen(  # noqa: S603 - the system's own pcscd, with options from above
            self._command, stdin=silent, stdout=silent, stderr=silent, env=self._environment
        )
        started = virtual_readers if self._readers.exists() else _answers
        if not _wait(lambda: bool(started()) or process.poll() is not None, seconds) or process.poll():
            self.stop()
            raise PcscdError(f"pcscd started but shows no virtual reader; {_INSTALL}")
        self._client = Context()

    def stop(self) -> None:
        """Stop it as a system does."""
        self._end(lambda process: process.terminate())

    def kill(self) -> None:
        """End it without a chance to clean up."""
        self._end(lambda process: process.kill())

    def plug_in(self, name: str = VIRTUAL_READERS) -> None:
        """Let the readers be there under that name from the next start on.

        The name of a real reader ends otherwise in another USB port. While it runs, pcscd takes only those on USB.
        """
        self._readers.write_text(self._packaged.replace(f'"{VIRTUAL_READERS}"', f'"{name}"'), encoding="utf-8")

    def unplug(self) -> None:
        """Let no reader be there from the next start on."""
        self._readers.unlink(missing_ok=True)

    def freeze(self) -> None:
        """Let it hang: it lives, takes every question and answers none."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        self._signal(signal.SIGCONT)

    def hide(self) -> None:
        """Take its socket away: it lives on, tells its clients everything, and nobody new reaches it."""
        self._socket.rename(self._socket.with_suffix(".hidden"))

    def show(self) -> None:
        """Give the socket back."""
        self._socket.with_suffix(".hidden").rename(self._socket)

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(number)

    def _end(self, how: Callable[[subprocess.Popen[bytes]], None]) -> None:
        if self._process is not None:
            how(self._process)
            self.thaw()
            self._process.wait()
        if self._client is not None:
            self._client.release()
        self._client = self._process = None


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
        with _own(folder, seconds, {SOCKET_VARIABLE: str(_socket(folder))}) as own:
            yield own
        return
    with _machine_lock(lock_seconds):
        if _answers():
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
    if len(os.fsencode(_socket(folder))) > _LONGEST_NAME:
        raise PcscdError(f"{folder} is too long a name for a socket; set TMPDIR to a shorter one")
    return folder


def _socket(folder: Path) -> Path:
    """Where a pcscd with this folder as its /run has its socket."""
    return folder / "pcscd" / _SOCKET_NAME


def _can_be_private(folder: Path) -> bool:
    return _ended([*_NAMESPACE, str(folder), "true"]).returncode == 0


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


def _configuration(port: int) -> str:
    """What the package says of its readers, with another port."""
    try:
        packaged = _VPCD_CONFIGURATION.read_text(encoding="utf-8")
    except OSError as missing:
        raise PcscdError(f"vsmartcard-vpcd is not installed; {_INSTALL}") from missing
    return re.sub(r"0x[0-9A-F]+", hex(port), packaged, flags=re.IGNORECASE)


@contextmanager
def _machine_lock(seconds: float) -> Iterator[None]:
    """The machine's virtual readers for this process alone, among all that ask here."""
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
    _ended([_program(), "--hotplug"])
    if not _wait(lambda: bool(virtual_readers()), seconds):
        raise PcscdError(f"pcscd runs but shows no virtual reader; {_INSTALL}, then: systemctl restart pcscd")


def _program() -> str:
    found = shutil.which("pcscd", path=os.pathsep.join((os.environ.get("PATH", ""), _SBIN)))
    if found is None:
        raise PcscdError(f"pcscd is not installed; {_INSTALL}")
    return found


def _asked(program: str, option: str) -> str:
    answer = _ended([program, option])
    return answer.stdout + answer.stderr


def _ended(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - programs of the system, with options from this file
        command, capture_output=True, text=True, check=False
    )


def _make_run_directory() -> None:
    with contextlib.suppress(OSError):
        _RUN_DIRECTORY.mkdir(exist_ok=True)
    if not os.access(_RUN_DIRECTORY, os.W_OK):
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


def _wait(condition: Callable[[], bool], seconds: float) -> bool:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(_POLL_SECONDS)
    return True
