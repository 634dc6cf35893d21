"""A number in huge letters, drawn with half blocks so that it needs no font."""

from __future__ import annotations

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
"""Letters of 3 by 5 dots; every dot becomes a square of 2 columns and one line, or a multiple of that."""

ROWS = 5
DOT = 2
"""Columns of a dot: a cell is half as wide as high."""
GAP = 2
"""Columns between two letters."""


def columns(text: str, scale: int = 1) -> int:
    """How wide `text` becomes."""
    return scale * (len(text) * (3 * DOT + GAP) - GAP)


def draw(text: str, scale: int = 1) -> list[str]:
    """The lines of `text`, five times `scale`, made of full blocks and spaces. Raises KeyError for other letters."""
    lines: list[str] = []
    for row in range(ROWS):
        parts = ("".join(("█" if dot == "#" else " ") * DOT * scale for dot in GLYPHS[c][row]) for c in text)
        lines += [(" " * GAP * scale).join(parts)] * scale
    return lines


class Huge(Static):
    """The number, twice as large where there is room."""

    def __init__(self, text: str, *, dom_id: str | None = None) -> None:
        super().__init__(id=dom_id)
        self._text = text

    def scale_to(self, width: int, height: int) -> None:
        """Take the largest of two sizes that fits."""
        scale = 2 if width >= columns(self._text, 2) and height >= 2 * ROWS else 1
        self.update(Text("\n".join(draw(self._text, scale)), no_wrap=True, overflow="crop"))
