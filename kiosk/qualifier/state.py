"""Whether the line to the gateway counts as up: slower to change than any single result."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime

from kiosk.checkin.outcome import QueryFault

REMEMBERED = 8
"""Results in the ring."""
IN_A_ROW = 3
"""Failures one after the other that take the line down: one packet or one broken query never does."""
OF_THE_RING = 5
"""Failures in the ring that take it down, also with good ones between: every other person would wait for nothing."""
GOOD_AGAIN = 2
"""Good ones in a row that bring it back."""

_OF_THE_QUERY = frozenset({QueryFault.REFUSED, QueryFault.GARBAGE})
"""These come at once, and may be of one query or one answer alone."""
_MAYBE_OF_THE_QUERY = _OF_THE_QUERY | {QueryFault.SERVER_ERROR, QueryFault.STILL_PROCESSING}


def _utc_now() -> datetime:
    return datetime.now(UTC)


class LineState:
    """Online or offline, from the results of queries and of looks at the gateway's health. Touches nothing itself.

    A look before all other results decides at once. While the line is online, a good look adds nothing: a gateway may
    be well while nobody answers behind it, and looks between the queries must not hide that.
    """

    def __init__(self, now: Callable[[], datetime] = _utc_now) -> None:
        self._now = now
        self._ring: deque[QueryFault | None] = deque(maxlen=REMEMBERED)
        self._listening: list[Callable[[], None]] = []
        self.since = now()
        """When it became as it is now."""
        self.reason: QueryFault | None = None
        """What the last failure was that took or keeps it down; None while it is online."""

    @property
    def online(self) -> bool:
        """Whether it is worth waiting for an answer."""
        return self.reason is None

    def listen(self, call: Callable[[], None]) -> None:
        """Have that called each time the line goes down or comes back."""
        self._listening.append(call)

    def asked(self, fault: QueryFault | None) -> None:
        """A query ended so; None: with an answer."""
        if fault not in _OF_THE_QUERY:
            self._note(fault)

    def asked_again(self, fault: QueryFault | None) -> None:
        """A query ended so that had failed before: one that will never be answered does not take the line down."""
        if fault not in _MAYBE_OF_THE_QUERY:
            self._note(fault)

    def looked(self, fault: QueryFault | None) -> None:
        """A look at the gateway's health ended so; None: it is well."""
        if fault is not None or not self.online or not self._ring:
            self._note(fault, at_once=not self._ring)

    def _note(self, fault: QueryFault | None, *, at_once: bool = False) -> None:
        self._ring.append(fault)
        if self.online:
            if fault is not None and (at_once or self._is_down()):
                self._become(fault)
        elif fault is not None:
            self.reason = fault
        elif not any(self._last(GOOD_AGAIN)):
            # What failed before the return must not take it down again together with one new failure.
            self._ring.clear()
            self._ring.append(None)
            self._become(None)

    def _is_down(self) -> bool:
        failures = sum(fault is not None for fault in self._ring)
        last = self._last(IN_A_ROW)
        return failures >= OF_THE_RING or (len(last) == IN_A_ROW and all(last))

    def _last(self, count: int) -> list[QueryFault | None]:
        return list(self._ring)[-count:]

    def _become(self, reason: QueryFault | None) -> None:
        self.since, self.reason = self._now(), reason
        for call in self._listening:
            call()
