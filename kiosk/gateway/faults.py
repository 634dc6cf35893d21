"""Broken answers, as a broken gateway would send them; only the simulator knows them."""

from __future__ import annotations

from enum import Enum
from typing import assert_never

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import Receive, Scope, Send

HUGE_BODY = 5_000_000
"""Bytes: far more than any answer, yet nothing for a network."""


class Broken(Enum):
    """How the answer is broken."""

    HTTP_500 = "http-500"
    HTML = "html"
    EMPTY = "empty"
    HUGE = "huge"
    DROPPED = "dropped"
    UNKNOWN_CODE = "unknown-code"
    WRONG_CHECK_DIGIT = "wrong-check-digit"


class SimulatedFault(Exception):
    """Instead of an answer, send something broken."""

    def __init__(self, broken: Broken, body: str = "") -> None:
        super().__init__(broken.value)
        self.broken = broken
        self.body = body
        """For UNKNOWN_CODE and WRONG_CHECK_DIGIT: the JSON that says so."""


def add_simulated_faults(app: FastAPI) -> None:
    """Let the app send what a SimulatedFault asks for."""

    @app.exception_handler(SimulatedFault)
    async def send_broken(_: Request, fault: SimulatedFault) -> Response:
        return _response(fault)


def _response(fault: SimulatedFault) -> Response:
    match fault.broken:
        case Broken.HTTP_500:
            return Response("Internal Server Error", 500)
        case Broken.HTML:
            return HTMLResponse("<!doctype html><title>SIMULATOR</title><p>保守中です。")
        case Broken.EMPTY:
            return Response(status_code=200, media_type="application/json")
        case Broken.HUGE:
            return Response(b"[" + b" " * (HUGE_BODY - 2) + b"]", media_type="application/json")
        case Broken.DROPPED:
            return _Dropped(media_type="application/json")
        case Broken.UNKNOWN_CODE | Broken.WRONG_CHECK_DIGIT:
            return Response(fault.body, media_type="application/json")
        case _:
            assert_never(fault.broken)


class _Dropped(Response):
    """Announces more than it sends; the server then breaks the connection."""

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        headers = [(b"content-type", b"application/json"), (b"content-length", b"1000")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b'{"segment":', "more_body": True})
