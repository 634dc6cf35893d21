"""Words as dots: larger than a terminal's letters can be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from rich.cells import cell_len

from screens.pictures.cells import Rows, rows_of
from screens.pictures.graphics import Graphics
from screens.pictures.letters import can_write, face_for

STEPS = 16
"""Colours from the ground to the ink: enough for smooth edges."""
BASELINE = 0.86
"""Of the height of a full-width letter: what stands above the line."""


class Side(Enum):
    """Where the words stand in their room."""

    START = 0.0
    MIDDLE = 0.5
    END = 1.0


@dataclass(frozen=True, slots=True)
class Lettering:
    """How words are drawn."""

    em: int
    """Dots across and down of a full-width letter."""
    pitch: int
    """Dots from one line to the next."""
    ink: str
    ground: str
    across: Side = Side.MIDDLE
    down: Side = Side.MIDDLE


def lettered(lines: Sequence[str], cells: tuple[int, int], graphics: Graphics, how: Lettering) -> Rows | None:
    """The words in so many cells; None when a letter has no face. What has no room is cut: choose `em` for it."""
    from PIL import Image, ImageDraw

    if not all(can_write(line) for line in lines):
        return None
    width, height = cells[0] * graphics.cell[0], cells[1] * graphics.cell[1]
    image = Image.new("RGB", (width, height), how.ground)
    draw = ImageDraw.Draw(image)
    top = round((height - len(lines) * how.pitch) * how.down.value)
    for place, line in enumerate(lines):
        x = round((width - cell_len(line) * how.em / 2) * how.across.value)
        y = top + place * how.pitch + (how.pitch - how.em) // 2 + round(how.em * BASELINE)
        for letter in line:
            room = cell_len(letter) * how.em / 2
            if not letter.isspace() and (font := face_for(letter, how.em)) is not None:
                draw.text((x + room / 2, y), letter, fill=how.ink, font=font, anchor="ms")
            x += round(room)
    return rows_of([image], cells, graphics, how.ground, STEPS)[0]
