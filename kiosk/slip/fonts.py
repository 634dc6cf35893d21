"""The slip's typefaces: BIZ UDGothic, a universal-design face, and Noto Sans CJK for letters that it does not have.

Debian carries both.
"""

from __future__ import annotations

import subprocess
from enum import Enum
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.slip.typeset import GETA, writable

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

FAMILY = "BIZ UDGothic"
PACKAGE = "fonts-morisawa-bizud-gothic"
DEBIAN_FOLDER = Path("/usr/share/fonts/truetype/bizud-gothic")
STAND_IN = "Noto Sans CJK JP"
STAND_IN_FOLDER = Path("/usr/share/fonts/opentype/noto")


class Weight(Enum):
    """Weights of the face, as its files and fontconfig name them."""

    REGULAR = "Regular"
    BOLD = "Bold"


class Shapes(Enum):
    """Whose shapes the stand-in gives to signs that several languages share; its place in the collection."""

    JAPANESE = 0
    KOREAN = 1
    CHINESE = 2


class FontMissing(Exception):
    """The slip's typeface is not on this machine; the message names the remedy."""

    def __init__(self) -> None:
        super().__init__(f"the typeface {FAMILY} is missing; install it with: apt install {PACKAGE}")


def find_font(weight: Weight, folder: Path = DEBIAN_FOLDER, fc_match: str = "fc-match") -> Path:
    """The file of that weight: where Debian puts it, else where fontconfig knows it.

    Raises FontMissing.
    """
    file = folder / f"BIZUDGothic-{weight.value}.ttf"
    found = file if file.is_file() else _ask_fontconfig(FAMILY, weight, fc_match)
    if found is None:
        raise FontMissing
    return found


def find_stand_in(weight: Weight, folder: Path = STAND_IN_FOLDER, fc_match: str = "fc-match") -> Path | None:
    """The collection of that weight; None when it is not on this machine."""
    file = folder / f"NotoSansCJK-{weight.value}.ttc"
    return file if file.is_file() else _ask_fontconfig(STAND_IN, weight, fc_match)


def _ask_fontconfig(family: str, weight: Weight, fc_match: str) -> Path | None:
    query = [fc_match, "--format=%{family[0]}\n%{style[0]}\n%{file}", f"{family}:style={weight.value}"]
    try:
        # The command is fixed, apart from the names above.
        answer = subprocess.run(query, capture_output=True, text=True, check=True, timeout=10)  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        return None
    # fontconfig always answers something: another family would give another slip.
    match answer.stdout.split("\n"):
        case [found, style, file] if (found, style) == (family, weight.value) and Path(file).is_file():
            return Path(file)
    return None


@lru_cache(maxsize=32)
def load_font(weight: Weight, size: int) -> FreeTypeFont:
    """The face at `size` dots. Raises FontMissing."""
    from PIL import ImageFont

    return ImageFont.truetype(find_font(weight), size, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=32)
def load_stand_in(weight: Weight, size: int, shapes: Shapes) -> FreeTypeFont | None:
    """The stand-in at `size` dots; None when it is not on this machine."""
    from PIL import ImageFont

    file = find_stand_in(weight)
    layout = ImageFont.Layout.BASIC
    return ImageFont.truetype(file, size, shapes.value, layout_engine=layout) if file else None


def has_stand_in() -> bool:
    """Whether slips can be drawn in every language."""
    return load_stand_in(Weight.REGULAR, 24, Shapes.JAPANESE) is not None


@lru_cache(maxsize=4096)
def has_glyph(char: str) -> bool:
    """Whether the face can write that character. Raises FontMissing."""
    return _writes(load_font(Weight.REGULAR, 24), char)


@lru_cache(maxsize=4096)
def stand_in_has_glyph(char: str) -> bool:
    """Whether the stand-in can; never when it is not on this machine."""
    face = load_stand_in(Weight.REGULAR, 24, Shapes.JAPANESE)
    return face is not None and _writes(face, char)


def _writes(face: FreeTypeFont, char: str) -> bool:
    drawn, nothing = face.getmask(char, mode="1"), face.getmask("\U0010ffff", mode="1")
    return drawn.size != nothing.size or bytes(drawn) != bytes(nothing)


def set_in_type(words: str, weight: Weight, size: int, shapes: Shapes) -> tuple[str, FreeTypeFont]:
    """The words as they can be written, and the face for all of them: two in one line look like a mistake.

    Raises FontMissing.
    """
    face = load_font(weight, size)
    plain = writable(words, has_glyph)
    if GETA in plain and (other := load_stand_in(weight, size, shapes)):
        fuller = writable(words, stand_in_has_glyph)
        if fuller.count(GETA) < plain.count(GETA):
            return fuller, other
    return plain, face
