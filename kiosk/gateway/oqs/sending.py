"""Puts one request into `req` exactly once, whatever breaks in between.

The draft is written first, then the journal notes the query, then the draft gets its name: a draft that is still there
never went out, and one that is noted and gone did.
"""

from __future__ import annotations

import contextlib
import threading
import time
from dataclasses import dataclass, field

from kiosk.gateway.oqs.folders import FolderFailure, Folders
from kiosk.gateway.oqs.journal import Asked, Journal, JournalFailure
from kiosk.gateway.oqs.names import RequestKind, request_name

_DRAFT = ".tmp"
"""Not .xml with something behind it: on Windows `*.xml` also finds names whose extension only begins so."""


def draft_name(gateway: str, identifier: str) -> str:
    """The name of a request of this gateway before it is whole."""
    return f"kiosk_{gateway}_{identifier}{_DRAFT}"


@dataclass(slots=True, eq=False, repr=False)
class Sending:
    """One job for one thread; `withdraw` may be called from another one."""

    folders: Folders
    journal: Journal
    client_ref: str
    identifier: str
    """A new one, for a query that was not put before."""
    octets: bytes
    """The request; empty to send nothing new."""
    kind: RequestKind = RequestKind.SINGLE
    asked: Asked | None = None
    """Set from the moment at which the request counts as sent."""
    _withdrawn: bool = False
    _gate: threading.Lock = field(default_factory=threading.Lock)

    def run(self) -> Asked | None:
        """The query as the journal has it; None when it is not known and nothing was to be sent, or when withdrawn.

        Raises FolderFailure and JournalFailure. A query that is noted already is not written again; only a draft that
        was left before it got its name gets it.
        """
        known = self.journal.find(self.client_ref)
        asked = known or Asked(self.client_ref, self.identifier, time.time())
        draft = draft_name(self.journal.gateway, asked.identifier)
        if known is None:
            if not self.octets:
                return None
            self.folders.draft(draft, self.octets)
        if not self._commit(asked):
            if known is None:
                self._remove(draft)
            return None
        if known is None:
            try:
                self.journal.add(asked)
            except JournalFailure:
                self._remove(draft)
                raise
        self.folders.release(draft, request_name(self.kind, asked.identifier))
        return asked

    def withdraw(self) -> bool:
        """Call it off; False when it is too late and the request counts as sent."""
        with self._gate:
            self._withdrawn = self.asked is None
            return self._withdrawn

    def _commit(self, asked: Asked) -> bool:
        with self._gate:
            if self._withdrawn:
                return False
            self.asked = asked
            return True

    def _remove(self, draft: str) -> None:
        # What cannot be removed now is found by the next start.
        with contextlib.suppress(FolderFailure):
            self.folders.remove(draft)


def clear_leftovers(folders: Folders, journal: Journal, in_flight: set[str], *, expired_before: float | None) -> None:
    """Remove what an earlier run left in `req`: drafts that never counted as sent; with `expired_before`, old requests.

    `in_flight` are the identifiers of this run. Raises FolderFailure and JournalFailure.
    """
    names = set(folders.request_names())
    start = draft_name(journal.gateway, "").removesuffix(_DRAFT)
    for name in names:
        if name.startswith(start) and name.endswith(_DRAFT):
            identifier = name.removeprefix(start).removesuffix(_DRAFT)
            if identifier not in in_flight and not journal.knows(identifier):
                folders.remove(name)
    if expired_before is None:
        return
    for asked in journal.before(expired_before):
        requests = {request_name(kind, asked.identifier) for kind in RequestKind}
        for own in names & {*requests, draft_name(journal.gateway, asked.identifier)}:
            folders.remove(own)
