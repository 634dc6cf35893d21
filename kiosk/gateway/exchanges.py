"""Queries that terminals put lately, so that the same key gets the same answer and is never asked twice."""

from __future__ import annotations

import asyncio

from kiosk.gateway.backend import Backend, StillProcessing
from kiosk.gateway.messages import AnswerMessage, QueryMessage
from kiosk.gateway.problems import Problem, Refused

KEPT_SECONDS = 300.0
"""Longer than the longest deadline of a terminal (180 s); then the answer is erased from memory."""
MOST = 1000
"""More than any centre asks in that time; a terminal gone wild cannot fill the memory."""


class Exchange:
    """One query of one terminal, and its answer once there is one."""

    def __init__(self, terminal: str, query: QueryMessage) -> None:
        self.terminal = terminal
        self.query = query
        self._answer: AnswerMessage | None = None
        self._again = False
        self._one_at_a_time = asyncio.Lock()

    async def answer(self, backend: Backend) -> AnswerMessage:
        """The answer; the backend is asked until it gave one. Raises BackendDown and StillProcessing."""
        async with self._one_at_a_time:
            if self._answer is None:
                try:
                    self._answer = await backend.qualify(self.query, again=self._again)
                except StillProcessing:
                    self._again = True
                    raise
            return self._answer


class Exchanges:
    """The exchanges of the last minutes, in memory only."""

    def __init__(self, kept_seconds: float = KEPT_SECONDS) -> None:
        self._kept_seconds = kept_seconds
        self._by_key: dict[tuple[str, str], Exchange] = {}
        self._by_reference: dict[str, Exchange] = {}

    def open(self, terminal: str, key: str, query: QueryMessage) -> Exchange:
        """The exchange of that key, new or known. Raises Refused: KEY_REUSED, OTHER_TERMINAL, BUSY."""
        known = self._by_key.get((terminal, key))
        if known:
            if known.query != query:
                raise Refused(Problem.KEY_REUSED)
            return known
        same_reference = self._by_reference.get(query.client_ref)
        if same_reference:
            raise Refused(Problem.KEY_REUSED if same_reference.terminal == terminal else Problem.OTHER_TERMINAL)
        if len(self._by_key) >= MOST:
            raise Refused(Problem.BUSY)
        exchange = Exchange(terminal, query)
        self._by_key[terminal, key] = self._by_reference[query.client_ref] = exchange
        asyncio.get_running_loop().call_later(self._kept_seconds, self._forget, (terminal, key))
        return exchange

    def find(self, terminal: str, reference: str) -> Exchange:
        """The exchange of that clientRef. Raises Refused: NOT_FOUND, OTHER_TERMINAL."""
        found = self._by_reference.get(reference)
        if found is None:
            raise Refused(Problem.NOT_FOUND)
        if found.terminal != terminal:
            raise Refused(Problem.OTHER_TERMINAL)
        return found

    def __len__(self) -> int:
        return len(self._by_key)

    def _forget(self, key: tuple[str, str]) -> None:
        exchange = self._by_key.pop(key)
        del self._by_reference[exchange.query.client_ref]
