"""How pictures can be shown on the terminal that there is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Pictures(Enum):
    """What pictures are made of."""

    SIXEL = "sixel"
    """Dots of the panel: foot."""
    HALF_BLOCKS = "half blocks"
    """Two dots a cell, in any terminal with true colours."""
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Graphics:
    """What the terminal shows, and its cells in dots (across, down)."""

    pictures: Pictures = Pictures.HALF_BLOCKS
    cell: tuple[int, int] = (15, 30)
    """Those of the reference panel, unless the terminal was asked."""

    @property
    def sharp(self) -> bool:
        """Whether a picture of a few rows can be made out; of half blocks only a large one can."""
        return self.pictures is Pictures.SIXEL
