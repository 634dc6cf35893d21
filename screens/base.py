"""What the app asks of every screen; light, because it stands on the way to the first frame."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from pathlib import PurePath
from typing import TYPE_CHECKING, cast

from textual import events
from textual.app import ComposeResult
from textual.geometry import Size
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Static

from kiosk.locale import _

if TYPE_CHECKING:
    from screens.app import KioskApp

SMALL_ROWS, SMALL_COLUMNS = 20, 80
"""Below one of them the screen is a small panel's: one line of header, digits in two rows, no pictures."""
SHORT_ROWS, TALL_ROWS = 23, 34
"""Below the first the pictures give way to the keys; from the second on there is room to be generous."""
BESIDE_COLUMNS = 124
"""From here on what stands beside the kiosk stands at its right, else under it."""
UNDER_ROWS = 5
"""Height of what stands under it."""
BESIDE_WIDTH = 44
"""Width of what stands at its right."""
ROOMY_COLUMNS = 100
"""From here on the keypad may grow sideways."""

FORGET_SECONDS = 1
"""How long the first screen remembers, at most, who sent it something."""


def sheets(*names: str) -> list[str | PurePath]:
    """The style sheets of a screen: what all share, then its own."""
    return [f"{name}.tcss" for name in ("theme", "frame", "options", "tray", *names)]


def kiosk_of(widget: Widget) -> KioskApp:
    """The app that shows the widget."""
    return cast("KioskApp", widget.app)


class Beside(Widget):
    """Something that stands next to the kiosk and is no part of it."""

    def take_key(self, key: str) -> bool:  # noqa: ARG002 - for those who override it
        """Act on a key before the kiosk sees it; False to let the kiosk have it."""
        return False


@dataclass(frozen=True, slots=True)
class Shape:
    """How much room the kiosk's own part of the screen has. CSS knows it by the classes of the same names."""

    side: bool
    """Something stands at its right."""
    alone: bool
    """What would stand under it has folded away."""
    small: bool
    """As on a panel of 7 inches."""
    short: bool
    """Pictures give way to keys."""
    tall: bool
    roomy: bool

    @classmethod
    def of(cls, size: Size, *, has_beside: bool, needs_every_row: bool) -> Shape:
        """The shape of a terminal of that size."""
        side = has_beside and size.width >= BESIDE_COLUMNS
        alone = has_beside and not side and needs_every_row
        rows = size.height - (UNDER_ROWS if has_beside and not side and not alone else 0)
        columns = size.width - (BESIDE_WIDTH if side else 0)
        small = rows < SMALL_ROWS or columns < SMALL_COLUMNS
        return cls(side, alone, small, small or rows < SHORT_ROWS, rows >= TALL_ROWS, columns >= ROOMY_COLUMNS)


class Growth(Enum):
    """Which words may be larger than the terminal's letters; those of keys always may, for they have their own room."""

    NONE = 0
    TITLES = 1
    ALL = 2


class KioskScreen(Screen[None]):
    """A screen of the kiosk. The app brings keys straight to it, so that none is lost to a focus change."""

    AUTO_FOCUS = ""
    growth = Growth.ALL
    """As much as there is room for; see `screens.growing`."""

    def take_key(self, event: events.Key) -> None:
        """A key was struck."""

    def on_mouse_down(self) -> None:
        self.touched()

    def take_code(self, code: str | None) -> None:
        """A scanner typed a code; None when a part of it is missing."""

    def touched(self) -> None:
        """A key was struck or the screen was touched."""

    def shrunk(self) -> None:
        """Words have become smaller than they were: what gave way to them may have room."""

    def rebuild(self) -> None:
        """The language or the looks have changed: show the same in them."""

    @property
    def needs_every_row(self) -> bool:
        """Whether what stands under the kiosk folds away for this screen."""
        return False

    def shape(self, size: Size, *, has_beside: bool) -> Shape:
        """Tell CSS how much room the kiosk's own part has: -side, -alone, -small, -short, -tall, -roomy."""
        shape = Shape.of(size, has_beside=has_beside, needs_every_row=self.needs_every_row)
        for name in Shape.__slots__:
            self.set_class(getattr(shape, name), f"-{name}")
        self.set_class(kiosk_of(self).large, "-large")
        return shape


class FirstScreen(KioskScreen):
    """What stands there before the first question, and for a moment between two of them."""

    DEFAULT_CSS = """
    FirstScreen { background: $paper; color: $ink; align: center middle; }
    FirstScreen Static { width: 100%; text-align: center; }
    """

    def __init__(self, *, simulator: bool) -> None:
        super().__init__()
        self._simulator = simulator

    def compose(self) -> ComposeResult:
        yield Static(_("準備しています"))
        if self._simulator:
            yield Static(_("SIMULATOR シミュレーター・練習用"))

    def on_mount(self) -> None:
        # Textual holds on to the last message of a screen, and with it to who sent it: the screen of somebody who left.
        self.set_interval(FORGET_SECONDS, name="forget")

    def _compositor_refresh(self) -> None:
        """Not from behind a question: Textual would paint all of that anew, every time that this one forgets."""
        if self.app.screen is self:
            super()._compositor_refresh()
