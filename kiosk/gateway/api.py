"""The HTTP API that terminals ask: `/v1/qualifications`, health and capabilities."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, FastAPI, Path, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.routing import Match
from starlette.types import Scope

from kiosk import __version__
from kiosk.gateway.backend import Backend, BackendDown, QueryUnfit, StillProcessing, health_of
from kiosk.gateway.bulk.api import add_bulk_queries
from kiosk.gateway.bulk.backend import bulk_of
from kiosk.gateway.bulk.messages import BulkQueryMessage
from kiosk.gateway.contract import DESCRIPTION, LATER, Responses, describe, refusals
from kiosk.gateway.exchanges import Exchange, Exchanges
from kiosk.gateway.faces.api import FaceDesk, add_face_sessions
from kiosk.gateway.faces.messages import FaceSessionRequest
from kiosk.gateway.faces.source import face_source_of
from kiosk.gateway.guard import Guard
from kiosk.gateway.headers import Key
from kiosk.gateway.limits import Limits
from kiosk.gateway.messages import (
    REFERENCE,
    AnswerMessage,
    CapabilitiesMessage,
    HealthMessage,
    HealthStatus,
    Message,
    ProcessingMessage,
    QueryMessage,
    StatusMessage,
)
from kiosk.gateway.problems import Problem, Refused, problem_response
from kiosk.gateway.simulator import Simulator
from kiosk.gateway.tokens import Tokens, new_token

QUERIES = "/v1/qualifications"

Reference = Annotated[
    str,
    Path(
        pattern=REFERENCE,
        description="The clientRef of a query that was put before.",
        json_schema_extra={"format": "uuid"},
    ),
]

_FIELDS = frozenset(
    str(field.alias)
    for body in (QueryMessage, BulkQueryMessage, FaceSessionRequest)
    for field in body.model_fields.values()
) | {"Idempotency-Key"}
_ANSWERS: Responses = {
    200: {"model": AnswerMessage, "description": "The answer of オンライン資格確認"},
    202: {"model": ProcessingMessage, "description": "Still processing; ask again at `Location`", "headers": LATER},
}
_PUT = refusals(Problem.OTHER_TERMINAL, Problem.KEY_REUSED, Problem.INVALID, Problem.BACKEND_DOWN, Problem.BUSY)
_LOOK = refusals(Problem.OTHER_TERMINAL, Problem.NOT_FOUND, Problem.INVALID, Problem.BACKEND_DOWN)


def create_app(backend: Backend, tokens: Tokens, limits: Limits | None = None) -> FastAPI:
    """The gateway in front of one backend, for the terminals that hold one of the tokens."""
    exchanges: Exchanges[QueryMessage, AnswerMessage] = Exchanges()
    app = FastAPI(
        title="kenshin-kiosk gateway",
        version=__version__,
        description=DESCRIPTION,
        docs_url=None,
        redoc_url=None,
    )
    queries = APIRouter()

    @queries.post(QUERIES, responses=_ANSWERS | _PUT)
    async def put_query(query: QueryMessage, key: Key, request: Request) -> Response:
        """Ask for the qualification of one insured person."""
        return await _answer(exchanges.open(request.state.terminal, key, query), backend)

    @queries.get(QUERIES + "/{client_ref}", responses=_ANSWERS | _LOOK)
    async def look_again(client_ref: Reference, request: Request) -> Response:
        """Look whether a query that was still processing has its answer now."""
        return await _answer(exchanges.find(request.state.terminal, client_ref), backend)

    add_bulk_queries(queries, bulk_of(backend))
    faces = FaceDesk(face_source_of(backend))
    add_face_sessions(queries, faces)

    @queries.get("/v1/capabilities", response_model=CapabilitiesMessage, responses=refusals())
    async def capabilities() -> Response:
        """What this gateway can do."""
        faces.listen()  # before the first session: a terminal asks this at its start
        ways = tuple(way.value for way in backend.ways)
        return _json(CapabilitiesMessage(backend=backend.name, simulator=backend.simulator, ways=ways))

    @queries.get(
        "/v1/health",
        response_model=HealthMessage | StatusMessage,
        responses=refusals(),
        openapi_extra={"security": [{}, {"token": []}]},
    )
    async def health(request: Request) -> Response:
        """Whether the gateway runs, and with a token what it knows of the system behind it."""
        found = health_of(backend)
        status = HealthStatus.OK if found.well else HealthStatus.DEGRADED
        if request.state.terminal is None:
            return _json(StatusMessage(status=status))
        return _json(
            HealthMessage(
                status=status,
                simulator=backend.simulator,
                answering=found.answering,
                last_answer_age_seconds=found.last_answer_age_seconds,
                folder_writable=found.folder_writable,
                backlog=found.backlog,
            )
        )

    app.include_router(queries)
    _refuse_in_problems(app, queries)
    describe(app)
    app.add_middleware(Guard, tokens=tokens, limits=limits or Limits())
    return app


def contract() -> dict[str, Any]:
    """The OpenAPI document of the API, whatever stands behind it."""
    return create_app(Simulator(), Tokens({new_token(): "nobody"})).openapi()


async def _answer(exchange: Exchange[QueryMessage, AnswerMessage], backend: Backend) -> Response:
    try:
        return _json(await exchange.answer(backend.qualify))
    except StillProcessing:
        reference = exchange.query.client_ref
        headers = {"Location": f"{QUERIES}/{reference}", "Retry-After": "1"}
        return _json(ProcessingMessage(client_ref=reference), 202, headers)
    except QueryUnfit:
        raise Refused(Problem.INVALID) from None
    except BackendDown:
        raise Refused(Problem.BACKEND_DOWN) from None


def _json(message: Message, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    kept = {"Cache-Control": "no-store"} | (headers or {})
    return Response(message.model_dump_json(by_alias=True), status, kept, media_type="application/json")


def _refuse_in_problems(app: FastAPI, operations: APIRouter) -> None:
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
    async def plain(request: Request, failure: HTTPException) -> Response:
        known = (problem for problem in Problem if problem.status == failure.status_code)
        response = problem_response(next(known, Problem.BAD_REQUEST))
        if failure.status_code == Problem.METHOD.status:
            response.headers["Allow"] = ", ".join(sorted(_methods(operations, request.scope))) or "GET"
        return response


def _methods(operations: APIRouter, scope: Scope) -> set[str]:
    """All that the address takes; the router itself would name those of one operation only."""
    here = (route for route in operations.routes if route.matches(scope)[0] is not Match.NONE)
    return {method for route in here if isinstance(route, APIRoute) for method in route.methods or ()}
