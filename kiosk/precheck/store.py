"""The answers on disk: one sealed file beside the roster, by the same rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from kiosk.checkin.precheck import Precheck, QueryKey, key_of
from kiosk.sealed.file import PRECHECK_NAME, Mark, SealedFile, packed, unpacked
from kiosk.sealed.problems import NotPacked, SealedUnavailable
from kiosk.sealed.watch import Held

ByKey = Mapping[QueryKey, Precheck]

_ENTRY = TypeAdapter(Precheck)


class PrecheckUnavailable(SealedUnavailable):
    """The answers cannot be written, read or erased; the message says what to do, and no datum."""


class _Head(BaseModel):
    """The first line of what is sealed; one line for every answer follows."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    precheck: Literal[1] = 1
    """Version of the format."""
    entries: int


class PrecheckStore:
    """<state>/precheck.sealed. Every method reads or writes the disk, and raises PrecheckUnavailable."""

    def __init__(self, state: Path) -> None:
        self._file = SealedFile(state, PRECHECK_NAME, PrecheckUnavailable, "run kiosk precheck --again")

    def mark(self) -> Mark | None:
        """Which file lies there now; None when there is none."""
        return self._file.mark()

    def write(self, entries: Iterable[Precheck]) -> None:
        """Put these in the place of the old ones. A failure leaves those."""
        lines = [_ENTRY.dump_json(entry) for entry in entries]
        self._file.write(packed([_Head(entries=len(lines)).model_dump_json().encode(), *lines]))

    def read(self) -> dict[QueryKey, Precheck]:
        """The answers that lie there, by what was asked."""
        try:
            first, *rest = unpacked(self._file.read())
            head = _Head.model_validate_json(first)
            entries = [_ENTRY.validate_json(line) for line in rest]
        except (ValidationError, NotPacked):
            # The cause is cut off: it quotes what it could not read.
            raise self._file.unreadable("no answers of this version") from None
        if head.entries != len(entries):
            raise self._file.unreadable("not all answers")
        return {key_of(entry.query): entry for entry in entries}

    def hold(self, mark: Mark) -> Held[ByKey]:
        """The answers that lie there, as the kiosk looks them up; the file is over with their last day."""
        entries = self.read()
        return Held(entries, last_day_of(entries), mark)

    def erase(self, only: Mark | None = None) -> bool:
        """Remove the answers, or only that file and no newer; tells whether it was there."""
        return self._file.erase(only)


def last_day_of(entries: ByKey) -> date:
    """The last day for which somebody was asked for; of none, a day that is long over."""
    return max((entry.query.confirmation_date for entry in entries.values()), default=date.min)
