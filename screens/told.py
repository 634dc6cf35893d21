"""What the result tells, and who gives way when there is little room.

The number, where to go and what to take always stand. Then, as far as there is room: pictures, the reminders (they are
on the slip, too), the appointment (whoever is here knows it), and larger letters.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from rich.cells import cell_len, set_cell_size
from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.widget import Widget
from textual.widgets import Static

from kiosk.locale import _
from screens.base import kiosk_of
from screens.breaking import broken
from screens.pictures.drawing import Drawing
from screens.widgets.huge import ROWS, Huge
from screens.widgets.picture import LEAST_PICTURE, Picture
from screens.widgets.words import Words, scales

WIDEST = 130
"""Columns of all panels together."""
MOST_PICTURE = 8
"""Rows: of more it is no clearer."""
FIGURE_SHARE = 2 / 5
"""Of the width, for the number where it stands beside the words."""
WIDE_SHARE, SHARE = 5, 3
"""Of the columns, for a panel that says where to go, and for one that says what to take; as in result.tcss."""
MARGIN, PADDING = 1, 2
"""Columns that a panel leaves free at both sides of its words, and those between two of them; as in result.tcss."""
GAP = 1
"""Row between the number and the panels, and between them and the reminders, where there is room for both."""


@dataclass(frozen=True, slots=True)
class Telling:
    """One thing that is told, with its picture."""

    words: str
    drawing: Drawing
    wide: bool = False
    """Whether it has more room than the others: it says where to go."""


class Panel(Vertical):
    """A picture and what it means."""

    def __init__(self, telling: Telling) -> None:
        super().__init__(classes="panel -wide" if telling.wide else "panel")
        self.telling = telling

    def compose(self) -> ComposeResult:
        yield Picture(self.telling.drawing)
        yield Words(self.telling.words, markup=False)

    def take(self, picture: int, words: int) -> None:
        """Have so many rows for the picture, and for the words; without a picture, words as high as they are."""
        shown = self.query_one(Picture)
        shown.display = picture > 0
        shown.styles.height = picture
        told = self.query_one(Words).styles
        told.height, told.max_height = (words if picture else "auto"), words


class Booked(Static):
    """Time and course on one line, with 「など」 where it is too short for all of it."""

    def __init__(self, words: str) -> None:
        super().__init__(id="booked")
        self._words = words

    def render(self) -> Text:
        words, width = self._words, self.content_size.width
        if cell_len(words) > width:
            etc = _("など")
            cut = set_cell_size(words, max(0, width - cell_len(etc))).rstrip()
            words = (cut.rpartition("・")[0] or cut) + etc
        return Text(words, no_wrap=True, overflow="crop")


class Told(Container):
    """The number and the words."""

    def __init__(self, number: str, tellings: Sequence[Telling], booked: str, hints: Sequence[str]) -> None:
        super().__init__(id="told")
        self._number = number
        self._tellings = tuple(tellings)
        self._booked = booked
        self._hints = tuple(hints)

    def compose(self) -> ComposeResult:
        if self._number:
            with Vertical(id="figure"):
                yield Static(_("受付番号 {number}").format(number=self._number), id="number", markup=False)
                yield Huge(self._number, dom_id="huge")
        with Vertical(id="words"):
            with Container(id="panels"):
                yield from (Panel(telling) for telling in self._tellings)
            if self._booked:
                yield Booked(self._booked)
            for hint in self._hints:
                yield Words(hint, classes="hint", markup=False)

    def on_resize(self, event: events.Resize) -> None:
        small, beside_qr = (self.screen.has_class(name) for name in ("-small", "-with-qr"))
        beside = small and not beside_qr and bool(self._number)
        self.set_class(beside, "-beside")
        if beside:
            figure = int(event.size.width * FIGURE_SHARE)
            self._fit_words(event.size.width - figure - PADDING, event.size.height, panels=False)
            self._fit_number(figure - PADDING, event.size.height - 1)
        else:
            least = ROWS + 1 if self._number else 0
            taken = self._fit_words(event.size.width, event.size.height - least, panels=not beside_qr)
            self._fit_number(event.size.width, event.size.height - 1 - taken)

    def _fit_number(self, columns: int, rows: int) -> None:
        for huge in self.query(Huge):
            huge.scale_to(columns, rows)

    def _fit_words(self, columns: int, rows: int, *, panels: bool) -> int:
        """Show what so many rows have room for; how many are taken."""
        shares = self._shares(columns) if panels else [columns] * len(self._tellings)
        pictured = panels and kiosk_of(self).graphics.sharp
        least = LEAST_PICTURE if pictured else 0
        for scale in (*scales(self), 1.0):
            heights = [
                _rows(telling.words, share, scale) for telling, share in zip(self._tellings, shares, strict=True)
            ]
            words = max(heights) if panels else sum(heights)
            if words + least <= rows:
                break
        else:
            if panels:
                return self._fit_words(columns, rows, panels=False)
        self.set_class(panels, "-panels")
        left = rows - words - least
        shown = 0
        for widget, needed in self._optional(columns):
            widget.display = needed <= left
            if widget.display:
                widget.styles.max_height = needed
                left -= needed
                shown += needed
        gaps = 2 * GAP if panels and left >= 2 * GAP else 0
        self.set_class(bool(gaps), "-airy")
        left -= gaps
        more = min(MOST_PICTURE - LEAST_PICTURE, left // 2) if pictured else 0
        larger = (left - more) // 2 if pictured else 0
        picture = LEAST_PICTURE + more if pictured else 0
        for panel, height in zip(self.query(Panel), heights, strict=True):
            panel.take(picture, (words + larger) if pictured else height)
        return words + shown + picture + gaps + larger

    def _shares(self, columns: int) -> list[int]:
        """Columns for the words of each panel."""
        weights = [WIDE_SHARE if telling.wide else SHARE for telling in self._tellings]
        columns = min(columns, WIDEST) - PADDING * (len(weights) - 1)
        return [columns * weight // sum(weights) - 2 * MARGIN - 1 for weight in weights]

    def _optional(self, columns: int) -> list[tuple[Widget, int]]:
        hints = [(hint, _rows(str(hint.content), columns)) for hint in self.query(".hint").results(Words)]
        return [*hints, *((booked, 1) for booked in self.query(Booked))]


def _rows(words: str, columns: int, scale: float = 1.0) -> int:
    return ceil(scale * len(broken(words, max(2, int(columns / scale)))))
