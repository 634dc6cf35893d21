"""Draws shapes with Pillow, in a picture's own units and in the colours' names of the theme."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import atan2, cos, hypot, sin
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw

THICK = 4.0
"""Of a line, in units: thick enough to be seen from two steps away."""
Point = tuple[float, float]


class Pen:
    """Shapes on a ground; each may have a filling, a line around it, or both."""

    def __init__(self, draw: ImageDraw, unit: float, colours: Mapping[str, str], origin: Point = (0, 0)) -> None:
        """`unit` is in dots; `origin` is where 0, 0 stands, in dots."""
        self._draw = draw
        self._unit = unit
        self._colours = colours
        self._origin = origin

    def moved(self, across: float, down: float) -> Pen:
        """The same pen, with another origin."""
        x, y = self._dot((across, down))
        return Pen(self._draw, self._unit, self._colours, (x, y))

    def scaled(self, factor: float) -> Pen:
        """The same pen, with other units."""
        return Pen(self._draw, self._unit * factor, self._colours, self._origin)

    def box(
        self,
        corner: Point,
        size: Point,
        fill: str | None = None,
        line: str | None = None,
        *,
        thick: float = THICK,
        rounded: float = 0,
    ) -> None:
        """A rectangle; the line lies inside its edge."""
        left, top = self._dot(corner)
        right, bottom = self._dot((corner[0] + size[0], corner[1] + size[1]))
        self._draw.rounded_rectangle(
            (left, top, max(left, right - 1), max(top, bottom - 1)),
            rounded * self._unit,
            fill=self._colour(fill),
            outline=self._colour(line),
            width=max(1, round(thick * self._unit)) if line else 0,
        )

    def disc(
        self, middle: Point, radius: float, fill: str | None = None, line: str | None = None, *, thick: float = THICK
    ) -> None:
        """A circle; the line lies inside its edge."""
        x, y = self._dot(middle)
        r = radius * self._unit
        self._draw.ellipse(
            (x - r, y - r, x + r, y + r),
            fill=self._colour(fill),
            outline=self._colour(line),
            width=max(1, round(thick * self._unit)) if line else 0,
        )

    def half_disc(self, middle: Point, radius: Point, fill: str) -> None:
        """The upper half of an ellipse: shoulders."""
        x, y = self._dot(middle)
        across, up = radius[0] * self._unit, radius[1] * self._unit
        self._draw.pieslice((x - across, y - up, x + across, y + up), 180, 360, fill=self._colour(fill))

    def arc(self, middle: Point, radius: float, turn: Point, colour: str, *, thick: float = THICK) -> None:
        """Part of a circle, from `turn[0]` to `turn[1]` degrees; 0 is at the right, 90 below."""
        x, y = self._dot(middle)
        r = radius * self._unit
        self._draw.arc(
            (x - r, y - r, x + r, y + r), *turn, fill=self._colour(colour), width=max(1, round(thick * self._unit))
        )

    def shape(self, points: Sequence[Point], fill: str) -> None:
        """A polygon."""
        self._draw.polygon([self._dot(point) for point in points], fill=self._colour(fill))

    def line(self, points: Sequence[Point], colour: str, *, thick: float = THICK) -> None:
        """A line with round ends and corners."""
        dots = [self._dot(point) for point in points]
        self._draw.line(dots, fill=self._colour(colour), width=max(1, round(thick * self._unit)))
        r = thick * self._unit / 2
        for x, y in dots:
            self._draw.ellipse((x - r, y - r, x + r, y + r), fill=self._colour(colour))

    def dashes(self, start: Point, end: Point, colour: str, *, dash: float = 6, thick: float = THICK / 2) -> None:
        """A broken straight line: where a paper may be cut."""
        length, turn = hypot(end[0] - start[0], end[1] - start[1]), atan2(end[1] - start[1], end[0] - start[0])
        across, down = cos(turn), sin(turn)
        at = 0.0
        while at < length:
            to = min(length, at + dash)
            begin = (start[0] + at * across, start[1] + at * down)
            self.line([begin, (start[0] + to * across, start[1] + to * down)], colour, thick=thick)
            at += 2 * dash

    def arrow(self, start: Point, end: Point, colour: str, *, thick: float = 9) -> None:
        """An arrow with a solid head."""
        turn = atan2(end[1] - start[1], end[0] - start[0])
        head = 1.9 * thick
        neck = (end[0] - head * cos(turn), end[1] - head * sin(turn))
        self.line([start, neck], colour, thick=thick)
        side = (-sin(turn) * head * 0.85, cos(turn) * head * 0.85)
        self.shape([end, (neck[0] + side[0], neck[1] + side[1]), (neck[0] - side[0], neck[1] - side[1])], colour)

    def printed(self, middle: Point, words: str, height: float, colour: str) -> None:
        """Words as documents have them printed, in Japanese whatever the examinee reads; none without a typeface."""
        from screens.pictures.letters import face

        if (font := face(max(1, round(height * self._unit)))) is not None:
            self._draw.text(self._dot(middle), words, fill=self._colour(colour), font=font, anchor="mm")

    def _dot(self, point: Point) -> Point:
        return self._origin[0] + point[0] * self._unit, self._origin[1] + point[1] * self._unit

    def _colour(self, name: str | None) -> str | None:
        return self._colours[name] if name else None
