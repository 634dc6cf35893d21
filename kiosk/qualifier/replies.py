"""What a reply of the gateway means before its body is read, and the patience with one that is busy."""

from __future__ import annotations

import asyncio
import logging
from http import HTTPStatus

from kiosk.checkin.outcome import QueryFault
from kiosk.qualifier.answers import NotAnAnswer
from kiosk.qualifier.line import LARGEST_ANSWER, Body, Line, LineBroken, NotTrusted, Reply

BUSY_SECONDS = 1.0
"""Before the next try at a gateway that is busy and does not say for how long."""

log = logging.getLogger("kiosk.qualifier")


async def patiently(
    line: Line,
    end: float,
    least_pause: float,
    method: str,
    path: str,
    body: Body | None = None,
    key: str = "",
    largest: int = LARGEST_ANSWER,
) -> Reply:
    """The reply of a gateway that is not busy any more. Raises LineBroken, and TimeoutError where that takes too long.

    `end` is a time of the event loop.
    """
    while is_busy(reply := await line.send(method, path, body, key, largest)):
        pause = BUSY_SECONDS if reply.retry_after is None else max(reply.retry_after, least_pause)
        if asyncio.get_running_loop().time() + pause >= end:
            raise TimeoutError  # at once: nobody stands there for what cannot come any more
        await asyncio.sleep(pause)
    return reply


def is_busy(reply: Reply) -> bool:
    """Whether the same may be sent again later: too many requests, or a gateway that says when it can."""
    unavailable = reply.status == HTTPStatus.SERVICE_UNAVAILABLE and reply.retry_after is not None
    return unavailable or reply.status == HTTPStatus.TOO_MANY_REQUESTS


def refusal(status: int) -> QueryFault | None:
    """The fault that a status stands for; None for 200."""
    if status == HTTPStatus.OK:
        return None
    if 400 <= status < 500:
        return QueryFault.REFUSED
    return QueryFault.SERVER_ERROR if status >= 500 else QueryFault.GARBAGE


def fault_of(failure: Exception) -> QueryFault:
    """The fault that an exception stands for. Its text is not looked at: it may hold what was received."""
    if isinstance(failure, NotTrusted):
        return QueryFault.UNTRUSTED
    if isinstance(failure, LineBroken):
        return QueryFault.UNREACHABLE
    if isinstance(failure, NotAnAnswer):
        log.warning("answer unreadable why=%s", failure)
        return QueryFault.GARBAGE
    log.error("query failed error=%s", type(failure).__name__)
    return QueryFault.GARBAGE
