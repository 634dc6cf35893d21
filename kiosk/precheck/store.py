"""The answers on disk: one sealed file beside the roster, by the same rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from kiosk.checkin.precheck import Precheck, QueryKey, key_of
from kiosk.precheck.uploads import Upload
from kiosk.sealed.file import PRECHECK_NAME, Mark, SealedFile, packed, unpacked
from kiosk.sealed.problems import NotPacked, SealedUnavailable
from kiosk.sealed.watch import Held

ByKey = Mapping[QueryKey, Precheck]

_ENTRY = TypeAdapter(Precheck)
_UPLOAD = TypeAdapter(Upload)


class PrecheckUnavailable(SealedUnavailable):
    """The answers cannot be written, read or erased; the message says what to do, and no datum."""


@dataclass(frozen=True, slots=True, repr=False)
class Kept:
    """What lies in the file. Its repr shows nothing."""

    entries: ByKey = field(default_factory=dict)
    uploads: tuple[Upload, ...] = ()
    """Those that still have persons without an answer."""


class _Head(BaseModel):
    """The first line of what is sealed; one line for every answer follows, and one for every upload."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    precheck: Literal[1] = 1
    """Version of the format."""
    entries: int
    uploads: int = 0


class PrecheckStore:
    """<state>/precheck.sealed. Every method reads or writes the disk, and raises PrecheckUnavailable."""

    def __init__(self, state: Path) -> None:
        self._file = SealedFile(state, PRECHECK_NAME, PrecheckUnavailable, "run kiosk precheck --again")

    def mark(self) -> Mark | None:
        """Which file lies there now; None when there is none."""
        return self._file.mark()

    def write(self, entries: Iterable[Precheck], uploads: Iterable[Upload] = ()) -> None:
        """Put these in the place of the old ones. A failure leaves those."""
        answered = [_ENTRY.dump_json(entry) for entry in entries]
        handed_in = [_UPLOAD.dump_json(upload) for upload in uploads]
        head = _Head(entries=len(answered), uploads=len(handed_in))
        self._file.write(packed([head.model_dump_json().encode(), *answered, *handed_in]))

    def read(self) -> Kept:
        """What lies there."""
        try:
            first, *rest = unpacked(self._file.read())
            head = _Head.model_validate_json(first)
            entries = [_ENTRY.validate_json(line) for line in rest[: head.entries]]
            uploads = [_UPLOAD.validate_json(line) for line in rest[head.entries :]]
        except (ValidationError, NotPacked):
            # The cause is cut off: it quotes what it could not read.
            raise self._file.unreadable("no answers of this version") from None
        if (head.entries, head.uploads) != (len(entries), len(uploads)):
            raise self._file.unreadable("not all answers")
        return Kept({key_of(entry.query): entry for entry in entries}, tuple(uploads))

    def hold(self, mark: Mark) -> Held[ByKey]:
        """The answers that lie there, as the kiosk looks them up; the file is over with its last day."""
        kept = self.read()
        return Held(kept.entries, last_day_of(kept), mark)

    def erase(self, only: Mark | None = None) -> bool:
        """Remove the answers, or only that file and no newer; tells whether it was there."""
        return self._file.erase(only)


def last_day_of(kept: Kept) -> date:
    """The last day for which somebody was asked for; of none, a day that is long over."""
    answered = (entry.query.confirmation_date for entry in kept.entries.values())
    return max((*answered, *(upload.day for upload in kept.uploads)), default=date.min)
