"""What a session asks of a card, run in the worker's thread, with every failure as one of the port's."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from hardware.card.errors import CardError, failure_of
from hardware.card.worker import Worker
from kiosk.ports.card import CardFailure, CardFault

log = logging.getLogger(__name__)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds that the loop waits for the threads."""

    first_report: float = 2.0
    connect: float = 5.0
    read: float = 10.0
    """One call of a session: at most a dozen commands, each some 15 ms, on a slow card some 100."""
    close: float = 3.0
    hang: float = 2.0
    """A call that nobody waits for any more may take so long to end before the reader counts as hanging."""
    silence: float = 8.0
    """The monitor tells at least every other second that it lives; a busy machine may be late with it."""


class Calls:
    """Runs the calls of one session in one worker."""

    def __init__(self, worker: Worker, limits: Limits, pulled: Callable[[], None]) -> None:
        """`pulled` is told when a command found the card gone."""
        self._worker = worker
        self._limits = limits
        self._pulled = pulled

    @property
    def halted(self) -> bool:
        """Whether the call that is running has nobody who waits for it any more."""
        return self._worker.halted

    async def __call__(
        self, call: Callable[[], T], *, seconds: float | None = None, dropped: Callable[[], None] | None = None
    ) -> T:
        """The call's value. Raises CardFailure for whatever fails there, and TROUBLE when the time is over."""
        try:
            return await self._run(call, seconds or self._limits.read, dropped)
        except CardFailure as failure:
            if failure.fault is CardFault.PULLED:
                self._pulled()
            raise

    async def _run(self, call: Callable[[], T], seconds: float, dropped: Callable[[], None] | None) -> T:
        try:
            return await self._worker.run(call, seconds, dropped=dropped)
        except TimeoutError:
            log.info("card: no answer in time")
            raise CardFailure(CardFault.TROUBLE) from None
        except CardFailure:
            raise
        except CardError as error:
            failure = failure_of(error)
            log.info("card: %s (%s: %s)", failure.fault.value, type(error).__name__, error)
            raise failure from None
        except Exception as error:
            # A mistake in our own code; its message could hold what the card said, so only its kind is kept.
            log.error("card: %s", type(error).__name__)
            raise CardFailure(CardFault.TROUBLE) from None

    async def last(self, call: Callable[[], None]) -> None:
        """A call that runs in any case, however late, and is waited for only so long."""
        try:
            await self._worker.run(call, self._limits.close, required=True)
        except TimeoutError:
            log.info("card: could not lose its power in time")
