"""What every request passes first: the token, how much may be asked, the body's size and time, and a log line without
personal data."""

from __future__ import annotations

import asyncio
import logging
import time

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kiosk.gateway.bulk.messages import BULK_QUERIES, LARGEST_BULK
from kiosk.gateway.connections import WHOLE
from kiosk.gateway.limits import Limits, RateLimit, Strangers
from kiosk.gateway.problems import Problem, problem_response
from kiosk.gateway.tokens import Tokens

LARGEST_BODY = 16 * 1024
"""Bytes; a query has about 300."""
OPEN_PATHS = frozenset({"/v1/health", "/openapi.json"})
"""Answered without a token: they tell nothing of anybody."""

log = logging.getLogger("kiosk.gateway")


class Guard:
    """ASGI middleware; `scope["state"]["terminal"]` is the terminal's name behind it, or None on an open path."""

    def __init__(self, app: ASGIApp, tokens: Tokens, limits: Limits) -> None:
        self._app = app
        self._tokens = tokens
        self._body_seconds = limits.body_seconds
        self._terminals = RateLimit(limits.per_second, limits.at_once)
        self._strangers = Strangers(limits)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request pass, or answer it with a problem."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        headers = dict(scope["headers"])
        terminal = self._terminal(headers)
        scope.setdefault("state", {})["terminal"] = terminal
        status = 0

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        wait = self._wait(scope, terminal)
        if wait:
            await problem_response(Problem.TOO_MANY, retry_after=wait)(scope, receive, noting)
        elif terminal is None and scope["path"] not in OPEN_PATHS:
            await problem_response(Problem.NO_TOKEN)(scope, receive, noting)
        elif _announced_length(headers) > (largest := LARGEST_BULK if scope["path"] == BULK_QUERIES else LARGEST_BODY):
            await problem_response(Problem.TOO_LARGE)(scope, receive, noting)
        else:
            try:
                deadline = None if WHOLE in scope["state"] else self._body_seconds
                await self._app(scope, _limited(receive, largest, deadline), noting)
            except Exception as failure:
                # Its type only: the text of an exception may hold what was sent.
                log.error("request failed error=%s terminal=%s", type(failure).__name__, terminal)
                if not status:
                    await problem_response(Problem.INTERNAL)(scope, receive, noting)
        took = (time.perf_counter() - began) * 1000
        log.info("request method=%s status=%d ms=%.1f terminal=%s", scope["method"], status, took, terminal)

    def _terminal(self, headers: dict[bytes, bytes]) -> str | None:
        scheme, _, token = headers.get(b"authorization", b"").partition(b" ")
        return self._tokens.name_of(token.strip()) if scheme.lower() == b"bearer" else None

    def _wait(self, scope: Scope, terminal: str | None) -> float:
        """Seconds until this request may be put; 0 when it may be put now."""
        address = scope["client"][0] if scope.get("client") else ""
        waiting = self._strangers.wait(address, terminal)
        return waiting or (0 if terminal is None else self._terminals.wait(terminal))


def _announced_length(headers: dict[bytes, bytes]) -> int:
    length = headers.get(b"content-length", b"")
    return int(length) if length.isdigit() else 0


def _limited(receive: Receive, largest: int, seconds: float | None) -> Receive:
    """The same body, which breaks off when it turns out longer than announced or allowed, or takes too long."""
    taken, whole = 0, seconds is None
    end = asyncio.get_running_loop().time() + (seconds or 0)

    async def limited() -> Message:
        nonlocal taken, whole
        try:
            # Once it is whole there is none: what comes then is that the terminal hangs up.
            message = await receive() if whole else await _by(end, receive)
        except TimeoutError:
            raise HTTPException(Problem.TOO_SLOW.status) from None
        taken += len(message.get("body", b""))
        if taken > largest:
            raise HTTPException(Problem.TOO_LARGE.status)
        whole = whole or not message.get("more_body", False)
        return message

    return limited


async def _by(end: float, receive: Receive) -> Message:
    async with asyncio.timeout_at(end):
        return await receive()
