"""What a backend has besides when it can do 一括照会."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from kiosk.gateway.bulk.messages import BulkAnswerMessage, BulkQueryMessage


@runtime_checkable
class AnswersBulk(Protocol):
    """Its `ways` then name `GatewayWay.BULK`."""

    async def qualify_bulk(self, query: BulkQueryMessage, *, again: bool) -> BulkAnswerMessage:
        """The answers; `again` and what it raises are as for `kiosk.gateway.backend.Backend.qualify`.

        A query that nobody can answer, or that no request can carry, is unanswered and spoils no other.
        """
        ...


def bulk_of(backend: object) -> AnswersBulk | None:
    """The backend, if it can do it."""
    return backend if isinstance(backend, AnswersBulk) else None
