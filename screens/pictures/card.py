"""The My Number card: a schematic card with a photograph, nothing of the real one's art."""

from __future__ import annotations

from screens.pictures.drawing import still
from screens.pictures.pen import Pen

WIDTH, HEIGHT = 96.0, 60.0


def card(pen: Pen) -> None:
    """The front, the photograph at the left."""
    pen.box((0, 0), (WIDTH, HEIGHT), "field", "ink", rounded=7)
    pen.box((4, 4), (WIDTH - 8, 10), "main", rounded=3)
    pen.box((10, 20), (26, 32), "off", rounded=2)
    pen.disc((23, 31), 7, "quiet")
    pen.half_disc((23, 52), (11, 11), "quiet")
    for row, width in ((22, 44), (33, 36), (44, 26)):
        pen.box((44, row), (width, 5), "quiet", rounded=2.5)


def _frame(pen: Pen) -> None:
    card(pen.moved(7, 20))


CARD = still("card", 110, 100, _frame)
