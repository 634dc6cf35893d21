"""A small picture of a paper, with the place where the number stands marked."""

from __future__ import annotations

from collections.abc import Sequence

from rich.style import Style
from rich.text import Text
from textual.widgets import Static

from kiosk.locale import _
from screens.theme import PALETTE

MARK = Style(color=PALETTE["mark-ink"], bgcolor=PALETTE["mark"], bold=True)


class Paper(Static):
    """Lines of a paper; each is a row of parts, and the marked parts are the ones that are asked for."""

    def __init__(self, title: str, lines: Sequence[Sequence[tuple[str, bool]]]) -> None:
        """`lines` are rows of (words, whether they are asked for)."""
        picture = Text(no_wrap=True, overflow="crop")
        for place, line in enumerate(lines):
            if place:
                picture.append("\n")
            for words, wanted in line:
                picture.append(f" {words} ", MARK if wanted else "")
            if any(wanted for _words, wanted in line):
                picture.append(_(" ここ"), Style(bold=True))
        super().__init__(picture)
        self.border_title = title
