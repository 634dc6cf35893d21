"""What a picture is: its proportions, and how each of its frames is drawn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from screens.pictures.pen import Pen

Frame = Callable[["Pen"], None]


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture. Two with the same name are the same picture."""

    name: str
    width: float
    """In units of its own; about 100 are the height of a picture."""
    height: float
    frames: tuple[Frame, ...]
    order: tuple[int, ...] = (0,)
    """The frames in the order in which they are shown, again and again; one for what stands still."""


def still(name: str, width: float, height: float, frame: Frame) -> Drawing:
    """A picture that does not move."""
    return Drawing(name, width, height, (frame,))
