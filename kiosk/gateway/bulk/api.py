"""`/v1/bulk-qualifications`: hand in many queries at once, and look whether their answers are there."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from kiosk.gateway.backend import BackendAway, BackendDown, QueryUnfit, StillProcessing
from kiosk.gateway.bulk.backend import AnswersBulk
from kiosk.gateway.bulk.messages import BULK_QUERIES, BulkAnswerMessage, BulkProcessingMessage, BulkQueryMessage
from kiosk.gateway.contract import LATER, Responses, refusals
from kiosk.gateway.exchanges import Exchange, Exchanges
from kiosk.gateway.headers import Key
from kiosk.gateway.messages import REFERENCE, Message
from kiosk.gateway.problems import Problem, Refused

KEPT_SECONDS = 900.0
"""From the handing in; then the answers are erased from memory. Whoever asks later hands the same in once more, which
asks nobody a second time."""
MOST_OF_A_TERMINAL = 4
"""At once without an answer: one after the other is enough for a roster of thousands."""

BulkExchange = Exchange[BulkQueryMessage, BulkAnswerMessage]
Reference = Annotated[
    str,
    Path(
        pattern=REFERENCE,
        description="The clientRef of a bulk that was handed in before.",
        json_schema_extra={"format": "uuid"},
    ),
]

_ANSWERS: Responses = {
    200: {"model": BulkAnswerMessage, "description": "The answers of オンライン資格確認"},
    202: {"model": BulkProcessingMessage, "description": "Still processing; ask again at `Location`", "headers": LATER},
}
_PUT = (Problem.KEY_REUSED, Problem.BUSY)
_BOTH = (
    Problem.OTHER_TERMINAL,
    Problem.NOT_FOUND,
    Problem.INVALID,
    Problem.BACKEND_DOWN,
    Problem.BACKEND_AWAY,
)


def add_bulk_queries(router: APIRouter, backend: AnswersBulk | None) -> None:
    """Add the operations to the API; without a backend that can do it nothing is there."""
    exchanges: Exchanges[BulkQueryMessage, BulkAnswerMessage] = Exchanges(KEPT_SECONDS, MOST_OF_A_TERMINAL)

    @router.post(BULK_QUERIES, responses=_ANSWERS | refusals(*_BOTH, *_PUT))
    async def put_bulk(bulk: BulkQueryMessage, key: Key, request: Request) -> Response:
        """Ask for the qualification of many insured persons on one day (一括照会)."""
        if backend is None:
            raise Refused(Problem.NOT_FOUND)
        if not bulk.is_unambiguous:
            raise Refused(Problem.KEY_REUSED)
        return await _answer(exchanges.open(request.state.terminal, key, bulk), backend)

    @router.get(BULK_QUERIES + "/{client_ref}", responses=_ANSWERS | refusals(*_BOTH))
    async def look_at_bulk(client_ref: Reference, request: Request) -> Response:
        """Look whether the answers to a bulk are there now."""
        found = exchanges.find(request.state.terminal, client_ref)
        if backend is None:
            raise Refused(Problem.NOT_FOUND)
        return await _answer(found, backend)


async def _answer(exchange: BulkExchange, backend: AnswersBulk) -> Response:
    try:
        return _json(await exchange.answer(backend.qualify_bulk))
    except StillProcessing:
        reference = exchange.query.client_ref
        headers = {"Location": f"{BULK_QUERIES}/{reference}", "Retry-After": "2"}
        return _json(BulkProcessingMessage(client_ref=reference, queries=len(exchange.query.queries)), 202, headers)
    except QueryUnfit:
        raise Refused(Problem.INVALID) from None
    except BackendAway:
        # Not as one that is out of order: then all of them would be asked singly, though their answers may be coming.
        raise Refused(Problem.BACKEND_AWAY) from None
    except BackendDown:
        raise Refused(Problem.BACKEND_DOWN) from None


def _json(message: Message, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    kept = {"Cache-Control": "no-store"} | (headers or {})
    return Response(message.model_dump_json(by_alias=True), status, kept, media_type="application/json")
