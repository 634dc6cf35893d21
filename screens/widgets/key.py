"""A key on the screen."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from time import monotonic

from textual import events
from textual.widgets import Static


class Role(Enum):
    """What a key is to the examinee; CSS gives each its look."""

    PLAIN = "plain"
    MAIN = "main"
    """The obvious next step; one a screen."""
    DIGIT = "digit"


class Key(Static, can_focus=True):
    """A large key for a finger. A second hit within the bounce time of the first does not count.

    Neither does one so soon after the key appeared: it was meant for what stood there before.
    """

    FOCUS_ON_CLICK = False
    """The focus belongs to the keyboard: a finger must not move where Enter goes."""

    def __init__(
        self,
        label: str,
        press: Callable[[], None],
        *,
        role: Role = Role.PLAIN,
        bounce_seconds: float = 0.15,
        dom_id: str | None = None,
    ) -> None:
        super().__init__(label, id=dom_id, classes=f"-{role.value}", markup=False)
        self.press = press
        self._bounce = bounce_seconds
        self._hit_at = monotonic()

    def on_mount(self) -> None:
        self._hit_at = monotonic()

    def become(self, label: str) -> None:
        """Take another label; a hit so soon after it was meant for the one before."""
        self.update(label)
        self._hit_at = monotonic()

    def on_click(self, event: events.Click) -> None:
        event.stop()
        since = event.time - self._hit_at
        self._hit_at = event.time
        if since >= self._bounce:
            self.press()
