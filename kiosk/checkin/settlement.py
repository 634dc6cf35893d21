"""What staff settle by hand: entries that are added to a visit and never changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import assert_never

from kiosk.checkin.ways import Way


class Settling(Enum):
    """What a clerk found out or decided about a visit."""

    WAY = "way"
    """The qualification was confirmed on one of the ways of the notice."""
    INSURER = "insurer"
    """保険者への確認: the insurer answered on the telephone that the person is insured."""
    REFUSED = "refused"
    """The checkup is not given today on this insurance."""
    CANCELLED = "cancelled"
    """The visit counts for nothing: the person left, or checked in twice."""
    NOTE = "note"
    """Only a note; the visit stands as it did."""
    UNDONE = "undone"
    """An earlier entry does not hold."""


class Standing(Enum):
    """How a visit stands now."""

    CONFIRMED = "confirmed"
    """The kiosk confirmed it."""
    OPEN = "open"
    """The desk has to settle it."""
    SETTLED = "settled"
    """Staff confirmed it."""
    REFUSED = "refused"
    CANCELLED = "cancelled"


SETTLING_WAYS = (
    Way.FACE_READER,
    Way.LIMITED_APP,
    Way.CARD_AND_PORTAL,
    Way.CARD_AND_NOTICE,
    Way.CERTIFICATE,
    Way.PROVISIONAL_ONLINE,
)
"""The ways ①..⑤ and the provisional one that a clerk can go; the insurer's answer is an entry of its own."""
LONGEST_NOTE = 200
"""Characters of a note: two lines on the board."""


@dataclass(frozen=True, slots=True)
class Settlement:
    """One entry as a clerk makes it."""

    settling: Settling
    way: Way | None = None
    """Set for Settling.WAY only."""
    note: str = field(default="", repr=False)
    """May tell of the person; sealed in the record."""
    undoes: str | None = None
    """The entry that no longer holds; set for Settling.UNDONE only."""

    def __post_init__(self) -> None:
        """Raises ValueError when the parts do not fit together."""
        if (self.settling is Settling.WAY) is not (self.way is not None):
            raise ValueError("a way belongs to Settling.WAY, and to it alone")
        if self.way is not None and self.way not in SETTLING_WAYS:
            raise ValueError(f"staff cannot settle by {self.way.value}")
        if (self.settling is Settling.UNDONE) is not (self.undoes is not None):
            raise ValueError("what is undone belongs to Settling.UNDONE, and to it alone")
        if self.settling is Settling.NOTE and not self.note.strip():
            raise ValueError("the note is empty")
        # The full-width space of Japanese keyboards does not count as printable.
        if len(self.note) > LONGEST_NOTE or not self.note.translate({ord("\n"): " ", 0x3000: " "}).isprintable():
            raise ValueError(f"a note has at most {LONGEST_NOTE} printable characters")


@dataclass(frozen=True, slots=True)
class StaffEntry:
    """An entry on disk."""

    id: str
    """Random, 32 hexadecimal digits."""
    at: datetime
    who: str
    """Staff name, as the key or the login names it."""
    settlement: Settlement


def in_force(entries: Iterable[StaffEntry]) -> StaffEntry | None:
    """The last entry that decides something and was not undone, of entries in the order in which they were made."""
    kept: list[StaffEntry] = []
    for entry in entries:
        match entry.settlement.settling:
            case Settling.UNDONE:
                kept = [other for other in kept if other.id != entry.settlement.undoes]
            case Settling.NOTE:
                pass
            case Settling.WAY | Settling.INSURER | Settling.REFUSED | Settling.CANCELLED:
                kept.append(entry)
            case _:
                assert_never(entry.settlement.settling)
    return kept[-1] if kept else None


def standing(*, confirmed: bool, entries: Iterable[StaffEntry]) -> Standing:
    """How a visit stands that the kiosk, or the query made up later, left confirmed or not."""
    last = in_force(entries)
    if last is None:
        return Standing.CONFIRMED if confirmed else Standing.OPEN
    match last.settlement.settling:
        case Settling.WAY | Settling.INSURER:
            return Standing.SETTLED
        case Settling.REFUSED:
            return Standing.REFUSED
        case Settling.CANCELLED:
            return Standing.CANCELLED
        case Settling.NOTE | Settling.UNDONE:
            raise AssertionError("such an entry decides nothing")
        case _:
            assert_never(last.settlement.settling)
