"""The panels that the screens are drawn for, with the arithmetic of what a finger and an eye need on them.

A letter is as high as its cell; a full-width one is as wide as two. Half-width letters of BIZ UDGothic are half as wide
as high, so that a cell is about twice as high as wide.
"""

from __future__ import annotations

from dataclasses import dataclass

LETTER_MM = 5.0
"""Letters are at least so high, for those who left their reading glasses at home."""
FINGER_MM = 20.0
"""Keys are at least so wide and so high, for fingers that tremble."""
GAP_COLUMNS = 2
"""Ground between two keys beside each other; between two rows the upper edge of each key leaves half a line free."""


@dataclass(frozen=True, slots=True)
class Panel:
    """A screen of glass, and the cells that the terminal divides it into."""

    name: str
    pixels: tuple[int, int]
    """Across and down."""
    millimetres: tuple[float, float]
    """Of the lit area, across and down."""
    cell: tuple[int, int]
    """Pixels of a cell, across and down."""

    @property
    def size(self) -> tuple[int, int]:
        """Whole columns and rows."""
        return self.pixels[0] // self.cell[0], self.pixels[1] // self.cell[1]

    @property
    def column_mm(self) -> float:
        """Width of a column."""
        return self.cell[0] * self.millimetres[0] / self.pixels[0]

    @property
    def row_mm(self) -> float:
        """Height of a row, and of a letter."""
        return self.cell[1] * self.millimetres[1] / self.pixels[1]


TEN_INCH = Panel("10 inch", (1280, 800), (217.0, 136.0), (15, 30))
"""85 columns of 2.5 mm, 26 rows of 5.1 mm; a key has 8 by 4 cells."""
SEVEN_INCH = Panel("7 inch", (800, 480), (154.08, 85.92), (13, 28))
"""61 columns of 2.5 mm, 17 rows of 5.0 mm; a key has 8 by 4 cells.

The lit area is that of nearly all panels of this kind, the Raspberry Pi's first Touch Display among them: a pixel of
theirs is 0.193 mm wide and only 0.179 mm high, so that 26 or 27 pixels would be less than 5 mm.
"""
PANELS = (TEN_INCH, SEVEN_INCH)
