"""What every request passes first: the token, the size of the body, and a log line without personal data."""

from __future__ import annotations

import logging
import time

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kiosk.gateway.problems import Problem, problem_response
from kiosk.gateway.tokens import Tokens

LARGEST_BODY = 16 * 1024
"""Bytes; a query has about 300."""
OPEN_PATHS = frozenset({"/v1/health", "/openapi.json"})
"""Answered without a token: they tell nothing of anybody."""

log = logging.getLogger("kiosk.gateway")


class Guard:
    """ASGI middleware; `scope["state"]["terminal"]` is the terminal's name behind it."""

    def __init__(self, app: ASGIApp, tokens: Tokens) -> None:
        self._app = app
        self._tokens = tokens

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request pass, or answer it with a problem."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        terminal = self._terminal(scope)
        scope.setdefault("state", {})["terminal"] = terminal
        status = 0

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        if terminal is None and scope["path"] not in OPEN_PATHS:
            await problem_response(Problem.NO_TOKEN)(scope, receive, noting)
        elif _announced_length(scope) > LARGEST_BODY:
            await problem_response(Problem.TOO_LARGE)(scope, receive, noting)
        else:
            try:
                await self._app(scope, _limited(receive), noting)
            except Exception as failure:
                # Its type only: the text of an exception may hold what was sent.
                log.error("request failed error=%s terminal=%s", type(failure).__name__, terminal)
                if not status:
                    await problem_response(Problem.INTERNAL)(scope, receive, noting)
        took = (time.perf_counter() - began) * 1000
        log.info("request method=%s status=%d ms=%.1f terminal=%s", scope["method"], status, took, terminal)

    def _terminal(self, scope: Scope) -> str | None:
        sent = _header(scope, b"authorization")
        scheme, _, token = sent.partition(b" ")
        return self._tokens.name_of(token.strip()) if scheme.lower() == b"bearer" else None


def _header(scope: Scope, name: bytes) -> bytes:
    found: bytes = next((value for header, value in scope["headers"] if header == name), b"")
    return found


def _announced_length(scope: Scope) -> int:
    length = _header(scope, b"content-length")
    return int(length) if length.isdigit() else 0


def _limited(receive: Receive) -> Receive:
    """The same body, which breaks off when it turns out longer than announced or allowed."""
    taken = 0

    async def limited() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > LARGEST_BODY:
            raise HTTPException(Problem.TOO_LARGE.status)
        return message

    return limited
