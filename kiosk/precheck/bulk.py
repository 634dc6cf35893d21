"""Asks for many at once (一括照会), one upload after the other; what was handed in before is only fetched."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from functools import partial
from typing import Protocol

from kiosk.checkin.insurance import QualificationAnswer, QualificationQuery
from kiosk.checkin.outcome import QueryFault
from kiosk.precheck.answers import Answers
from kiosk.precheck.uploads import Upload

INTERRUPTED = frozenset(
    {QueryFault.UNREACHABLE, QueryFault.UNTRUSTED, QueryFault.TIMED_OUT, QueryFault.STILL_PROCESSING}
)
"""Ends after which the same upload may still bring its answers; after all others it never will."""


class BulkQualifier(Protocol):
    """Asks for many at once."""

    async def ask(
        self, reference: str, queries: Mapping[str, QualificationQuery], waiting: Callable[[], None]
    ) -> Mapping[str, QualificationAnswer] | QueryFault:
        """The answers by clientRef, of those that have one of their own; or why there are none. Never raises.

        The same reference with the same queries is never handed in twice. `waiting` is called now and then.
        """
        ...


async def ask_bulks(
    uploads: Iterable[Upload],
    bulk: BulkQualifier,
    answers: Answers,
    waiting: Callable[[Upload], None],
) -> AsyncIterator[tuple[Upload, Mapping[QualificationQuery, QualificationAnswer]] | QueryFault]:
    """What each upload brought, to be settled by the caller; a fault ends it."""
    for upload in uploads:
        answers.hand_in(upload)
        found = await bulk.ask(upload.reference, upload.queries, partial(waiting, upload))
        if isinstance(found, QueryFault):
            if found not in INTERRUPTED:
                answers.drop(upload)
            yield found
            return
        yield upload, {upload.queries[reference]: answer for reference, answer in found.items()}
