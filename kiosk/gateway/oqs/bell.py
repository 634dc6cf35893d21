"""Hears at once when something changes in a folder, where the kernel can tell (inotify); elsewhere it is just a clock.

A mount of another machine's folder (SMB) tells nothing of what happens there, so whoever waits here also polls.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from pathlib import Path

from asyncinotify import Inotify, Mask

from kiosk.gateway.oqs.folders import FolderFailure
from kiosk.gateway.oqs.hands import Hands

RENEW_SECONDS = 5.0
"""A folder that was mounted anew has to be watched anew, and nobody tells."""

log = logging.getLogger("kiosk.gateway")


class Bell:
    """Rings for one folder. Belongs to one event loop."""

    def __init__(self, folder: Path, hands: Hands, *, inotify: bool = True) -> None:
        """`hands` do what may hang; without `inotify` only `press` and the time ring."""
        self._folder = folder
        self._hands = hands
        self._wanted = inotify
        self._inotify: Inotify | None = None
        self._listener: asyncio.Task[None] | None = None
        self._rung = asyncio.Event()
        self._heard: set[str] = set()
        self._renew_at = 0.0
        self.missed = False
        """The kernel dropped events: only a listing tells what is new. Whoever makes one sets this back."""

    async def ring(self, seconds: float) -> set[str]:
        """Wait until something happens, at most so long: the names of files whose writers are just done."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._rung.wait()
        self._rung.clear()
        heard, self._heard = self._heard, set()
        return heard

    def press(self) -> None:
        """Ring without a name."""
        self._rung.set()

    proven = False
    """Whether the kernel told of something: on a network mount it never does, though it could be asked to."""

    async def listen(self) -> None:
        """Watch the folder that has the name now; now and then, to be called before every `ring`. Never raises."""
        now = asyncio.get_running_loop().time()
        if not self._wanted or now < self._renew_at:
            return
        self._renew_at = now + RENEW_SECONDS
        try:
            self._inotify = await self._hands.do(self._watch)
        except FolderFailure as failure:
            # A folder that is not there, or a kernel without free watches: polling goes on.
            log.debug("folder cannot be watched fault=%s", failure.fault.name)
            return
        if self._listener is None:
            self._listener = asyncio.create_task(self._hear(self._inotify), name="bell")

    async def aclose(self) -> None:
        """Stop listening."""
        if self._listener is not None:
            self._listener.cancel()
            await asyncio.gather(self._listener, return_exceptions=True)
            self._listener = None
        if self._inotify is not None:
            self._inotify.close()
            self._inotify = None
        self._renew_at = 0.0

    def _watch(self) -> Inotify:
        watching = self._inotify or Inotify(cache_size=100)
        try:
            newest = watching.add_watch(self._folder, Mask.CLOSE_WRITE | Mask.MOVED_TO | Mask.ONLYDIR)
            for watch in watching.watches:
                if watch.wd != newest.wd:
                    with contextlib.suppress(OSError):  # went with its folder
                        watching.rm_watch(watch)
        except BaseException:
            if watching is not self._inotify:
                watching.close()
            raise
        return watching

    async def _hear(self, watching: Inotify) -> None:
        while True:
            event = await watching.get()
            if Mask.Q_OVERFLOW in event.mask:
                self.missed = True
            elif event.mask & (Mask.IGNORED | Mask.UNMOUNT):
                self._renew_at = 0.0
            elif event.name is not None:
                self._heard.add(event.name.name)
                self.proven = True
            self._rung.set()
