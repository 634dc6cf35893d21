"""Errors of the API as problem documents (RFC 9457). None names a value of the request."""

from __future__ import annotations

import math
from enum import Enum
from http import HTTPStatus

from starlette.responses import JSONResponse, Response

MEDIA_TYPE = "application/problem+json"


class Problem(Enum):
    """Everything that the API refuses: the last part of the problem's type, its status and its title."""

    BAD_REQUEST = ("bad-request", HTTPStatus.BAD_REQUEST, "The body is not JSON or a header is missing")
    NO_TOKEN = ("unauthorized", HTTPStatus.UNAUTHORIZED, "The bearer token is missing or unknown")
    OTHER_TERMINAL = ("forbidden", HTTPStatus.FORBIDDEN, "This query belongs to another terminal")
    NOT_FOUND = ("not-found", HTTPStatus.NOT_FOUND, "There is nothing at this address")
    METHOD = ("method-not-allowed", HTTPStatus.METHOD_NOT_ALLOWED, "This address does not take this method")
    TOO_SLOW = ("too-slow", HTTPStatus.REQUEST_TIMEOUT, "The body did not come in time")
    KEY_REUSED = ("key-reused", HTTPStatus.CONFLICT, "The key or clientRef was used for another query")
    TOO_LARGE = ("too-large", HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The body is too large")
    INVALID = ("invalid", HTTPStatus.UNPROCESSABLE_ENTITY, "The query has wrong or missing fields")
    TOO_MANY = ("too-many", HTTPStatus.TOO_MANY_REQUESTS, "Too many requests; ask again after Retry-After seconds")
    INTERNAL = ("internal", HTTPStatus.INTERNAL_SERVER_ERROR, "The gateway failed")
    BACKEND_DOWN = ("backend-down", HTTPStatus.SERVICE_UNAVAILABLE, "The qualification system is out of order")
    BACKEND_AWAY = (
        "backend-away",
        HTTPStatus.SERVICE_UNAVAILABLE,
        "The way to the qualification system is broken just now; ask again after Retry-After seconds",
    )
    BUSY = ("busy", HTTPStatus.SERVICE_UNAVAILABLE, "Too many queries at once")

    def __init__(self, slug: str, status: HTTPStatus, title: str) -> None:
        self.slug = slug
        self.status = status
        self.title = title

    @property
    def type(self) -> str:
        """The problem's type as a URI."""
        return f"urn:kenshin-kiosk:problem:{self.slug}"


ASK_AGAIN = frozenset({Problem.TOO_MANY, Problem.BUSY, Problem.BACKEND_AWAY})
"""They pass: the same may be sent again after `Retry-After`."""


class Refused(Exception):
    """A request that ends in a problem document."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.slug)
        self.problem = problem


def problem_response(problem: Problem, fields: tuple[str, ...] = (), retry_after: float = 0) -> Response:
    """The document; `fields` are names of the API's own fields that were wrong, `retry_after` seconds to wait."""
    body: dict[str, object] = {"type": problem.type, "title": problem.title, "status": problem.status.value}
    if fields:
        body["fields"] = fields
    headers = {}
    if problem is Problem.NO_TOKEN:
        headers["WWW-Authenticate"] = "Bearer"
    if problem in ASK_AGAIN:
        headers["Retry-After"] = str(max(1, math.ceil(retry_after)))
    return JSONResponse(body, problem.status, headers, media_type=MEDIA_TYPE)
