"""Taking the slip: it comes out of the printer."""

from __future__ import annotations

from functools import partial

from screens.pictures.drawing import Drawing
from screens.pictures.pen import Pen

OUT = (38.0, 48.0, 58.0)
"""How far it hangs out."""


def _step(pen: Pen, out: float) -> None:
    paper = pen.moved(0, out - 58)
    paper.box((44, 36), (62, 58), "field", "ink", rounded=3)
    for row, width in ((52, 40), (63, 28)):
        paper.box((55, row), (width, 5), "quiet", rounded=2.5)
    for column, row in ((55, 75), (64, 75), (55, 84), (73, 84), (82, 75), (64, 84)):
        paper.box((column, row), (7, 7), "ink")
    pen.box((22, 6), (106, 44), "band", "ink", rounded=9)
    pen.box((36, 36), (78, 7), "ink", rounded=3.5)
    pen.disc((114, 18), 4, "mark")
    pen.arrow((130, 62), (130, 96), "main")


TAKE_SLIP = Drawing("take slip", 150, 100, tuple(partial(_step, out=out) for out in OUT), (0, 1, 2, 2, 2))
