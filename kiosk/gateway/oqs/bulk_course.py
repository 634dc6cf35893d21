"""What becomes of one 一括照会 that went up: its ReceptionNumber, and then look after look for its answers."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import TypeVar
from uuid import uuid4

from kiosk.checkin.insurance import SegmentOfResult
from kiosk.gateway.backend import BackendAway, BackendDown
from kiosk.gateway.oqs.awaited import Awaited, Trouble
from kiosk.gateway.oqs.folders import FolderFailure, new_identifier
from kiosk.gateway.oqs.journal import Asked, Journal, JournalFailure
from kiosk.gateway.oqs.liveness import Liveness
from kiosk.gateway.oqs.lookout import Lookout
from kiosk.gateway.oqs.names import RequestKind, request_name
from kiosk.gateway.oqs.outbox import Outbox
from kiosk.gateway.oqs.pace import OVERDUE_LOOK_SECONDS, Pace
from kiosk.gateway.oqs.reading import OqsFileError, OqsResponse
from kiosk.gateway.oqs.writing import bulk_fetch_octets

MOST_REFUSALS = 3
"""Looks that end in 異常終了 or in a file of no use before it is given up: one may be an accident."""

log = logging.getLogger("kiosk.gateway")

Made = TypeVar("Made")


@dataclass(slots=True, eq=False, repr=False)
class BulkCourse:
    """One upload. Times are of `time.monotonic`."""

    upload: Asked
    confirmation_date: str
    sent_at: float
    institution: str
    journal: Journal
    outbox: Outbox
    lookout: Lookout
    liveness: Liveness
    pace: Pace
    _refusals: int = 0

    async def run(self) -> OqsResponse:
        """The response with the units.

        Raises BackendDown where none comes in time, or none of use, and BackendAway where the journal cannot be used.
        """
        number = await self._noted(partial(self.journal.reception, self.upload.client_ref))
        if not number:
            number = await self._reception()
            # On disk before the first fetch: the file that says it may be gone after a restart.
            await self._noted(partial(self.journal.receive, self.upload.client_ref, number))
        pause = self.pace.fetch
        while True:
            found = await self._look(number)
            if found is not None:
                return found
            if self._left <= 0:
                log.warning("bulk query given up: its answers did not come in time")
                raise BackendDown
            await asyncio.sleep(min(pause, self._left))
            pause = min(2 * pause, self.pace.slowest_fetch)

    @property
    def _left(self) -> float:
        return self.sent_at + self.pace.bulk - time.monotonic()

    async def _reception(self) -> str:
        """The number under which the answers can be fetched. Raises BackendDown."""
        awaited = Awaited(
            request_name(RequestKind.BULK_UPLOAD, self.upload.identifier), self.upload.identifier, self._is_reception
        )
        asked_at = time.monotonic()
        self.lookout.expect(awaited)
        try:
            await _wait(awaited.stirred, self.sent_at + self.pace.answer - time.monotonic())
            if awaited.processing:
                await _wait(awaited.news, self._left)
        finally:
            self.lookout.forget(awaited)
        self._note(awaited, asked_at)
        # Not where the wait was cut off: the terminal may still take it.
        await self.outbox.tidy(awaited.request)
        if awaited.response is None or not awaited.response.reception_number:
            log.warning("bulk query not taken file=%s: %s", awaited.request, _why(awaited))
            raise BackendDown
        return awaited.response.reception_number

    async def _look(self, number: str) -> OqsResponse | None:
        """Ask once whether the answers are there; None where they are not yet. Raises BackendDown."""
        identifier = new_identifier(datetime.now(UTC))
        try:
            octets = bulk_fetch_octets(number, self.institution, identifier)
        except OqsFileError as unfit:
            log.warning("bulk query given up: its reception cannot be asked for fault=%s", unfit.fault.name)
            raise BackendDown from None
        try:
            await self.outbox.put(RequestKind.BULK_FETCH, str(uuid4()), identifier, octets)
        except BackendAway:
            return None  # a share that is gone may come back; the outbox says so
        awaited = Awaited(
            request_name(RequestKind.BULK_FETCH, identifier),
            identifier,
            lambda response: response.reception_number in ("", number),
            # A fetch has no identifier inside that could be repeated; a terminal may repeat the upload's.
            alias=self.upload.identifier,
        )
        asked_at = time.monotonic()
        self.lookout.expect(awaited)
        try:
            await _wait(awaited.stirred, min(self.pace.answer, self._left))
        finally:
            self.lookout.forget(awaited)
        self._note(awaited, asked_at)
        await self.outbox.tidy(awaited.request)
        if awaited.response is not None and awaited.response.units:
            return awaited.response
        if awaited.response is not None or awaited.trouble is not None:
            self._refused(awaited)
        return None

    def _is_reception(self, response: OqsResponse) -> bool:
        day = response.confirmation_date
        return not response.units and (day is None or f"{day:%Y%m%d}" == self.confirmation_date)

    def _note(self, awaited: Awaited, asked_at: float) -> None:
        if awaited.stirred.is_set():
            self.liveness.answered()
        else:
            self.liveness.silent(asked_at)

    def _refused(self, awaited: Awaited) -> None:
        """Count a look that brought something of no use. Raises BackendDown when there is no point in another one."""
        self._refusals += 1
        log.warning("bulk answer of no use file=%s: %s", awaited.request, _why(awaited))
        if self._refusals >= MOST_REFUSALS or awaited.trouble is Trouble.ENCRYPTED:
            raise BackendDown

    async def _noted(self, work: Callable[[], Made]) -> Made:
        """Ask the journal. Raises BackendAway: what stands there is not lost, nor is the response in its folder."""
        try:
            return await self.outbox.hands.do(work)
        except (FolderFailure, JournalFailure) as failure:
            log.error("bulk query failed: %s", failure)
            raise BackendAway from None


async def _wait(event: asyncio.Event, seconds: float) -> None:
    """Wait for the event, at most so long, and at least for one look."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(max(seconds, OVERDUE_LOOK_SECONDS)):
            await event.wait()


def _why(awaited: Awaited) -> str:
    if awaited.trouble is not None:
        return f"the answer {awaited.trouble.value}"
    response = awaited.response
    if response is None:
        return "no answer within the deadline"
    if response.segment is SegmentOfResult.FAILED:
        return f"異常終了 code={response.code or 'none'}"
    return "the answer has no part that it needs"
