"""A number in huge letters: real ones where the terminal shows pictures, else half blocks, which need no font."""

from __future__ import annotations

from dataclasses import dataclass

from rich.text import Text
from textual.strip import Strip
from textual.widgets import Static

from screens.base import kiosk_of
from screens.pictures.cells import Rows
from screens.pictures.graphics import Pictures
from screens.pictures.lettering import Lettering, lettered

GLYPHS = {
    "0": ("###", "# #", "# #", "# #", "###"),
    "1": (" # ", "## ", " # ", " # ", "###"),
    "2": ("###", "  #", "###", "#  ", "###"),
    "3": ("###", "  #", "###", "  #", "###"),
    "4": ("# #", "# #", "###", "  #", "  #"),
    "5": ("###", "#  ", "###", "  #", "###"),
    "6": ("###", "#  ", "###", "# #", "###"),
    "7": ("###", "  #", "  #", "  #", "  #"),
    "8": ("###", "# #", "###", "# #", "###"),
    "9": ("###", "# #", "###", "  #", "###"),
    "-": ("   ", "   ", "###", "   ", "   "),
    "A": (" # ", "# #", "###", "# #", "# #"),
    "B": ("## ", "# #", "## ", "# #", "## "),
    "C": (" ##", "#  ", "#  ", "#  ", " ##"),
    "D": ("## ", "# #", "# #", "# #", "## "),
    "E": ("###", "#  ", "## ", "#  ", "###"),
    "F": ("###", "#  ", "## ", "#  ", "#  "),
    "G": (" ##", "#  ", "# #", "# #", " ##"),
    "H": ("# #", "# #", "###", "# #", "# #"),
    "I": ("###", " # ", " # ", " # ", "###"),
    "J": ("  #", "  #", "  #", "# #", " # "),
    "K": ("# #", "# #", "## ", "# #", "# #"),
    "L": ("#  ", "#  ", "#  ", "#  ", "###"),
    "M": ("# #", "###", "###", "# #", "# #"),
    "N": ("## ", "# #", "# #", "# #", "# #"),
    "O": (" # ", "# #", "# #", "# #", " # "),
    "P": ("## ", "# #", "## ", "#  ", "#  "),
    "Q": (" # ", "# #", "# #", " # ", "  #"),
    "R": ("## ", "# #", "## ", "# #", "# #"),
    "S": (" ##", "#  ", " # ", "  #", "## "),
    "T": ("###", " # ", " # ", " # ", " # "),
    "U": ("# #", "# #", "# #", "# #", "###"),
    "V": ("# #", "# #", "# #", "# #", " # "),
    "W": ("# #", "# #", "###", "###", "# #"),
    "X": ("# #", "# #", " # ", "# #", "# #"),
    "Y": ("# #", "# #", " # ", " # ", " # "),
    "Z": ("###", "  #", " # ", "#  ", "###"),
}
"""Letters of 3 by 5 dots."""

LETTER, ROWS = 3, 5
"""Dots across and down."""
INKED = 0.9
"""Of the height of a real letter's box, what its number and the ground around it take."""
MOST_ROWS = 12
"""Of a real number: larger ones are no easier to read."""


@dataclass(frozen=True, slots=True)
class Size:
    """How large the letters are."""

    dot: int
    """Columns of a dot, and of the gap between two letters."""
    lines: int
    """Lines of a dot."""

    def columns(self, text: str) -> int:
        """How wide `text` becomes."""
        return self.dot * (len(text) * (LETTER + 1) - 1)


SIZES = (Size(4, 2), Size(2, 1), Size(1, 1))
"""The largest first; a cell is half as wide as high, so that the last one's letters are narrow."""


def draw(text: str, size: Size) -> list[str]:
    """The lines of `text`, made of full blocks and spaces. Raises KeyError for other letters."""
    lines: list[str] = []
    for row in range(ROWS):
        parts = ("".join(("█" if dot == "#" else " ") * size.dot for dot in GLYPHS[c][row]) for c in text)
        lines += [(" " * size.dot).join(parts)] * size.lines
    return lines


class Huge(Static):
    """The number, as large as there is room for."""

    def __init__(self, text: str, *, dom_id: str | None = None) -> None:
        super().__init__(id=dom_id)
        self._text = text
        self._room = (0, 0)
        self._em = 0
        self._drawn: tuple[tuple[object, ...], Rows | None] | None = None

    def become(self, text: str) -> None:
        """Show another number in the same room."""
        if text != self._text:
            self._text = text
            self.scale_to(*self._room)

    def scale_to(self, width: int, height: int) -> None:
        """Take the largest size that fits, and the smallest when none does."""
        self._room = (width, height)
        if kiosk_of(self).graphics.pictures is Pictures.SIXEL:
            self._em, self.styles.height = self._fit(width, height)
            self.refresh(layout=True)
            return
        fitting = (size for size in SIZES if size.columns(self._text) <= width and size.lines * ROWS <= height)
        self.update(Text("\n".join(draw(self._text, next(fitting, SIZES[-1]))), no_wrap=True, overflow="crop"))

    def render_line(self, y: int) -> Strip:
        rows = self._rows()
        if rows is None:
            return super().render_line(y)
        return rows[y] if y < len(rows) else Strip.blank(self.content_size.width, self.rich_style)

    def _fit(self, width: int, height: int) -> tuple[int, int]:
        """Dots of a full-width letter as large as there is room for, and the rows that it takes."""
        across, down = kiosk_of(self).graphics.cell
        em = min(2 * width * across // max(1, len(self._text)), int(min(height, MOST_ROWS) * down / INKED))
        return em, max(1, min(height, -(-int(em * INKED) // down)))

    def _rows(self) -> Rows | None:
        graphics = kiosk_of(self).graphics
        cells = (self.content_size.width, self.content_size.height)
        if graphics.pictures is not Pictures.SIXEL or not all(cells) or not self._em:
            return None
        _behind, _letters, ground, ink = self.colors
        asked = (self._text, cells, self._em, ground, ink, graphics)
        if self._drawn is None or self._drawn[0] != asked:
            how = Lettering(self._em, self._em, (ground + ink).hex6, ground.hex6)
            self._drawn = (asked, lettered([self._text], cells, graphics, how))
        return self._drawn[1]
