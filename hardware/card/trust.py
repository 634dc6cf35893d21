"""When to believe what pcscd says of a reader, and when to make it look.

pcsc-lite looks every 0.4 s, and reports what has changed since it last looked. In between, a session that lost its
card makes it call the reader empty; a card that is put in before it looks is then never reported, because when it looks
nothing has changed. The other way round, it may go on calling a card present that was there only between two looks.
"""

from __future__ import annotations

import math
import time

LOOK_SECONDS = 0.6
"""pcscd has looked by then."""


class Trust:
    """What the monitor knows of pcscd's looks. `doubt` may be called from another thread."""

    def __init__(self) -> None:
        # A reader may have been left blind before anybody watched.
        self._look_at = time.monotonic() + LOOK_SECONDS
        self._doubt_at: float | None = None
        self.looked = False
        """Whether pcscd was made to look since the doubt began: what it says now is so."""

    @property
    def doubts(self) -> bool:
        """Whether a card is known to be gone that pcscd has not counted out."""
        return self._doubt_at is not None

    def doubt(self) -> None:
        """A card is gone, and another one may be in its place."""
        if self._doubt_at is None:
            self._doubt_at = time.monotonic()

    def believe(self) -> None:
        """pcscd has counted on, or was made to look."""
        self._doubt_at, self.looked = None, False

    def check_later(self) -> None:
        """It was found by a look of ours; should it be gone before pcscd looks, pcscd will not know."""
        self._look_at = time.monotonic() + LOOK_SECONDS

    def has_waited(self, asked_at: float) -> bool:
        """Whether pcscd had time to look when it was asked for what it has said."""
        return self._doubt_at is not None and asked_at >= self._doubt_at + LOOK_SECONDS

    def must_look(self, asked_at: float) -> bool:
        """Whether it is time to make it look; true once for each reason."""
        if self.doubts:
            if self.looked or not self.has_waited(asked_at):
                return False
            self.looked = True
            return True
        due = asked_at >= self._look_at
        if due:
            self._look_at = math.inf
        return due
