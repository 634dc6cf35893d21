"""The gateway's face reader: arm a session, look how it is, and cancel it in every case."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Coroutine
from datetime import date
from enum import Enum
from http import HTTPStatus
from typing import Annotated, Any
from uuid import uuid4

from pydantic import BaseModel, ConfigDict, JsonValue, StringConstraints, ValidationError

from kiosk.checkin.insurance import Qualification, QualificationAnswer
from kiosk.checkin.outcome import FaceFault
from kiosk.checkin.writing import same_kana
from kiosk.qualifier.answers import NotAnAnswer, read_answer
from kiosk.qualifier.line import Line, LineBroken, Reply

SESSIONS = "/v1/face-sessions"
ARM_SECONDS = 5.0
"""A gateway on the same network arms within milliseconds."""
LOOK_SECONDS = 5.0
"""For one look: a cable that was pulled tells nobody."""
CANCEL_SECONDS = 5.0
"""Nobody waits for it; what is not cancelled by then expires by itself."""

log = logging.getLogger("kiosk.qualifier")


class _State(Enum):
    ARMED = "armed"
    MATCHED = "matched"
    EXPIRED = "expired"
    AMBIGUOUS = "ambiguous"
    CANCELLED = "cancelled"


class _Session(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    id: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{1,64}$")]
    state: _State
    answer: JsonValue = None


class HttpFaceReader:
    """Implements `kiosk.ports.desk.FaceReader` on the qualifier's line."""

    def __init__(self, line: Line, poll_seconds: float) -> None:
        self.available = False
        """As the gateway said last."""
        self._line = line
        self._poll_seconds = poll_seconds
        self._cancelling: set[asyncio.Task[None]] = set()

    async def arm(self, birthdate: date, kana: str) -> HttpFaceSession | FaceFault:
        """A session for that person. Never raises, never takes longer than ARM_SECONDS."""
        reference = str(uuid4())
        body = {"birthdate": f"{birthdate:%Y%m%d}", "kana": kana, "clientRef": reference}
        try:
            async with asyncio.timeout(ARM_SECONDS):
                session = _read(await self._line.send("POST", SESSIONS, body, reference), HTTPStatus.CREATED)
        except Exception as failure:  # the port never raises
            return _unavailable("arm", failure)
        return HttpFaceSession(self._line, session.id, reference, birthdate, kana, self._poll_seconds, self._beside)

    async def aclose(self) -> None:
        """Wait for what is still being cancelled."""
        await asyncio.gather(*self._cancelling)

    def _beside(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work, name="cancel face session")
        self._cancelling.add(task)
        task.add_done_callback(self._cancelling.discard)


class HttpFaceSession:
    """Implements `kiosk.ports.desk.FaceSession`."""

    def __init__(
        self,
        line: Line,
        session_id: str,
        reference: str,
        birthdate: date,
        kana: str,
        poll_seconds: float,
        beside: Callable[[Coroutine[Any, Any, None]], None],
    ) -> None:
        self._line = line
        self._address = f"{SESSIONS}/{session_id}"
        self._reference = reference
        self._birthdate = birthdate
        self._kana = kana
        self._poll_seconds = poll_seconds
        self._beside = beside

    async def match(self, seconds: float) -> QualificationAnswer | FaceFault:
        """The answer of this person, looked for again and again. Never raises, never takes longer than `seconds`.

        A line that breaks in between may be back in time: the person is at the reader already. When it is not, nobody
        knows who came, which is UNAVAILABLE.
        """
        heard = False
        try:
            async with asyncio.timeout(seconds):
                while True:
                    session = await self._look()
                    heard = session is not None
                    if session is not None and session.state is not _State.ARMED:
                        return self._ended(session)
                    await asyncio.sleep(self._poll_seconds)
        except TimeoutError:
            return FaceFault.NOT_FOUND if heard else FaceFault.UNAVAILABLE
        except Exception as failure:  # the port never raises
            return _unavailable("look", failure)

    def cancel(self) -> None:
        """Have the gateway cancel the session and erase its answer; what fails here expires there."""
        self._beside(self._cancel())

    async def _look(self) -> _Session | None:
        """How the session is; None while the gateway cannot say. Raises NotAnAnswer."""
        try:
            async with asyncio.timeout(LOOK_SECONDS):
                reply = await self._line.send("GET", self._address)
        except (LineBroken, TimeoutError):
            return None
        busy = reply.status >= HTTPStatus.INTERNAL_SERVER_ERROR or reply.status == HTTPStatus.TOO_MANY_REQUESTS
        return None if busy else _read(reply)

    async def _cancel(self) -> None:
        try:
            async with asyncio.timeout(CANCEL_SECONDS):
                await self._line.send("DELETE", self._address)
        except Exception as failure:  # nobody waits for it
            log.warning("face session not cancelled error=%s", type(failure).__name__)

    def _ended(self, session: _Session) -> QualificationAnswer | FaceFault:
        match session.state:
            case _State.MATCHED:
                answer = read_answer(json.dumps(session.answer).encode(), self._reference)
                return answer if all(map(self._is_this_person, answer.results)) else FaceFault.NOT_FOUND
            case _State.AMBIGUOUS:
                return FaceFault.SEVERAL
            case _:
                return FaceFault.NOT_FOUND

    def _is_this_person(self, found: Qualification) -> bool:
        """The gateway's own rule once more: another person's answer must not get into this visit."""
        names = (found.person.kana, found.name_of_other_kana)
        named = any(same_kana(self._kana, name) for name in names if name)
        return named and found.person.birthdate == self._birthdate


def _read(reply: Reply, expected: HTTPStatus = HTTPStatus.OK) -> _Session:
    """The session in a reply. Raises NotAnAnswer."""
    if reply.status != expected or reply.body is None:
        raise NotAnAnswer(f"status {reply.status}")
    try:
        return _Session.model_validate_json(reply.body)
    except ValidationError as wrong:
        raise NotAnAnswer(wrong.errors(include_url=False, include_input=False)[0]["type"]) from None


def _unavailable(doing: str, failure: Exception) -> FaceFault:
    """Its text is logged only where it holds nothing of what was received."""
    why = str(failure) if isinstance(failure, NotAnAnswer | LineBroken) else ""
    log.warning("face reader not available while=%s error=%s why=%s", doing, type(failure).__name__, why)
    return FaceFault.UNAVAILABLE
