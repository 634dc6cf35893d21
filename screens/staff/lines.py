"""Lines of the board: parts of text, each with a look; words and signs carry the meaning, colours only repeat it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum

from rich.cells import cell_len, set_cell_size
from rich.color import Color
from rich.segment import Segment
from rich.style import Style

from screens.theme import PALETTE


class Look(Enum):
    """What a part of a line is; the value names its letters and its ground in the palette, and whether it is bold."""

    PLAIN = ("ink", "paper", False)
    STRONG = ("ink", "paper", True)
    QUIET = ("quiet", "paper", False)
    GOOD = ("good", "paper", True)
    TROUBLE = ("trouble", "paper", True)
    ALARM = ("trouble-ink", "trouble", True)
    MARK = ("mark-ink", "mark", True)
    CHOSEN = ("main-ink", "main", True)
    BAND = ("band-ink", "band", True)
    CAP = ("key-ink", "key", True)
    """The cap of a key in the footer."""
    SIMULATOR = ("simulator-ink", "simulator", True)


Styles = Mapping[Look, Style]
_FULL: Styles = {
    look: Style(color=PALETTE[look.value[0]], bgcolor=PALETTE[look.value[1]], bold=look.value[2]) for look in Look
}
_BLACK, _WHITE, _GREY = (Color.from_rgb(shade, shade, shade) for shade in (0, 255, 170))
_BLUE, _YELLOW = Color.from_rgb(0, 0, 170), Color.from_rgb(255, 255, 85)
_SIXTEEN = {
    Look.BAND: (_WHITE, _BLUE),
    Look.CHOSEN: (_WHITE, _BLUE),
    Look.CAP: (_BLACK, _GREY),
    Look.MARK: (_BLACK, _YELLOW),
    Look.SIMULATOR: (_BLACK, _YELLOW),
    Look.ALARM: (_YELLOW, _BLACK),
}
"""Where a terminal has 16 colours, in shades of its own: only pairs that can be read in every one of them.

Given as the shades that rich takes for exactly these colours; Textual would put others for colours that are named.
"""


def styles(colour_system: str | None) -> Styles:
    """The styles for a terminal's colours, as rich names them: "truecolor", "256", "standard"."""
    match colour_system:
        case "truecolor":
            return _FULL
        case "256":  # the grey next to ours is too light
            return {**_FULL, Look.QUIET: _FULL[Look.PLAIN]}
        case _:
            pairs = {look: _SIXTEEN.get(look, (_BLACK, _WHITE)) for look in Look}
            return {
                look: Style.from_color(ink, paper) + Style(bold=look.value[2]) for look, (ink, paper) in pairs.items()
            }


@dataclass(frozen=True, slots=True, repr=False)
class Part:
    """Some text in one look. It may tell of a person: no repr."""

    text: str
    look: Look = Look.PLAIN


Line = tuple[Part, ...]


def line(text: str, look: Look = Look.PLAIN) -> Line:
    """A line in one look."""
    return (Part(text, look),)


@dataclass(frozen=True, slots=True, repr=False)
class Paragraph:
    """A text that is broken where the line ends. It may tell of a person: no repr."""

    text: str
    look: Look = Look.PLAIN
    indent: int = 0
    """Columns."""
    lead: str = ""
    """Stands before the first line; the others stand under the text."""


_CIRCLED = {ord("\u2460") + place: f"({place + 1})" for place in range(20)}
"""Of the notice's ways."""
_IN_BRACKETS = re.compile("\\(([\u2460-\u2473])\\)")
"""Such a sign in brackets gets no second pair."""
_OTHERS = str.maketrans({"\u2026": "...", "\u2192": "->", "\u00d7": "x", "\u2015": "-", "\u2010": "-"})
WIDE_BLANK = "\u3000"


def plain(text: str) -> str:
    """The text without what a terminal could take for a command, or for one column or two as it likes."""
    shown = _IN_BRACKETS.sub(r"\1", text).translate(_CIRCLED).translate(_OTHERS)
    return "".join(char if char.isprintable() or char == WIDE_BLANK else " " for char in shown)


def columns(*cells: tuple[str, int]) -> str:
    """Texts in columns of that many cells, cut or filled up, with a blank after each."""
    return "".join(set_cell_size(plain(text), width) + " " for text, width in cells)


def cut(text: str, width: int) -> str:
    """The text in at most so many cells; 「..」 says that there was more."""
    shown = plain(text)
    return shown if cell_len(shown) <= width else f"{set_cell_size(shown, max(0, width - 2)).rstrip()}.."


def width_of(parts: Iterable[Part]) -> int:
    """Cells that the parts need."""
    return sum(cell_len(plain(part.text)) for part in parts)


def segments(parts: Iterable[Part], width: int, ground: Look, drawn_as: Styles) -> list[Segment]:
    """The parts on a ground of that many cells; what does not fit is cut."""
    drawn: list[Segment] = []
    left = width
    for part in parts:
        text = plain(part.text)
        if cell_len(text) > left:
            text = set_cell_size(text, left)
        left -= cell_len(text)
        drawn.append(Segment(text, drawn_as[part.look]))
    drawn.append(Segment(" " * left, drawn_as[ground]))
    return drawn


def one_line(text: str) -> str:
    """A text without line breaks and doubled blanks."""
    return re.sub(r"\s+", " ", text).strip()
