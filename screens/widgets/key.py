"""A key on the screen."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from time import monotonic

from rich.cells import cell_len
from textual import events
from textual.content import Content
from textual.geometry import Size

from kiosk.ports.voice import KeyWords
from screens.breaking import broken
from screens.widgets.words import Words

CHOSEN, UNDERLINE = "-chosen", "▀"
"""What holds now has a thick line under its words."""


class Role(Enum):
    """What a key is to the examinee; CSS gives each its look."""

    PLAIN = "plain"
    MAIN = "main"
    """The obvious next step; one a screen."""
    DIGIT = "digit"


class Key(Words, can_focus=True):
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
        heard: KeyWords,
        role: Role = Role.PLAIN,
        bounce_seconds: float = 0.15,
        dom_id: str | None = None,
    ) -> None:
        """`heard` is what is said of it to those who do not see it."""
        super().__init__(label, id=dom_id, classes=f"-{role.value}", markup=False)
        self.heard = heard
        self.press = press
        self.role = role
        self._bounce = bounce_seconds
        self._hit_at = monotonic()

    def on_mount(self) -> None:
        self._hit_at = monotonic()

    @property
    def label(self) -> str:
        """Its words."""
        return str(self.content)

    def become(self, label: str) -> None:
        """Take another label; a hit so soon after it was meant for the one before."""
        self.update(label)
        self._hit_at = monotonic()

    def choose(self, chosen: bool) -> None:
        """Mark it as what holds now; also without colours."""
        if self.has_class(CHOSEN) is not chosen:
            self.set_class(chosen, CHOSEN)
            self.refresh()
            for key in self._beside:  # none has larger letters than this one now has
                key.refresh()

    @property
    def may_grow(self) -> bool:
        """Not while a line stands under it."""
        return not self.has_class(CHOSEN)

    @property
    def scales(self) -> tuple[float, ...]:
        """Those that every key of its kind beside it has room for: letters of two sizes would look like a rank."""
        among = super().scales
        if not among or self.parent is None:
            return among
        most = min((key.best_scale() for key in self._beside), default=1.0)
        return tuple(scale for scale in among if scale <= most)

    @property
    def _beside(self) -> list[Key]:
        """The keys of its kind that stand there, itself among them."""
        there = self.parent.children if self.parent is not None else ()
        return [key for key in there if isinstance(key, Key) and key.role is self.role and key.display]

    @property
    def letter_room(self) -> Size:
        """Without the last row, where the frame of the focus stands."""
        return Size(self.content_size.width, max(0, self.content_size.height - 1))

    def render(self) -> Content:
        """The label, in lines that are not torn."""
        lines = broken(self.label, self.content_size.width)
        if self.has_class(CHOSEN) and len(lines) < self.content_size.height:
            lines.append(UNDERLINE * max(map(cell_len, lines)))
        return Content("\n".join(lines))

    def on_click(self, event: events.Click) -> None:
        event.stop()
        since = event.time - self._hit_at
        self._hit_at = event.time
        if since >= self._bounce:
            self.press()
