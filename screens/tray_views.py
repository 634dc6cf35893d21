"""What stands in place of the kiosk while somebody at the demo's table looks at it: the slip, or the folders."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static

from screens.tray_hints import BOARD, EXPLAINED
from screens.tray_parts import TrayKey
from screens.tray_table import Mishap, Shelf

if TYPE_CHECKING:
    from textual.widget import Widget

LOOK_SECONDS = 0.5
"""How often the tray looks whether something changed."""
FAULT_PAGE = 10
NAME_COLUMNS = 31
MOST_FILES = 20
"""Of one folder; the newest tell what just happened."""

Picture = Callable[[Path], "Widget"]


def pictures() -> Picture | None:
    """A widget for a picture, where there is a terminal that could show one; the terminal is asked here."""
    if not (sys.__stdin__ and sys.__stdin__.isatty() and sys.__stdout__ and sys.__stdout__.isatty()):
        return None
    # The library asks when it is imported, and of a terminal that does not answer it warns with a traceback.
    logging.getLogger("textual_image").addHandler(logging.NullHandler())
    try:
        from textual_image.widget import Image
    except ZeroDivisionError:  # a serial line has no columns before somebody tells how many
        return None

    return lambda path: Image(path, id="slip")


class TrayView(VerticalScroll):
    """Something to look at until its key, Escape or Enter closes it."""

    FUNCTION = ""
    """The key that opens and closes it."""

    def __init__(self, close: Callable[[], None]) -> None:
        super().__init__()
        self._close = close

    def compose(self) -> ComposeResult:
        yield TrayKey(self.FUNCTION, "とじる", self._close)
        yield from self.body()

    def body(self) -> ComposeResult:
        """What there is to see."""
        yield from ()

    def take_key(self, key: str) -> bool:  # noqa: ARG002 (for those who override it)
        """Act on a key; False when it is none of this view's."""
        return False


class HelpView(TrayView):
    """What all this is."""

    FUNCTION = "F10"

    def __init__(self, settings_file: Path | None, close: Callable[[], None]) -> None:
        super().__init__(close)
        self._settings_file = settings_file

    def body(self) -> ComposeResult:
        board = (*BOARD, f"    kiosk --config {self._settings_file} staff") if self._settings_file else ()
        yield Static("\n".join((*EXPLAINED, *board)), id="explained", markup=False)


class SlipView(TrayView):
    """The last slip."""

    FUNCTION = "F6"

    def __init__(self, slip: Path | None, picture: Picture | None, close: Callable[[], None]) -> None:
        super().__init__(close)
        self._slip = slip
        self._picture = picture

    def body(self) -> ComposeResult:
        if self._slip is None:
            yield Static("受付票はまだありません。")
            return
        yield Static(str(self._slip), id="slip-path", markup=False)
        if self._picture is None:
            yield Static("この端末では絵を出せません。上のファイルを開いてください。")
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
        yield Static("シミュレーターの端末とゲートウェイのあいだのフォルダー")
        yield Static(str(self._folder), id="folder-path", markup=False)
        yield Static(self._text(), id="folder-files", markup=False)

    def on_mount(self) -> None:
        self.set_interval(LOOK_SECONDS, lambda: self.query_one("#folder-files", Static).update(self._text()))

    def _text(self) -> str:
        return "\n".join(line for shelf in self._shelves() for line in _lines(shelf))


class FaultView(TrayView):
    """The faults that the devices can have, to be struck and put right."""

    FUNCTION = "F12"

    def __init__(
        self, mishaps: Callable[[], Sequence[Mishap]], toggle: Callable[[str], None], close: Callable[[], None]
    ) -> None:
        super().__init__(close)
        self._faults = FaultList(mishaps, toggle)

    def body(self) -> ComposeResult:
        yield Static("訓練のための故障  矢印で選び、スペースで起こす・直す  *は一度だけ", id="fault-help")
        yield self._faults

    def on_mount(self) -> None:
        self.set_interval(LOOK_SECONDS, self._faults.refresh)

    def take_key(self, key: str) -> bool:
        faults = self._faults
        match key:
            case "space":
                faults.toggle()
            case "up" | "down" | "pageup" | "pagedown":
                faults.move({"up": -1, "down": 1, "pageup": -FAULT_PAGE, "pagedown": FAULT_PAGE}[key])
                self.call_after_refresh(self._scroll)
            case _:
                return False
        return True

    def _scroll(self) -> None:
        """Have the chosen one in the middle."""
        self.scroll_to(y=self._faults.virtual_region.y + self._faults.row - self.size.height // 2, animate=False)


class FaultList(Static):
    """One line for each fault, two where there is little room; a click chooses it and strikes it or puts it right."""

    def __init__(self, mishaps: Callable[[], Sequence[Mishap]], toggle: Callable[[str], None]) -> None:
        super().__init__(id="fault-list", markup=False)
        self._mishaps = mishaps
        self._strike = toggle
        self.place = 0

    def move(self, by: int) -> None:
        """Choose another one."""
        self.place = max(0, min(len(self._mishaps()) - 1, self.place + by))
        self.refresh()

    def toggle(self) -> None:
        """Strike the chosen one, or put it right."""
        self._strike(self._mishaps()[self.place].name)
        self.refresh()

    def render(self) -> Text:
        lines = Text(no_wrap=True, overflow="crop")
        for place, mishap in enumerate(self._mishaps()):
            chosen = place == self.place
            for row in self._rows(mishap, ">" if chosen else " "):
                lines.append(f"{row}\n", "reverse" if chosen else "bold" if mishap.on else "")
        return lines

    @property
    def row(self) -> int:
        """Where the chosen one begins."""
        return sum(len(self._rows(mishap)) for mishap in self._mishaps()[: self.place])

    def on_click(self, event: events.Click) -> None:
        places = [place for place, mishap in enumerate(self._mishaps()) for _row in self._rows(mishap)]
        if event.y < len(places):
            self.place = places[event.y]
            self.toggle()

    def _rows(self, mishap: Mishap, mark: str = " ") -> list[str]:
        """One row, or two where the words need one of their own."""
        name = f"{mark}{'!' if mishap.on else ' '} {mishap.name + '*' * mishap.once}"
        row = f"{name:{NAME_COLUMNS}}{mishap.words}"
        return [row] if cell_len(row) <= self.size.width else [name, f"     {mishap.words}"]


def _lines(shelf: Shelf) -> Iterator[str]:
    yield f"{shelf.name}  {len(shelf.files)}"
    yield from (f"  {line}" for line in shelf.files[:MOST_FILES])
    if len(shelf.files) > MOST_FILES:
        yield "  (ほか)"
