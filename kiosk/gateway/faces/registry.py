"""The rule of the face sessions: whose capture is it? Pure: it reads no clock but the given one, and waits for nothing.

A capture is never just the next one that appears. It is a session's only when it arrived while the session was armed,
when its birth date and kana are those the session was armed for, when no second capture fits the session, and when it
fits no second session. Everything else ends at the desk, and a capture that is nobody's stays nobody's.
"""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from kiosk.checkin.writing import fold_kana
from kiosk.gateway.faces.source import Capture
from kiosk.gateway.messages import ResultMessage

ARMED_SECONDS = 60.0
"""Enough to walk to the reader, put the card in and look; a terminal that looks on waits on, for who needs longer."""
LONGEST_SECONDS = 11 * ARMED_SECONDS
"""The time and ten times more, as often as WCAG 2.2.1 wants a limit to be extended; then the desk is quicker."""
MOST_REMEMBERED = 10_000
"""Ids of captures that had their turn: more than a reader brings in a week."""


class FaceState(Enum):
    """How a session is."""

    ARMED = "armed"
    MATCHED = "matched"
    EXPIRED = "expired"
    """Nobody came in time, or somebody else did."""
    AMBIGUOUS = "ambiguous"
    """Two captures fit, or one that fits another session too: a person has to look."""
    CANCELLED = "cancelled"


@dataclass(slots=True, repr=False, eq=False)
class FaceSession:
    """One person whom one terminal waits for. Its repr shows nothing."""

    id: str
    """Random; tells nothing of the person."""
    terminal: str
    reader: str
    birthdate: str
    """yyyyMMdd."""
    kana: str
    """Folded."""
    armed_at: float
    until: float
    _capture: Capture | None = None
    """The one that fits; None again when a second one does."""
    _collected: bool = False
    _ended: FaceState | None = None
    """AMBIGUOUS or CANCELLED; None as long as it is neither."""

    def __repr__(self) -> str:
        return "FaceSession(…)"


class FaceSessions:
    """All sessions of one gateway, in memory only."""

    def __init__(self, clock: Callable[[], float], seconds: float = ARMED_SECONDS) -> None:
        """`clock` is monotonic, in seconds; a session is armed for `seconds` after its terminal looked at it last."""
        self._clock = clock
        self._seconds = seconds
        self._sessions: dict[str, FaceSession] = {}
        self._seen: OrderedDict[tuple[str, str], None] = OrderedDict()

    def arm(self, terminal: str, reader: str, birthdate: str, kana: str) -> FaceSession:
        """Wait for that person at that reader. A terminal serves one person at a time: its session before is cancelled.

        Raises ValueError for a kana name without a letter: it would fit everybody without one.
        """
        folded = folded_letters(kana)
        for before in self._sessions.values():
            if before.terminal == terminal:
                self.cancel(before)
        now = self._clock()
        session = FaceSession(secrets.token_hex(16), terminal, reader, birthdate, folded, now, now + self._seconds)
        self._sessions[session.id] = session
        return session

    def take(self, reader: str, capture: Capture) -> None:
        """A capture arrived at that reader. It has this one turn: seen again, it is nobody's."""
        if (reader, capture.id) in self._seen:
            return
        self._seen[reader, capture.id] = None
        if len(self._seen) > MOST_REMEMBERED:
            self._seen.popitem(last=False)
        fitting = [s for s in self._sessions.values() if s.reader == reader and self._fits(capture, s)]
        for session in fitting:
            if len(fitting) > 1 or session._capture is not None:
                session._ended, session._capture = FaceState.AMBIGUOUS, None
            else:
                session._capture = capture

    def state(self, session: FaceSession) -> FaceState:
        """How the session is now."""
        if session._ended is not None:
            return session._ended
        if session._capture is not None:
            return FaceState.MATCHED
        return FaceState.ARMED if self._clock() <= session.until else FaceState.EXPIRED

    def looked_at(self, session: FaceSession) -> None:
        """Its terminal still waits, and so does the session. One whose terminal fell silent expires as ever."""
        if self.state(session) is FaceState.ARMED:
            until = min(self._clock() + self._seconds, session.armed_at + LONGEST_SECONDS)
            session.until = max(session.until, until)

    def left(self, session: FaceSession) -> float:
        """Seconds until its time is over, whatever became of it; less than 0 afterwards."""
        return session.until - self._clock()

    def collect(self, session: FaceSession) -> Capture | None:
        """The session's capture, if it has one; from then on no other changes that, and it may be collected again."""
        session._collected = session._capture is not None
        return session._capture

    def cancel(self, session: FaceSession) -> None:
        """Wait no longer, and forget what came. What has ended in another way stays as it ended."""
        if self.state(session) in (FaceState.ARMED, FaceState.MATCHED):
            session._ended, session._capture = FaceState.CANCELLED, None

    def find(self, session_id: str) -> FaceSession | None:
        """The session of that id."""
        return self._sessions.get(session_id)

    def forget(self, session: FaceSession) -> None:
        """Erase the session and its capture from memory."""
        self._sessions.pop(session.id, None)

    def __len__(self) -> int:
        return len(self._sessions)

    def _fits(self, capture: Capture, session: FaceSession) -> bool:
        is_open = session._ended is None and not session._collected and self._clock() <= session.until
        return is_open and session.armed_at < capture.arrived and _shows(capture, session.birthdate, session.kana)


def folded_letters(kana: str) -> str:
    """The name for comparison. Raises ValueError when it has no letter."""
    folded = fold_kana(kana)
    if not folded.strip("-・"):
        raise ValueError("a name without a letter")
    return folded


def _shows(capture: Capture, birthdate: str, kana: str) -> bool:
    """Whether all that a capture tells is of that person; one that tells of nobody, or of two, fits nobody."""
    results = capture.results
    return bool(results) and all(result.birthdate == birthdate and kana in _kana_of(result) for result in results)


def _kana_of(result: ResultMessage) -> set[str]:
    """氏名カナ and 氏名(その他)カナ, folded as `same_kana` does."""
    return {fold_kana(kana) for kana in (result.name_kana, result.name_of_other_kana) if kana}
