"""Single queries over folders (OQSsiquc01): each is a request file, and its answer the file that belongs to it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from dataclasses import dataclass
from datetime import UTC, datetime

from kiosk.gateway.backend import BackendDown, BackendFailure, QueryUnfit, StillProcessing
from kiosk.gateway.messages import AnswerMessage, QueryMessage
from kiosk.gateway.oqs.awaited import Awaited
from kiosk.gateway.oqs.echo import echoes
from kiosk.gateway.oqs.folders import new_identifier
from kiosk.gateway.oqs.journal import Asked
from kiosk.gateway.oqs.liveness import Liveness
from kiosk.gateway.oqs.lookout import Lookout
from kiosk.gateway.oqs.names import RequestKind, request_name
from kiosk.gateway.oqs.outbox import Outbox
from kiosk.gateway.oqs.pace import LATE_SECONDS, OVERDUE_LOOK_SECONDS, Pace
from kiosk.gateway.oqs.reading import OqsFileError, OqsResponse, answer_of
from kiosk.gateway.oqs.writing import request_octets

MOST_KEPT = 2000
"""Queries in memory; the oldest goes first, and is found again by the journal and another look."""

log = logging.getLogger("kiosk.gateway")


@dataclass(slots=True, eq=False, repr=False)
class _Open:
    """One query in memory. Times are of `time.monotonic`."""

    query: QueryMessage
    sending: asyncio.Task[None] | None = None
    sent_at: float = 0.0
    deadline: float = 0.0
    awaited: Awaited | None = None
    """Set when the request is out."""
    follower: asyncio.Task[None] | None = None

    def waits(self, now: float) -> bool:
        """Whether the terminal still has time to answer it, and did not."""
        return self.awaited is not None and self.awaited.response is None and now < self.deadline


class Singles:
    """The single queries of one gateway. Belongs to one event loop."""

    def __init__(self, institution: str, outbox: Outbox, lookout: Lookout, liveness: Liveness, pace: Pace) -> None:
        """`institution` is the MedicalInstitutionCode; `lookout` looks into `res`."""
        self._institution = institution
        self._outbox = outbox
        self._lookout = lookout
        self._liveness = liveness
        self._pace = pace
        self._open: dict[str, _Open] = {}

    async def qualify(self, query: QueryMessage, *, again: bool) -> AnswerMessage:
        """As `kiosk.gateway.backend.Backend.qualify`."""
        opened = self._open.get(query.client_ref) or self._take_in(query, again=again)
        if opened.query != query:
            log.warning("clientRef used for another query")
            raise QueryUnfit
        awaited = await self._sent(opened)
        remaining = opened.deadline - time.monotonic()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(min(self._pace.one_call, max(remaining, OVERDUE_LOOK_SECONDS))):
                await awaited.news.wait()
        if awaited.response is not None:
            return _answer(awaited.response, query)
        if awaited.trouble is not None or time.monotonic() >= opened.deadline:
            raise BackendDown
        raise StillProcessing

    @property
    def waiting(self) -> int:
        """How many wait for an answer and have time left."""
        now = time.monotonic()
        return sum(opened.waits(now) for opened in self._open.values())

    def quiet_for(self, seconds: float) -> bool:
        """Whether the terminal said nothing for so long to a query that still waits, nor to anybody else since."""
        now = time.monotonic()
        return any(
            opened.waits(now)
            and now - opened.sent_at > seconds
            and not _processed(opened)
            and not self._liveness.answered_since(opened.sent_at)
            for opened in self._open.values()
        )

    async def aclose(self) -> None:
        """Stop; queries without an answer stand in the journal."""
        tasks = [task for opened in self._open.values() for task in (opened.sending, opened.follower) if task]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _take_in(self, query: QueryMessage, *, again: bool) -> _Open:
        if len(self._open) >= MOST_KEPT:
            self._drop(next(iter(self._open.values())))
        opened = self._open[query.client_ref] = _Open(query)
        opened.sending = asyncio.create_task(self._send(opened, again=again), name="send")
        return opened

    async def _sent(self, opened: _Open) -> Awaited:
        """Wait until the request is out; a caller who goes away does not stop it. Raises BackendDown and QueryUnfit."""
        try:
            if opened.sending is not None:
                await asyncio.shield(opened.sending)
        except BackendFailure:
            # Nothing went out: the next try begins anew.
            if self._open.get(opened.query.client_ref) is opened:
                self._drop(opened)
            raise
        if opened.awaited is None:
            raise BackendDown
        return opened.awaited

    async def _send(self, opened: _Open, *, again: bool) -> None:
        """Put the request into the folder unless it was put before. Raises BackendDown and QueryUnfit."""
        identifier = new_identifier(datetime.now(UTC))
        try:
            octets = request_octets(opened.query, self._institution, identifier)
        except OqsFileError as unfit:
            log.warning("query cannot be written element=%s fault=%s", unfit.element, unfit.fault.name)
            raise QueryUnfit from None
        reference = opened.query.client_ref
        asked = await self._outbox.put(RequestKind.SINGLE, reference, identifier, b"" if again else octets)
        if asked is None:
            log.warning("asked again for a query that never went out or is long forgotten")
            raise BackendDown
        if self._open.get(reference) is opened:
            self._expect(opened, asked)

    def _expect(self, opened: _Open, asked: Asked) -> None:
        age = min(max(0.0, time.time() - asked.at), self._pace.answer)
        opened.sent_at = time.monotonic() - age
        opened.deadline = opened.sent_at + self._pace.answer
        opened.awaited = Awaited(
            request_name(RequestKind.SINGLE, asked.identifier),
            asked.identifier,
            lambda response: echoes(opened.query, response.asked),
        )
        self._lookout.expect(opened.awaited)
        opened.follower = asyncio.create_task(self._follow(opened, opened.awaited), name="follow")

    async def _follow(self, opened: _Open, awaited: Awaited) -> None:
        """Note the answer when it comes, tidy up, and forget the query when the visit is over."""
        if not await self._noted(awaited, opened.deadline - time.monotonic()):
            self._liveness.silent(opened.sent_at)
            log.warning("no answer within the deadline file=%s", awaited.request)
        await self._outbox.tidy(awaited.request)
        if awaited.response is not None or await self._noted(awaited, LATE_SECONDS):
            await asyncio.sleep(LATE_SECONDS)
        opened.follower = None
        self._drop(opened)

    async def _noted(self, awaited: Awaited, seconds: float) -> bool:
        try:
            async with asyncio.timeout(max(0.0, seconds)):
                await awaited.answered.wait()
        except TimeoutError:
            return False
        self._liveness.answered()
        return True

    def _drop(self, opened: _Open) -> None:
        """Forget a query; the journal does not."""
        self._open.pop(opened.query.client_ref, None)
        if opened.follower is not None:
            opened.follower.cancel()
        if opened.awaited is not None:
            self._lookout.forget(opened.awaited)


def _processed(opened: _Open) -> bool:
    return opened.awaited is not None and opened.awaited.processing


def _answer(response: OqsResponse, query: QueryMessage) -> AnswerMessage:
    try:
        return answer_of(response, query.client_ref)
    except OqsFileError as wrong:
        log.warning("answer of no use: %s", wrong)
        raise BackendDown from None
