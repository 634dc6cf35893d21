"""What stands in place of the kiosk while somebody at the demo's table looks at it: the slip, or the folders."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static

from kiosk.locale import _
from screens.tray_parts import TrayKey
from screens.tray_table import Shelf

if TYPE_CHECKING:
    from textual.widget import Widget

LOOK_SECONDS = 0.5
"""How often the tray looks whether something changed."""
MOST_FILES = 20
"""Of one folder; the newest tell what just happened."""

Picture = Callable[[Path], "Widget"]


def pictures() -> Picture | None:
    """A widget for a picture, where there is a terminal that could show one; the terminal is asked here."""
    if not (sys.__stdin__ and sys.__stdin__.isatty() and sys.__stdout__ and sys.__stdout__.isatty()):
        return None
    from textual_image.widget import Image

    return lambda path: Image(path, id="slip")


class TrayView(VerticalScroll):
    """Something to look at until its key, Escape or Enter closes it."""

    FUNCTION = ""
    """The key that opens and closes it."""

    def __init__(self, close: Callable[[], None]) -> None:
        super().__init__()
        self._close = close

    def compose(self) -> ComposeResult:
        yield TrayKey(self.FUNCTION, _("とじる"), self._close)
        yield from self.body()

    def body(self) -> ComposeResult:
        """What there is to see."""
        yield from ()


class SlipView(TrayView):
    """The last slip."""

    FUNCTION = "F6"

    def __init__(self, slip: Path | None, picture: Picture | None, close: Callable[[], None]) -> None:
        super().__init__(close)
        self._slip = slip
        self._picture = picture

    def body(self) -> ComposeResult:
        if self._slip is None:
            yield Static(_("受付票はまだありません。"))
            return
        yield Static(str(self._slip), id="slip-path", markup=False)
        if self._picture is None:
            yield Static(_("この端末では絵を出せません。上のファイルを開いてください。"))
        else:
            yield self._picture(self._slip)


class FolderView(TrayView):
    """The folders `req`, `res` and `face`, as files come and go."""

    FUNCTION = "F8"

    def __init__(self, folder: Path, shelves: Callable[[], Sequence[Shelf]], close: Callable[[], None]) -> None:
        super().__init__(close)
        self._folder = folder
        self._shelves = shelves

    def body(self) -> ComposeResult:
        yield Static(_("シミュレーターの端末とゲートウェイのあいだのフォルダー"))
        yield Static(str(self._folder), id="folder-path", markup=False)
        yield Static(self._text(), id="folder-files", markup=False)

    def on_mount(self) -> None:
        self.set_interval(LOOK_SECONDS, lambda: self.query_one("#folder-files", Static).update(self._text()))

    def _text(self) -> str:
        return "\n".join(line for shelf in self._shelves() for line in _lines(shelf))


def _lines(shelf: Shelf) -> Iterator[str]:
    yield f"{shelf.name}  {len(shelf.files)}"
    yield from (f"  {line}" for line in shelf.files[:MOST_FILES])
    if len(shelf.files) > MOST_FILES:
        yield "  …"
