"""The roster on disk: one sealed file that is replaced as a whole and erased when its last day is over."""

from __future__ import annotations

import fcntl
import os
import secrets
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from kiosk.checkin.appointment import Appointment
from kiosk.roster.problems import RosterUnavailable
from kiosk.vault import Vault, VaultFailure, give_to_owner_of, sync_folder

FILE_NAME = "roster.sealed"
_DRAFT = f".{FILE_NAME}."
LEDGER_NAME = "ledger.db"
"""Where it lies beside the roster, its key has sealed visits: it is never made anew then."""

COMPRESSION = 1
"""The quickest: it makes a tenth of a roster, and so shortens what cryptography does in one go."""

_LINE = TypeAdapter(Appointment)


@dataclass(frozen=True, slots=True, repr=False)
class DayRoster:
    """What is kept of a roster. Its repr shows nothing."""

    lines: tuple[Appointment, ...]
    imported: date
    """The business day of the import: the day of the lines that name none."""

    def __repr__(self) -> str:
        return f"DayRoster({len(self.lines)} lines)"

    @property
    def last_day(self) -> date:
        """The last day for which somebody stands on it."""
        return max((line.day or self.imported for line in self.lines), default=self.imported)


@dataclass(frozen=True, slots=True)
class Mark:
    """Which file it is: another one after every import."""

    inode: int
    changed: int
    """Nanoseconds; also moved by a new owner or mode."""
    size: int


class _Head(BaseModel):
    """The first line of what is sealed; one line for every appointment follows."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    roster: Literal[1] = 1
    """Version of the format."""
    imported: date
    lines: int


class Store:
    """<state>/roster.sealed. Every method reads or writes the disk, and raises RosterUnavailable."""

    def __init__(self, state: Path) -> None:
        self._state = state
        self._path = state / FILE_NAME

    def mark(self) -> Mark | None:
        """Which file lies there now; None when there is none."""
        with _as_unavailable(self._path):
            try:
                return _mark_of(self._path.stat())
            except FileNotFoundError:
                return None

    def write(self, roster: DayRoster) -> None:
        """Put the roster in the place of the old one, for the kiosk's user alone. A failure leaves the old one."""
        with _as_unavailable(self._path):
            self._state.mkdir(mode=0o700, parents=True, exist_ok=True)
            # A key is made only where there is no ledger yet that would need the old one.
            vault = Vault.open(self._state, create=not (self._state / LEDGER_NAME).exists())
            sealed = vault.seal(_packed(roster)).encode("ascii")
            with _alone(self._state):
                self._sweep()
                draft = self._path.with_name(f"{_DRAFT}{secrets.token_hex(8)}")
                try:
                    self._write_draft(draft, sealed)
                    draft.replace(self._path)
                finally:
                    draft.unlink(missing_ok=True)

    def read(self) -> DayRoster:
        """The roster that lies there."""
        with _as_unavailable(self._path):
            sealed = self._path.read_bytes()
            vault = Vault.open(self._state, create=False)
            try:
                plain = vault.unseal(sealed)
            except VaultFailure:
                raise RosterUnavailable(
                    f"{self._path}: sealed with another key, or changed; import the roster again"
                ) from None
            return _unpacked(plain, self._path)

    def erase(self, only: Mark | None = None) -> bool:
        """Remove the roster, or only that one and no newer; tells whether it was there."""
        with _as_unavailable(self._path):
            try:
                with _alone(self._state):
                    if only is not None and self.mark() != only:
                        return False
                    self._sweep()
                    self._path.unlink()
            except FileNotFoundError:
                return False
        return True

    def _sweep(self) -> None:
        """Remove what an import left that was killed: alone in the folder, nobody is writing it now."""
        for draft in self._state.glob(f"{_DRAFT}*"):
            draft.unlink()

    def _write_draft(self, draft: Path, sealed: bytes) -> None:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            out.write(sealed)
            out.flush()
            give_to_owner_of(self._state, out.fileno())
            os.fsync(out.fileno())


def _packed(roster: DayRoster) -> bytes:
    # A line each, so that reading them back never holds up the other threads for the whole roster.
    head = _Head(imported=roster.imported, lines=len(roster.lines)).model_dump_json().encode()
    return zlib.compress(b"\n".join([head, *(_LINE.dump_json(line) for line in roster.lines)]), COMPRESSION)


def _unpacked(plain: bytes, path: Path) -> DayRoster:
    try:
        first, *rest = zlib.decompress(plain).split(b"\n")
        head = _Head.model_validate_json(first)
        lines = _read_lines(rest)
    except (ValidationError, zlib.error):
        # The cause is cut off: it quotes what it could not read.
        raise RosterUnavailable(f"{path}: not a roster of this version; import the roster again") from None
    if head.lines != len(lines):
        raise RosterUnavailable(f"{path}: not a whole roster; import the roster again")
    return DayRoster(lines, head.imported)


def _read_lines(lines: Sequence[bytes]) -> tuple[Appointment, ...]:
    return tuple(_LINE.validate_json(line) for line in lines)


def _mark_of(found: os.stat_result) -> Mark:
    return Mark(found.st_ino, max(found.st_mtime_ns, found.st_ctime_ns), found.st_size)


@contextmanager
def _alone(state: Path) -> Iterator[None]:
    """One process at a time writes or erases: a day's close never takes a roster that just came."""
    folder = os.open(state, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
        sync_folder(state)
    finally:
        os.close(folder)


@contextmanager
def _as_unavailable(path: Path) -> Iterator[None]:
    try:
        yield
    except VaultFailure as failure:
        raise RosterUnavailable(str(failure)) from failure
    except OSError as failure:
        raise RosterUnavailable(
            f"{path}: {failure.strerror}; check the disk, and run this as the kiosk's user or with sudo"
        ) from failure
