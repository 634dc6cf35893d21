"""What the screens know of the place where they stand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from kiosk.checkin.language import Language


def _local_now() -> datetime:
    return datetime.now().astimezone()


@dataclass(frozen=True, slots=True)
class ScreenSite:
    """The names, the time limits and the clock of the screens."""

    name: str
    """The facility, as the header shows it."""
    next_place: str = "健診フロア"
    """Where a confirmed examinee goes."""
    desk: str = "総合窓口"
    """Where everybody else goes."""
    face_place: str = "総合窓口の横"
    """Where the face reader stands."""
    simulator: bool = False
    """Whether the answers come from the simulator: every screen then says so."""
    idle_seconds: float = 60
    """How long nothing is touched before the warning."""
    warning_seconds: float = 20
    """How long the warning counts down."""
    result_seconds: float = 30
    """How long the result stays."""
    bounce_seconds: float = 0.15
    """A second hit of a key on the screen within this time is a trembling finger, not a wish."""
    scans_as_keys: bool = True
    """Whether a scanner may type like a keyboard; where none does, no key has to wait to be known for a finger's."""
    scan_prefix: str = ""
    scan_suffix: str | None = None
    """What a scanner that types like a keyboard sends before and after a code; see `Framing`."""
    now: Callable[[], datetime] = _local_now
    """What the clock in the header shows."""
    languages: tuple[Language, ...] = tuple(Language)
    """What an examinee may read; the start screen begins with the first."""
