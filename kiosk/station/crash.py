"""A crash is told by its type and its places in the code, never by its message or its variables."""

from __future__ import annotations

import asyncio
import sys
import threading
import traceback
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

from structlog import get_logger

MOST_PLACES = 12
"""The innermost ones: enough to find it, and a line that one can read."""


def report(crash: BaseException) -> None:
    """Log what broke and where."""
    for link in _chain(crash):
        get_logger().critical("crash", error=type(link).__name__, where=places(link.__traceback__))


def places(trace: TracebackType | None) -> str:
    """The way to the crash, the innermost place first: 「book.py:88:commit < ledger.py:71:run」."""
    frames = traceback.extract_tb(trace, limit=-MOST_PLACES)
    return " < ".join(f"{Path(f.filename).name}:{f.lineno}:{f.name}" for f in reversed(frames)) or "nowhere"


def install() -> None:
    """Report what nobody caught: in the main thread, in other threads, and in finalizers. Nothing is printed."""
    sys.excepthook = lambda _kind, crash, _trace: report(crash)
    threading.excepthook = lambda args: report(args.exc_value) if args.exc_value else None
    sys.unraisablehook = lambda args: report(args.exc_value) if args.exc_value else None


def watch(loop: asyncio.AbstractEventLoop) -> None:
    """Report what tasks and callbacks of that loop raised and nobody awaited."""
    loop.set_exception_handler(_told_by_loop)


def _told_by_loop(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    crash = context.get("exception")
    if isinstance(crash, BaseException):
        report(crash)
    else:
        get_logger().error("trouble in the event loop")


def _chain(crash: BaseException) -> Iterator[BaseException]:
    """The crash, what an exception group holds, and what each came from; each once."""
    seen: set[int] = set()
    waiting: list[BaseException | None] = [crash]
    while waiting:
        link = waiting.pop(0)
        if link is None or id(link) in seen:
            continue
        seen.add(id(link))
        yield link
        if isinstance(link, BaseExceptionGroup):
            waiting += link.exceptions
        waiting.append(link.__cause__ or (None if link.__suppress_context__ else link.__context__))
