"""SIMULATOR: a backend with invented people, which answers as オンライン資格確認 does."""

from __future__ import annotations

import asyncio
import time

from kiosk.gateway.backend import BackendDown, BackendHealth, GatewayWay, StillProcessing
from kiosk.gateway.bulk.messages import BulkAnswerMessage, BulkQueryMessage
from kiosk.gateway.faces.simulated import SimulatedFaces
from kiosk.gateway.faults import SimulatedFault
from kiosk.gateway.invented_answers import answer_to, face_answer, find
from kiosk.gateway.messages import AnswerMessage, QueryMessage
from kiosk.gateway.people import Behaviour, by_key

SLOW_SECONDS = 200.0
"""Longer than the longest deadline that a terminal can have (180 s)."""


class Simulator:
    """Implements `kiosk.gateway.backend.Backend`, TellsHealth and AnswersBulk. It keeps nothing of a query."""

    name = "simulator"
    simulator = True
    ways = (GatewayWay.NUMBER, GatewayWay.BULK, GatewayWay.FACE)

    def __init__(self, delay_seconds: float = 0, slow_seconds: float = SLOW_SECONDS) -> None:
        """`delay_seconds` before every answer; `slow_seconds` for the person who is too slow."""
        self._delay_seconds = delay_seconds
        self._slow_seconds = slow_seconds
        self._waiting = 0
        self._answering: bool | None = None
        self._answered_at: float | None = None
        self.face_source = SimulatedFaces()

    async def qualify(self, query: QueryMessage, *, again: bool) -> AnswerMessage:
        """The answer of the invented person whom the query names; 該当資格なし for anybody else."""
        person = find(query)
        slow = person is not None and person.behaviour is Behaviour.SLOW
        self._waiting += 1
        try:
            await asyncio.sleep(self._slow_seconds if slow else self._delay_seconds)
            answer = answer_to(query, again=again)
        except BackendDown:
            self._answering = False
            raise
        finally:
            self._waiting -= 1
        self._answering, self._answered_at = True, time.monotonic()
        return answer

    async def qualify_bulk(self, query: BulkQueryMessage, *, again: bool) -> BulkAnswerMessage:
        """処理中 first, then everybody's answer; with whom the system is out of order, there is none."""
        await asyncio.sleep(self._delay_seconds)
        if not again:
            raise StillProcessing
        answers = tuple(answer for one in query.each if (answer := _answer_in_bulk(one)) is not None)
        self._answering, self._answered_at = True, time.monotonic()
        return BulkAnswerMessage.of(query, answers)

    def show_face(self, key: str) -> bool:
        """Let that invented person look into the face reader; False when the system would bring nothing of them.

        Raises KeyError for a person whom nobody invented. May be called from any thread.
        """
        try:
            answer = face_answer(by_key(key))
        except (BackendDown, StillProcessing, SimulatedFault):
            return False
        self.face_source.show(answer)
        return True

    def health(self) -> BackendHealth:
        """Answering unless the last query was for the person with whom the system is out of order."""
        age = None if self._answered_at is None else round(time.monotonic() - self._answered_at, 1)
        return BackendHealth(self._answering, age, backlog=self._waiting)


def _answer_in_bulk(query: QueryMessage) -> AnswerMessage | None:
    try:
        return answer_to(query, again=True)
    except (BackendDown, StillProcessing, SimulatedFault):
        return None
