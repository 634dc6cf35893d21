"""What goes over the wire of `/v1/bulk-qualifications`."""

from __future__ import annotations

from pydantic import Field

from kiosk.checkin.insurance import SegmentOfResult
from kiosk.gateway.messages import AnswerMessage, Day, Message, PersonMessage, QueryMessage, Reference

BULK_QUERIES = "/v1/bulk-qualifications"
MOST_QUERIES = 500
"""In one 一括照会. The real limit is not published; the answers of 500 have about 1 MiB, a quarter of what is read."""
LARGEST_BULK = 384 * 1024
"""Bytes of a body; 500 queries have about 120 KiB, and at most 320 KiB when every sign is an escape."""


class BulkQueryMessage(Message):
    """資格確認 of many for one day (OQSmuquc01req)."""

    client_ref: Reference
    """Of the whole; each query has its own besides."""
    confirmation_date: Day
    queries: tuple[PersonMessage, ...] = Field(min_length=1, max_length=MOST_QUERIES)

    @property
    def each(self) -> tuple[QueryMessage, ...]:
        """The queries as single ones, which were checked before."""
        day = self.confirmation_date
        return tuple(QueryMessage.model_construct(**dict(query), confirmation_date=day) for query in self.queries)

    @property
    def is_unambiguous(self) -> bool:
        """Whether no two queries have one clientRef."""
        return len({query.client_ref for query in self.queries}) == len(self.queries)


class BulkAnswerMessage(Message):
    """What came of the whole: an answer for every query that has one of its own, and which ones have none."""

    client_ref: Reference
    """The whole one's own, echoed."""
    answers: tuple[AnswerMessage, ...]
    """In the order of the queries; each echoes its query's clientRef."""
    unanswered: tuple[Reference, ...] = ()
    """clientRefs of queries without an answer that is certainly theirs: ask for them singly."""

    @classmethod
    def of(cls, query: BulkQueryMessage, answers: tuple[AnswerMessage, ...]) -> BulkAnswerMessage:
        """These answers; all others are unanswered."""
        answered = {answer.client_ref for answer in answers}
        missing = tuple(one.client_ref for one in query.queries if one.client_ref not in answered)
        return cls(client_ref=query.client_ref, answers=answers, unanswered=missing)


class BulkProcessingMessage(Message):
    """The answers are not there yet; ask at the address in `Location`."""

    client_ref: Reference
    segment: SegmentOfResult = SegmentOfResult.PROCESSING
    queries: int = Field(ge=1, le=MOST_QUERIES, examples=[120])
    """How many were handed in."""
