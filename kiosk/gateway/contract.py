"""The OpenAPI document: what those who build another gateway, or another terminal, can rely on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kiosk.gateway.problems import ASK_AGAIN, MEDIA_TYPE, Problem

if TYPE_CHECKING:
    from fastapi import FastAPI

Responses = dict[int | str, dict[str, Any]]
"""As FastAPI takes them: by status."""

DESCRIPTION = """\
Asks オンライン資格確認 for the check-in terminals of a health-checkup centre. Values are strings, named as OQS does.

**A query.** `POST /v1/qualifications` with an `Idempotency-Key` of its own. 200 is the answer. 202 says that it is not
there yet: ask with GET at the address in `Location`, about every `Retry-After` seconds, until it is 200 or nobody waits
any more. After a broken connection send the same body with the same key: it is never put a second time, and its answer
is kept for some minutes. 429, and 503 with `Retry-After`, mean that the same may be sent again after that time.

**Many queries** (一括照会), where the capabilities name `bulk`: `POST /v1/bulk-qualifications` with up to 500 for one
day, in the same way. It may take minutes. Each answer has the clientRef of its query; ask singly for `unanswered`.

**Refusals** are problem documents (RFC 9457). None repeats a value of the request.
"""

_PROBLEM = {
    "title": "Problem",
    "type": "object",
    "description": "Why a request was refused (RFC 9457).",
    "required": ["type", "title", "status"],
    "additionalProperties": False,
    "properties": {
        "type": {"type": "string", "format": "uri", "enum": [problem.type for problem in Problem]},
        "title": {"type": "string"},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "fields": {"type": "array", "items": {"type": "string"}, "description": "Names of the fields that are wrong."},
    },
}
_TOKEN = {"type": "http", "scheme": "bearer", "description": "The terminal's token, from `kiosk gateway token`."}
_SECONDS = {"description": "Seconds to wait.", "schema": {"type": "integer", "minimum": 1}}
_ALWAYS = (
    Problem.BAD_REQUEST,
    Problem.NO_TOKEN,
    Problem.TOO_SLOW,
    Problem.TOO_LARGE,
    Problem.TOO_MANY,
    Problem.INTERNAL,
)
"""What the guard may say to every request."""

LATER = {
    "Location": {"description": "Where to ask again.", "schema": {"type": "string", "format": "uri-reference"}},
    "Retry-After": _SECONDS,
}
"""Headers of a 202."""


def refusals(*problems: Problem) -> Responses:
    """The problem documents of an operation, besides those that every request can get."""
    by_status: dict[int, list[Problem]] = {}
    for problem in (*_ALWAYS, *problems):
        by_status.setdefault(problem.status.value, []).append(problem)
    return {status: _refusal(by_status[status]) for status in sorted(by_status)}


def describe(app: FastAPI) -> None:
    """Complete the document that FastAPI writes."""
    written = app.openapi

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            whole = written()
            parts = whole.setdefault("components", {})
            parts.setdefault("schemas", {})["Problem"] = _PROBLEM
            parts["securitySchemes"] = {"token": _TOKEN}
            whole["security"] = [{"token": []}]
        return app.openapi_schema or {}

    app.openapi = document  # type: ignore[method-assign]  # FastAPI's own way of extending it


def _refusal(problems: list[Problem]) -> dict[str, Any]:
    examples = {
        problem.slug: {"value": {"type": problem.type, "title": problem.title, "status": problem.status.value}}
        for problem in problems
    }
    described: dict[str, Any] = {
        "description": ". ".join(problem.title for problem in problems),
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}, "examples": examples}},
    }
    if Problem.NO_TOKEN in problems:
        described["headers"] = {"WWW-Authenticate": {"schema": {"type": "string", "const": "Bearer"}, "required": True}}
    if ASK_AGAIN.intersection(problems):
        described["headers"] = {"Retry-After": _SECONDS | {"required": Problem.TOO_MANY in problems}}
    return described
