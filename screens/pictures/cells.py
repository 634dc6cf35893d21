"""From dots to what a terminal is told, row by row, so that a part of a picture can be drawn anew."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.color import Color
from rich.segment import ControlType, Segment
from rich.style import Style
from textual.strip import Strip

from screens.pictures.graphics import Graphics, Pictures

if TYPE_CHECKING:
    from PIL.Image import Image

COLOURS = 48
"""The flat ones and the steps between them at the edges; each costs bytes in every row."""
REMEMBER, RETURN = "\x1b7", "\x1b8"
"""DECSC and DECRC: where the cursor stands."""
END = "\x1b\\"
LAST_FEED = f"-{END}"
_DEFINED = re.compile(r"(#(\d+);2;\d+;\d+;\d+)")
_CONTROL = [(ControlType.CURSOR_FORWARD, 0)]
"""Tells Rich that a segment takes no room."""

Rows = tuple[Strip, ...]


def dots_of(cells: tuple[int, int], graphics: Graphics) -> tuple[int, int]:
    """How many dots so many cells have."""
    across, down = graphics.cell if graphics.pictures is Pictures.SIXEL else (1, 2)
    return cells[0] * across, cells[1] * down


def rows_of(
    images: Sequence[Image], cells: tuple[int, int], graphics: Graphics, ground: str, colours: int = COLOURS
) -> list[Rows]:
    """The rows of each image; those that are alike in two images are one and the same."""
    match graphics.pictures:
        case Pictures.SIXEL:
            return _sixels(images, cells, graphics.cell[1], ground, colours)
        case Pictures.HALF_BLOCKS:
            return [_half_blocks(image, cells) for image in images]
        case Pictures.NONE:
            return [tuple(_blank(cells[0], ground) for _row in range(cells[1])) for _image in images]


def framed(pictures: Sequence[Rows], columns: int, ground: str) -> list[Rows]:
    """The pictures in the middle of so many columns; rows that were one and the same stay so."""
    known: dict[int, Strip] = {}

    def wide(row: Strip) -> Strip:
        if (free := columns - row.cell_length) <= 0:
            return row
        if id(row) not in known:
            known[id(row)] = Strip.join([_blank(free // 2, ground), row, _blank(free - free // 2, ground)])
        return known[id(row)]

    return [tuple(wide(row) for row in rows) for rows in pictures]


def _blank(columns: int, ground: str) -> Strip:
    return Strip([Segment(" " * columns, Style(bgcolor=ground))], columns)


def _sixels(images: Sequence[Image], cells: tuple[int, int], cell_height: int, ground: str, colours: int) -> list[Rows]:
    from PIL import Image

    columns, lines = cells
    width, height = images[0].size
    # All with the same colours, so that what does not move is told in the same words.
    reel = Image.new("RGB", (width, height * len(images)))
    for place, image in enumerate(images):
        reel.paste(image, (0, place * height))
    few = reel.quantize(colours, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    known: dict[bytes, Strip] = {}
    pictures = []
    for place in range(len(images)):
        tops = (place * height + line * cell_height for line in range(lines))
        pictures.append(
            tuple(_sixel(few.crop((0, top, width, top + cell_height)), columns, ground, known) for top in tops)
        )
    return pictures


def _sixel(row: Image, columns: int, ground: str, known: dict[bytes, Strip]) -> Strip:
    """Blank cells, which wipe what stood there, and over them the dots.

    The cursor's place is remembered before the first cell: after the last one it may hang at the screen's edge.
    A strip that Textual cuts loses its dots and keeps the cells.
    """
    if (strip := known.get(told := row.tobytes())) is None:
        dots = f"{RETURN}{_told(row)}{RETURN}\x1b[{columns}C"
        strip = known[told] = Strip(
            [
                Segment(REMEMBER, None, _CONTROL),
                Segment(" " * columns, Style(bgcolor=ground)),
                Segment(dots, None, _CONTROL),
            ],
            columns,
        )
    return strip


def _told(row: Image) -> str:
    """The row as sixels, in words that foot understands as they are meant.

    It goes on in the colour before when one is defined without being chosen (seen in 1.13), and a line feed at the end
    begins another band, which would reach into the next row.
    """
    from textual_image._sixel import image_to_sixels

    return _DEFINED.sub(r"\1#\2", image_to_sixels(row)).removesuffix(LAST_FEED) + END


def _half_blocks(image: Image, cells: tuple[int, int]) -> Rows:
    columns, lines = cells
    octets, stride = image.tobytes(), 3 * columns

    def colour(column: int, dot: int) -> tuple[int, int, int]:
        at = dot * stride + 3 * column
        return octets[at], octets[at + 1], octets[at + 2]

    rows = []
    for line in range(lines):
        segments = []
        for column in range(columns):
            upper, lower = colour(column, 2 * line), colour(column, 2 * line + 1)
            if upper == lower:
                segments.append(Segment(" ", Style(bgcolor=Color.from_rgb(*upper))))
            else:
                style = Style(color=Color.from_rgb(*upper), bgcolor=Color.from_rgb(*lower))
                segments.append(Segment("▀", style))
        rows.append(Strip(Segment.simplify(segments), columns))
    return tuple(rows)
