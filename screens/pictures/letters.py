"""The typefaces of what is drawn: BIZ UDGothic, and for what it cannot write the faces that Debian has beside it."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

FOLDER = Path("/usr/share/fonts")
FILES = (
    "truetype/bizud-gothic/BIZUDGothic-Bold.ttf",
    "opentype/noto/NotoSansCJK-Bold.ttc",
    "truetype/noto/NotoSansMono-Bold.ttf",
    "truetype/dejavu/DejaVuSansMono-Bold.ttf",
)
"""The first that can write a letter does."""
MISSING = "\U0010ffff"
"""No face has it: what it draws instead is what it draws for everything that it lacks."""


def face(height: int) -> FreeTypeFont | None:
    """The first face at so many dots; None where it is not installed."""
    return _load(0, height)


def face_for(letter: str, height: int) -> FreeTypeFont | None:
    """The face that can write the letter; None when none can."""
    place = _place(letter)
    return None if place is None else _load(place, height)


def can_write(words: str) -> bool:
    """Whether there is a face for every letter."""
    return all(letter.isspace() or _place(letter) is not None for letter in words)


@lru_cache(maxsize=64)
def _load(place: int, height: int) -> FreeTypeFont | None:
    from PIL import ImageFont

    file = FOLDER / FILES[place]
    if not file.is_file():
        return None
    return ImageFont.truetype(file, height, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=2048)
def _place(letter: str) -> int | None:
    return next((place for place in range(len(FILES)) if _has(place, letter)), None)


def _has(place: int, letter: str) -> bool:
    font = _load(place, 24)
    if font is None:
        return False
    drawn, nothing = font.getmask(letter, mode="1"), font.getmask(MISSING, mode="1")
    return drawn.size != nothing.size or bytes(drawn) != bytes(nothing)
