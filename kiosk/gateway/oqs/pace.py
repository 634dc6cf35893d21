"""Time limits of the exchange over folders."""

from __future__ import annotations

from dataclasses import dataclass

LATE_SECONDS = 600.0
"""An answer is kept, and one that is late is looked for, this long: the visit is over by then."""
OVERDUE_LOOK_SECONDS = 1.0
"""What is waited for after a deadline: enough for a look at a slow share."""


@dataclass(frozen=True, slots=True)
class Pace:
    """Time limits and intervals, in seconds."""

    answer: float = 180.0
    """Until the terminal should have answered."""
    poll: float = 0.5
    """Between two looks where nothing tells of changes."""
    one_call: float = 8.0
    """What one call waits: below the 10 s after which some proxies and clients give a connection up."""
    work: float = 5.0
    """For one small file: a share that takes longer is as good as gone."""
    look: float = 15.0
    """For one look, which may list a huge folder."""
    bulk: float = 1800.0
    """Until the answers of a 一括照会 should be there: far more than 500 queries take one by one."""
    fetch: float = 2.0
    """Before a 一括照会 that is still processed is asked for again; doubled each time, up to `slowest_fetch`."""
    slowest_fetch: float = 60.0
    """Each look is a request file of its own, and nobody stands there waiting."""
