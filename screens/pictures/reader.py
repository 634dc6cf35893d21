"""The card reader, seen from above, and the card that is put on it or taken from it."""

from __future__ import annotations

from functools import partial

from screens.pictures.card import HEIGHT, WIDTH, card
from screens.pictures.drawing import Drawing
from screens.pictures.pen import Pen

ACROSS, DOWN = 200.0, 130.0
LEFT = (ACROSS - WIDTH) / 2
LYING = 58.0
"""Where the card lies on the reader, from the top."""
STEPS = (4.0, 22.0, 40.0, LYING)
"""Where it is on its way."""
COMING, GOING = (0, 1, 2, 3, 3, 3), (3, 3, 2, 1, 0, 0)
"""It rests where it is to be."""


def reader(pen: Pen) -> None:
    """A flat box with the outline of a card on it, and waves at both sides."""
    pen.box((30, 46), (140, 82), "band", "ink", rounded=12)
    pen.box((LEFT - 4, LYING - 4), (WIDTH + 8, HEIGHT + 8), None, "mark", thick=2.5, rounded=9)
    for side, turn in ((-1, (140.0, 220.0)), (1, (-40.0, 40.0))):
        for radius in (10.0, 17.0):
            pen.arc((ACROSS / 2 + side * 48, LYING + HEIGHT / 2), radius, turn, "mark", thick=2.5)


def _step(pen: Pen, down: float, *, taking: bool) -> None:
    reader(pen)
    card(pen.moved(LEFT, down))
    if taking:
        pen.arrow((182, 78), (182, 14), "main")
    elif down < LYING:
        pen.arrow((182, 8), (182, 44), "main")


CARD_ON_READER = Drawing(
    "card on reader", ACROSS, DOWN, tuple(partial(_step, down=d, taking=False) for d in STEPS), COMING
)
TAKE_CARD = Drawing("take card", ACROSS, DOWN, tuple(partial(_step, down=d, taking=True) for d in STEPS), GOING)
