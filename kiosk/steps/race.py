"""Waiting for whichever comes first."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

A = TypeVar("A")
B = TypeVar("B")


async def first_of(one: Coroutine[Any, Any, A], other: Coroutine[Any, Any, B]) -> A | B:
    """What the first of two brings; the other is cancelled and has ended when this returns.

    Raises what the first one raises. When both end at once, `one` counts.
    """
    mine, theirs = asyncio.ensure_future(one), asyncio.ensure_future(other)
    both: set[asyncio.Future[Any]] = {mine, theirs}
    try:
        await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        return mine.result() if mine.done() else theirs.result()
    finally:
        for task in both:
            task.cancel()
        await asyncio.gather(*both, return_exceptions=True)
