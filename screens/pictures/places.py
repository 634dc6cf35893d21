"""Where to go: on to the checkup, to the desk, to the face reader; and waiting."""

from __future__ import annotations

from functools import partial

from screens.pictures.drawing import Drawing, still
from screens.pictures.pen import Pen


def person(pen: Pen, colour: str) -> None:
    """Head and shoulders, 40 across and 48 high."""
    pen.disc((20, 12), 12, colour)
    pen.half_disc((20, 48), (20, 21), colour)


def _walk_on(pen: Pen) -> None:
    pen.box((92, 6), (50, 88), "off", "ink", rounded=4)
    pen.box((92, 90), (50, 4), "ink")
    pen.disc((101, 52), 4, "ink")
    pen.disc((38, 30), 24, "good")
    pen.line([(26, 31), (35, 40), (51, 21)], "paper", thick=7)
    pen.arrow((16, 76), (82, 76), "main", thick=11)


def _desk(pen: Pen) -> None:
    person(pen.moved(84, 10), "quiet")
    pen.box((60, 54), (88, 10), "main", "ink", rounded=4)
    pen.box((68, 62), (72, 34), "off", "ink", rounded=3)
    pen.arrow((8, 58), (54, 58), "main", thick=11)


def _face_reader(pen: Pen) -> None:
    pen.box((34, 4), (72, 78), "band", "ink", rounded=10)
    pen.box((42, 12), (56, 52), "field", rounded=4)
    person(pen.moved(54, 18).scaled(0.8), "quiet")
    pen.box((50, 50), (40, 14), "field")
    person(pen.moved(52, 20).scaled(0.9), "quiet")
    for x, y, across, down in ((46, 16, 1, 1), (94, 16, -1, 1), (46, 60, 1, -1), (94, 60, -1, -1)):
        pen.line([(x + 10 * across, y), (x, y), (x, y + 10 * down)], "main", thick=3.5)
    pen.disc((70, 73), 3.5, "mark")
    pen.box((22, 82), (96, 14), "quiet", "ink", rounded=5)
    pen.box((46, 86), (48, 5), "ink", rounded=2.5)


def _waiting(pen: Pen, turn: int) -> None:
    pen.disc((50, 50), 44, "field", "ink")
    for place in range(3):
        pen.disc((28 + 22 * place, 50), 8 if place == turn else 6, "main" if place == turn else "off")


WALK_ON = still("walk on", 150, 100, _walk_on)
DESK = still("desk", 150, 100, _desk)
FACE_READER = still("face reader", 140, 100, _face_reader)
WAITING = Drawing("waiting", 100, 100, tuple(partial(_waiting, turn=turn) for turn in range(3)), (0, 1, 2))
