"""The slip's typeface: BIZ UDGothic, a universal-design face that Debian carries."""

from __future__ import annotations

import subprocess
from enum import Enum
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

FAMILY = "BIZ UDGothic"
PACKAGE = "fonts-morisawa-bizud-gothic"
DEBIAN_FOLDER = Path("/usr/share/fonts/truetype/bizud-gothic")


class Weight(Enum):
    """Weights of the face, as its files and fontconfig name them."""

    REGULAR = "Regular"
    BOLD = "Bold"


class FontMissing(Exception):
    """The slip's typeface is not on this machine; the message names the remedy."""

    def __init__(self) -> None:
        super().__init__(f"the typeface {FAMILY} is missing; install it with: apt install {PACKAGE}")


def find_font(weight: Weight, folder: Path = DEBIAN_FOLDER, fc_match: str = "fc-match") -> Path:
    """The file of that weight: where Debian puts it, else where fontconfig knows it.

    Raises FontMissing.
    """
    file = folder / f"BIZUDGothic-{weight.value}.ttf"
    return file if file.is_file() else _ask_fontconfig(weight, fc_match)


def _ask_fontconfig(weight: Weight, fc_match: str) -> Path:
    query = [fc_match, "--format=%{family[0]}\n%{style[0]}\n%{file}", f"{FAMILY}:style={weight.value}"]
    try:
        # The command is fixed, apart from the enum above.
        answer = subprocess.run(query, capture_output=True, text=True, check=True, timeout=10)  # noqa: S603
    except (OSError, subprocess.SubprocessError) as unanswered:
        raise FontMissing from unanswered
    # fontconfig always answers something: another family would give another slip.
    match answer.stdout.split("\n"):
        case [family, style, file] if (family, style) == (FAMILY, weight.value) and Path(file).is_file():
            return Path(file)
    raise FontMissing


@lru_cache(maxsize=32)
def load_font(weight: Weight, size: int) -> FreeTypeFont:
    """The face at `size` dots. Raises FontMissing."""
    from PIL import ImageFont

    return ImageFont.truetype(find_font(weight), size, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=4096)
def has_glyph(char: str) -> bool:
    """Whether the face can write that character. Raises FontMissing."""
    face = load_font(Weight.REGULAR, 24)
    drawn, nothing = face.getmask(char, mode="1"), face.getmask("\U0010ffff", mode="1")
    return drawn.size != nothing.size or bytes(drawn) != bytes(nothing)
