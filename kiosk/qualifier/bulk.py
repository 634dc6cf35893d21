"""Asks the gateway for many at once (一括照会), and waits for their answers as long as they take."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Collection, Mapping
from http import HTTPStatus

from pydantic import BaseModel, ConfigDict, JsonValue, ValidationError

from kiosk.checkin.insurance import QualificationAnswer, QualificationQuery, SegmentOfResult
from kiosk.checkin.outcome import QueryFault
from kiosk.qualifier.answers import NotAnAnswer, read_answer
from kiosk.qualifier.bodies import bulk_body
from kiosk.qualifier.line import Line, LineBroken, Reply
from kiosk.qualifier.replies import fault_of, patiently, refusal
from kiosk.qualifier.state import LineState

BULKS = "/v1/bulk-qualifications"
LARGEST_ANSWERS = 8 * 1024 * 1024
"""Bytes; the answers of 500 have about 400 KiB."""
LOOK_SECONDS = 2.0
"""Between two looks: one of these waits for minutes anyway."""
CALL_SECONDS = 30.0
"""For one request; a gateway holds one back for 8 s at most."""
OUTAGE_SECONDS = 60.0
"""What a gateway gets that is gone in between: a start takes some seconds."""
WAIT_SECONDS = 2 * 3600.0
"""For the whole, as a gateway gives up by itself, usually after half an hour."""

log = logging.getLogger("kiosk.qualifier")


class HttpBulk:
    """一括照会 of one gateway. One event loop."""

    def __init__(self, line: Line, state: LineState) -> None:
        """`state` hears how it went."""
        self._line = line
        self._state = state
        self.available = False
        """Whether the gateway can do it, as it said last."""

    async def ask(
        self, reference: str, queries: Mapping[str, QualificationQuery], waiting: Callable[[], None] = lambda: None
    ) -> Mapping[str, QualificationAnswer] | QueryFault:
        """The answers by clientRef, of those that have one of their own; or why there are none. Never raises.

        `queries` are of one day and by clientRef. The same reference with the same queries is asked once and fetched as
        often as one likes: after a fault, by another process, after a restart of the gateway. `waiting` is called
        before each further look.
        """
        found: Mapping[str, QualificationAnswer] | QueryFault
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                found = await self._ask(reference, queries, waiting)
        except TimeoutError:
            found = QueryFault.STILL_PROCESSING
        except Exception as failure:  # each kind of failure has its fault
            found = fault_of(failure)
        fault = found if isinstance(found, QueryFault) else None
        if fault is not None:
            log.warning("bulk query failed fault=%s", fault.value)
        self._state.asked(fault)
        return found

    async def _ask(
        self, reference: str, queries: Mapping[str, QualificationQuery], waiting: Callable[[], None]
    ) -> Mapping[str, QualificationAnswer] | QueryFault:
        body = bulk_body(queries, reference)
        clock = asyncio.get_running_loop().time
        known, well_at = False, clock()
        while True:
            try:
                reply = await self._send(reference, None if known else body)
            except (LineBroken, TimeoutError):
                # A gateway that is being started anew; the bulk is safe with it, and the same may be sent again.
                if clock() - well_at > OUTAGE_SECONDS:
                    raise
                waiting()
                await asyncio.sleep(LOOK_SECONDS)
                continue
            well_at = clock()
            if reply.status == HTTPStatus.ACCEPTED:
                known = True
                waiting()
                await asyncio.sleep(LOOK_SECONDS)
            elif known and reply.status == HTTPStatus.NOT_FOUND:
                known = False  # it was started anew, or keeps nothing for so long
            else:
                return refusal(reply.status) or read_bulk(reply.body, queries)

    async def _send(self, reference: str, body: dict[str, object] | None) -> Reply:
        """Hand in the body, or look what has become of it. Raises LineBroken and TimeoutError."""
        end = asyncio.get_running_loop().time() + CALL_SECONDS
        async with asyncio.timeout_at(end):
            if body is None:
                path = f"{BULKS}/{reference}"
                return await patiently(self._line, end, LOOK_SECONDS, "GET", path, largest=LARGEST_ANSWERS)
            return await patiently(self._line, end, LOOK_SECONDS, "POST", BULKS, body, reference, LARGEST_ANSWERS)


class _Bulk(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    answers: list[JsonValue]


def read_bulk(body: bytes | None, references: Collection[str]) -> dict[str, QualificationAnswer]:
    """The answers in a body of JSON, by clientRef. Raises NotAnAnswer for a body that is something else.

    An answer that cannot be read, is somebody else's, comes twice or is still processed is left out, and spoils no
    other.
    """
    if body is None:
        raise NotAnAnswer("too long or compressed")
    try:
        answers = _Bulk.model_validate_json(body).answers
    except ValidationError as wrong:
        raise NotAnAnswer(wrong.errors(include_url=False, include_input=False)[0]["type"]) from None
    by_reference: dict[str, list[JsonValue]] = {}
    for answer in answers:
        reference = answer.get("clientRef") if isinstance(answer, dict) else None
        if isinstance(reference, str) and reference in references:
            by_reference.setdefault(reference, []).append(answer)
    read: dict[str, QualificationAnswer] = {}
    for reference, (answer, *others) in by_reference.items():
        try:
            found = read_answer(json.dumps(answer).encode(), reference)
        except NotAnAnswer as wrong:
            log.warning("answer in a bulk unreadable why=%s", wrong)
            continue
        if not others and found.segment is not SegmentOfResult.PROCESSING:
            read[reference] = found
    return read
