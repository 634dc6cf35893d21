"""pcscd with virtual readers, as a process of our own."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from hardware.card.errors import PcscError, ReturnCode
from hardware.card.pcsc import Context

VIRTUAL_READERS = "Virtual PCD"
"""What the names of vpcd's readers begin with: 「Virtual PCD 00 00」 and 「Virtual PCD 00 01」."""
SOCKET_VARIABLE = "PCSCLITE_CSOCK_NAME"
"""Environment variable with the name of pcscd's socket; libpcsclite reads it once in a process."""
INSTALL = "install both with: apt-get install --no-install-recommends pcscd vsmartcard-vpcd"
RUN_DIRECTORY = Path("/run/pcscd")
_SOCKET_NAME = "pcscd.comm"
_VPCD_CONFIGURATION = Path("/etc/reader.conf.d/vpcd")
NAMESPACE = ("unshare", "--user", "--map-root-user", "--mount", "sh", "-c", 'mount --bind "$0" /run && exec "$@"')
"""Runs a program with the folder that follows as its /run."""
_POLL_SECONDS = 0.01
_SBIN = "/usr/sbin:/sbin"


class PcscdError(Exception):
    """There is no pcscd with virtual readers, and none can be started; the message says what to do."""


class Pcscd:
    """A pcscd of our own, with vpcd's readers on a port of their own."""

    def __init__(self, folder: Path, port: int, *, private: bool) -> None:
        """`folder` is for its configuration; a private one has it as its /run. Raises PcscdError."""
        program = pcscd_program()
        readers = folder / "readers"
        readers.mkdir(exist_ok=True)
        self._process: subprocess.Popen[bytes] | None = None
        self._client: Context | None = None
        """Keeps it from ending while nobody else uses it."""
        self._packaged, self._readers = _configuration(port), readers / "vpcd"
        self._socket = socket_in(folder) if private else RUN_DIRECTORY / _SOCKET_NAME
        self.plug_in()
        configuration = "/run/readers" if private else str(readers)
        # It ends by itself a minute after the last client, should we be killed before we can stop it.
        self._command = [program, "--foreground", "--auto-exit", "--config", configuration]
        # From 2.0.0 on polkit may refuse a process without a seat; a pcscd of our own needs no such guard.
        if "--disable-polkit" in _asked(program, "--help"):
            self._command.append("--disable-polkit")
        if private:
            self._command = [*NAMESPACE, str(folder), *self._command]
        # Without drivers for USB it does not take a real reader away from the machine's (heeded from 2.0.0 on).
        self._environment = {**os.environ, "PCSCLITE_HP_DROPDIR": str(readers)}

    def start(self, *, seconds: float = 15.0) -> None:
        """Start it and wait for its virtual readers. Raises PcscdError."""
        silent = subprocess.DEVNULL
        self._process = process = subprocess.Popen(  # noqa: S603 - the system's own pcscd, with options from above
            self._command, stdin=silent, stdout=silent, stderr=silent, env=self._environment
        )
        started = virtual_readers if self._readers.exists() else pcscd_answers
        if not comes_true(lambda: bool(started()) or process.poll() is not None, seconds) or process.poll():
            self.stop()
            raise PcscdError(f"pcscd started but shows no virtual reader; {INSTALL}")
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


def socket_in(folder: Path) -> Path:
    """Where a pcscd with this folder as its /run has its socket."""
    return folder / "pcscd" / _SOCKET_NAME


def _configuration(port: int) -> str:
    """What the package says of its readers, with another port."""
    try:
        packaged = _VPCD_CONFIGURATION.read_text(encoding="utf-8")
    except OSError as missing:
        raise PcscdError(f"vsmartcard-vpcd is not installed; {INSTALL}") from missing
    return re.sub(r"0x[0-9A-F]+", hex(port), packaged, flags=re.IGNORECASE)


def virtual_readers() -> tuple[str, ...]:
    """Names of vpcd's readers; none when pcscd does not answer."""
    try:
        with Context() as context:
            return tuple(name for name in context.readers() if name.startswith(VIRTUAL_READERS))
    except PcscError:
        return ()


def pcscd_answers() -> bool:
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


def pcscd_program() -> str:
    """Where the package has put it. Raises PcscdError."""
    found = shutil.which("pcscd", path=os.pathsep.join((os.environ.get("PATH", ""), _SBIN)))
    if found is None:
        raise PcscdError(f"pcscd is not installed; {INSTALL}")
    return found


def _asked(program: str, option: str) -> str:
    answer = run_to_end([program, option])
    return answer.stdout + answer.stderr


def run_to_end(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """A program of the system, and what it said."""
    return subprocess.run(  # noqa: S603 - programs of the system, with options from this file and from readers.py
        command, capture_output=True, text=True, check=False
    )


def comes_true(condition: Callable[[], bool], seconds: float) -> bool:
    """Wait for it; whether it came."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(_POLL_SECONDS)
    return True
