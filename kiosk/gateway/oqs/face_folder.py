"""The folder `face` as a face reader: every capture that comes is read once, and none is changed, moved or locked."""

from __future__ import annotations

import logging
import math
import os
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from uuid import uuid4

from kiosk.gateway.faces.source import Capture
from kiosk.gateway.oqs.awaited import SETTLED_SECONDS, Found
from kiosk.gateway.oqs.bell import Bell
from kiosk.gateway.oqs.folders import FolderFailure
from kiosk.gateway.oqs.hands import Hands
from kiosk.gateway.oqs.lookout import LIST_SHARE, look_at
from kiosk.gateway.oqs.reading import OqsFileError, answer_of

PREFIX = "OQSSIQUC01RES_FACE"
"""In capitals; what follows differs from one terminal to another."""
GIVEN_UP_SECONDS = 30.0
"""A capture that is not whole by then is nobody's any more."""

log = logging.getLogger("kiosk.gateway")


@dataclass(slots=True, eq=False, repr=False)
class _Coming:
    """A capture that was seen and is not whole yet."""

    arrived: float
    """The last look that did not show it."""
    changed: float
    found: Found | None = None


class FaceFolder:
    """Implements `FaceSource`. Belongs to one event loop."""

    reader = "face"

    def __init__(self, folder: Path, *, poll_seconds: float, look_seconds: float, inotify: bool = True) -> None:
        """`look_seconds` is the deadline of one look, which lists the folder."""
        self._folder = folder
        self._poll_seconds = poll_seconds
        self._hands = Hands("face", most=1, deadline_seconds=look_seconds)
        self._inotify = inotify
        self._known: set[str] | None = None
        """What was there at the first look, and what was read or given up since."""
        self._coming: dict[str, _Coming] = {}
        self._looked_at = -math.inf
        self._failed: FolderFailure | None = None

    async def captures(self) -> AsyncIterator[Capture]:
        """Every capture that comes after the first look, once. A folder that fails is looked at until it is back."""
        bell = Bell(self._folder, self._hands, inotify=self._inotify)
        pause = 0.0
        try:
            while True:
                await bell.listen()
                await bell.ring(SETTLED_SECONDS if self._coming else pause)
                began = time.monotonic()
                for capture in await self._look(began):
                    yield capture
                pause = max(self._poll_seconds, (time.monotonic() - began) / LIST_SHARE)
        finally:
            await bell.aclose()

    async def _look(self, began: float) -> list[Capture]:
        digests = {name: coming.found.digest if coming.found else b"" for name, coming in self._coming.items()}
        try:
            names, found = await self._hands.do(partial(_see, self._folder, self._known, digests))
        except FolderFailure as failure:
            if self._failed is None or self._failed.fault is not failure.fault:
                log.warning("folder failed: %s", failure)
            self._failed = failure
            return []
        self._failed = None
        self._known = names if self._known is None else self._known & names
        for name in self._coming.keys() - names:
            del self._coming[name]
        now = time.monotonic()
        whole = [capture for name in found if (capture := self._take(name, found[name], now)) is not None]
        self._looked_at = began
        return whole

    def _take(self, name: str, found: Found | None, now: float) -> Capture | None:
        """The capture, when this look found what the one before did, and it parses to the end."""
        coming = self._coming.setdefault(name, _Coming(self._looked_at, now))
        if found is not None and (coming.found is None or found.digest != coming.found.digest):
            coming.found, coming.changed = found, now
        elif found is None or coming.found is None or coming.found.response is None:
            if now - coming.changed > GIVEN_UP_SECONDS:
                self._done(name)
                fault = coming.found.fault if coming.found else None
                log.warning("capture of no use fault=%s", fault.name if fault else "NONE")
        elif now - coming.changed >= SETTLED_SECONDS:
            self._done(name)
            try:
                return Capture(name, coming.arrived, answer_of(coming.found.response, str(uuid4())))
            except OqsFileError as wrong:  # its name is not ours to log
                log.warning("capture of no use fault=%s element=%s", wrong.fault.name, wrong.element)
        return None

    def _done(self, name: str) -> None:
        del self._coming[name]
        if self._known is not None:
            self._known.add(name)


def _see(folder: Path, known: set[str] | None, coming: Mapping[str, bytes]) -> tuple[set[str], dict[str, Found | None]]:
    """The names of all captures, and what stands in those that are new or not whole yet; nothing at the first look."""
    with os.scandir(folder) as entries:
        names = {entry.name for entry in entries if _is_capture(entry.name)}
    if known is None:
        return names, {}
    return names, {name: look_at(folder / name, coming.get(name, b"")) for name in names - known}


def _is_capture(name: str) -> bool:
    upper = name.upper()
    return upper.startswith(PREFIX) and upper.endswith(".XML")
