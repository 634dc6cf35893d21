"""SIMULATOR: plays the Windows terminal of オンライン資格確認 (OQSComApp) on real folders, with invented people."""

from __future__ import annotations

import errno
import heapq
import itertools
import os
import random
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import assert_never

from kiosk.gateway.invented_answers import JAPAN
from kiosk.gateway.oqs.claim import NotSimulated, claim
from kiosk.gateway.oqs.folders import Folders
from kiosk.gateway.oqs.manners import Manner, Tempo
from kiosk.gateway.oqs.names import RequestKind, response_name
from kiosk.gateway.oqs.playback import failed_octets, person_in, single_octets, units_octets
from kiosk.gateway.oqs.reading import OqsFault, OqsFileError, OqsRequest, SearchInfo, read_request
from kiosk.gateway.oqs.responding import Header, Writing, processing_octets, reception_octets
from kiosk.gateway.oqs.showing import show_face
from kiosk.gateway.people import Behaviour

__all__ = ["NotSimulated", "SimulatedTerminal", "show_face"]

LOOK_SECONDS = 0.05
"""Between two looks into `req`."""
_CLOCK_ERROR = timedelta(minutes=10)
_ZIP = b"PK\x03\x04SIMULATOR"


class SimulatedTerminal:
    """One terminal on one set of folders, which it makes; one thread."""

    def __init__(self, folders: Folders, manners: frozenset[Manner] = frozenset(), tempo: Tempo | None = None) -> None:
        """Raises NotSimulated for folders of others, and OSError for those that this user cannot use."""
        self._folders = folders
        self._manners = manners
        self._tempo = tempo or Tempo()
        self._writing = Writing.UTF_8 if Manner.UTF_8 in manners else Writing.SHIFT_JIS
        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._order = itertools.count()
        self._taken = 0
        self._silent_until = 0.0
        self._receptions: dict[str, tuple[float, OqsRequest]] = {}
        self.answered: dict[str, float] = {}
        """Names of the responses that are whole, and when they became so (`time.monotonic`)."""
        claim(folders)
        for place in (folders.requests, folders.responses, folders.faces):
            if not os.access(place, os.R_OK | os.W_OK | os.X_OK):
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(place))

    def run(self, stopped: threading.Event) -> None:
        """Serve until told to stop."""
        while not stopped.wait(self.step()):
            pass

    def step(self) -> float:
        """Do what is due and take what has come; the seconds until there may be something to do."""
        now = time.monotonic()
        if now < self._silent_until:
            return min(LOOK_SECONDS, self._silent_until - now)
        while self._due and self._due[0][0] <= now:
            heapq.heappop(self._due)[2]()
        with os.scandir(self._folders.requests) as entries:
            names = sorted(entry.name for entry in entries if entry.name.endswith(".xml"))
        for name in names:
            if time.monotonic() >= self._silent_until:
                self._take(name)
        soonest = self._due[0][0] - time.monotonic() if self._due else LOOK_SECONDS
        return max(0.0, min(LOOK_SECONDS, soonest))

    def _take(self, name: str) -> None:
        """Take one request out of `req`."""
        file = self._folders.requests / name
        try:
            octets = file.read_bytes()
            request = read_request(octets, name)
            answer_name = response_name(name)
        except FileNotFoundError:
            return
        except OqsFileError as wrong:
            if wrong.fault is not OqsFault.NOT_COMPLETE:
                file.rename(file.with_suffix(".refused"))
            return
        except ValueError:
            file.rename(file.with_suffix(".refused"))
            return
        file.unlink()
        self._taken += 1
        if Manner.RESTART in self._manners and self._taken % 5 == 0:
            self._silent_until = time.monotonic() + self._tempo.silence
        match request.kind:
            case RequestKind.SINGLE:
                self._plan_answer(answer_name, request)
            case RequestKind.BULK_UPLOAD:
                self._plan_reception(answer_name, request)
            case RequestKind.BULK_FETCH:
                self._after(self._delay(), lambda: self._fetch(answer_name, request))
            case _:
                assert_never(request.kind)

    def _plan_answer(self, name: str, request: OqsRequest) -> None:
        delay = self._delay()
        person = person_in(request)
        if person is not None and person.behaviour is Behaviour.SLOW:
            delay = self._tempo.slow
        error = Manner.ERRORS in self._manners and self._taken % 3 == 0
        first = self._manners & {Manner.PROCESSING_FIRST, Manner.PROCESSING_APART}
        if first or (person is not None and person.behaviour is Behaviour.PROCESSING_ONCE):
            self._after(delay, lambda: self._write(name, processing_octets(self._header(request), request)))
            # Twice, so that a first response in two parts is whole before the next one begins.
            delay += 2 * self._tempo.pause
        if Manner.PROCESSING_APART in self._manners:
            name = name.removesuffix(".xml") + "_2.xml"
        self._after(delay, lambda: self._answer(name, request, error=error))

    def _answer(self, name: str, request: OqsRequest, *, error: bool) -> None:
        header = self._header(request)
        octets, whole = (failed_octets(header, request), True) if error else single_octets(header, request)
        if not whole:
            # Cut, and never made whole.
            (self._folders.responses / name).write_bytes(octets)
            return
        self._write(name, octets)
        if Manner.DUPLICATE in self._manners:
            self._write(name.removesuffix(".xml") + "_copy.xml", octets)

    def _plan_reception(self, name: str, request: OqsRequest) -> None:
        number = f"{self._now()}{secrets.randbelow(10**8):08d}"
        self._receptions[number] = (time.monotonic() + 2 * self._tempo.delay, request)
        self._after(self._delay(), lambda: self._write(name, reception_octets(self._header(request), request, number)))

    def _fetch(self, name: str, request: OqsRequest) -> None:
        number = request.reception_number
        ready_at, uploaded = self._receptions.get(number, (0.0, None))
        header = self._header(request)
        if uploaded is None:
            self._write(name, failed_octets(header, request))
        elif time.monotonic() < ready_at:
            self._write(name, processing_octets(header, request))
        elif Manner.BULK_ZIP in self._manners:
            self._write(name.removesuffix(".xml") + ".zip", _ZIP)
        else:
            self._write(name, units_octets(header, uploaded, number, self._asked(uploaded)))

    def _asked(self, uploaded: OqsRequest) -> list[SearchInfo]:
        """The queries as the units of a 一括照会 repeat them."""
        asked = list(uploaded.queries)
        if Manner.BULK_GAPS in self._manners:
            asked = [*asked[1:], *asked[1:2]]
        if Manner.NO_IDENTIFIER in self._manners:
            asked = [replace(one, identifier="") for one in asked]
        if Manner.OUT_OF_ORDER in self._manners:
            random.shuffle(asked)
        return asked

    def _write(self, name: str, octets: bytes) -> None:
        """Write a response in place, as the terminal does."""
        file = self._folders.responses / name
        half = len(octets) // 2 if Manner.HALF_WRITTEN in self._manners else len(octets)
        file.write_bytes(octets[:half])
        if half < len(octets):
            self._after(self._tempo.pause, lambda: self._finish(file, octets[half:]))
        else:
            self._finish(file, b"")

    def _finish(self, file: Path, rest: bytes) -> None:
        if rest:
            with file.open("ab") as out:
                out.write(rest)
        if Manner.CLOCK_FAST in self._manners:
            later = time.time() + _CLOCK_ERROR.total_seconds()
            os.utime(file, (later, later))
        self.answered[file.name] = time.monotonic()
        if Manner.VANISH in self._manners:
            self._after(self._tempo.stay, lambda: file.unlink(missing_ok=True))

    def _header(self, request: OqsRequest) -> Header:
        identifier = "" if Manner.NO_IDENTIFIER in self._manners else request.identifier
        return Header(self._now(), request.institution, identifier, self._writing)

    def _now(self) -> str:
        error = _CLOCK_ERROR if Manner.CLOCK_FAST in self._manners else timedelta()
        return f"{datetime.now(JAPAN) + error:%Y%m%d%H%M%S}"

    def _delay(self) -> float:
        delay = self._tempo.delay
        return random.uniform(0, 3 * delay) if Manner.OUT_OF_ORDER in self._manners else delay  # noqa: S311 (a play)

    def _after(self, seconds: float, do: Callable[[], None]) -> None:
        heapq.heappush(self._due, (time.monotonic() + seconds, next(self._order), do))
