"""Errors of the API as problem documents (RFC 9457). None names a value of the request."""

from __future__ import annotations

from enum import Enum
from http import HTTPStatus

from starlette.responses import JSONResponse, Response


class Problem(Enum):
    """Everything that the API refuses: the last part of the problem's type, its status and its title."""

    BAD_REQUEST = ("bad-request", HTTPStatus.BAD_REQUEST, "The body is not JSON or a header is missing")
    NO_TOKEN = ("unauthorized", HTTPStatus.UNAUTHORIZED, "The bearer token is missing or unknown")
    OTHER_TERMINAL = ("forbidden", HTTPStatus.FORBIDDEN, "This query belongs to another terminal")
    NOT_FOUND = ("not-found", HTTPStatus.NOT_FOUND, "There is nothing at this address")
    METHOD = ("method-not-allowed", HTTPStatus.METHOD_NOT_ALLOWED, "This address does not take this method")
    KEY_REUSED = ("key-reused", HTTPStatus.CONFLICT, "The key or clientRef was used for another query")
    TOO_LARGE = ("too-large", HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The body is too large")
    INVALID = ("invalid", HTTPStatus.UNPROCESSABLE_ENTITY, "The query has wrong or missing fields")
    INTERNAL = ("internal", HTTPStatus.INTERNAL_SERVER_ERROR, "The gateway failed")
    BACKEND_DOWN = ("backend-down", HTTPStatus.SERVICE_UNAVAILABLE, "The qualification system is out of order")
    BUSY = ("busy", HTTPStatus.SERVICE_UNAVAILABLE, "Too many queries at once")

    def __init__(self, slug: str, status: HTTPStatus, title: str) -> None:
        self.slug = slug
        self.status = status
        self.title = title

    @property
    def type(self) -> str:
        """The problem's type as a URI."""
        return f"urn:kenshin-kiosk:problem:{self.slug}"


class Refused(Exception):
    """A request that ends in a problem document."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.slug)
        self.problem = problem


def problem_response(problem: Problem, fields: tuple[str, ...] = ()) -> Response:
    """The document; `fields` are names of the API's own fields that were wrong."""
    body: dict[str, object] = {"type": problem.type, "title": problem.title, "status": problem.status.value}
    if fields:
        body["fields"] = fields
    headers = {"WWW-Authenticate": "Bearer"} if problem is Problem.NO_TOKEN else None
    return JSONResponse(body, problem.status, headers, media_type="application/problem+json")
