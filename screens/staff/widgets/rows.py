"""Rows of text. Over a slow line only those are sent that changed."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from screens.staff.lines import Line, Look, Styles, segments, styles


class Rows(Widget):
    """Lines, one a row."""

    def __init__(self, ground: Look = Look.PLAIN, dom_id: str | None = None) -> None:
        super().__init__(id=dom_id)
        self._ground = ground
        self._lines: tuple[Line, ...] = ()

    @property
    def lines(self) -> tuple[Line, ...]:
        """What stands there."""
        return self._lines

    def show(self, lines: Sequence[Line]) -> None:
        """Show these lines from the top."""
        before, self._lines = self._lines, tuple(lines)
        changed = [row for row, (old, new) in enumerate(zip_longest(before, self._lines, fillvalue=())) if old != new]
        if changed:
            self.refresh(*(Region(0, row, max(1, self.size.width), 1) for row in changed))

    @property
    def _styles(self) -> Styles:
        return styles(self.app.console.color_system)

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        parts = self._lines[y] if y < len(self._lines) else ()
        return Strip(segments(parts, width, self._ground, self._styles), width)
