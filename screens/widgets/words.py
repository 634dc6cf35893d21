"""Words that become twice as large for those who ask for it, where the terminal shows pictures."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from rich.cells import cell_len
from textual.app import RenderResult
from textual.content import Content
from textual.geometry import Size
from textual.strip import Strip
from textual.visual import VisualType
from textual.widget import Widget
from textual.widgets import Static

from screens.base import Growth, KioskScreen, kiosk_of
from screens.breaking import broken
from screens.pictures.cells import Rows
from screens.pictures.graphics import Pictures
from screens.pictures.lettering import Lettering, Side, lettered

SCALES = (2.0, 1.5)
"""How much larger than the terminal's letters, the best first."""
_SIDES = {"left": Side.START, "start": Side.START, "center": Side.MIDDLE, "right": Side.END, "end": Side.END}
_HEIGHTS = {"top": Side.START, "middle": Side.MIDDLE, "bottom": Side.END}


def scales(widget: Widget) -> tuple[float, ...]:
    """What there is to choose from now; nothing where letters are not to be larger, or cannot be."""
    app = kiosk_of(widget)
    return SCALES if app.large and app.graphics.pictures is Pictures.SIXEL else ()


@dataclass(frozen=True, slots=True)
class _Plan:
    """How the words fit."""

    scale: float
    lines: tuple[str, ...]

    @property
    def rows(self) -> int:
        return ceil(self.scale * len(self.lines))

    @property
    def columns(self) -> int:
        return max(ceil(self.scale * cell_len(line)) for line in self.lines)


class Words(Static):
    """Text like that of `Static`; with `app.large` it is drawn as large as there is room for, and never cut.

    `max-height` in CSS says how many rows it may take. Where nothing larger fits, or the terminal shows no pictures,
    the letters are the terminal's own. What is drawn is kept by the widget alone, and goes with it.
    """

    _drawn: tuple[tuple[object, ...], Rows | None] | None = None

    def update(self, content: VisualType = "", *, layout: bool = True) -> None:
        """Say something else; what was drawn is gone at once."""
        self._drawn = None
        super().update(content, layout=layout)

    def render(self) -> RenderResult:
        """The words in lines that are not torn."""
        return Content("\n".join(broken(str(self.content), max(2, self.content_size.width))))

    def get_content_width(self, container: Size, viewport: Size) -> int:
        plan = self._plan(container.width, self._most_rows(container.height))
        return plan.columns if plan else super().get_content_width(container, viewport)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 - Textual's
        plan = self._plan(width, self._most_rows(container.height))
        return plan.rows if plan else len(broken(str(self.content), max(2, width)))

    def render_line(self, y: int) -> Strip:
        rows = self._rows()
        if rows is None:
            return super().render_line(y)
        return rows[y] if y < len(rows) else Strip.blank(self.content_size.width, self.rich_style)

    @property
    def may_grow(self) -> bool:
        """Whether larger letters may be drawn; for what draws more than its words."""
        return True

    @property
    def scales(self) -> tuple[float, ...]:
        """What there is to choose from, the best first."""
        return scales(self)

    def best_scale(self) -> float:
        """The largest that fits where it stands; 1 where there is none."""
        plan = self._plan_among(scales(self), *self.letter_room)
        return plan.scale if plan else 1.0

    @property
    def letter_room(self) -> Size:
        """Columns and rows for larger letters, from the upper left corner."""
        return self.content_size

    @property
    def drawn_larger(self) -> bool:
        """Whether the letters that stand there are larger than the terminal's."""
        return self._rows() is not None

    def _most_rows(self, container: int) -> int:
        height, limit = self.styles.height, self.styles.max_height
        if height is not None and not height.is_auto:
            return self.letter_room.height
        rows = limit.cells if limit is not None else None
        return rows if rows is not None else container or 2**16

    def _plan(self, columns: int, rows: int) -> _Plan | None:
        return self._plan_among(self.scales, columns, rows)

    def _plan_among(self, among: tuple[float, ...], columns: int, rows: int) -> _Plan | None:
        words = self.content
        growth = self.screen.growth if isinstance(self.screen, KioskScreen) else Growth.ALL
        height = self.styles.height
        free = height is None or height.is_auto
        if free and (growth is Growth.NONE or (growth is Growth.TITLES and not self.has_class("title"))):
            return None
        if not isinstance(words, str) or not words.strip() or not self.may_grow:
            return None
        for scale in among:
            room = int(columns / scale)
            if room < 2:
                continue
            plan = _Plan(scale, tuple(broken(words, room)))
            if plan.rows <= rows and plan.columns <= columns:
                return plan
        return None

    def _rows(self) -> Rows | None:
        width, height = self.letter_room
        plan = self._plan(width, height) if width and height else None
        if plan is None:
            return None
        _behind, _letters, ground, ink = self.colors
        graphics, styles = kiosk_of(self).graphics, self.styles
        asked = (plan, width, height, ground, ink, graphics, styles.text_align, styles.content_align)
        if self._drawn is None or self._drawn[0] != asked:
            side = styles.content_align_horizontal if styles.text_align in ("left", "start") else styles.text_align
            how = Lettering(
                em=round(2 * graphics.cell[0] * plan.scale),
                pitch=round(graphics.cell[1] * plan.scale),
                ink=(ground + ink).hex6,
                ground=ground.hex6,
                across=_SIDES.get(side, Side.START),
                down=_HEIGHTS[styles.content_align_vertical],
            )
            self._drawn = (asked, lettered(plan.lines, (width, height), graphics, how))
        return self._drawn[1]
