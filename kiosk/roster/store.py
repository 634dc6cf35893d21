"""The roster on disk: one sealed file that is replaced as a whole and erased when its last day is over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from kiosk.checkin.appointment import Appointment
from kiosk.roster.problems import RosterUnavailable
from kiosk.roster.search import Index
from kiosk.sealed.file import LEDGER_NAME, Mark, SealedFile, packed, unpacked
from kiosk.sealed.file import ROSTER_NAME as FILE_NAME
from kiosk.sealed.problems import NotPacked
from kiosk.sealed.watch import Held

__all__ = ["FILE_NAME", "LEDGER_NAME", "DayRoster", "Store"]

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
        self._file = SealedFile(state, FILE_NAME, RosterUnavailable, "import the roster again")

    def mark(self) -> Mark | None:
        """Which file lies there now; None when there is none."""
        return self._file.mark()

    def write(self, roster: DayRoster) -> None:
        """Put the roster in the place of the old one, for the kiosk's user alone. A failure leaves the old one."""
        head = _Head(imported=roster.imported, lines=len(roster.lines)).model_dump_json().encode()
        self._file.write(packed([head, *(_LINE.dump_json(line) for line in roster.lines)]))

    def read(self) -> DayRoster:
        """The roster that lies there."""
        try:
            first, *rest = unpacked(self._file.read())
            head = _Head.model_validate_json(first)
            lines = _read_lines(rest)
        except (ValidationError, NotPacked):
            # The cause is cut off: it quotes what it could not read.
            raise self._file.unreadable("not a roster of this version") from None
        if head.lines != len(lines):
            raise self._file.unreadable("not a whole roster")
        return DayRoster(lines, head.imported)

    def hold(self, mark: Mark) -> Held[Index]:
        """The roster that lies there, as the kiosk looks people up."""
        roster = self.read()
        return Held(Index(roster.lines), roster.last_day, mark)

    def erase(self, only: Mark | None = None) -> bool:
        """Remove the roster, or only that one and no newer; tells whether it was there."""
        return self._file.erase(only)


def _read_lines(lines: Sequence[bytes]) -> tuple[Appointment, ...]:
    return tuple(_LINE.validate_json(line) for line in lines)
