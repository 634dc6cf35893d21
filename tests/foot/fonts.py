"""The letters that foot draws with: which font has one, how wide it is, and where its ink lies."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from tests.foot.terminal import Cells

MARGIN = 2
"""Dots around a letter's cells."""
_DOTS_PER_POINT = 96 / 72
"""Of a screen that has no size of its own."""


@dataclass(frozen=True, slots=True)
class Face:
    """A font as foot.ini names it, in one weight."""

    file: Path
    place: int
    """Of the face in a file that holds several."""
    dots: float
    """Of its em."""

    def has(self, letter: str) -> bool:
        """Whether all that stands in one cell is drawn with it."""
        return all(ord(character) in _charset(self.file, self.place) for character in letter)

    def width(self, letter: str) -> float:
        """Dots from it to the next letter."""
        return _loaded(self).getlength(letter)


class Letters:
    """What a foot with these settings and these cells draws with."""

    def __init__(self, settings: str, cells: Cells) -> None:
        """Raises ValueError when one of its fonts is not installed."""
        self._cells = cells
        listed = re.findall(r"^font=(.*)$", settings, re.M)[-1]
        self._faces = {bold: tuple(_face(name, bold=bold) for name in listed.split(",")) for bold in (False, True)}
        self._masks: dict[tuple[str, bool, int], Image.Image] = {}

    def face(self, letter: str, *, bold: bool = False) -> Face | None:
        """The first font that has it; None when none has, and foot takes whatever the machine has."""
        return next((face for face in self._faces[bold] if face.has(letter)), None)

    def drawn(self, letter: str, columns: int, *, bold: bool) -> Image.Image | None:
        """Its ink in white, in a box of so many cells with `MARGIN` around it; None when no font has it."""
        key = letter, bold, columns
        face = self.face(letter, bold=bold)
        if face is None:
            return None
        if key not in self._masks:
            ascent, _ = _loaded(self._faces[False][0]).getmetrics()
            size = columns * self._cells.width + 2 * MARGIN, self._cells.height + 2 * MARGIN
            image = Image.new("L", size)
            ImageDraw.Draw(image).text((MARGIN, MARGIN + ascent), letter, fill=255, font=_loaded(face), anchor="ls")
            self._masks[key] = image
        return self._masks[key]


def _face(name: str, *, bold: bool) -> Face:
    family = re.split(r"(?<!\\):", name.strip())[0]
    # foot does the same: one call to fontconfig for each weight.
    pattern = f"{name.strip()}{':weight=bold' if bold else ''}"
    answer = _said("fc-match", "--format=%{family}|%{file}|%{index}", pattern)
    families, file, place = answer.rsplit("|", 2)
    if family not in families.split(","):
        raise ValueError(f"{family} is not installed; fontconfig gives {families} instead")
    dots = re.findall(r":pixelsize=([\d.]+)", name) or [
        float(points) * _DOTS_PER_POINT for points in re.findall(r":size=([\d.]+)", name)
    ]
    return Face(Path(file), int(place), float(dots[0]))


@cache
def _loaded(face: Face) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(face.file, face.dots, face.place, layout_engine=ImageFont.Layout.BASIC)


@cache
def _charset(file: Path, place: int) -> frozenset[int]:
    spans = _said("fc-query", f"--index={place & 0xFFFF}", "--format=%{charset}", str(file)).split()
    ends = [[int(end, 16) for end in span.split("-")] for span in spans]
    return frozenset(number for span in ends for number in range(span[0], span[-1] + 1))


def _said(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout
