"""One request whose answer is awaited: which of the files that were found is the answer, and when it is whole.

The answer has the request's name with `res` for `req`, or at least its identifier in the name, and says the same
identifier inside; where it says none, only the exact name counts. Any other file is left alone.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum

from kiosk.checkin.insurance import SegmentOfResult
from kiosk.gateway.oqs.names import response_name
from kiosk.gateway.oqs.reading import OqsFault, OqsResponse

SETTLED_SECONDS = 0.05
"""A file is whole when two looks so far apart find the same octets, and they parse to the end."""
SETTLED_CLOSED_SECONDS = 0.02
"""The same where the kernel says that the writer closed the file or gave it its name just now."""
UNUSABLE_SECONDS = 4.0
"""A file that cannot be used and does not change for so long hardly becomes better: the desk goes on without it."""

log = logging.getLogger("kiosk.gateway")


class Trouble(Enum):
    """Why a file under our name is of no use; the value goes into the log."""

    UNREADABLE = "cannot be read as an answer"
    ENCRYPTED = "is a ZIP; switch the encryption of this file type off in the terminal's encrypt.conf"
    TWO_ANSWERS = "is one of two answers that differ"


@dataclass(frozen=True, slots=True, repr=False)
class Found:
    """What one look found under a name."""

    digest: bytes
    """Of the octets, which are not kept."""
    response: OqsResponse | None = None
    fault: OqsFault | None = None
    encrypted: bool = False


@dataclass(slots=True, eq=False, repr=False)
class _Sight:
    """A file since it last changed."""

    found: Found
    since: float
    settles_at: float
    reported: bool = False


@dataclass(slots=True, eq=False, repr=False)
class Awaited:
    """What is known of one answer. Times are of `time.monotonic`."""

    request: str
    """Name of the request's file."""
    identifier: str
    accepts: Callable[[OqsResponse], bool] = lambda _: True
    """What else has to be right in a response, for example the query that it echoes."""
    alias: str = ""
    """Another identifier that a response under the exact name may say; empty for none."""
    response: OqsResponse | None = None
    """The answer, once there is one; then nothing changes any more."""
    processing: bool = False
    """処理中 (Segment 2) was answered: the terminal lives."""
    trouble: Trouble | None = None
    """There is a file under our name that is of no use. It may still become a better one."""
    news: asyncio.Event = field(default_factory=asyncio.Event)
    """Set as long as there is an answer or trouble."""
    answered: asyncio.Event = field(default_factory=asyncio.Event)
    """Set for good when there is an answer."""
    stirred: asyncio.Event = field(default_factory=asyncio.Event)
    """Set for good when there is anything: an answer, 処理中 or trouble."""
    names: set[str] = field(default_factory=set)
    """Where to look: the exact name, and loose ones that were heard of."""
    _sights: dict[str, _Sight] = field(default_factory=dict)
    _looked_at: float = 0.0

    def __post_init__(self) -> None:
        self.names.add(self.name)

    @property
    def name(self) -> str:
        """The name that the answer should have."""
        return response_name(self.request)

    @property
    def known(self) -> dict[str, bytes]:
        """Where to look, and the digest of what was there at the last look; empty for nothing."""
        return {name: self._sights[name].found.digest if name in self._sights else b"" for name in self.names}

    @property
    def due(self) -> float | None:
        """When something that was seen can be settled by another look; None when nothing is about to."""
        return min(
            (sight.settles_at for sight in self._sights.values() if sight.settles_at > self._looked_at), default=None
        )

    def take(self, files: Mapping[str, Found | None], closed: Container[str], now: float) -> None:
        """Judge what a look found under each name; None means nothing, and `closed` are those whose writer is done.

        A `Found` with neither response nor fault says that the octets are those of the look before.
        """
        self._looked_at = now
        for name, found in files.items():
            self._see(name, found, now, closed=name in closed)
        answers: list[OqsResponse] = []
        trouble: Trouble | None = None
        for name, sight in self._sights.items():
            response = sight.found.response
            if now < sight.settles_at:
                continue
            if response is None:
                trouble = self._unusable(name, sight, now) or trouble
            elif self._is_ours(response, name):
                if response.segment is SegmentOfResult.PROCESSING:
                    self.processing = True
                else:
                    answers.append(response)
        if any(_substance(answer) != _substance(answers[0]) for answer in answers[1:]):
            if self.trouble is not Trouble.TWO_ANSWERS:
                log.warning("answer of no use file=%s: it %s", self.name, Trouble.TWO_ANSWERS.value)
            trouble = Trouble.TWO_ANSWERS
        elif answers and self.due is None:  # another file of ours that is not settled may say something else
            self.response, trouble = answers[0], None
            self._sights.clear()
            self.answered.set()
        self.trouble = trouble
        if self.response or trouble:
            self.news.set()
        else:
            self.news.clear()
        if self.processing or self.news.is_set():
            self.stirred.set()

    def _see(self, name: str, found: Found | None, now: float, *, closed: bool) -> None:
        before = self._sights.get(name)
        if found is None:
            self._sights.pop(name, None)
        elif before is not None and before.found.digest == found.digest:
            if closed:
                before.settles_at = min(before.settles_at, before.since + SETTLED_CLOSED_SECONDS)
        else:
            settles_at = now + (SETTLED_CLOSED_SECONDS if closed else SETTLED_SECONDS)
            self._sights[name] = _Sight(found, now, settles_at)

    def _is_ours(self, response: OqsResponse, name: str) -> bool:
        exact = name.upper() == self.name.upper()
        said = response.identifier.strip()
        return (said == self.identifier or (exact and said in ("", self.alias))) and self.accepts(response)

    def _unusable(self, name: str, sight: _Sight, now: float) -> Trouble | None:
        if now - sight.since < UNUSABLE_SECONDS:
            return None
        trouble = Trouble.ENCRYPTED if sight.found.encrypted else Trouble.UNREADABLE
        if not sight.reported:
            sight.reported = True
            fault = sight.found.fault.name if sight.found.fault else "NONE"
            log.warning("answer of no use file=%s fault=%s: it %s", name, fault, trouble.value)
        return trouble


def _substance(response: OqsResponse) -> OqsResponse:
    """A response without what two copies of one answer may differ in."""
    return replace(response, file_name="", identifier="", processed_at="")
