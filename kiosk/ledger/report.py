"""What `verify` found: the rows that are not as they were written, and what is known besides."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from kiosk.ledger.chain import GENESIS

MOST_TOLD = 1000
"""Problems that are told one by one; the others are only counted, for whoever renumbers a chain breaks all of it."""


class Wrong(Enum):
    """What is wrong with a row."""

    ALTERED = "altered"
    REMOVED = "removed"
    INSERTED = "inserted"
    """No event vouches for it."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A row that is not as it was written."""

    wrong: Wrong
    table: str
    row: str
    """The event's number, the row's number, or the visit's id where the table has no numbers."""
    words: str


@dataclass(slots=True)
class Report:
    """What was found."""

    events: int = 0
    visits: int = 0
    count: int = 0
    """Of problems; `problems` has the first of them."""
    problems: list[Problem] = field(default_factory=list)
    lost: int = 0
    """Rows that a repair could not save; its event names them, so they are no problem of now."""
    unreadable: tuple[tuple[str, str], ...] = ()
    """Table and row of the sealed texts that the last rotation or repair could not open, as far as they are there."""
    begun_anew: tuple[int, str] | None = None
    """Number and time of the event of a repair that had to begin a new chain: it vouches for every row before it."""
    head: tuple[int, str] = (0, GENESIS.hex())
    """Number and hash of the last event: whoever writes it down elsewhere can compare it later."""

    @property
    def sound(self) -> bool:
        """Whether everything is as it was written."""
        return self.count == 0

    def add(self, wrong: Wrong, table: str, row: object, words: str) -> None:
        """One more problem."""
        self.count += 1
        if len(self.problems) < MOST_TOLD:
            self.problems.append(Problem(wrong, table, str(row), words))
