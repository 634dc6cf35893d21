"""File work in threads with a deadline: a mount that hangs holds some threads of its own, and nobody else."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable
from typing import TypeVar

from kiosk.gateway.oqs.folders import FolderFailure, FolderFault, fault_of

Made = TypeVar("Made")


class Hands:
    """A few threads for the work on one folder. Belongs to one event loop."""

    def __init__(self, folder: str, *, most: int, deadline_seconds: float) -> None:
        """At most `most` jobs at once, a stuck one among them; `folder` is its name in errors."""
        self._folder = folder
        self._free = asyncio.Semaphore(most)
        self._deadline_seconds = deadline_seconds
        self.stuck = 0
        """Jobs that did not end in time and still run; the kernel lets nobody stop them."""

    async def do(self, work: Callable[[], Made]) -> Made:
        """What the work returns or raises.

        Raises FolderFailure for an OSError, as SILENT when the work does not end in time or none of our threads is
        free, and as NO_THREAD when the machine starts no more; nothing was done then.
        A job that is late goes on; what it returns is dropped.
        """
        loop = asyncio.get_running_loop()
        made: asyncio.Future[Made] = loop.create_future()
        late = False

        def end(result: Made | None, failure: BaseException | None) -> None:
            nonlocal late
            self._free.release()
            if late:
                self.stuck -= 1
            if made.done():
                return
            if failure is not None:
                made.set_exception(failure)
            else:
                made.set_result(result)  # type: ignore[arg-type]  # None only where Made has it

        def run() -> None:
            result: Made | None = None
            failure: BaseException | None = None
            try:
                result = work()
            except BaseException as raised:  # it is the caller's
                failure = raised
            with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
                loop.call_soon_threadsafe(end, result, failure)

        try:
            async with asyncio.timeout(self._deadline_seconds):
                await self._free.acquire()
        except TimeoutError:
            raise FolderFailure(FolderFault.SILENT, self._folder) from None
        try:
            # A daemon, so that a stuck one does not keep the process from ending.
            threading.Thread(target=run, name=f"hands-{self._folder}", daemon=True).start()
        except RuntimeError:
            self._free.release()
            raise FolderFailure(FolderFault.NO_THREAD, self._folder) from None
        try:
            async with asyncio.timeout(self._deadline_seconds):
                return await made
        except TimeoutError:
            late = True
            self.stuck += 1
            raise FolderFailure(FolderFault.SILENT, self._folder) from None
        except OSError as failure:
            raise FolderFailure(fault_of(failure), self._folder) from failure
