"""HTTP/1.1 connections of uvicorn, with what it leaves out: a deadline for receiving, and a limit for each address."""

from __future__ import annotations

import asyncio
import logging
from typing import ClassVar

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from kiosk.gateway.limits import Limits, network_of

WHOLE = "whole"
"""In the state of a request: all of it is here, so that no deadline is needed."""

log = logging.getLogger("kiosk.gateway")


class Connection(H11Protocol):
    """One connection. Whoever sends a byte now and then (slow loris) holds it for `request_seconds` and not for ever.

    The guard has a deadline of its own for the body, which is shorter and answers 408; this one also counts what comes
    before the head is whole, and after an early answer.
    """

    limits: ClassVar[Limits] = Limits()
    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Take the connection, or close it at once where there are too many."""
        super().connection_made(transport)
        if self._too_many():
            log.warning("connection refused connections=%d", len(self.connections))
            transport.abort()
            return
        self._begin()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing more comes."""
        self._end()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Some bytes: the deadline runs from the first of a request to its last."""
        super().data_received(data)
        if self.conn.their_state not in (h11.IDLE, h11.SEND_BODY):
            self._end()
            if self.scope:
                self.scope["state"][WHOLE] = True
        elif self._deadline is None:
            self._begin()

    def _begin(self) -> None:
        self._deadline = self.loop.call_later(self.limits.request_seconds, self._too_slow)

    def _end(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _too_slow(self) -> None:
        log.warning("connection closed: a request took longer than %.0f s to come", self.limits.request_seconds)
        self.transport.abort()

    def _too_many(self) -> bool:
        """Whether this one, which is counted already, is over a limit."""
        most, most_here = self.limits.connections, self.limits.connections_per_address
        if most is not None and len(self.connections) > most:
            return True
        if most_here is None or self.client is None or len(self.connections) <= most_here:
            return False
        here = network_of(self.client[0])
        # Counted only when somebody connects, which is rare: terminals keep their connection.
        others = (
            network_of(other.client[0]) for other in self.connections if isinstance(other, Connection) and other.client
        )
        return sum(other == here for other in others) > most_here


def connections_with(limits: Limits) -> type[Connection]:
    """The protocol class that uvicorn makes an object of for each connection."""
    return type("LimitedConnection", (Connection,), {"limits": limits})
