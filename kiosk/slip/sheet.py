"""A strip of paper that is drawn from the top to the bottom."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import TYPE_CHECKING

from kiosk.printout.lines import balance_lines, break_lines
from kiosk.slip.fonts import Shapes, Weight, load_font, set_in_type

if TYPE_CHECKING:
    from PIL.Image import Image

LONGEST = 4000
"""Dots of paper that are kept ready; half a metre at 8 dots per millimetre."""
LEADING = 1.3
"""Height of a line in sizes of its letters."""
_BASELINE = 0.88
"""Where the face's full-width letters stand within their square."""


class Align(Enum):
    """Where a line stands between its edges."""

    LEFT = "left"
    CENTRE = "centre"


class Sheet:
    """The strip, with `y` as the next free dot. Black on white, 1 bit."""

    def __init__(self, width: int, margin: int) -> None:
        from PIL import Image, ImageDraw

        self.shapes = Shapes.JAPANESE
        """Whose letters follow, where the first face does not have them."""
        self.width = width
        self.left, self.right = margin, width - margin
        self.y = 0
        self._image = Image.new("1", (width, LONGEST), 1)
        self._draw = ImageDraw.Draw(self._image)

    def space(self, dots: int) -> None:
        """Leave paper free."""
        self.y += dots

    def line(
        self,
        words: str,
        size: int,
        weight: Weight = Weight.REGULAR,
        *,
        align: Align = Align.LEFT,
        indent: int = 0,
        right: int | None = None,
        leading: float = LEADING,
    ) -> None:
        """Write a paragraph between the margins, broken into lines."""
        left, edge = self.left + indent, self.right if right is None else right
        written, face = set_in_type(words, weight, size, self.shapes)
        broken = break_lines if align is Align.LEFT else balance_lines
        for text in broken(written, edge - left, face.getlength):
            x = left if align is Align.LEFT else left + (edge - left - int(face.getlength(text))) // 2
            slack = int(size * (leading - 1) / 2)
            self._draw.text((x, self.y + slack + int(size * _BASELINE)), text, 0, face, anchor="ls")
            self.y += int(size * leading)

    def marked(self, mark: str, words: str, size: int, *, hanging: int, right: int | None = None) -> None:
        """A paragraph with its mark or label hanging in front of it."""
        top = self.y
        self.line(mark, size, right=right)
        below = self.y
        self.y = top
        self.line(words, size, indent=hanging, right=right)
        self.y = max(self.y, below)

    def fitted(
        self, words: str, size: int, smallest: int, weight: Weight = Weight.BOLD, *, align: Align = Align.CENTRE
    ) -> None:
        """Write on one line, smaller if need be, on several only below `smallest`."""
        text, face = set_in_type(words, weight, size, self.shapes)
        room = self.right - self.left
        length = face.getlength(text)
        fitting = size if length <= room else int(size * room / length)
        self.line(words, max(fitting, smallest), weight, align=align)

    def joined(self, parts: Sequence[str], size: int, *, between: str = "") -> None:
        """Write the parts on one line in the middle, or one below the other where the paper is narrow."""
        text, face = set_in_type(between.join(parts), Weight.REGULAR, size, self.shapes)
        if face.getlength(text) <= self.right - self.left:
            self.line(between.join(parts), size, align=Align.CENTRE)
        else:
            for part in parts:
                self.line(part, size, align=Align.CENTRE)

    def huge(self, figures: str, tallest: int) -> None:
        """Figures as large as the paper allows, their ink exactly on the free dots."""
        size = tallest
        length = load_font(Weight.BOLD, size).getlength(figures)
        face = load_font(Weight.BOLD, min(size, int(size * (self.right - self.left) / length)))
        left, top, right, bottom = face.getbbox(figures)
        x = (self.width - int(right - left)) // 2 - int(left)
        self._draw.text((x, self.y - int(top)), figures, 0, face)
        self.y += int(bottom - top)

    def rule(self, thickness: int = 2) -> None:
        """A line from margin to margin."""
        self._draw.rectangle((self.left, self.y, self.right - 1, self.y + thickness - 1), fill=0)
        self.y += thickness

    def dashes(self) -> None:
        """Where one may tear."""
        for x in range(0, self.width, 16):
            self._draw.rectangle((x, self.y, x + 8, self.y + 1), fill=0)
        self.y += 2

    def bar(self, words: str, size: int, smallest: int) -> None:
        """White words on a black bar over the whole width."""
        text, face = set_in_type(words, Weight.BOLD, size, self.shapes)
        length = face.getlength(text)
        room = self.right - self.left
        fitting = max(smallest, size if length <= room else int(size * room / length))
        text, face = set_in_type(words, Weight.BOLD, fitting, self.shapes)
        padding = fitting // 4
        lines = break_lines(text, room, face.getlength)
        height = len(lines) * int(fitting * 1.2) + 2 * padding
        self._draw.rectangle((0, self.y, self.width - 1, self.y + height - 1), fill=0)
        for at, line in enumerate(lines):
            baseline = self.y + padding + int(fitting * (1.2 * at + 0.98))
            self._draw.text(((self.width - int(face.getlength(line))) // 2, baseline), line, 1, face, anchor="ls")
        self.y += height

    def boxes(self, labels: Sequence[str], size: int, *, columns: int) -> None:
        """Short labels behind empty boxes to be ticked, row by row."""
        inner = int(size * 0.8)
        column = (self.right - self.left) // columns
        for start in range(0, len(labels), columns):
            top = self.y
            for place, label in enumerate(labels[start : start + columns]):
                left, upper = self.left + place * column, top + int(size * LEADING - inner) // 2
                self._draw.rectangle((left, upper, left + inner, upper + inner), outline=0, width=2)
                self.y = top
                self.line(label, size, indent=left - self.left + int(size * 1.2))

    def blank(self, label: str, size: int) -> None:
        """A label with a line to write on."""
        self.line(label, size)
        start = self.left + int(load_font(Weight.REGULAR, size).getlength(label)) + size // 2
        self._draw.rectangle((start, self.y - 3, self.right - 1, self.y - 2), fill=0)

    def picture(self, picture: Image, x: int) -> None:
        """Put a picture with its upper edge on the free dots; `y` stays."""
        self._image.paste(picture, (x, self.y))

    def cut(self) -> Image:
        """The strip down to the free dots."""
        return self._image.crop((0, 0, self.width, self.y))
