"""What the status tells of the day."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Counts:
    """The visits of one business day, and what still waits to leave the terminal."""

    confirmed: int
    desk: int
    unprinted: int
    """Print jobs of the day that neither came out nor failed."""
    outbox: int
    """Events of any day that no fleet engine has taken."""
    deferred: int = 0
    """Visits of any day whose query is still to be made up after an outage."""
    settled_later: int = 0
    """Queries made up on this day, for whatever day."""
    withdrawn: int = 0
    """Of these, the ones whose visit was confirmed by a precheck and is not any more."""

    @property
    def total(self) -> int:
        """All visits of the day."""
        return self.confirmed + self.desk
