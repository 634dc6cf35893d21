"""`/v1/face-sessions`: arm a session at the face reader, look how it is, cancel it."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from kiosk.gateway.contract import LATER, Responses, refusals
from kiosk.gateway.faces.messages import FaceSessionMessage, FaceSessionRequest
from kiosk.gateway.faces.registry import FaceSession, FaceSessions
from kiosk.gateway.faces.source import FaceSource
from kiosk.gateway.headers import Key
from kiosk.gateway.problems import Problem, Refused

SESSIONS = "/v1/face-sessions"
KEPT_SECONDS = 60.0
"""After the end of a session's time, for a last look; then it is erased from memory."""
MOST = 200
"""More sessions than any centre arms in that time; a terminal gone wild cannot fill the memory."""
AGAIN_SECONDS = 5.0
"""After a source failed: a share that is gone may be back then, and nobody's session lasts much longer."""

SessionId = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]

log = logging.getLogger("kiosk.gateway")


class FaceDesk:
    """The sessions of one gateway, and the one reader that feeds them."""

    def __init__(self, source: FaceSource | None, sessions: FaceSessions | None = None) -> None:
        self._source = source
        self.sessions = FaceSessions(time.monotonic) if sessions is None else sessions
        self._by_key: dict[tuple[str, str], tuple[FaceSessionRequest, FaceSession]] = {}
        self._references: dict[str, str] = {}
        self._feeding: asyncio.Task[None] | None = None

    def arm(self, terminal: str, key: str, asked: FaceSessionRequest) -> FaceSession:
        """The session of that key, new or known. Raises Refused: NOT_FOUND without a reader, KEY_REUSED, BUSY."""
        if self._source is None:
            raise Refused(Problem.NOT_FOUND)
        known = self._by_key.get((terminal, key))
        if known is not None:
            if known[0] != asked:
                raise Refused(Problem.KEY_REUSED)
            return known[1]
        if len(self._by_key) >= MOST:
            raise Refused(Problem.BUSY)
        self.listen()
        session = self.sessions.arm(terminal, self._source.reader, asked.birthdate, asked.kana)
        self._by_key[terminal, key] = asked, session
        self._references[session.id] = asked.client_ref
        self._forget_later((terminal, key), session)
        return session

    def find(self, terminal: str, session_id: str) -> FaceSession:
        """The session of that id. Raises Refused: NOT_FOUND, OTHER_TERMINAL."""
        session = self.sessions.find(session_id)
        if session is None:
            raise Refused(Problem.NOT_FOUND)
        if session.terminal != terminal:
            raise Refused(Problem.OTHER_TERMINAL)
        return session

    def message(self, session: FaceSession) -> FaceSessionMessage:
        """How the session is, with its answer when it is matched; told, the answer is the session's for good."""
        self.sessions.looked_at(session)
        reference, capture = self._references[session.id], self.sessions.collect(session)
        answer = capture.answer.model_copy(update={"client_ref": reference}) if capture else None
        state = self.sessions.state(session)
        return FaceSessionMessage(id=session.id, client_ref=reference, state=state, answer=answer)

    def listen(self) -> None:
        """Begin to read the source, if nobody did: its first look may be slow, and what it shows is nobody's."""
        if self._source is not None and self._feeding is None:
            feeding = self._keep_feeding(self._source)
            self._feeding = asyncio.get_running_loop().create_task(feeding, name="face reader")

    async def aclose(self) -> None:
        """Read no more."""
        if self._feeding is not None:
            self._feeding.cancel()
            await asyncio.gather(self._feeding, return_exceptions=True)

    async def _keep_feeding(self, source: FaceSource) -> None:
        while True:
            try:
                async for capture in source.captures():
                    self.sessions.take(source.reader, capture)
            except Exception as failure:  # the sessions expire then, and the terminals go to the desk
                # Its type only: the text of an exception may hold what was read.
                log.error("face reader failed reader=%s error=%s", source.reader, type(failure).__name__)
            await asyncio.sleep(AGAIN_SECONDS)

    def _forget_later(self, key: tuple[str, str], session: FaceSession) -> None:
        wait = self.sessions.left(session) + KEPT_SECONDS
        asyncio.get_running_loop().call_later(wait, self._forget, key)

    def _forget(self, key: tuple[str, str]) -> None:
        _, session = self._by_key[key]
        if self.sessions.left(session) + KEPT_SECONDS > 0:  # its terminal looked at it meanwhile
            self._forget_later(key, session)
            return
        del self._by_key[key]
        del self._references[session.id]
        self.sessions.forget(session)


_SESSION = (Problem.NOT_FOUND, Problem.OTHER_TERMINAL, Problem.INVALID)
_ARMED: Responses = {
    201: {"model": FaceSessionMessage, "description": "The session", "headers": {"Location": LATER["Location"]}},
    **refusals(Problem.NOT_FOUND, Problem.KEY_REUSED, Problem.INVALID, Problem.BUSY),
}
_FOUND: Responses = {200: {"model": FaceSessionMessage, "description": "How the session is"}, **refusals(*_SESSION)}
_CANCELLED: Responses = {204: {"description": "Nobody is waited for any more"}, **refusals(*_SESSION)}


def add_face_sessions(router: APIRouter, desk: FaceDesk) -> None:
    """Add the operations to the API."""

    @router.post(SESSIONS, status_code=201, response_model=FaceSessionMessage, responses=_ARMED)
    async def arm_face_session(asked: FaceSessionRequest, key: Key, request: Request) -> Response:
        """Wait for one person at the face reader; the terminal's session before is cancelled.

        For 60 seconds after the terminal looked at it last, and for eleven minutes at most.
        """
        session = desk.arm(request.state.terminal, key, asked)
        return _json(desk.message(session), 201, {"Location": f"{SESSIONS}/{session.id}"})

    @router.get(SESSIONS + "/{session_id}", response_model=FaceSessionMessage, responses=_FOUND)
    async def look_at_face_session(session_id: SessionId, request: Request) -> Response:
        """Whether the person's capture came. Only captures that are newer than the session and fit no other count."""
        return _json(desk.message(desk.find(request.state.terminal, session_id)))

    @router.delete(SESSIONS + "/{session_id}", status_code=204, responses=_CANCELLED)
    async def cancel_face_session(session_id: SessionId, request: Request) -> Response:
        """Wait no longer, and erase the answer; a session that ended in another way stays as it ended."""
        desk.sessions.cancel(desk.find(request.state.terminal, session_id))
        return Response(status_code=204)


def _json(message: FaceSessionMessage, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    kept = {"Cache-Control": "no-store"} | (headers or {})
    return Response(message.model_dump_json(by_alias=True), status, kept, media_type="application/json")
