"""What a terminal with sixel would show: the dots of the strips of a screen."""

from __future__ import annotations

import re
from collections.abc import Iterable

from PIL import Image
from rich.segment import Segment

_SIXEL = re.compile(r"\x1bP0;0;0q(.*?)\x1b\\", re.DOTALL)
_TOKEN = re.compile(r'"1;1;(\d+);(\d+)|#(\d+);2;(\d+);(\d+);(\d+)|#(\d+)|!(\d+)(.)|([$-])|([?-~])')


def sixels_in(line: Iterable[Segment]) -> list[str]:
    """The pictures in a line of segments, as they are told to the terminal."""
    return [match.group(1) for segment in line for match in _SIXEL.finditer(segment.text)]


def dots_of(sixel: str) -> Image.Image:
    """The dots of one picture. Raises ValueError for what is no sixel, or has no colour chosen."""
    image, colours, colour = None, dict[int, tuple[int, int, int]](), None
    x = y = 0
    at = 0
    while at < len(sixel):
        token = _TOKEN.match(sixel, at)
        if token is None:
            raise ValueError(sixel[at : at + 20])
        at = token.end()
        width, height, defined, r, g, b, chosen, times, repeated, move, single = token.groups()
        if width:
            image = Image.new("RGB", (int(width), int(height)))
        elif defined:
            # As foot 1.13 does: defined is not chosen.
            colours[int(defined)] = (int(r) * 255 // 100, int(g) * 255 // 100, int(b) * 255 // 100)
        elif chosen:
            colour = colours[int(chosen)]
        elif move:
            x, y = 0, y + 6 * (move == "-")
        else:
            bits = ord(repeated or single) - 63
            run = int(times or 1)
            for column in range(x, x + run):
                if image is None or (bits and colour is None):
                    raise ValueError("dots without a colour")
                for dot in range(6):
                    if bits >> dot & 1 and y + dot < image.height:
                        image.putpixel((column, y + dot), colour or (0, 0, 0))
            x += run
    if image is None or y >= image.height:
        raise ValueError("higher than it says")
    return image


def panel(lines: Iterable[Iterable[Segment]], columns: int, cell: tuple[int, int]) -> Image.Image:
    """The panel with its pictures; letters are left out."""
    rows = [list(line) for line in lines]
    image = Image.new("RGB", (columns * cell[0], len(rows) * cell[1]), "white")
    for y, row in enumerate(rows):
        column = width = 0
        for segment in row:
            if "\x1b" in segment.text:  # Textual forgets on its way that it takes no room
                for sixel in sixels_in([segment]):
                    image.paste(dots_of(sixel), ((column - width) * cell[0], y * cell[1]))
            else:
                width = segment.cell_length
                column += width
    return image
