"""Puts requests into `req`, each exactly once, and takes away those that are done with."""

from __future__ import annotations

import logging
from functools import partial

from kiosk.gateway.backend import BackendAway
from kiosk.gateway.oqs.folders import FolderFailure, FolderFault, Folders
from kiosk.gateway.oqs.hands import Hands
from kiosk.gateway.oqs.journal import Asked, Journal, JournalFailure
from kiosk.gateway.oqs.names import RequestKind
from kiosk.gateway.oqs.sending import Sending
from kiosk.gateway.oqs.space_watch import SpaceWatch

WRITERS = 4

log = logging.getLogger("kiosk.gateway")


class Outbox:
    """The way out of one gateway. Belongs to one event loop."""

    def __init__(
        self,
        folders: Folders,
        journal: Journal,
        space: SpaceWatch,
        in_flight: set[str],
        *,
        work_seconds: float,
        remove_requests: bool,
    ) -> None:
        """`in_flight` is kept up with; requests that are done with are removed, or left where they are."""
        self._folders = folders
        self._journal = journal
        self._space = space
        self._in_flight = in_flight
        self._remove_requests = remove_requests
        self.hands = Hands("req", most=WRITERS, deadline_seconds=work_seconds)
        """The threads that write."""

    async def put(self, kind: RequestKind, reference: str, identifier: str, octets: bytes) -> Asked | None:
        """Put the request into the folder unless that of this reference was put before; how it went out.

        Empty octets send nothing new: then None says that it never went out. Raises BackendAway.
        """
        sending = Sending(self._folders, self._journal, reference, identifier, octets, kind)
        self._in_flight.add(identifier)
        try:
            asked = await self.hands.do(sending.run)
        except FolderFailure as failure:
            self._space.not_writable()
            log.warning("request failed: %s", failure)
            if failure.fault is not FolderFault.SILENT or sending.withdraw():
                raise BackendAway from None
            asked = sending.asked  # too late to call it off: it counts as sent
        except JournalFailure as failure:
            log.error("request failed: %s", failure)
            raise BackendAway from None
        finally:
            self._in_flight.discard(identifier)
        return asked

    async def tidy(self, request: str) -> None:
        """Remove our own request, where that is wanted and the terminal left it. Never raises."""
        if not self._remove_requests:
            return
        try:
            await self.hands.do(partial(self._folders.remove, request))
        except FolderFailure as failure:
            log.warning("request not removed: %s", failure)
