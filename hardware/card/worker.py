"""One thread for everything that blocks on a card; the event loop gets values, and never waits longer than it said."""

from __future__ import annotations

import asyncio
import contextlib
import queue
import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")


class _Job:
    """A call on its way through the thread."""

    def __init__(
        self, call: Callable[[], Any], deliver: Callable[[Any, BaseException | None], None], required: bool
    ) -> None:
        self.call, self.deliver = call, deliver
        self._required = required
        self.abandoned_at: float | None = None
        """When nobody waited any more, by the monotonic clock; None while somebody does."""
        self._begun = False
        self._lock = threading.Lock()

    def begin(self) -> bool:
        """Whether to run."""
        with self._lock:
            self._begun = self._required or self.abandoned_at is None
            return self._begun

    def abandon(self) -> bool:
        """Nobody waits any more. True when it will never run."""
        with self._lock:
            self.abandoned_at = time.monotonic()
            return not (self._begun or self._required)


class Worker:
    """Runs calls one after another in a thread of its own, which never keeps the process from ending."""

    def __init__(self, name: str) -> None:
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._current: _Job | None = None
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    @property
    def running(self) -> bool:
        """Whether the thread has not ended yet."""
        return self._thread.is_alive()

    def stop(self) -> None:
        """Let the thread end after what was given to it; one that hangs in a call is left behind."""
        self._jobs.put(None)

    @property
    def halted(self) -> bool:
        """Whether a call is running that nobody waits for any more; the call itself asks it too, to end early."""
        current = self._current
        return current is not None and current.abandoned_at is not None

    @property
    def halted_seconds(self) -> float:
        """For how long; 0 when it is not."""
        current = self._current
        since = current.abandoned_at if current is not None else None
        return time.monotonic() - since if since is not None else 0.0

    async def run(
        self,
        call: Callable[[], T],
        seconds: float,
        *,
        dropped: Callable[[], None] | None = None,
        required: bool = False,
    ) -> T:
        """The call's value. Raises what it raises, or TimeoutError.

        When the caller is cancelled or the time is over, a call that has not begun never will, and `dropped` is called
        instead; one that has begun can see it in `halted`. A `required` call runs in any case.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()

        def settle(value: Any, error: BaseException | None) -> None:
            if future.done():
                return
            if error is None:
                future.set_result(value)
            else:
                future.set_exception(error)

        def deliver(value: Any, error: BaseException | None) -> None:
            # A loop that is closed has nobody left to tell.
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(settle, value, error)

        job = _Job(call, deliver, required)
        deadline = loop.call_later(seconds, settle, None, TimeoutError())
        self._jobs.put(job)
        try:
            return await future
        finally:
            deadline.cancel()
            if job.abandon() and dropped is not None:
                dropped()

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None:
            if not job.begin():
                continue
            self._current = job
            value: Any = None
            error: BaseException | None = None
            try:
                value = job.call()
            except BaseException as raised:
                error = raised
            self._current = None
            job.deliver(value, error)
            # A secret or a person must not live on here until the next call.
            del job, value, error
