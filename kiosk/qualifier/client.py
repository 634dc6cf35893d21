"""Asks the facility's gateway over HTTP: one deadline over everything, one key for every try of a query."""

from __future__ import annotations

import asyncio
import json
import logging
from dataclasses import dataclass, replace
from datetime import datetime
from http import HTTPStatus
from uuid import uuid4

from kiosk.checkin.insurance import QualificationAnswer, QualificationQuery, SegmentOfResult
from kiosk.checkin.outcome import QueryFault
from kiosk.qualifier.answers import NotAnAnswer, read_answer
from kiosk.qualifier.bodies import query_body
from kiosk.qualifier.bulk import HttpBulk
from kiosk.qualifier.faces import HttpFaceReader
from kiosk.qualifier.line import Line, LineBroken, Reply
from kiosk.qualifier.replies import fault_of, patiently, refusal
from kiosk.qualifier.state import LineState
from kiosk.settings import Gateway

QUERIES = "/v1/qualifications"
FACE, NUMBER, BULK = "face", "number", "bulk"
"""The ways of a gateway: with a face reader, with queries by number, and with many of them at once."""
DEGRADED = "degraded"
"""What /v1/health says when nobody answers behind the gateway."""
CONNECT_SECONDS = 5.0
"""A gateway on the same network takes a connection within milliseconds."""
HEALTH_SECONDS = 3.0
POLL_SECONDS = 0.5

log = logging.getLogger("kiosk.qualifier")


@dataclass(frozen=True, slots=True)
class Health:
    """How the gateway is, for the status."""

    fault: QueryFault | None
    """None when it answers and takes this terminal's token."""
    simulator: bool | None = None
    """Whether its people are invented; None when it does not say."""
    faces: bool = False
    """Whether it has a face reader."""
    numbers: bool = True
    """Whether it answers queries by number; True when it does not say."""
    bulk: bool = False
    """Whether it can do 一括照会."""
    well: bool = True
    """Whether what stands behind it answers; True when it does not say."""
    at: datetime | None = None
    """What time it is at the gateway; None when it did not say."""

    @property
    def reachable(self) -> bool:
        """Whether queries can be put."""
        return self.fault is None


@dataclass(slots=True, repr=False)
class _Put:
    """A query that was put. Its repr shows nothing."""

    reference: str
    body: dict[str, str]
    again: bool = False
    """Whether it was put once more, to a gateway that did not know it."""


class HttpQualifier:
    """Implements the ports `Qualifier` and `GatewayWays`. One event loop; call `warm_up` first and `aclose` at the end.

    Who stands in front of a line that is down waits for a short deadline only.
    """

    def __init__(
        self,
        gateway: Gateway,
        *,
        state: LineState | None = None,
        poll_seconds: float = POLL_SECONDS,
        connect_seconds: float = CONNECT_SECONDS,
    ) -> None:
        """Read the token and the CA. Raises SettingsError, which names file, key and remedy."""
        self._line = Line(gateway, connect_seconds)
        self._deadline_seconds = gateway.deadline_seconds
        self._offline_deadline_seconds = min(gateway.offline_deadline_seconds, gateway.deadline_seconds)
        self._poll_seconds = poll_seconds
        self._last: QueryFault | None = None
        self.faces = HttpFaceReader(self._line, poll_seconds)
        """The face reader behind the gateway, known once `health` asked."""
        self.state = state or LineState()
        """Whether the line counts as up."""
        self.bulk = HttpBulk(self._line, self.state)
        """一括照会 behind the gateway, known once `health` asked."""
        self.numbers = True
        """Whether the gateway answers queries by number, as it said last."""

    async def warm_up(self) -> Health:
        """Load the HTTP library, which takes 0.24 s, and open a connection, so that the first query waits for neither.

        Never raises, as `health`.
        """
        return await self.health()

    async def query(self, query: QualificationQuery) -> QualificationAnswer | QueryFault:
        """The answer, or why there is none; never raises, never takes longer than the deadlines of the settings.

        A connection that breaks is tried once more, and a busy gateway as often as the deadline allows, with the same
        key, so that nothing is asked twice.
        """
        seconds = self._deadline_seconds if self.state.online else self._offline_deadline_seconds
        answer = await self._query(query, seconds)
        self.state.asked(_fault_in(answer))
        return answer

    async def query_again(self, query: QualificationQuery) -> QualificationAnswer | QueryFault:
        """The same for one that failed before, and where nobody waits: with the whole deadline in every case."""
        answer = await self._query(query, self._deadline_seconds)
        self.state.asked_again(_fault_in(answer))
        return answer

    async def _query(self, query: QualificationQuery, seconds: float) -> QualificationAnswer | QueryFault:
        reference = str(uuid4())
        processing = False
        answer: QualificationAnswer | QueryFault
        end = asyncio.get_running_loop().time() + seconds
        try:
            async with asyncio.timeout_at(end):
                put = _Put(reference, query_body(query, reference))
                reply = await patiently(self._line, end, self._poll_seconds, "POST", QUERIES, put.body, reference)
                while (read := _read(reply, reference)) is None:
                    processing = True
                    reply = await self._look_again(end, put, reply)
                # A gateway that has nothing to poll leaves the query where it was: being processed.
                answer = QueryFault.STILL_PROCESSING if processing and read is QueryFault.REFUSED else read
        except TimeoutError:
            answer = QueryFault.STILL_PROCESSING if processing else QueryFault.TIMED_OUT
        except Exception as failure:  # the port never raises; each kind of failure has its fault
            answer = fault_of(failure)
        self._log_change(_fault_in(answer))
        return answer

    async def _look_again(self, end: float, put: _Put, before: Reply) -> Reply:
        """What a query that is processed has become; `before` when nobody is there to say.

        A gateway that was started anew knows nothing of it, or is not there yet: then the query is put once more under
        its own key, which neither doubles nor loses it.
        """
        await asyncio.sleep(self._poll_seconds)
        try:
            reply = await patiently(self._line, end, self._poll_seconds, "GET", f"{QUERIES}/{put.reference}")
            if reply.status == HTTPStatus.NOT_FOUND and not put.again:
                put.again = True
                reply = await patiently(self._line, end, self._poll_seconds, "POST", QUERIES, put.body, put.reference)
        except LineBroken:
            return before
        return reply

    async def health(self) -> Health:
        """Whether the gateway answers and takes the token, and what it says of itself. Never raises."""
        try:
            async with asyncio.timeout(HEALTH_SECONDS):
                health = await self._ask_health()
        except TimeoutError:
            health = Health(QueryFault.TIMED_OUT)
        except Exception as failure:  # the status must not fail because the gateway does
            health = Health(fault_of(failure))
        if health.reachable:
            self.faces.available, self.numbers = health.faces, health.numbers
            self.bulk.available = health.bulk
        self.state.looked(health.fault if health.well else health.fault or QueryFault.SERVER_ERROR)
        return health

    async def _ask_health(self) -> Health:
        end = asyncio.get_running_loop().time() + HEALTH_SECONDS
        reply = await patiently(self._line, end, self._poll_seconds, "GET", "/v1/capabilities")
        if reply.status == HTTPStatus.NOT_FOUND:  # another maker's gateway without capabilities
            return Health(None, at=reply.at)
        fault = refusal(reply.status)
        if fault:
            return Health(fault)
        told = _told(_object(reply.body))
        looked = await patiently(self._line, end, self._poll_seconds, "GET", "/v1/health")
        return replace(told, well=_object(looked.body).get("status") != DEGRADED, at=looked.at)

    async def aclose(self) -> None:
        """Close the connection."""
        await self.faces.aclose()
        await self._line.aclose()

    def _log_change(self, fault: QueryFault | None) -> None:
        """Write one line when queries begin to fail, and one when they work again."""
        if fault is not self._last:
            if fault:
                log.warning("query failed fault=%s", fault.value)
            else:
                log.info("query answered again")
        self._last = fault


def _read(reply: Reply, reference: str) -> QualificationAnswer | QueryFault | None:
    """What a reply means; None while the query is processed. Raises NotAnAnswer."""
    if reply.status == HTTPStatus.ACCEPTED:
        return None
    fault = refusal(reply.status)
    if fault:
        return fault
    if reply.body is None:
        raise NotAnAnswer("too long or compressed")
    answer = read_answer(reply.body, reference)
    return None if answer.segment is SegmentOfResult.PROCESSING else answer


def _fault_in(answer: QualificationAnswer | QueryFault) -> QueryFault | None:
    return answer if isinstance(answer, QueryFault) else None


def _told(capabilities: dict[str, object]) -> Health:
    """What the capabilities say; whatever they do not say is not known."""
    flag, ways = capabilities.get("simulator"), capabilities.get("ways")
    return Health(
        None,
        simulator=flag if isinstance(flag, bool) else None,
        faces=isinstance(ways, list) and FACE in ways,
        numbers=not isinstance(ways, list) or NUMBER in ways,
        bulk=isinstance(ways, list) and BULK in ways,
    )


def _object(body: bytes | None) -> dict[str, object]:
    """The JSON object in a body; an empty one where there is none."""
    try:
        said = json.loads(body or b"null")
    except (ValueError, RecursionError):  # not JSON, or nested without end
        return {}
    return said if isinstance(said, dict) else {}
