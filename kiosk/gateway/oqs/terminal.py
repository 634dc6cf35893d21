"""SIMULATOR: plays the Windows terminal of オンライン資格確認 (OQSComApp) on real folders, with invented people."""

from __future__ import annotations

import heapq
import itertools
import os
import random
import secrets
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import assert_never
from uuid import UUID, uuid4

from kiosk.checkin.insurance import INSURER_DIGITS, ProcessingStatus, QualificationValidity, SegmentOfResult
from kiosk.gateway.backend import BackendDown, StillProcessing
from kiosk.gateway.faults import HUGE_BODY, Broken, SimulatedFault
from kiosk.gateway.messages import AnswerMessage, QueryMessage, ReferenceClassification
from kiosk.gateway.oqs.folders import SIMULATOR_MARK, Folders
from kiosk.gateway.oqs.manners import Manner, Tempo
from kiosk.gateway.oqs.names import RequestKind, response_name
from kiosk.gateway.oqs.reading import OqsFault, OqsFileError, OqsRequest, SearchInfo, read_request
from kiosk.gateway.oqs.responding import (
    Header,
    Writing,
    bulk_octets,
    processing_octets,
    reception_octets,
    response_octets,
)
from kiosk.gateway.people import Behaviour, InventedPerson
from kiosk.gateway.simulator import JAPAN, answer_to, face_answer, find

LOOK_SECONDS = 0.05
"""Between two looks into `req`."""
_MARK = "SIMULATOR シミュレーター: only a simulated terminal answers here, with invented people.\n"


class NotSimulated(Exception):
    """These folders may belong to a real terminal; nothing was touched."""

    def __init__(self, folders: Folders) -> None:
        super().__init__(
            f"{folders.root}: holds folders that no simulated terminal made; a real terminal may work there. "
            "Give serve.folder a new, empty folder for the simulation"
        )


class SimulatedTerminal:
    """One terminal on one set of folders, which it makes; one thread."""

    def __init__(self, folders: Folders, manners: frozenset[Manner] = frozenset(), tempo: Tempo | None = None) -> None:
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
        _claim(folders)

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
        asked = _query(request, request.queries[0])
        person = find(asked) if asked else None
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
        if error:
            octets = response_octets(self._header(request), request, self._failed())
        else:
            octets, whole = self._octets_for(request)
            if not whole:
                # Cut, and never made whole.
                (self._folders.responses / name).write_bytes(octets)
                return
        self._write(name, octets)
        if Manner.DUPLICATE in self._manners:
            self._write(name.removesuffix(".xml") + "_copy.xml", octets)

    def _octets_for(self, request: OqsRequest) -> tuple[bytes, bool]:
        """The response for the person whom the request names, and whether it is ever whole."""
        header = self._header(request)
        asked = _query(request, request.queries[0])
        try:
            answer = answer_to(asked, again=True) if asked else self._not_found()
        except StillProcessing:
            return processing_octets(header, request), True
        except BackendDown:
            return response_octets(header, request, self._failed()), True
        except SimulatedFault as fault:
            return self._broken(fault, header, request)
        return response_octets(header, request, answer), True

    def _broken(self, fault: SimulatedFault, header: Header, request: OqsRequest) -> tuple[bytes, bool]:
        match fault.broken:
            case Broken.HTTP_500:
                return response_octets(header, request, self._failed()), True
            case Broken.HTML:
                return "<!doctype html><title>SIMULATOR</title><p>保守中です。".encode(), True
            case Broken.EMPTY:
                return b"", True
            case Broken.HUGE:
                return b" " * HUGE_BODY, True
            case Broken.DROPPED:
                whole = response_octets(header, request, self._not_found())
                return whole[: len(whole) // 2], False
            case Broken.UNKNOWN_CODE:
                valid = response_octets(header, request, self._not_found())
                return valid.replace(b"Validity>4<", b"Validity>7<"), True
            case Broken.WRONG_CHECK_DIGIT:
                return response_octets(header, request, AnswerMessage.model_validate_json(fault.body)), True
            case _:
                assert_never(fault.broken)

    def _plan_reception(self, name: str, request: OqsRequest) -> None:
        number = f"{self._now()}{secrets.randbelow(10**8):08d}"
        self._receptions[number] = (time.monotonic() + 2 * self._tempo.delay, request)
        self._after(self._delay(), lambda: self._write(name, reception_octets(self._header(request), request, number)))

    def _fetch(self, name: str, request: OqsRequest) -> None:
        ready_at, uploaded = self._receptions.get(request.reception_number, (0.0, None))
        header = self._header(request)
        if uploaded is None:
            self._write(name, response_octets(header, request, self._failed()))
        elif time.monotonic() < ready_at:
            self._write(name, processing_octets(header, request))
        else:
            units = [(asked, self._unit_answer(uploaded, asked)) for asked in uploaded.queries]
            self._write(name, bulk_octets(header, uploaded, request.reception_number, units))

    def _unit_answer(self, uploaded: OqsRequest, asked: SearchInfo) -> AnswerMessage:
        query = _query(uploaded, asked)
        try:
            return answer_to(query, again=True) if query else self._not_found()
        except (BackendDown, StillProcessing, SimulatedFault):
            return self._failed()

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

    def _failed(self) -> AnswerMessage:
        return AnswerMessage(
            client_ref=str(uuid4()),
            segment=SegmentOfResult.FAILED,
            processed_at=self._now(),
            code="SIMULATOR",
            message="シミュレーターのエラー",
        )

    def _not_found(self) -> AnswerMessage:
        return AnswerMessage(
            client_ref=str(uuid4()),
            segment=SegmentOfResult.DONE,
            status=ProcessingStatus.DONE,
            validity=QualificationValidity.NOT_FOUND,
            processed_at=self._now(),
        )


_CLOCK_ERROR = timedelta(minutes=10)


def show_face(folders: Folders, person: InventedPerson, institution: str) -> str:
    """Write the capture of an invented person who looks into the face reader; the name of its file.

    Raises BackendDown, StillProcessing and SimulatedFault where the system would bring nothing, NotSimulated, OSError.
    """
    _claim(folders)
    answer = face_answer(person)
    now = f"{datetime.now(JAPAN):%Y%m%d%H%M%S}"
    header = Header(now, institution, reference=ReferenceClassification.MY_NUMBER_CARD)
    name = f"OQSsiquc01res_face_{institution}{secrets.randbelow(10**6):06d}_{now}.xml"
    with (folders.faces / name).open("xb") as out:
        out.write(response_octets(header, None, answer))
    return name


def _claim(folders: Folders) -> None:
    """Make the folders and mark them; refuse those of others."""
    mark = folders.root / SIMULATOR_MARK
    places = (folders.requests, folders.responses, folders.faces)
    if not mark.exists():
        if any(place.exists() for place in places):
            raise NotSimulated(folders)
        folders.root.mkdir(parents=True, exist_ok=True)
        mark.write_text(_MARK, encoding="utf-8")
    for place in places:
        place.mkdir(exist_ok=True)


def _query(request: OqsRequest, asked: SearchInfo) -> QueryMessage | None:
    """What was asked; None for something that nobody can be found by."""
    day = request.confirmation_date
    try:
        return QueryMessage(
            confirmation_date=f"{day:%Y%m%d}" if day else "",
            insurer_number=(asked.insurer_number or "").zfill(INSURER_DIGITS),
            symbol=asked.symbol,
            number=asked.number or "",
            branch=asked.branch,
            birthdate=asked.birthdate or "",
            client_ref=str(UUID(asked.identifier)) if asked.identifier else str(uuid4()),
        )
    except ValueError:  # pydantic's ValidationError is one
        return None
