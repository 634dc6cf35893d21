"""From a drawing to dots."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from screens.pictures.drawing import Drawing

if TYPE_CHECKING:
    from PIL.Image import Image

FINE_DOTS = 600
"""It is drawn finer than shown, for smooth edges: with about so many dots down, which is enough for a large picture."""


def raster(drawing: Drawing, size: tuple[int, int], colours: Mapping[str, str], ground: str) -> list[Image]:
    """Every frame, as large as `size` (dots across, down) leaves room for, in its middle."""
    from PIL import Image, ImageDraw

    from screens.pictures.pen import Pen

    across, down = size
    unit = min(across / drawing.width, down / drawing.height)
    width, height = max(1, round(drawing.width * unit)), max(1, round(drawing.height * unit))
    finer = max(2, min(8, FINE_DOTS // height))
    images = []
    for frame in drawing.frames:
        fine = Image.new("RGB", (width * finer, height * finer), ground)
        frame(Pen(ImageDraw.Draw(fine), unit * finer, colours))
        image = Image.new("RGB", size, ground)
        small = fine.resize((width, height), Image.Resampling.BOX)
        image.paste(small, ((across - width) // 2, (down - height) // 2))
        images.append(image)
    return images
