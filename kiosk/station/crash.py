"""A crash is told by its type and its places in the code, never by its message or its variables."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
import traceback
from collections.abc import Iterator
from logging import FileHandler, getLogger
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


def tell_not_started(crash: BaseException, state: Path | None = None) -> int:
    """Say calmly, in the terminal, that nothing came of a start, and where to look; the exit code of the process.

    The terminal may be the public one: the type and the innermost place, no message. With the state folder it goes
    into the log there, too, when that can be written.
    """
    log = _log(state)
    if log is not None:
        report(crash)
    place = places(crash.__traceback__).partition(" < ")[0]
    print(  # noqa: T201 - no log has to be there
        "この端末は使えません。窓口へお越しください。",
        f"The kiosk did not start: {type(crash).__name__} at {place}.",
        f"Look into {log or 'the journal (journalctl -u kiosk)'}, or run: kiosk doctor",
        sep="\n",
        file=sys.stderr,
        flush=True,
    )
    return os.EX_SOFTWARE


def _log(state: Path | None) -> str | None:
    """The log's file, which is begun where that was not done yet."""
    known = next((handler.baseFilename for handler in getLogger().handlers if isinstance(handler, FileHandler)), None)
    if known is not None or state is None:
        return known
    try:
        from kiosk.station.log import start_log

        return str(start_log(state))
    except Exception:  # whatever it is: there was a first crash, and that is to be told
        return None


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
