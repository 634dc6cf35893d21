"""The terminal's folders behind the gateway.

A query goes out once, whatever happens: the journal knows its identifier before the terminal can see the request.
"""

from __future__ import annotations

from kiosk.gateway.backend import BackendHealth, GatewayWay
from kiosk.gateway.bulk.messages import BulkAnswerMessage, BulkQueryMessage
from kiosk.gateway.messages import AnswerMessage, QueryMessage
from kiosk.gateway.oqs.bulks import Bulks
from kiosk.gateway.oqs.face_folder import FaceFolder
from kiosk.gateway.oqs.folders import Folders, Space
from kiosk.gateway.oqs.hands import Hands
from kiosk.gateway.oqs.journal import Journal
from kiosk.gateway.oqs.liveness import Liveness
from kiosk.gateway.oqs.lookout import Lookout
from kiosk.gateway.oqs.outbox import Outbox
from kiosk.gateway.oqs.pace import Pace
from kiosk.gateway.oqs.singles import Singles
from kiosk.gateway.oqs.space_watch import SpaceWatch

QUIET_SECONDS = 30.0
"""A terminal that is silent for longer than this to a query is said not to answer; usual are 1 to 5 seconds."""


class FolderBackend:
    """Implements `kiosk.gateway.backend.Backend`, `TellsHealth` and `AnswersBulk`. Belongs to one event loop."""

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
        pace = pace or Pace()
        in_flight: set[str] = set()
        self._space = SpaceWatch(
            folders,
            journal,
            in_flight,
            work_seconds=pace.work,
            expire_seconds=pace.answer if remove_requests else None,
            first=space,
        )
        self._outbox = Outbox(
            folders, journal, self._space, in_flight, work_seconds=pace.work, remove_requests=remove_requests
        )
        lookers = Hands("res", most=1, deadline_seconds=pace.look)
        self._lookout = Lookout(folders.responses, lookers, poll_seconds=pace.poll, inotify=inotify)
        self._liveness = Liveness()
        self._singles = Singles(institution, self._outbox, self._lookout, self._liveness, pace)
        self._bulks = Bulks(institution, journal, self._outbox, self._lookout, self._liveness, pace)
        self._faces = FaceFolder(folders.faces, poll_seconds=pace.poll, look_seconds=pace.look, inotify=inotify)

    @property
    def ways(self) -> tuple[GatewayWay, ...]:
        """Numbers, one by one and in bulk, and faces where there is a folder for them."""
        faces = self._space.space is not None and self._space.space.faces
        numbers = (GatewayWay.NUMBER, GatewayWay.BULK)
        return (*numbers, GatewayWay.FACE) if faces else numbers

    @property
    def face_source(self) -> FaceFolder:
        """The captures of the face reader, if one comes to write any."""
        return self._faces

    @property
    def simulator(self) -> bool:
        """Whether a simulated terminal serves the folders, as the last look at them said."""
        self._space.look()
        return self._space.space is not None and self._space.space.simulator

    async def qualify(self, query: QueryMessage, *, again: bool) -> AnswerMessage:
        """The answer, which is waited for a few seconds; StillProcessing says to call again with `again`.

        Raises BackendDown when the request cannot be written, when its deadline is over or when the answer is of no use
        (one that comes later is still found by another call), and QueryUnfit when no request can say this or when its
        clientRef was another query's.
        """
        self._space.look()
        return await self._singles.qualify(query, again=again)

    async def qualify_bulk(self, query: BulkQueryMessage, *, again: bool) -> BulkAnswerMessage:
        """The answers of a 一括照会; otherwise as `qualify`."""
        self._space.look()
        return await self._bulks.qualify(query, again=again)

    def health(self) -> BackendHealth:
        """What is known, at once; a look at the folders is begun in a thread when the last one is old."""
        self._space.look()
        answering = False if self._singles.quiet_for(QUIET_SECONDS) else self._liveness.answering
        return BackendHealth(
            answering=False if self._lookout.failure else answering,
            last_answer_age_seconds=self._liveness.age_seconds,
            folder_writable=self._space.space.writable if self._space.space else None,
            backlog=self._singles.waiting + self._bulks.waiting,
        )

    async def aclose(self) -> None:
        """Stop. Queries without an answer stand in the journal, and the next start finds their answers."""
        await self._space.aclose()
        await self._singles.aclose()
        await self._bulks.aclose()
        await self._lookout.aclose()
