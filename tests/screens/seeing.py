"""A screen as a terminal paints it: dots in the colours of its cells, for cameras and readers of codes."""

from __future__ import annotations

from collections.abc import Iterable

from PIL import Image, ImageDraw
from rich.cells import cell_len
from rich.segment import Segment

CELL = (15, 30)
"""Dots of a cell on the reference panel."""
BEZEL = 40
"""Dots of black around the panel."""


def photograph(lines: Iterable[Iterable[Segment]], columns: int, rows: int) -> Image.Image:
    """The panel with its black frame. Letters are left out: only blocks have dots that a font does not choose."""
    width, height = CELL
    image = Image.new("RGB", (columns * width + 2 * BEZEL, rows * height + 2 * BEZEL), "black")
    pen = ImageDraw.Draw(image)
    for row, line in enumerate(lines):
        column = 0
        for segment in line:
            ink, ground = _colours(segment)
            for character in segment.text:
                cells = cell_len(character)
                x, y = BEZEL + column * width, BEZEL + row * height
                upper, lower = {"█": (1, 1), "▀": (1, 0), "▄": (0, 1)}.get(character, (0, 0))
                for place, inked in ((0, upper), (1, lower)):
                    top = y + place * height // 2
                    pen.rectangle((x, top, x + cells * width - 1, top + height // 2 - 1), ink if inked else ground)
                column += cells
    return image


def _colours(segment: Segment) -> tuple[str, str]:
    style = segment.style
    assert style is not None
    ink = style.color.get_truecolor().hex if style.color else "#000000"
    ground = style.bgcolor.get_truecolor().hex if style.bgcolor else "#ffffff"
    return (ground, ink) if style.reverse else (ink, ground)
