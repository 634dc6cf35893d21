"""The terminal's folders behind the gateway: each query is a request file, and its answer the file that belongs to it.

A query goes out once, whatever happens: the journal knows its identifier before the terminal can see the request.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial

from kiosk.checkin.insurance import INSURER_DIGITS
from kiosk.gateway.backend import BackendDown, BackendFailure, BackendHealth, GatewayWay, QueryUnfit, StillProcessing
from kiosk.gateway.messages import AnswerMessage, QueryMessage
from kiosk.gateway.oqs.awaited import Awaited
from kiosk.gateway.oqs.face_folder import FaceFolder
from kiosk.gateway.oqs.folders import FolderFailure, FolderFault, Folders, Space, new_identifier
from kiosk.gateway.oqs.hands import Hands
from kiosk.gateway.oqs.journal import Asked, Journal, JournalFailure
from kiosk.gateway.oqs.lookout import Lookout
from kiosk.gateway.oqs.names import RequestKind, request_name
from kiosk.gateway.oqs.reading import OqsFileError, OqsResponse, answer_of
from kiosk.gateway.oqs.sending import Sending, clear_leftovers
from kiosk.gateway.oqs.writing import request_octets

LATE_SECONDS = 600.0
"""An answer is kept, and one that is late is looked for, this long: the visit is over by then."""
OVERDUE_LOOK_SECONDS = 1.0
"""What a call after the deadline waits: enough for a look at a slow share."""
MOST_KEPT = 2000
"""Queries in memory; the oldest goes first, and is found again by the journal and another look."""
QUIET_SECONDS = 30.0
"""A terminal that is silent for longer than this to a query is said not to answer; usual are 1 to 5 seconds."""
PROBE_SECONDS = 5.0
"""Between two looks at whether the folder can be written."""
WRITERS = 4

log = logging.getLogger("kiosk.gateway")


@dataclass(frozen=True, slots=True)
class Pace:
    """Time limits and intervals, in seconds."""

    answer: float = 180.0
    """Until the terminal should have answered."""
    poll: float = 0.5
    """Between two looks where nothing tells of changes."""
    one_call: float = 8.0
    """What one call waits: below the 10 s after which some proxies and clients give a connection up."""
    work: float = 5.0
    """For one small file: a share that takes longer is as good as gone."""
    look: float = 15.0
    """For one look, which may list a huge folder."""


@dataclass(slots=True, eq=False, repr=False)
class _Open:
    """One query in memory. Times are of `time.monotonic`."""

    query: QueryMessage
    sending: asyncio.Task[None] | None = None
    sent_at: float = 0.0
    deadline: float = 0.0
    awaited: Awaited | None = None
    """Set when the request is out."""
    follower: asyncio.Task[None] | None = None

    def waits(self, now: float) -> bool:
        """Whether the terminal still has time to answer it, and did not."""
        return self.awaited is not None and self.awaited.response is None and now < self.deadline


class FolderBackend:
    """Implements `kiosk.gateway.backend.Backend` and `TellsHealth`. Belongs to one event loop."""

    name = "folders"

    def __init__(
        self,
        folders: Folders,
        institution: str,
        journal: Journal,
        pace: Pace | None = None,
        *,
        remove_requests: bool = True,
        inotify: bool = True,
        space: Space | None = None,
    ) -> None:
        """`institution` is the MedicalInstitutionCode; requests are removed after their answer or deadline, or kept.

        `space` is what a first look at the folders said, when there was one.
        """
        self._folders = folders
        self._institution = institution
        self._journal = journal
        self._pace = pace or Pace()
        self._remove_requests = remove_requests
        self._writers = Hands("req", most=WRITERS, deadline_seconds=self._pace.work)
        self._probers = Hands("req", most=1, deadline_seconds=self._pace.work)
        lookers = Hands("res", most=1, deadline_seconds=self._pace.look)
        self._lookout = Lookout(folders.responses, lookers, poll_seconds=self._pace.poll, inotify=inotify)
        self._faces = FaceFolder(
            folders.faces, poll_seconds=self._pace.poll, look_seconds=self._pace.look, inotify=inotify
        )
        self._open: dict[str, _Open] = {}
        self._in_flight: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._cleared = False
        self._space = space
        self._probe_at = 0.0
        self._answering: bool | None = None
        self._answered_at: float | None = None

    @property
    def ways(self) -> tuple[GatewayWay, ...]:
        """Numbers, and faces where there is a folder for them."""
        faces = self._space is not None and self._space.faces
        return (GatewayWay.NUMBER, GatewayWay.FACE) if faces else (GatewayWay.NUMBER,)

    @property
    def face_source(self) -> FaceFolder:
        """The captures of the face reader, if one comes to write any."""
        return self._faces

    @property
    def simulator(self) -> bool:
        """Whether a simulated terminal serves the folders, as the last look at them said."""
        self._probe()
        return self._space is not None and self._space.simulator

    async def qualify(self, query: QueryMessage, *, again: bool) -> AnswerMessage:
        """The answer, which is waited for a few seconds; StillProcessing says to call again with `again`.

        Raises BackendDown when the request cannot be written, when its deadline is over or when the answer is of no use
        (one that comes later is still found by another call), and QueryUnfit when no request can say this or when its
        clientRef was another query's.
        """
        opened = self._open.get(query.client_ref) or self._take_in(query, again=again)
        if opened.query != query:
            log.warning("clientRef used for another query")
            raise QueryUnfit
        awaited = await self._sent(opened)
        remaining = opened.deadline - time.monotonic()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(min(self._pace.one_call, max(remaining, OVERDUE_LOOK_SECONDS))):
                await awaited.news.wait()
        if awaited.response is not None:
            return _answer(awaited.response, query)
        if awaited.trouble is not None or time.monotonic() >= opened.deadline:
            raise BackendDown
        raise StillProcessing

    def health(self) -> BackendHealth:
        """What is known, at once; a look at the folders is begun in a thread when the last one is old."""
        self._probe()
        now = time.monotonic()
        waiting = [opened for opened in self._open.values() if opened.waits(now)]
        answering = self._answering
        if any(now - opened.sent_at > QUIET_SECONDS and not _processed(opened) for opened in waiting):
            answering = False
        return BackendHealth(
            answering=False if self._lookout.failure else answering,
            last_answer_age_seconds=None if self._answered_at is None else now - self._answered_at,
            folder_writable=self._space.writable if self._space else None,
            backlog=len(waiting),
        )

    async def aclose(self) -> None:
        """Stop. Queries without an answer stand in the journal, and the next start finds their answers."""
        tasks = [*self._tasks]
        for opened in self._open.values():
            tasks += [task for task in (opened.sending, opened.follower) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._lookout.aclose()

    def _take_in(self, query: QueryMessage, *, again: bool) -> _Open:
        self._probe()
        if len(self._open) >= MOST_KEPT:
            self._drop(next(iter(self._open.values())))
        opened = self._open[query.client_ref] = _Open(query)
        opened.sending = asyncio.create_task(self._send(opened, again=again), name="send")
        return opened

    async def _sent(self, opened: _Open) -> Awaited:
        """Wait until the request is out; a caller who goes away does not stop it. Raises BackendDown and QueryUnfit."""
        try:
            if opened.sending is not None:
                await asyncio.shield(opened.sending)
        except BackendFailure:
            # Nothing went out: the next try begins anew.
            if self._open.get(opened.query.client_ref) is opened:
                self._drop(opened)
            raise
        if opened.awaited is None:
            raise BackendDown
        return opened.awaited

    async def _send(self, opened: _Open, *, again: bool) -> None:
        """Put the request into the folder unless it was put before. Raises BackendDown and QueryUnfit."""
        identifier = new_identifier(datetime.now(UTC))
        try:
            octets = request_octets(opened.query, self._institution, identifier)
        except OqsFileError as unfit:
            log.warning("query cannot be written element=%s fault=%s", unfit.element, unfit.fault.name)
            raise QueryUnfit from None
        reference = opened.query.client_ref
        sending = Sending(self._folders, self._journal, reference, identifier, b"" if again else octets)
        self._in_flight.add(identifier)
        try:
            asked = await self._writers.do(sending.run)
        except FolderFailure as failure:
            self._note_space(self._not_writable())
            log.warning("request failed: %s", failure)
            if failure.fault is not FolderFault.SILENT or sending.withdraw():
                raise BackendDown from None
            asked = sending.asked  # too late to call it off: it counts as sent
        except JournalFailure as failure:
            log.error("request failed: %s", failure)
            raise BackendDown from None
        finally:
            self._in_flight.discard(identifier)
        if asked is None:
            log.warning("asked again for a query that never went out or is long forgotten")
            raise BackendDown
        if self._open.get(reference) is opened:
            self._expect(opened, asked)

    def _expect(self, opened: _Open, asked: Asked) -> None:
        age = min(max(0.0, time.time() - asked.at), self._pace.answer)
        opened.sent_at = time.monotonic() - age
        opened.deadline = opened.sent_at + self._pace.answer
        opened.awaited = Awaited(
            request_name(RequestKind.SINGLE, asked.identifier), asked.identifier, partial(_echoes, opened.query)
        )
        self._lookout.expect(opened.awaited)
        opened.follower = asyncio.create_task(self._follow(opened, opened.awaited), name="follow")

    async def _follow(self, opened: _Open, awaited: Awaited) -> None:
        """Note the answer when it comes, tidy up, and forget the query when the visit is over."""
        if not await self._noted(awaited, opened.deadline - time.monotonic()):
            self._answering = False
            log.warning("no answer within the deadline file=%s", awaited.request)
        await self._tidy(awaited.request)
        if awaited.response is not None or await self._noted(awaited, LATE_SECONDS):
            await asyncio.sleep(LATE_SECONDS)
        opened.follower = None
        self._drop(opened)

    async def _noted(self, awaited: Awaited, seconds: float) -> bool:
        try:
            async with asyncio.timeout(max(0.0, seconds)):
                await awaited.answered.wait()
        except TimeoutError:
            return False
        self._answering, self._answered_at = True, time.monotonic()
        return True

    async def _tidy(self, request: str) -> None:
        """Remove our own request, where that is wanted and the terminal left it. Never raises."""
        if not self._remove_requests:
            return
        try:
            await self._writers.do(partial(self._folders.remove, request))
        except FolderFailure as failure:
            log.warning("request not removed: %s", failure)

    def _drop(self, opened: _Open) -> None:
        """Forget a query; the journal does not."""
        self._open.pop(opened.query.client_ref, None)
        if opened.follower is not None:
            opened.follower.cancel()
        if opened.awaited is not None:
            self._lookout.forget(opened.awaited)

    def _probe(self) -> None:
        """Begin a look at the folders as a whole when the last one is old; at the first one clear up, too."""
        now = time.monotonic()
        if now < self._probe_at:
            return
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:  # asked before the gateway serves: what the first look said has to do
            return
        self._probe_at = now + PROBE_SECONDS
        probing = loop.create_task(self._look_at_space(), name="probe")
        self._tasks.add(probing)
        probing.add_done_callback(self._tasks.discard)

    async def _look_at_space(self) -> None:
        try:
            self._note_space(await self._probers.do(self._folders.space))
            if not self._cleared:
                before = time.time() - self._pace.answer if self._remove_requests else None
                await self._probers.do(
                    partial(clear_leftovers, self._folders, self._journal, self._in_flight, expired_before=before)
                )
                self._cleared = True
        except FolderFailure:
            self._note_space(self._not_writable())
        except JournalFailure as failure:
            log.error("leftovers not cleared: %s", failure)

    def _not_writable(self) -> Space:
        return replace(self._space, writable=False) if self._space else Space(writable=False, simulator=False)

    def _note_space(self, space: Space) -> None:
        if self._space is None or self._space.writable is not space.writable:
            log.log(
                logging.INFO if space.writable else logging.WARNING,
                "folder %s be written",
                "can" if space.writable else "cannot",
            )
        self._space = space


def _processed(opened: _Open) -> bool:
    return opened.awaited is not None and opened.awaited.processing


def _answer(response: OqsResponse, query: QueryMessage) -> AnswerMessage:
    try:
        return answer_of(response, query.client_ref)
    except OqsFileError as wrong:
        log.warning("answer of no use: %s", wrong)
        raise BackendDown from None


def _echoes(query: QueryMessage, response: OqsResponse) -> bool:
    """Whether the query that a response repeats, if it does, is ours; the insurer number may be padded."""
    asked = response.asked
    if asked is None:
        return True
    insurer, birthdate = asked.insurer_number, asked.birthdate
    return (not insurer or insurer.strip().zfill(INSURER_DIGITS) == query.insurer_number) and (
        not birthdate or birthdate == query.birthdate
    )
