"""A round over the roster: in bulk where that can be done, one by one for whoever has no answer then."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from itertools import chain
from typing import Protocol

from kiosk.checkin.insurance import QualificationAnswer, QualificationQuery
from kiosk.checkin.outcome import QueryFault
from kiosk.checkin.policy import SitePolicy
from kiosk.checkin.precheck import QueryKey, key_of
from kiosk.ports.desk import Qualifier
from kiosk.precheck.answers import Answers
from kiosk.precheck.bulk import BulkQualifier, ask_bulks
from kiosk.precheck.candidates import Candidate
from kiosk.precheck.round import ask_round
from kiosk.precheck.uploads import Upload, uploads_of


class Progress(Protocol):
    """Where one sees how far it is."""

    def step(self, count: int) -> None:
        """So many more were asked for."""
        ...

    def wait_for(self, count: int, seconds: float) -> None:
        """So many were handed in that long ago, and are waited for."""
        ...


class Asking:
    """Those who are asked for in one round. Raises PrecheckUnavailable where answers are put on disk."""

    def __init__(
        self,
        missing: Mapping[QueryKey, Candidate],
        answers: Answers,
        policy: SitePolicy,
        now: Callable[[], datetime],
        progress: Progress,
    ) -> None:
        """`missing` have no answer yet, and get theirs put into `answers`; `now` has the site's time zone."""
        self._open = dict(missing)
        self._answers = answers
        self._policy = policy
        self._now = now
        self._progress = progress

    async def in_bulk(self, bulk: BulkQualifier) -> QueryFault | None:
        """Fetch what was handed in today and hand in the rest; why it ended too early, if it did."""
        now = self._now()
        before = self._answers.uploads(self._open.keys(), now.date(), now.tzinfo)
        handed_in = {key_of(query) for upload in before for query in upload.queries.values()}
        rest = [line.query for key, line in self._open.items() if key not in handed_in]
        async for found in ask_bulks(chain(before, uploads_of(rest, now)), bulk, self._answers, self._wait_for):
            if isinstance(found, QueryFault):
                return found
            upload, answered = found
            usable = {query: answer for query, answer in answered.items() if self._is_usable(query, answer)}
            self._answers.settle(upload, usable)
            for query in usable:
                del self._open[key_of(query)]
            self._progress.step(len(usable))
        return None

    async def singly(self, qualifier: Qualifier, rate: float, online: Callable[[], bool]) -> None:
        """Ask for all others, at most `rate` a second; ends early when the line goes down."""
        queries = [line.query for line in self._open.values()]
        async for query, answer in ask_round(queries, qualifier, rate, online):
            self._progress.step(1)
            if not isinstance(answer, QueryFault) and self._is_usable(query, answer):
                self._answers.add(query, answer, self._now())
                del self._open[key_of(query)]

    def _is_usable(self, query: QualificationQuery, answer: QualificationAnswer) -> bool:
        """Whether it answers somebody of this round, for good."""
        line = self._open.get(key_of(query))
        return line is not None and not line.reason(answer, self._policy).asked_later

    def _wait_for(self, upload: Upload) -> None:
        self._progress.wait_for(len(upload.queries), (self._now() - upload.at).total_seconds())
