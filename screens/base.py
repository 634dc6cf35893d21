"""What the app asks of every screen; light, because it stands on the way to the first frame."""

from __future__ import annotations

from pathlib import PurePath

from textual import events
from textual.app import ComposeResult
from textual.geometry import Size
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Static

from kiosk.locale import _

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


def sheets(*names: str) -> list[str | PurePath]:
    """The style sheets of a screen: what all share, then its own."""
    return [f"{name}.tcss" for name in ("theme", "tray", *names)]


class Beside(Widget):
    """Something that stands next to the kiosk and is no part of it."""

    def take_key(self, key: str) -> bool:  # noqa: ARG002 - for those who override it
        """Act on a key before the kiosk sees it; False to let the kiosk have it."""
        return False


class KioskScreen(Screen[None]):
    """A screen of the kiosk. The app brings keys straight to it, so that none is lost to a focus change."""

    AUTO_FOCUS = ""

    def take_key(self, event: events.Key) -> None:
        """A key was struck."""

    def on_mouse_down(self) -> None:
        self.touched()

    def take_code(self, code: str | None) -> None:
        """A scanner typed a code; None when a part of it is missing."""

    def touched(self) -> None:
        """A key was struck or the screen was touched."""

    @property
    def needs_every_row(self) -> bool:
        """Whether what stands under the kiosk folds away for this screen."""
        return False

    def shape(self, size: Size, *, has_beside: bool) -> None:
        """Tell CSS how much room the kiosk's own part has: -side, -alone, -short, -tall, -roomy."""
        side = has_beside and size.width >= BESIDE_COLUMNS
        alone = has_beside and not side and self.needs_every_row
        rows = size.height - (UNDER_ROWS if has_beside and not side and not alone else 0)
        self.set_class(side, "-side")
        self.set_class(alone, "-alone")
        self.set_class(rows < SHORT_ROWS, "-short")
        self.set_class(rows >= TALL_ROWS, "-tall")
        self.set_class(size.width - (BESIDE_WIDTH if side else 0) >= ROOMY_COLUMNS, "-roomy")


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
