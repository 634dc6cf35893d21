"""A number in huge letters, drawn with half blocks so that it needs no font."""

from __future__ import annotations

from dataclasses import dataclass

from rich.text import Text
from textual.widgets import Static

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

    def become(self, text: str) -> None:
        """Show another number in the same room."""
        self._text = text
        self.scale_to(*self._room)

    def scale_to(self, width: int, height: int) -> None:
        """Take the largest size that fits, and the smallest when none does."""
        self._room = (width, height)
        fitting = (size for size in SIZES if size.columns(self._text) <= width and size.lines * ROWS <= height)
        self.update(Text("\n".join(draw(self._text, next(fitting, SIZES[-1]))), no_wrap=True, overflow="crop"))
