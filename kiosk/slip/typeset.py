"""What a face can write."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

GETA = "〓"
"""The printers' mark for a character that the face does not have."""

_VARIATION_SELECTORS = re.compile(r"[\ufe00-\ufe0f\U000e0100-\U000e01ef]")


def writable(text: str, has_glyph: Callable[[str], bool]) -> str:
    """The text as the face can write it.

    Variation selectors go, spaces and control characters become one plain space, unknown characters become 〓.
    """
    composed = _VARIATION_SELECTORS.sub("", unicodedata.normalize("NFC", text))
    return "".join(_written(char, has_glyph) for char in composed)


def _written(char: str, has_glyph: Callable[[str], bool]) -> str:
    if char == "\u3000":
        return char
    if char.isspace() or unicodedata.category(char).startswith("C"):
        return " "
    return char if has_glyph(char) else GETA
