"""A card that moves onto the reader, again and again."""

from __future__ import annotations

from rich.style import Style
from rich.text import Text
from textual.widgets import Static

from kiosk.checkin.person import MASK
from kiosk.locale import _
from screens.theme import PALETTE

FRAME_SECONDS = 0.35
"""Slow enough to follow, and three flashes a second are not reached (WCAG 2.3.1)."""
PATH = (0, 1, 2, 3, 3, 3, 3)
"""Lines that the card has come down, frame by frame; at the end it lies still."""
WIDTH, CARD_WIDTH, CARD_ROWS, READER_ROWS = 40, 24, 4, 2
MARGIN = (WIDTH - CARD_WIDTH) // 2

GROUND = Style(bgcolor=PALETTE["paper"])
CARD = Style(bgcolor=PALETTE["mark"], color=PALETTE["mark-ink"], bold=True)
READER = Style(bgcolor=PALETTE["band"], color=PALETTE["band-ink"], bold=True)


class CardPicture(Static):
    """At most nine lines of 40 columns, drawn with coloured cells only."""

    def __init__(self) -> None:
        super().__init__()
        self._frame = 0

    def on_mount(self) -> None:
        self.set_interval(FRAME_SECONDS, self._next)

    def _next(self) -> None:
        self._frame = (self._frame + 1) % len(PATH)
        self.refresh()

    def render(self) -> Text:
        travel = max(0, min(max(PATH), self.size.height - CARD_ROWS - READER_ROWS))
        down = min(PATH[self._frame], travel)
        inside = (_("マイナンバーカード"), "", f"  {MASK}{MASK}　{MASK}{MASK}", "")
        picture = Text(no_wrap=True, overflow="crop")
        for row in range(travel + CARD_ROWS):
            picture.append(" " * MARGIN, GROUND)
            on_card = down <= row < down + CARD_ROWS
            line = Text(inside[row - down] if on_card else "")
            line.align("center" if row == down else "left", CARD_WIDTH)
            picture.append(line.plain, CARD if on_card else GROUND)
            picture.append(" " * MARGIN + "\n", GROUND)
        reader = Text(_("カードリーダー"))
        reader.align("center", WIDTH)
        picture.append(reader.plain + "\n", READER)
        picture.append(" " * WIDTH, READER)
        return picture
