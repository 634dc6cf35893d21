"""A loop in a thread of its own, where virtual devices live: what they do takes no time of the kiosk's loop."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

A = TypeVar("A")
END_SECONDS = 5.0


class Backstage:
    """Runs coroutines in its loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop

    async def run(self, work: Coroutine[Any, Any, A]) -> A:
        """Run it there, and wait here."""
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, self._loop))

    def run_now(self, work: Coroutine[Any, Any, A]) -> A:
        """Run it there, and block until it is done: for those who have no loop."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()


@contextmanager
def backstage() -> Iterator[Backstage]:
    """A running one; what still runs in it at the end is cancelled."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="backstage", daemon=True)
    thread.start()
    stage = Backstage(loop)
    try:
        yield stage
    finally:
        stage.run_now(_cancel_the_rest())
        loop.call_soon_threadsafe(loop.stop)
        thread.join(END_SECONDS)
        loop.close()


async def _cancel_the_rest() -> None:
    rest = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in rest:
        task.cancel()
    await asyncio.gather(*rest, return_exceptions=True)
