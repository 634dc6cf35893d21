"""A picture: real dots where the terminal shows them, else half blocks."""

from __future__ import annotations

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from kiosk.ports.examinee import Document, Wanted
from screens.base import kiosk_of
from screens.pictures.cells import Rows
from screens.pictures.drawing import Drawing
from screens.pictures.graphics import Pictures
from screens.pictures.painting import Look, at_once, painted
from screens.theme import PALETTE

FRAME_SECONDS = 0.6
"""Slow enough to follow, and far from the three flashes a second of WCAG 2.3.1."""
LEAST_PICTURE = 3
"""Rows: of less it says nothing."""


class Easel:
    """A drawing on a widget, painted beside the loop as soon as the widget asks for it in a new size or new colours."""

    def __init__(self, widget: Widget, drawing: Drawing, ground: str = "") -> None:
        """`ground` is a colour of the theme, and else that of the widget."""
        self.drawing = drawing
        self._ground = ground
        self._widget = widget
        self._awaited: Look | None = None

    def frames(self, cells: tuple[int, int]) -> list[Rows] | None:
        """The rows of each frame; None while they are being painted, and where there is no room or no picture."""
        look = self._look(cells)
        if not all(cells) or look.graphics.pictures is Pictures.NONE:
            return None
        frames = at_once(self.drawing, look)
        if frames is None and self._awaited != look:
            self._awaited = look
            self._widget.run_worker(self._paint(look), exclusive=True)
        return frames

    def _look(self, cells: tuple[int, int]) -> Look:
        variables = self._widget.app.theme_variables
        colours = tuple((name, variables.get(name, PALETTE[name])) for name in PALETTE)
        ground = dict(colours)[self._ground] if self._ground else self._widget.background_colors[1].hex6
        return Look(cells, kiosk_of(self._widget).graphics, colours, ground)

    async def _paint(self, look: Look) -> None:
        await painted(self.drawing, look)
        self._widget.refresh()


class Picture(Widget):
    """Shows a drawing as large as the widget is; CSS says how large. No key and no focus."""

    DEFAULT_CSS = """
    Picture { width: 1fr; height: 1fr; }
    """

    def __init__(self, drawing: Drawing, *, dom_id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=dom_id, classes=classes)
        self._easel = Easel(self, drawing)
        self._turn = 0

    def on_mount(self) -> None:
        if len(self._easel.drawing.order) > 1:
            self.set_interval(FRAME_SECONDS, self._next)

    def render_line(self, y: int) -> Strip:
        rows = self._rows
        if rows is None or y >= len(rows):
            return Strip.blank(self.content_size.width, self.rich_style)
        return rows[y]

    @property
    def _rows(self) -> Rows | None:
        """The rows of this moment."""
        frames = self._easel.frames((self.content_size.width, self.content_size.height))
        return frames[self._easel.drawing.order[self._turn]] if frames is not None else None

    def _next(self) -> None:
        """Go on to the next frame, and draw the rows that differ."""
        before = self._rows
        self._turn = (self._turn + 1) % len(self._easel.drawing.order)
        after = self._rows
        if before is None or after is None:
            return
        offset = self.content_region.offset - self.region.offset
        changed = [
            Region(offset.x, offset.y + row, self.content_size.width, 1)
            for row, (was, now) in enumerate(zip(before, after, strict=True))
            if was is not now and was != now
        ]
        if changed:
            self.refresh(*changed)


class DocumentPicture(Picture):
    """A document with the place marked where the number stands that is asked for.

    Half blocks are too coarse for what is printed on it: there it is made of letters.
    """

    def __init__(self, document: Document, wanted: Wanted, *, dom_id: str | None = None) -> None:
        from screens.pictures.where import lines_of, where

        super().__init__(where(document, wanted), dom_id=dom_id)
        self._title, self._lines = lines_of(document, wanted)

    def render_line(self, y: int) -> Strip:
        if kiosk_of(self).graphics.pictures is Pictures.SIXEL:
            return super().render_line(y)
        ink, quiet, mark = self._style("ink", "field"), self._style("quiet", "field"), self._style("mark-ink", "mark")
        lines = [[Segment(words, mark if asked else quiet) for words, asked in line] for line in self._lines]
        width, height = self.content_size
        row = y - (height - len(lines) - 1) // 2
        if not 0 <= row <= len(lines):
            return Strip.blank(width, ink)
        before = " " * ((width - cell_len(self._title)) // 2)
        title = Strip([Segment(before + self._title, ink)])
        line = title if row == 0 else Strip([Segment(" ", ink), *lines[row - 1]])
        return line.crop(0, width).extend_cell_length(width, ink)

    def _style(self, letters: str, ground: str) -> Style:
        colours = self.app.theme_variables
        return Style(
            color=colours.get(letters, PALETTE[letters]), bgcolor=colours.get(ground, PALETTE[ground]), bold=True
        )
