"""Looks into `res` for what is awaited: by exact name at every look, by listing now and then, at once when it rings."""

from __future__ import annotations

import asyncio
import errno
import hashlib
import logging
import os
import re
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from kiosk.gateway.oqs.awaited import Awaited, Found
from kiosk.gateway.oqs.bell import Bell
from kiosk.gateway.oqs.folders import IDENTIFIER_LENGTH, FolderFailure, read_file
from kiosk.gateway.oqs.hands import Hands
from kiosk.gateway.oqs.reading import OqsFault, OqsFileError, OqsResponse, read_response

LIST_SHARE = 0.05
"""Of the time goes into listings, which find loose names: 50,000 old files are listed more seldom than 50.

They help on network mounts, too, where the kernel remembers for a second that a name was not there.
"""
LIST_SHARE_HEARING = 0.002
"""The same where the kernel tells of names: a listing only holds up the next look."""
_RUN = re.compile(rf"[0-9A-Z]{{{IDENTIFIER_LENGTH},}}")
_ZIP = b"PK\x03\x04"

log = logging.getLogger("kiosk.gateway")


class Lookout:
    """Looks into one folder for as long as something is awaited. Belongs to one event loop."""

    def __init__(self, folder: Path, hands: Hands, *, poll_seconds: float, inotify: bool = True) -> None:
        """`hands` have one thread: looks do not overtake each other."""
        self._folder = folder
        self._hands = hands
        self._poll_seconds = poll_seconds
        self._bell = Bell(folder, hands, inotify=inotify)
        self._by_identifier: dict[str, Awaited] = {}
        self._by_name: dict[str, Awaited] = {}
        self._new: set[Awaited] = set()
        self._looking: asyncio.Task[None] | None = None
        self._poll_at = self._list_at = 0.0
        self.failure: FolderFailure | None = None
        """What is wrong with the folder; None when the last look went well."""

    def expect(self, awaited: Awaited) -> None:
        """Begin to look for an answer, which may already be there."""
        self._by_identifier[awaited.identifier.upper()] = self._by_name[awaited.name.upper()] = awaited
        self._new.add(awaited)
        self._bell.press()
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look_on(), name="lookout")

    def forget(self, awaited: Awaited) -> None:
        """Look no longer for it; somebody else who waits for the same answer by now goes on."""
        for known, name in ((self._by_identifier, awaited.identifier), (self._by_name, awaited.name)):
            if known.get(name.upper()) is awaited:
                del known[name.upper()]
        self._new.discard(awaited)
        self._bell.press()

    def __len__(self) -> int:
        return len(self._by_name)

    async def aclose(self) -> None:
        """Stop looking."""
        if self._looking is not None:
            self._looking.cancel()
            await asyncio.gather(self._looking, return_exceptions=True)
        await self._bell.aclose()

    async def _look_on(self) -> None:
        while self._by_name:
            await self._look_until_all_came()
            # What is expected while the bell is being closed finds this task still there, and begins no other.
            await self._bell.aclose()

    async def _look_until_all_came(self) -> None:
        while self._by_name:
            await self._bell.listen()
            heard = await self._bell.ring(self._seconds_to_next())
            now = time.monotonic()
            ringing = self._owners(heard)
            for owner, names in ringing.items():
                owner.names.update(names)
            due = {one for one in self._by_name.values() if one.due is not None and one.due <= now}
            chosen = {*ringing, *due, *self._new}
            if now >= self._poll_at:
                self._poll_at = now + self._poll_seconds
                chosen = set(self._by_name.values())
            self._new.clear()
            await self._look(chosen, heard)

    async def _look(self, chosen: Iterable[Awaited], closed: set[str]) -> None:
        listing = self._bell.missed or time.monotonic() >= self._list_at
        wanted = {one: one.known for one in chosen}
        if not wanted:
            return
        try:
            seen = await self._hands.do(partial(_see, self._folder, wanted, self._is_owned if listing else None))
        except FolderFailure as failure:
            self._tell(failure)
            return
        self._tell(None)
        if listing:
            self._bell.missed = False
            share = LIST_SHARE_HEARING if self._bell.proven else LIST_SHARE
            self._list_at = time.monotonic() + seen.listing_seconds / share
            for owner, names in self._owners(seen.listed).items():
                if not owner.names.issuperset(names):
                    owner.names.update(names)
                    self._new.add(owner)
                    self._bell.press()
        now = time.monotonic()
        for one, files in seen.files.items():
            one.take(files, closed, now)
            if one.response is not None:
                self.forget(one)

    def _owners(self, names: Iterable[str]) -> dict[Awaited, set[str]]:
        owners: dict[Awaited, set[str]] = {}
        for name in names:
            owner = self._owner(name)
            if owner is not None:
                owners.setdefault(owner, set()).add(name)
        return owners

    def _owner(self, name: str) -> Awaited | None:
        upper = name.upper()
        if upper in self._by_name:
            return self._by_name[upper]
        if not upper.startswith("OQS") or not upper.endswith((".XML", ".ZIP")):
            return None
        for run in _RUN.findall(upper):
            for part in (run[:IDENTIFIER_LENGTH], run[-IDENTIFIER_LENGTH:]):
                if part in self._by_identifier:
                    return self._by_identifier[part]
        return None

    def _is_owned(self, name: str) -> bool:
        return self._owner(name) is not None

    def _seconds_to_next(self) -> float:
        # What was due while looks fail stays due, and would be looked for without a pause.
        due = [one.due for one in self._by_name.values() if one.due is not None and self.failure is None]
        return max(0.0, min([self._poll_at, *due]) - time.monotonic())

    def _tell(self, failure: FolderFailure | None) -> None:
        """Write one line when looking begins to fail, and one when it works again."""
        before, self.failure = self.failure, failure
        if failure is not None and (before is None or before.fault is not failure.fault):
            log.warning("folder failed: %s", failure)
        elif before is not None and failure is None:
            log.info("folder works again")


@dataclass(frozen=True, slots=True)
class _Seen:
    files: dict[Awaited, dict[str, Found | None]]
    listed: list[str]
    listing_seconds: float


def _see(folder: Path, wanted: Mapping[Awaited, Mapping[str, bytes]], is_owned: Callable[[str], bool] | None) -> _Seen:
    """Read what is wanted, and list what `is_owned` says; in a thread. Raises OSError when the folder is broken."""
    # A file that is not there is usual, a folder is not.
    folder.stat()
    if not os.access(folder, os.R_OK | os.X_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    files = {
        one: {name: look_at(folder / name, known) for name, known in names.items()} for one, names in wanted.items()
    }
    began = time.monotonic()
    listed = []
    if is_owned is not None:
        with os.scandir(folder) as entries:
            listed = [entry.name for entry in entries if is_owned(entry.name)]
    return _Seen(files, listed, time.monotonic() - began)


def look_at(file: Path, known: bytes = b"", read: Callable[[bytes, str], OqsResponse] = read_response) -> Found | None:
    """What stands in a file now; None for nothing. It is parsed unless `known` is its digest. Raises OSError."""
    octets = read_file(file)
    if octets is None:
        return None
    digest = hashlib.blake2b(octets, digest_size=16).digest()
    if digest == known:
        return Found(digest)
    try:
        return Found(digest, read(octets, file.name))
    except OqsFileError as wrong:
        return Found(digest, fault=wrong.fault, encrypted=octets.startswith(_ZIP))
    except Exception as bug:  # one odd file must not end the looking for all others
        log.error("answer of no use file=%s error=%s", file.name, type(bug).__name__)
        return Found(digest, fault=OqsFault.NOT_A_RESPONSE)
