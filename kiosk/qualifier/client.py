"""Asks the facility's gateway over HTTP: one deadline over everything, one key for every try of a query."""

from __future__ import annotations

import asyncio
import json
import logging
from dataclasses import dataclass
from http import HTTPStatus
from uuid import uuid4

from kiosk.checkin.insurance import QualificationAnswer, QualificationQuery, SegmentOfResult
from kiosk.checkin.outcome import QueryFault
from kiosk.qualifier.answers import NotAnAnswer, read_answer
from kiosk.qualifier.line import Line, LineBroken, Reply
from kiosk.settings import Gateway

QUERIES = "/v1/qualifications"
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

    @property
    def reachable(self) -> bool:
        """Whether queries can be put."""
        return self.fault is None


class HttpQualifier:
    """Implements `kiosk.ports.desk.Qualifier`. One event loop; call `warm_up` at the start and `aclose` at the end."""

    def __init__(
        self, gateway: Gateway, *, poll_seconds: float = POLL_SECONDS, connect_seconds: float = CONNECT_SECONDS
    ) -> None:
        """Read the token and the CA. Raises SettingsError, which names file, key and remedy."""
        self._line = Line(gateway, connect_seconds)
        self._deadline_seconds = gateway.deadline_seconds
        self._poll_seconds = poll_seconds
        self._last: QueryFault | None = None

    async def warm_up(self) -> Health:
        """Load the HTTP library, which takes 0.24 s, and open a connection, so that the first query waits for neither.

        Never raises, as `health`.
        """
        return await self.health()

    async def query(self, query: QualificationQuery) -> QualificationAnswer | QueryFault:
        """The answer, or why there is none; never raises, never takes longer than the deadline of the settings.

        A connection that breaks is tried once more with the same key, so that nothing is asked twice.
        """
        reference = str(uuid4())
        processing = False
        answer: QualificationAnswer | QueryFault
        try:
            async with asyncio.timeout(self._deadline_seconds):
                reply = await self._line.send("POST", QUERIES, _body(query, reference), reference)
                while (read := _read(reply, reference)) is None:
                    processing = True
                    await asyncio.sleep(self._poll_seconds)
                    reply = await self._line.send("GET", f"{QUERIES}/{reference}")
                # A gateway that has nothing to poll leaves the query where it was: being processed.
                answer = QueryFault.STILL_PROCESSING if processing and read is QueryFault.REFUSED else read
        except TimeoutError:
            answer = QueryFault.STILL_PROCESSING if processing else QueryFault.TIMED_OUT
        except Exception as failure:  # the port never raises; each kind of failure has its fault
            answer = _fault_of(failure)
        self._log_change(answer if isinstance(answer, QueryFault) else None)
        return answer

    async def health(self) -> Health:
        """Whether the gateway answers and takes the token, and whether it is a simulator. Never raises."""
        try:
            async with asyncio.timeout(HEALTH_SECONDS):
                reply = await self._line.send("GET", "/v1/capabilities")
        except TimeoutError:
            return Health(QueryFault.TIMED_OUT)
        except Exception as failure:  # the status must not fail because the gateway does
            return Health(_fault_of(failure))
        if reply.status == HTTPStatus.NOT_FOUND:  # another maker's gateway without capabilities
            return Health(None)
        fault = _refusal(reply.status)
        return Health(fault) if fault else Health(None, _says_simulator(reply.body))

    async def aclose(self) -> None:
        """Close the connection."""
        await self._line.aclose()

    def _log_change(self, fault: QueryFault | None) -> None:
        """Write one line when queries begin to fail, and one when they work again."""
        if fault is not self._last:
            if fault:
                log.warning("query failed fault=%s", fault.value)
            else:
                log.info("query answered again")
        self._last = fault


def _body(query: QualificationQuery, reference: str) -> dict[str, str]:
    """The query as the API takes it; what is not known is empty."""
    return {
        "confirmationDate": f"{query.confirmation_date:%Y%m%d}",
        "insurerNumber": query.insurer.digits,
        "symbol": query.insured.symbol,
        "number": query.insured.number,
        "branch": query.insured.branch,
        "birthdate": f"{query.birthdate:%Y%m%d}",
        "clientRef": reference,
    }


def _read(reply: Reply, reference: str) -> QualificationAnswer | QueryFault | None:
    """What a reply means; None while the query is processed. Raises NotAnAnswer."""
    if reply.status == HTTPStatus.ACCEPTED:
        return None
    fault = _refusal(reply.status)
    if fault:
        return fault
    if reply.body is None:
        raise NotAnAnswer("too long or compressed")
    answer = read_answer(reply.body, reference)
    return None if answer.segment is SegmentOfResult.PROCESSING else answer


def _refusal(status: int) -> QueryFault | None:
    if status == HTTPStatus.OK:
        return None
    if 400 <= status < 500:
        return QueryFault.REFUSED
    return QueryFault.SERVER_ERROR if status >= 500 else QueryFault.GARBAGE


def _fault_of(failure: Exception) -> QueryFault:
    """The fault that an exception stands for. Its text is not looked at: it may hold what was received."""
    if isinstance(failure, LineBroken):
        return QueryFault.UNREACHABLE
    if isinstance(failure, NotAnAnswer):
        log.warning("answer unreadable why=%s", failure)
        return QueryFault.GARBAGE
    log.error("query failed error=%s", type(failure).__name__)
    return QueryFault.GARBAGE


def _says_simulator(body: bytes | None) -> bool | None:
    try:
        said = json.loads(body or b"null")
    except (ValueError, RecursionError):  # not JSON, or nested without end
        return None
    flag = said.get("simulator") if isinstance(said, dict) else None
    return flag if isinstance(flag, bool) else None
