"""一括照会 over folders: one file with many queries goes up (OQSmuquc01), and its answers are fetched (OQSmuquc02).

It goes up once, whatever happens: the journal knows the file before the terminal can see it, and the ReceptionNumber
before the first fetch. Fetching is only looking, and may be done as often as one likes.
"""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass
from datetime import UTC, datetime

from kiosk.gateway.backend import BackendDown, QueryUnfit, StillProcessing
from kiosk.gateway.bulk.messages import BulkAnswerMessage, BulkQueryMessage
from kiosk.gateway.messages import QueryMessage
from kiosk.gateway.oqs.bulk_course import BulkCourse
from kiosk.gateway.oqs.folders import new_identifier
from kiosk.gateway.oqs.journal import Journal
from kiosk.gateway.oqs.liveness import Liveness
from kiosk.gateway.oqs.lookout import Lookout
from kiosk.gateway.oqs.matching import answers_of
from kiosk.gateway.oqs.names import RequestKind
from kiosk.gateway.oqs.outbox import Outbox
from kiosk.gateway.oqs.pace import LATE_SECONDS, Pace
from kiosk.gateway.oqs.reading import OqsFileError
from kiosk.gateway.oqs.writing import bulk_request_octets, check_query

MOST_KEPT = 32
"""In memory, each with up to 500 queries; the oldest answered one goes first, and is found again by the journal."""

log = logging.getLogger("kiosk.gateway")


@dataclass(slots=True, eq=False, repr=False)
class _Open:
    """One 一括照会 in memory."""

    query: BulkQueryMessage
    running: asyncio.Task[BulkAnswerMessage]


class Bulks:
    """The 一括照会 of one gateway. Belongs to one event loop."""

    def __init__(
        self,
        institution: str,
        journal: Journal,
        outbox: Outbox,
        lookout: Lookout,
        liveness: Liveness,
        pace: Pace,
    ) -> None:
        """`institution` is the MedicalInstitutionCode; `lookout` looks into `res`."""
        self._institution = institution
        self._journal = journal
        self._outbox = outbox
        self._lookout = lookout
        self._liveness = liveness
        self._pace = pace
        self._open: dict[str, _Open] = {}

    async def qualify(self, query: BulkQueryMessage, *, again: bool) -> BulkAnswerMessage:
        """As `kiosk.gateway.bulk.backend.AnswersBulk.qualify_bulk`."""
        opened = self._open.get(query.client_ref) or self._take_in(query, again=again)
        if opened.query != query:
            log.warning("clientRef used for another bulk query")
            raise QueryUnfit
        done, _ = await asyncio.wait([opened.running], timeout=self._pace.one_call)
        if not done:
            raise StillProcessing
        if opened.running.cancelled():  # to make room, or because the gateway stops: the journal knows how far it came
            raise StillProcessing
        return opened.running.result()

    @property
    def waiting(self) -> int:
        """How many have no answer yet, each counted as one."""
        return sum(not opened.running.done() for opened in self._open.values())

    async def aclose(self) -> None:
        """Stop; what has no answer stands in the journal."""
        tasks = [opened.running for opened in self._open.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _take_in(self, query: BulkQueryMessage, *, again: bool) -> _Open:
        if len(self._open) >= MOST_KEPT:
            kept = self._open.values()
            self._forget(next((opened for opened in kept if opened.running.done()), next(iter(kept))))
        running = asyncio.create_task(self._run(query, again=again), name="bulk")
        opened = self._open[query.client_ref] = _Open(query, running)
        running.add_done_callback(lambda _: self._ended(opened))
        return opened

    def _ended(self, opened: _Open) -> None:
        running = opened.running
        if not running.cancelled() and running.exception() is None:
            running.get_loop().call_later(LATE_SECONDS, self._forget, opened)
        else:
            # Whoever waits hears of it; the next try begins anew, and the journal knows how far this one came.
            self._forget(opened)

    def _forget(self, opened: _Open) -> None:
        if self._open.get(opened.query.client_ref) is opened:
            del self._open[opened.query.client_ref]
        opened.running.cancel()

    async def _run(self, query: BulkQueryMessage, *, again: bool) -> BulkAnswerMessage:
        """From the upload to the answers. Raises BackendDown and BackendAway."""
        identifier = new_identifier(datetime.now(UTC))
        # 500 queries take some 50 ms, which nobody at a kiosk should wait for.
        fit, octets = await asyncio.to_thread(_written, query, self._institution, identifier)
        if not fit:
            return BulkAnswerMessage.of(query, ())
        out = await self._outbox.put(RequestKind.BULK_UPLOAD, query.client_ref, identifier, b"" if again else octets)
        if out is None:
            log.warning("asked again for a bulk query that never went out or is long forgotten")
            raise BackendDown
        age = min(max(0.0, time.time() - out.at), self._pace.bulk)
        course = BulkCourse(
            out,
            query.confirmation_date,
            time.monotonic() - age,
            self._institution,
            self._journal,
            self._outbox,
            self._lookout,
            self._liveness,
            self._pace,
        )
        return BulkAnswerMessage.of(query, answers_of(fit, await course.run()))


def _written(query: BulkQueryMessage, institution: str, identifier: str) -> tuple[list[QueryMessage], bytes]:
    """The queries that a request can carry, and the request."""
    fit = [one for one in query.each if _is_fit(one)]
    return fit, bulk_request_octets(fit, institution, identifier) if fit else b""


def _is_fit(query: QueryMessage) -> bool:
    try:
        check_query(query)
    except OqsFileError as unfit:
        log.warning(
            "query left out of a bulk: it cannot be written element=%s fault=%s", unfit.element, unfit.fault.name
        )
        return False
    return True
