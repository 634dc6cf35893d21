"""The folders `req`, `res` and `face` of the terminal: files come and go there, and no foreign one is touched.

Everything here blocks, on a network mount perhaps for minutes: call it through `Hands`.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import secrets
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from enum import Enum
from pathlib import Path

SIMULATOR_MARK = "SIMULATOR.txt"
"""Lies beside folders that a simulated terminal made; a gateway on them then says that it is a simulator, too."""
LARGEST_FILE = 4 * 1024 * 1024
"""Octets; a response for one person has about 3,000."""
_JAPAN = timezone(timedelta(hours=9))
_SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_RANDOM_SIGNS = 16
"""82 bits; in one case only, because Windows does not tell cases apart."""
IDENTIFIER_LENGTH = 14 + _RANDOM_SIGNS
_NO_REPLACE = 1
"""RENAME_NOREPLACE of renameat2(2)."""


class FolderFault(Enum):
    """What is wrong with a folder; the value goes into the log."""

    MISSING = "is not there; is the share mounted?"
    REFUSED = "does not let this user write or read; check owner, mode and mount options"
    READ_ONLY = "is mounted read-only"
    FULL = "has no space left"
    BROKEN = "gives errors; is the network or the terminal down?"
    SILENT = "does not answer; is the network or the terminal down?"
    NO_THREAD = "cannot be looked at: this machine starts no more threads; check its memory and the service's TasksMax"


class FolderFailure(Exception):
    """A folder cannot be used; names the folder, never a file."""

    def __init__(self, fault: FolderFault, folder: str) -> None:
        super().__init__(f"{folder} {fault.value}")
        self.fault = fault


_FAULTS = {
    **dict.fromkeys((errno.ENOENT, errno.ENOTDIR), FolderFault.MISSING),
    **dict.fromkeys((errno.EACCES, errno.EPERM), FolderFault.REFUSED),
    errno.EROFS: FolderFault.READ_ONLY,
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT, errno.EFBIG), FolderFault.FULL),
}


def fault_of(failure: OSError) -> FolderFault:
    """What an error of the system says about the folder; ESTALE, EIO, ENOTCONN and all others are BROKEN."""
    return _FAULTS.get(failure.errno or 0, FolderFault.BROKEN)


def new_identifier(now: datetime) -> str:
    """A name for one request, which nobody can guess: 14 digits of the time in Japan, 16 random letters and digits."""
    return f"{now.astimezone(_JAPAN):%Y%m%d%H%M%S}{''.join(secrets.choice(_SIGNS) for _ in range(_RANDOM_SIGNS))}"


@dataclass(frozen=True, slots=True)
class Space:
    """What a look at the folders as a whole says."""

    writable: bool
    simulator: bool
    faces: bool = False
    """Whether there is a folder for captures of a face reader."""
    trouble: str = ""
    """What keeps requests from being written or answers from being read, where that is known."""


@dataclass(frozen=True, slots=True)
class Folders:
    """The three folders below one root."""

    root: Path

    @property
    def requests(self) -> Path:
        """Where requests are put."""
        return self.root / "req"

    @property
    def responses(self) -> Path:
        """Where the terminal answers them."""
        return self.root / "res"

    @property
    def faces(self) -> Path:
        """Where the terminal puts captures of the face reader."""
        return self.root / "face"

    def draft(self, name: str, octets: bytes) -> None:
        """Write a file of our own into `req` that the terminal does not take, and put it on disk.

        Raises FolderFailure, and leaves nothing behind then.
        """
        file = self.requests / name
        with self._faults("req"):
            descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o660)
            try:
                # Some network mounts report a full disk only when the file is closed.
                with open(descriptor, "wb") as out:  # noqa: PTH123 (a descriptor that O_EXCL made)
                    out.write(octets)
                    out.flush()
                    os.fsync(out.fileno())
            except BaseException:
                with contextlib.suppress(OSError):
                    file.unlink()
                raise

    def release(self, draft: str, name: str) -> bool:
        """Give a draft its name, which the terminal takes; False when there is no such draft (any more).

        Never replaces a file. Raises FolderFailure.
        """
        with self._faults("req"):
            # Before, so that a missing folder is not taken for a draft that is gone.
            self.requests.stat()
            try:
                rename_new(self.requests / draft, self.requests / name)
            except FileNotFoundError:
                return False
            return True

    def remove(self, name: str) -> None:
        """Remove a request or draft of our own, if it is still there. Raises FolderFailure."""
        with self._faults("req"):
            (self.requests / name).unlink(missing_ok=True)

    def request_names(self) -> list[str]:
        """Names of whatever lies in `req`. Raises FolderFailure."""
        with self._faults("req"), os.scandir(self.requests) as entries:
            return [entry.name for entry in entries]

    def space(self) -> Space:
        """Whether requests can be written, as far as that can be seen without writing one, and who plays here."""
        trouble = ""
        try:
            self._require_rights()
        except FolderFailure as failure:
            trouble = str(failure)
        try:
            return Space(not trouble, (self.root / SIMULATOR_MARK).exists(), self.faces.is_dir(), trouble)
        except OSError:
            return Space(writable=False, simulator=False, trouble=trouble)

    def _require_rights(self) -> None:
        with self._faults("req"):
            system = os.statvfs(self.requests)
        if system.f_flag & os.ST_RDONLY:
            raise FolderFailure(FolderFault.READ_ONLY, "req")
        if system.f_bavail == 0:
            raise FolderFailure(FolderFault.FULL, "req")
        for folder, rights in ((self.requests, os.W_OK | os.X_OK), (self.responses, os.R_OK | os.X_OK)):
            with self._faults(folder.name):
                folder.stat()
            if not os.access(folder, rights):
                raise FolderFailure(FolderFault.REFUSED, folder.name)

    @contextlib.contextmanager
    def _faults(self, folder: str) -> Iterator[None]:
        try:
            yield
        except OSError as failure:
            raise FolderFailure(fault_of(failure), folder) from failure


def read_file(file: Path) -> bytes | None:
    """A plain file's octets, at most LARGEST_FILE + 1 of them; None when it is not there or cannot be read yet.

    Neither links nor pipes are followed, nothing is locked, and a writer who keeps others out is waited for.
    Raises OSError when the folder is broken.
    """
    try:
        descriptor = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as failure:
        if failure.errno in _NOT_NOW:
            return None
        raise
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return None
        with open(descriptor, "rb", closefd=False) as opened:
            return opened.read(LARGEST_FILE + 1)
    except OSError as failure:
        if failure.errno in _NOT_NOW:
            return None
        raise
    finally:
        os.close(descriptor)


_NOT_NOW = frozenset(
    # Not there; a link; a pipe or socket; kept by its writer (Windows says so in several ways).
    (errno.ENOENT, errno.ELOOP, errno.ENXIO, errno.EACCES, errno.EPERM, errno.EBUSY, errno.ETXTBSY, errno.EAGAIN)
)


def rename_new(old: Path, new: Path) -> None:
    """Rename, but never over a file that is there. Raises FileExistsError and what rename(2) raises."""
    renameat2 = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if renameat2 is not None:
        if renameat2(_AT_CWD, os.fsencode(old), _AT_CWD, os.fsencode(new), _NO_REPLACE) == 0:
            return
        code = ctypes.get_errno()
        if code not in (errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP):
            raise OSError(code, os.strerror(code))
    # This file system cannot promise it; the names are random, so that nobody else makes this one in between.
    if os.path.lexists(new):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
    old.rename(new)


_AT_CWD = -100
"""AT_FDCWD: paths are taken as they are."""
