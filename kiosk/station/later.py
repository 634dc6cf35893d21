"""Queries that nobody could answer at the visit are made up by themselves, once somebody can.

What waits stands in the ledger, so a restart loses nothing. One query at a time goes out, at a bounded rate, and only
while nobody is at the screen: a gateway that has just come back, and the ledger's one thread, belong to whoever stands
there.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace

from structlog import get_logger

from kiosk.checkin.insurance import QualificationAnswer
from kiosk.checkin.outcome import decide_later
from kiosk.checkin.policy import SitePolicy
from kiosk.checkin.reasons import Reason
from kiosk.checkin.visit import Visit
from kiosk.ports.desk import Ledger, LedgerFailure, Qualifier
from kiosk.station.crash import report

LOOK_SECONDS = 5.0
"""Between looks for a visit that waits; one look is a step in an index."""
MOST_A_SECOND = 2
"""Queries: less than half of what a gateway usually takes of one terminal, so that whoever comes is never refused."""
PAUSE_SECONDS = 1 / MOST_A_SECOND
"""After an answer, and while somebody is served: short enough to use the moments between two examinees."""
FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS = 20.0, 120.0
"""After a try in vain; doubled each time: one that was down for hours is asked within two minutes of its return.

While the line counts as down the longest one, then a single query goes out: where only answers can tell that somebody
answers again, this is the one."""


class LaterQueries:
    """Asks for one waiting visit after the other, the oldest first.

    A visit that gets no answer steps behind the others until all had their turn, so that one broken query does not
    keep the rest waiting; when the gateway cannot be reached at all, the order stays.
    """

    def __init__(
        self,
        qualifier: Qualifier,
        ledger: Ledger,
        policy: SitePolicy,
        busy: Callable[[], bool],
        sleep: Callable[[float], Awaitable[object]] | None = None,
        online: Callable[[], bool] = lambda: True,
    ) -> None:
        """`busy` tells whether somebody is being served, `online` whether the line to the gateway counts as up."""
        self._qualifier = qualifier
        self._ledger = ledger
        self._policy = policy
        self._busy = busy
        self._online = online
        self._sleep = sleep or self._sleep_unless_woken
        self._woken = asyncio.Event()
        self._waited = False
        self._behind: Visit | None = None
        self._wait = FIRST_WAIT_SECONDS

    async def keep_asking(self) -> None:
        """Make up whatever waits, for ever; never raises."""
        while True:
            await self._sleep(await self.step())

    def wake(self) -> None:
        """The line is back: go on at once."""
        self._wait = FIRST_WAIT_SECONDS
        self._woken.set()

    async def _sleep_unless_woken(self, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._woken.wait()
        self._woken.clear()

    async def step(self) -> float:
        """Make up one query, when one waits and nobody is served; the seconds until the next step. Never raises."""
        if self._busy():
            return PAUSE_SECONDS
        self._waited = not self._online() and not self._waited
        if self._waited:
            return LONGEST_WAIT_SECONDS
        try:
            visit = await self._next()
            if visit is None:
                self._wait = FIRST_WAIT_SECONDS
                return LOOK_SECONDS
            self._behind, before = visit, self._behind
            unanswered = await self._make_up(visit)
            if unanswered is None:
                self._behind, self._wait = before, FIRST_WAIT_SECONDS
                return PAUSE_SECONDS
            if unanswered is Reason.UNREACHABLE:
                self._behind = before
            get_logger().info("query still not answered", visit=visit.id, reason=unanswered, seconds=self._wait)
        except LedgerFailure as failure:
            # The answer is lost with it, and asked for again.
            cause = type(failure.__cause__ or failure).__name__
            get_logger().warning("query cannot be made up", error=cause, seconds=self._wait)
        except Exception as crash:  # one visit must not end this for all others; it steps behind them
            report(crash)
        return self._longer()

    async def _next(self) -> Visit | None:
        """The next one in turn; at the end of the queue its beginning."""
        if self._behind is not None:
            visit = await self._ledger.awaiting(self._behind)
            if visit is not None:
                return visit
            self._behind = None
        return await self._ledger.awaiting()

    async def _make_up(self, visit: Visit) -> Reason | None:
        """Ask for the day of the visit and record the answer; the reason of group S when there still is none."""
        draft = visit.draft
        if draft.query is None or draft.presented is None:
            return visit.outcome.reason
        answer = await self._qualifier.query(replace(draft.query, confirmation_date=visit.day))
        outcome = decide_later(visit.outcome, draft.ticket, draft.presented, answer, self._policy, visit.day)
        if outcome.reason.asked_later:
            return outcome.reason
        results = answer.results if isinstance(answer, QualificationAnswer) else ()
        registered = results[0].person if len(results) == 1 else None
        await self._ledger.settled_later(visit, outcome, registered)
        get_logger().info("query made up", visit=visit.id, reason=outcome.reason)
        return None

    def _longer(self) -> float:
        wait, self._wait = self._wait, min(2 * self._wait, LONGEST_WAIT_SECONDS)
        return wait
