"""One sealed file of the state folder: replaced as a whole, for the kiosk's user alone, erased without a race."""

from __future__ import annotations

import fcntl
import os
import secrets
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kiosk.sealed.problems import NotPacked, SealedUnavailable
from kiosk.vault import Vault, VaultFailure, give_to_owner_of, sync_folder

LEDGER_NAME = "ledger.db"
"""Where it lies beside the file, its key has sealed visits: it is never made anew then."""
ROSTER_NAME, PRECHECK_NAME = "roster.sealed", "precheck.sealed"

COMPRESSION = 1
"""The quickest: it makes a tenth of a roster, and so shortens what cryptography does in one go."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Which file it is: another one after every writing."""

    inode: int
    changed: int
    """Nanoseconds; also moved by a new owner or mode."""
    size: int


class SealedFile:
    """<state>/<name>. Every method reads or writes the disk, and raises `failure`."""

    def __init__(self, state: Path, name: str, failure: type[SealedUnavailable], remedy: str) -> None:
        """`remedy` ends the messages on a file that cannot be read: what brings a new one."""
        self.path = state / name
        self._state = state
        self._failure = failure
        self._remedy = remedy

    def mark(self) -> Mark | None:
        """Which file lies there now; None when there is none."""
        with self._as_unavailable():
            try:
                return _mark_of(self.path.stat())
            except FileNotFoundError:
                return None

    def write(self, plain: bytes) -> None:
        """Put this in the place of the old file, for the kiosk's user alone. A failure leaves the old one."""
        with self._as_unavailable():
            self._state.mkdir(mode=0o700, parents=True, exist_ok=True)
            # A key is made only where there is no ledger yet that would need the old one.
            vault = Vault.open(self._state, create=not (self._state / LEDGER_NAME).exists())
            sealed = vault.seal(plain).encode("ascii")
            with self._alone():
                self._sweep()
                draft = self.path.with_name(f"{self._draft}{secrets.token_hex(8)}")
                try:
                    self._write_draft(draft, sealed)
                    draft.replace(self.path)
                finally:
                    draft.unlink(missing_ok=True)

    def read(self) -> bytes:
        """What lies there."""
        with self._as_unavailable():
            sealed = self.path.read_bytes()
            vault = Vault.open(self._state, create=False)
            try:
                return vault.unseal(sealed)
            except VaultFailure:
                raise self.unreadable("sealed with another key, or changed") from None

    def erase(self, only: Mark | None = None) -> bool:
        """Remove the file, or only that one and no newer; tells whether it was there."""
        with self._as_unavailable():
            try:
                with self._alone():
                    if only is not None and self.mark() != only:
                        return False
                    self._sweep()
                    self.path.unlink()
            except FileNotFoundError:
                return False
        return True

    def unreadable(self, why: str) -> SealedUnavailable:
        """The failure of a file that lies there and is of no use."""
        return self._failure(f"{self.path}: {why}; {self._remedy}")

    @property
    def _draft(self) -> str:
        return f".{self.path.name}."

    def _sweep(self) -> None:
        """Remove what a writer left that was killed: alone in the folder, nobody is writing it now."""
        for draft in self._state.glob(f"{self._draft}*"):
            draft.unlink()

    def _write_draft(self, draft: Path, sealed: bytes) -> None:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            out.write(sealed)
            out.flush()
            give_to_owner_of(self._state, out.fileno())
            os.fsync(out.fileno())

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One process at a time writes or erases: a day's close never takes a file that just came."""
        folder = os.open(self._state, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.flock(folder, fcntl.LOCK_EX)
            yield
            sync_folder(self._state)
        finally:
            os.close(folder)

    @contextmanager
    def _as_unavailable(self) -> Iterator[None]:
        try:
            yield
        except VaultFailure as failure:
            raise self._failure(str(failure)) from failure
        except OSError as failure:
            raise self._failure(
                f"{self.path}: {failure.strerror}; check the disk, and run this as the kiosk's user or with sudo"
            ) from failure


def packed(lines: Iterable[bytes]) -> bytes:
    """Lines of JSON as they are sealed: a line each, so that reading them back never holds up the other threads."""
    return zlib.compress(b"\n".join(lines), COMPRESSION)


def unpacked(plain: bytes) -> list[bytes]:
    """The lines, at least one. Raises NotPacked."""
    try:
        return zlib.decompress(plain).split(b"\n")
    except zlib.error:
        raise NotPacked from None


def _mark_of(found: os.stat_result) -> Mark:
    return Mark(found.st_ino, max(found.st_mtime_ns, found.st_ctime_ns), found.st_size)
