"""One round over the roster: query after query at a low rate, until all have an answer or the line goes down."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable

from kiosk.checkin.insurance import QualificationAnswer, QualificationQuery
from kiosk.checkin.outcome import QueryFault
from kiosk.ports.desk import Qualifier

Answered = tuple[QualificationQuery, QualificationAnswer | QueryFault]


async def ask_round(
    queries: Iterable[QualificationQuery],
    qualifier: Qualifier,
    rate: float,
    online: Callable[[], bool],
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
) -> AsyncIterator[Answered]:
    """Ask, at most `rate` queries a second, one at a time; ends early when the line goes down."""
    clock = asyncio.get_running_loop().time
    due = clock()
    for query in queries:
        if not online():
            return
        await sleep(max(0.0, due - clock()))
        # From the beginning of one to that of the next; a slow answer is not made up for by haste.
        due = clock() + 1 / rate
        yield query, await qualifier.query(query)
