"""A small picture of a paper, with the place where the number stands marked."""

from __future__ import annotations

from collections.abc import Sequence

from rich.style import Style
from rich.text import Text
from textual.widgets import Static

from kiosk.locale import _


class Paper(Static):
    """Lines of a paper; each is a row of parts, and the marked parts are the ones that are asked for."""

    def __init__(self, title: str, lines: Sequence[Sequence[tuple[str, bool]]]) -> None:
        """`lines` are rows of (words, whether they are asked for)."""
        super().__init__()
        self._lines = lines
        self.border_title = title

    def render(self) -> Text:
        colours = self.app.theme_variables
        mark = Style(color=colours["mark-ink"], bgcolor=colours["mark"], bold=True)
        picture = Text(no_wrap=True, overflow="crop")
        for place, line in enumerate(self._lines):
            if place:
                picture.append("\n")
            for words, wanted in line:
                picture.append(f" {words} ", mark if wanted else "")
            if any(wanted for _words, wanted in line):
                picture.append(_(" ここ"), Style(bold=True))
        return picture
