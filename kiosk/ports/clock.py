"""What the machine says of its own clock."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Synchronisation:
    """Whether the system's time service keeps the clock right."""

    kept: bool | None
    """None where nobody tells."""
    since: float | None = None
    """When it was last set right, as far as only that is known: another value each time. None while it is kept so."""
