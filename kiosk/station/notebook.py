"""What staff did while the record could not be written: kept in <state>/staff-notes.jsonl until it can be."""

from __future__ import annotations

import asyncio
import os
import secrets
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path

from pydantic import TypeAdapter, ValidationError
from structlog import get_logger

from kiosk.ports.board import StaffAction, StaffNote

NOTES_NAME = "staff-notes.jsonl"
MOST_KEPT = 1000
"""Notes that wait; a clerk makes a handful an hour, and who only looks is noted once an hour."""


_NOTE = TypeAdapter(StaffNote)


class Notebook:
    """Lines are only ever added to the file; it goes as a whole when the record has them all.

    A disk that does not take a line leaves it in memory: it is in the record then, unless the kiosk ends before.
    """

    def __init__(self, state: Path) -> None:
        """Reads the small file at once."""
        self._path = state / NOTES_NAME
        self._kept = _read(self._path)
        self._one_at_a_time = asyncio.Lock()

    @property
    def waiting(self) -> int:
        """How many notes the record does not have yet."""
        return len(self._kept)

    async def add(self, note: StaffNote) -> None:
        """Keep a note; never raises. More than `MOST_KEPT` are dropped, and logged."""
        async with self._one_at_a_time:
            if len(self._kept) >= MOST_KEPT:
                get_logger().warning("staff action is not in the record", state=note.action)
                return
            self._kept.append(note)
            try:
                await asyncio.to_thread(_append, self._path, _NOTE.dump_json(note) + b"\n")
            except OSError as failed:
                get_logger().warning("staff action is kept in memory alone", error=type(failed).__name__)

    async def hand_over(self, enter: Callable[[StaffNote], Awaitable[None]]) -> None:
        """Put every note into the record, the oldest first, and strike them out. Raises what `enter` raises.

        What was entered before it raised is struck out with the rest, later: `enter` knows a note that it has.
        """
        async with self._one_at_a_time:
            if not self._kept:
                return
            for note in self._kept:
                await enter(note)
            get_logger().info("staff actions entered into the record", count=len(self._kept))
            striking = asyncio.ensure_future(asyncio.to_thread(self._strike_out))
            try:
                await asyncio.shield(striking)
            finally:
                await striking  # also at the end of the kiosk: no new line may go with the old ones
                self._kept = []

    def _strike_out(self) -> None:
        try:
            self._path.unlink(missing_ok=True)
        except OSError as failed:
            get_logger().warning("staff notes cannot be struck out", error=type(failed).__name__)


def new_note(at: datetime, who: str, action: StaffAction, detail: str, *, sure: bool) -> StaffNote:
    """A note of what was done just now."""
    return StaffNote(id=secrets.token_hex(8), at=at, sure=sure, who=who, action=action, detail=detail)


def _read(path: Path) -> list[StaffNote]:
    """The notes; a line that a power cut left half is no note."""
    try:
        lines = path.read_bytes().splitlines()
    except FileNotFoundError:
        return []
    except OSError as broken:
        get_logger().error("staff notes cannot be read", error=type(broken).__name__)
        return []
    notes: list[StaffNote] = []
    for line in lines:
        try:
            notes.append(_NOTE.validate_json(line))
        except ValidationError:
            get_logger().error("a line of the staff notes cannot be read")
    return notes


def _append(path: Path, line: bytes) -> None:
    """On disk, behind what is there; after a line that was cut off a new one begins."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        size = os.fstat(descriptor).st_size
        torn = size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"
        os.write(descriptor, b"\n" * torn + line)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
