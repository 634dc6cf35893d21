"""Paragraphs that are broken to the width there is, and can be turned when there are more than rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.cells import cell_len
from textual import events

from kiosk.locale import _
from screens.staff.lines import Line, Look, Paragraph, Part, line, plain
from screens.staff.widgets.rows import Rows

MARGIN = 1
"""Blank columns at each side."""


class Pager(Rows):
    """A text. Its last row says how much stands below, where there is more."""

    def __init__(self, dom_id: str, fold: Callable[[str, int], list[str]]) -> None:
        super().__init__(dom_id=dom_id)
        self._fold = fold
        self._paragraphs: tuple[Paragraph, ...] = ()
        self._folded: list[Line] = []
        self._top = 0

    def put(self, paragraphs: Sequence[Paragraph]) -> None:
        """Show this text; the place in it stays as it was."""
        self._paragraphs = tuple(paragraphs)
        self._draw()

    def move(self, key: str) -> None:
        """Turn: up, down, pageup, pagedown, home or end."""
        page, far = max(1, self.size.height - 2), len(self._folded)
        step = {"up": -1, "down": 1, "pageup": -page, "pagedown": page, "home": -far, "end": far}[key]
        self._top += step
        self._draw()

    @property
    def whole(self) -> bool:
        """Whether all of it can be seen at once."""
        return len(self._folded) <= self.size.height

    def on_resize(self, _event: events.Resize) -> None:
        self._draw()

    def _draw(self) -> None:
        if not self.size.width:
            return
        self._folded = [row for paragraph in self._paragraphs for row in self._rows(paragraph)]
        height = self.size.height
        if self.whole:
            self._top = 0
            self.show(self._folded)
            return
        room = height - 1
        self._top = max(0, min(self._top, len(self._folded) - room))
        below = len(self._folded) - self._top - room
        words = _("-- 下にあと{count}行(矢印) --").format(count=below) if below else _("-- ここまで(上は矢印) --")
        self.show([*self._folded[self._top : self._top + room], line(f" {words}", Look.MARK)])

    def _rows(self, paragraph: Paragraph) -> list[Line]:
        lead = " " * (MARGIN + paragraph.indent) + plain(paragraph.lead)
        width = max(10, self.size.width - cell_len(lead) - MARGIN)
        folded = self._fold(plain(paragraph.text), width) or [""]
        blank = " " * cell_len(lead)
        return [
            (Part(lead if place == 0 else blank, Look.PLAIN), Part(text, paragraph.look))
            for place, text in enumerate(folded)
        ]
