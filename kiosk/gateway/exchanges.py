"""Queries that terminals put lately, so that the same key gets the same answer and is never asked twice."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable
from typing import Generic, Protocol, TypeVar

from kiosk.gateway.backend import StillProcessing
from kiosk.gateway.problems import Problem, Refused

KEPT_SECONDS = 300.0
"""Longer than the longest deadline of a terminal (180 s); then the answer is erased from memory."""
MOST_OF_A_TERMINAL = 64
"""Exchanges that are kept for one terminal: more than it has persons in five minutes, and at the highest rate that is
allowed (5/s) more seconds than it takes to ask again after a broken connection. An older answer is erased early."""


class HasReference(Protocol):
    """A query, or many at once."""

    @property
    def client_ref(self) -> str:
        """What the terminal made up for it."""
        ...


Query = TypeVar("Query", bound=HasReference)
Asked = TypeVar("Asked", bound=HasReference, contravariant=True)
Answer = TypeVar("Answer")
Answered = TypeVar("Answered", covariant=True)


class Asks(Protocol[Asked, Answered]):
    """Asks the backend, as `kiosk.gateway.backend.Backend.qualify` does."""

    def __call__(self, query: Asked, /, *, again: bool) -> Awaitable[Answered]:
        """The answer; `again` says that the same was asked before and still processed."""
        ...


class Exchange(Generic[Query, Answer]):
    """One query of one terminal, and its answer once there is one."""

    def __init__(self, terminal: str, key: str, query: Query, forgotten_at: float = 0) -> None:
        self.terminal = terminal
        self.key = key
        self.query = query
        self.forgotten_at = forgotten_at
        self._answer: Answer | None = None
        self._again = False
        self._asking: asyncio.Future[Answer] | None = None

    @property
    def answered(self) -> bool:
        """Whether the answer is there."""
        return self._answer is not None

    async def answer(self, ask: Asks[Query, Answer]) -> Answer:
        """The answer; the backend is asked until it gave one. Raises BackendDown and StillProcessing.

        Whoever asks while the backend is being asked waits for the same outcome, instead of asking after it.
        """
        if self._answer is not None:
            return self._answer
        if self._asking is not None:
            return await asyncio.shield(self._asking)
        return await self._ask(ask)

    async def _ask(self, ask: Asks[Query, Answer]) -> Answer:
        self._asking = asking = asyncio.get_running_loop().create_future()
        try:
            answer = await ask(self.query, again=self._again)
        except Exception as failure:
            self._again = self._again or isinstance(failure, StillProcessing)
            asking.set_exception(failure)
            asking.exception()  # looked at: where nobody else waits, asyncio would log its text, which may be personal
            raise
        except asyncio.CancelledError:
            asking.cancel()
            raise
        finally:
            self._asking = None
        asking.set_result(answer)
        self._answer = answer
        return answer


class Exchanges(Generic[Query, Answer]):
    """The exchanges of the last minutes, in memory only."""

    def __init__(self, kept_seconds: float = KEPT_SECONDS, most_of_a_terminal: int = MOST_OF_A_TERMINAL) -> None:
        self._kept_seconds = kept_seconds
        self._most = most_of_a_terminal
        self._by_reference: OrderedDict[str, Exchange[Query, Answer]] = OrderedDict()  # the oldest first
        self._by_key: dict[str, OrderedDict[str, Exchange[Query, Answer]]] = {}  # of each terminal, the oldest first
        self._sweep: asyncio.TimerHandle | None = None

    def open(self, terminal: str, key: str, query: Query) -> Exchange[Query, Answer]:
        """The exchange of that key, new or known. Raises Refused: KEY_REUSED, OTHER_TERMINAL, BUSY."""
        mine = self._by_key.setdefault(terminal, OrderedDict())
        known = mine.get(key)
        if known:
            if known.query != query:
                raise Refused(Problem.KEY_REUSED)
            return known
        same_reference = self._by_reference.get(query.client_ref)
        if same_reference:
            raise Refused(Problem.KEY_REUSED if same_reference.terminal == terminal else Problem.OTHER_TERMINAL)
        if len(mine) >= self._most:
            self._make_room(mine)
        loop = asyncio.get_running_loop()
        exchange: Exchange[Query, Answer] = Exchange(terminal, key, query, loop.time() + self._kept_seconds)
        mine[key] = self._by_reference[query.client_ref] = exchange
        if self._sweep is None:
            self._sweep = loop.call_at(exchange.forgotten_at, self._forget_the_old)
        return exchange

    def find(self, terminal: str, reference: str) -> Exchange[Query, Answer]:
        """The exchange of that clientRef. Raises Refused: NOT_FOUND, OTHER_TERMINAL."""
        found = self._by_reference.get(reference)
        if found is None:
            raise Refused(Problem.NOT_FOUND)
        if found.terminal != terminal:
            raise Refused(Problem.OTHER_TERMINAL)
        return found

    def __len__(self) -> int:
        return len(self._by_reference)

    def _make_room(self, mine: OrderedDict[str, Exchange[Query, Answer]]) -> None:
        """Forget the oldest answered one; a terminal gone wild that waits for all of them gets no more."""
        oldest = next((exchange for exchange in mine.values() if exchange.answered), None)
        if oldest is None:
            raise Refused(Problem.BUSY)
        self._forget(oldest)

    def _forget(self, exchange: Exchange[Query, Answer]) -> None:
        del self._by_key[exchange.terminal][exchange.key], self._by_reference[exchange.query.client_ref]

    def _forget_the_old(self) -> None:
        """One timer for all of them: the next is for the one that is the oldest then."""
        loop = asyncio.get_running_loop()
        self._sweep = None
        while self._by_reference:
            oldest = next(iter(self._by_reference.values()))
            if oldest.forgotten_at > loop.time():
                self._sweep = loop.call_at(oldest.forgotten_at, self._forget_the_old)
                return
            self._forget(oldest)
