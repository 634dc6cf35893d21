"""The HTTP API that terminals ask: `/v1/qualifications`, health and capabilities."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, FastAPI, Header, Path, Request, Response, Security
from fastapi.exceptions import RequestValidationError
from fastapi.security import HTTPBearer
from starlette.exceptions import HTTPException

from kiosk import __version__
from kiosk.gateway.backend import Backend, BackendDown, StillProcessing
from kiosk.gateway.exchanges import Exchange, Exchanges
from kiosk.gateway.guard import Guard
from kiosk.gateway.messages import (
    AnswerMessage,
    CapabilitiesMessage,
    HealthMessage,
    Message,
    ProcessingMessage,
    QueryMessage,
)
from kiosk.gateway.problems import Problem, Refused, problem_response
from kiosk.gateway.tokens import Tokens

QUERIES = "/v1/qualifications"

Key = Annotated[str, Header(alias="Idempotency-Key", min_length=16, max_length=64, pattern=r"^[A-Za-z0-9-]+$")]
"""The same for every try of one query: the same key gets the same answer."""
Reference = Annotated[str, Path(min_length=32, max_length=36, pattern=r"^[0-9a-f-]+$")]
"""The clientRef of a query that was put before."""

_FIELDS = frozenset(str(field.alias) for field in QueryMessage.model_fields.values()) | {"Idempotency-Key"}
_REFUSED: dict[int | str, dict[str, Any]] = {
    problem.status.value: {"description": problem.title}
    for problem in Problem
    if problem not in (Problem.INTERNAL, Problem.METHOD, Problem.BUSY)
}
_ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {"model": AnswerMessage, "description": "The answer of オンライン資格確認"},
    202: {"model": ProcessingMessage, "description": "Still processing; ask again at `Location`"},
    **_REFUSED,
}


def create_app(backend: Backend, tokens: Tokens) -> FastAPI:
    """The gateway in front of one backend, for the terminals that hold one of the tokens."""
    exchanges = Exchanges()
    app = FastAPI(
        title="kenshin-kiosk gateway",
        version=__version__,
        description="Asks オンライン資格確認 for the terminals of a health-checkup centre.",
        docs_url=None,
        redoc_url=None,
    )
    queries = APIRouter(dependencies=[Security(HTTPBearer(auto_error=False, description="The terminal's token"))])

    @queries.post(QUERIES, responses=_ANSWERS)
    async def put_query(query: QueryMessage, key: Key, request: Request) -> Response:
        """Ask for the qualification of one insured person."""
        return await _answer(exchanges.open(request.state.terminal, key, query), backend)

    @queries.get(QUERIES + "/{client_ref}", responses=_ANSWERS)
    async def look_again(client_ref: Reference, request: Request) -> Response:
        """Look whether a query that was still processing has its answer now."""
        return await _answer(exchanges.find(request.state.terminal, client_ref), backend)

    @queries.get("/v1/capabilities", response_model=CapabilitiesMessage)
    async def capabilities() -> Response:
        """What this gateway can do."""
        ways = tuple(way.value for way in backend.ways)
        return _json(CapabilitiesMessage(backend=backend.name, simulator=backend.simulator, ways=ways))

    @app.get("/v1/health", response_model=HealthMessage)
    async def health() -> Response:
        """Whether the gateway runs; needs no token."""
        return _json(HealthMessage(simulator=backend.simulator))

    app.include_router(queries)
    _refuse_in_problems(app)
    app.add_middleware(Guard, tokens=tokens)
    return app


async def _answer(exchange: Exchange, backend: Backend) -> Response:
    try:
        return _json(await exchange.answer(backend))
    except StillProcessing:
        reference = exchange.query.client_ref
        headers = {"Location": f"{QUERIES}/{reference}", "Retry-After": "1"}
        return _json(ProcessingMessage(client_ref=reference), 202, headers)
    except BackendDown:
        raise Refused(Problem.BACKEND_DOWN) from None


def _json(message: Message, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    kept = {"Cache-Control": "no-store"} | (headers or {})
    return Response(message.model_dump_json(by_alias=True), status, kept, media_type="application/json")


def _refuse_in_problems(app: FastAPI) -> None:
    @app.exception_handler(Refused)
    async def refused(_: Request, failure: Refused) -> Response:
        return problem_response(failure.problem)

    @app.exception_handler(RequestValidationError)
    async def invalid(_: Request, failure: RequestValidationError) -> Response:
        errors = failure.errors()
        # Only names that the API itself has: an unknown key or a value may be personal.
        named = {str(part) for error in errors for part in error["loc"]} & _FIELDS
        unreadable = any(error["type"] == "json_invalid" or error["loc"][0] == "header" for error in errors)
        return problem_response(Problem.BAD_REQUEST if unreadable else Problem.INVALID, tuple(sorted(named)))

    @app.exception_handler(HTTPException)
    async def plain(_: Request, failure: HTTPException) -> Response:
        known = (problem for problem in Problem if problem.status == failure.status_code)
        return problem_response(next(known, Problem.BAD_REQUEST))
