"""Keeps an eye on the folders as a whole: whether requests can be written; and clears up after an earlier run, once."""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import replace

from kiosk.gateway.oqs.folders import FolderFailure, Folders, Space
from kiosk.gateway.oqs.hands import Hands
from kiosk.gateway.oqs.journal import Journal, JournalFailure
from kiosk.gateway.oqs.sending import clear_leftovers

PROBE_SECONDS = 5.0
"""Between two looks at whether the folder can be written."""

log = logging.getLogger("kiosk.gateway")


class SpaceWatch:
    """Belongs to one event loop; looks are made in a thread, and only when somebody asks."""

    def __init__(
        self,
        folders: Folders,
        journal: Journal,
        in_flight: set[str],
        *,
        work_seconds: float,
        expire_seconds: float | None,
        first: Space | None,
    ) -> None:
        """`in_flight` are the identifiers of this run; `expire_seconds` the age at which own requests are removed.

        `first` is what a look before this said, when there was one.
        """
        self._folders = folders
        self._journal = journal
        self._in_flight = in_flight
        self._expire_seconds = expire_seconds
        self._hands = Hands("req", most=1, deadline_seconds=work_seconds)
        self._looking: asyncio.Task[None] | None = None
        self._look_at = 0.0
        self.space = first
        """What the last look said; None before the first one."""
        self.cleared = False
        """Whether what an earlier run left is gone."""

    def look(self) -> None:
        """Begin a look when the last one is old; at the first one clear up, too."""
        now = time.monotonic()
        if now < self._look_at or (self._looking is not None and not self._looking.done()):
            return
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:  # asked before the gateway serves: what the first look said has to do
            return
        self._look_at = now + PROBE_SECONDS
        self._looking = loop.create_task(self._look(), name="probe")

    def not_writable(self) -> None:
        """A request could not be written."""
        self._note(replace(self.space, writable=False) if self.space else Space(writable=False, simulator=False))

    async def aclose(self) -> None:
        """Look no more."""
        if self._looking is not None:
            self._looking.cancel()
            await asyncio.gather(self._looking, return_exceptions=True)

    async def _look(self) -> None:
        try:
            self._note(await self._hands.do(self._folders.space))
            if not self.cleared:
                await self._hands.do(self._clear)
                self.cleared = True
        except FolderFailure:
            self.not_writable()
        except JournalFailure as failure:
            log.error("leftovers not cleared: %s", failure)

    def _clear(self) -> None:
        before = None if self._expire_seconds is None else time.time() - self._expire_seconds
        clear_leftovers(self._folders, self._journal, self._in_flight, expired_before=before)

    def _note(self, space: Space) -> None:
        if self.space is None or self.space.writable is not space.writable:
            log.log(
                logging.INFO if space.writable else logging.WARNING,
                "folder %s be written",
                "can" if space.writable else "cannot",
            )
        self.space = space
