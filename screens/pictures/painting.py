"""Pictures as rows of cells, painted once for each size and look and kept."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil

from screens.pictures.cells import Rows, dots_of, framed, rows_of
from screens.pictures.drawing import Drawing
from screens.pictures.graphics import Graphics, Pictures

MOST = 120
"""Paintings that are kept: those of every screen in two looks. None shows anything of a person."""


@dataclass(frozen=True, slots=True)
class Look:
    """How large a painting is, on which terminal, and in which colours."""

    cells: tuple[int, int]
    graphics: Graphics
    colours: tuple[tuple[str, str], ...]
    """Of the theme, as names and values."""
    ground: str
    """What it stands on."""


_kept: OrderedDict[tuple[str, Look], list[Rows]] = OrderedDict()


def kept(drawing: Drawing, look: Look) -> list[Rows] | None:
    """The rows of each frame, when it was painted before."""
    if (found := _kept.get((drawing.name, look))) is not None:
        _kept.move_to_end((drawing.name, look))
    return found


def paint(drawing: Drawing, look: Look) -> list[Rows]:
    """The rows of each frame; some ten milliseconds for a large picture in sixel."""
    from screens.pictures.raster import raster

    colours: Mapping[str, str] = dict(look.colours)
    # Only the cells that it needs in the middle of those it has: blank ones cost nothing.
    columns, lines = look.cells
    cell = dots_of((1, 1), look.graphics)
    needed = min(columns, ceil(drawing.width * lines * cell[1] / drawing.height / cell[0]))
    needed += (columns - needed) % 2 if needed < columns else 0
    cells = (needed, lines)
    images = raster(drawing, dots_of(cells, look.graphics), colours, look.ground)
    return framed(rows_of(images, cells, look.graphics, look.ground), columns, look.ground)


def keep(drawing: Drawing, look: Look, frames: list[Rows]) -> list[Rows]:
    """Keep it for the next time."""
    _kept[drawing.name, look] = frames
    while len(_kept) > MOST:
        _kept.popitem(last=False)
    return frames


async def painted(drawing: Drawing, look: Look) -> list[Rows]:
    """Paint it beside the loop, so that no key waits for a picture."""
    return kept(drawing, look) or keep(drawing, look, await asyncio.to_thread(paint, drawing, look))


def at_once(drawing: Drawing, look: Look) -> list[Rows] | None:
    """What is kept, or is painted in no time; None for what takes long."""
    if (found := kept(drawing, look)) is not None:
        return found
    return None if look.graphics.pictures is Pictures.SIXEL else keep(drawing, look, paint(drawing, look))
