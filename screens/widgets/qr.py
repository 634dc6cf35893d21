"""A QR code: dots where the terminal shows pictures, else half blocks, two modules above each other in a cell."""

from __future__ import annotations

from functools import cached_property
from math import ceil

from rich.style import Style
from rich.text import Text
from textual.strip import Strip
from textual.widgets import Static

from screens.base import kiosk_of
from screens.pictures.cells import Rows, rows_of
from screens.pictures.graphics import Graphics, Pictures
from screens.theme import PALETTE

QUIET = (4, 2, 1)
"""Modules of white around it, the best first. ISO/IEC 18004 asks for four; the light ground beside it adds to fewer."""
DOTS = range(15, 3, -1)
"""Of a module, the best first: as many as half a cell of the reference panel has; fewer than four are too small."""
INK, WHITE = PALETTE["field-ink"], PALETTE["field"]
"""Whatever the colours of the screen are: a reader wants dark on light."""
_BLOCKS = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}


class Qr(Static):
    """The code of a payload, whole or not at all: half a code helps nobody."""

    def __init__(self, payload: str, *, dom_id: str) -> None:
        super().__init__(id=dom_id, markup=False)
        self._payload = payload
        self._rows: Rows | None = None

    def fit(self, width: int, height: int) -> None:
        """Show it with as much white around it as there is room for, or hide it."""
        graphics = kiosk_of(self).graphics
        if graphics.pictures is Pictures.SIXEL:
            self._fit_dots(width, height, graphics)
        else:
            self._fit_blocks(width, height)

    def render_line(self, y: int) -> Strip:
        if self._rows is None or y >= len(self._rows):
            return super().render_line(y)
        return self._rows[y]

    def _fit_blocks(self, width: int, height: int) -> None:
        for quiet in QUIET:
            lines = half_blocks(self._modules, quiet)
            self.display = len(lines) <= height and len(lines[0]) <= width
            if self.display:
                self.update(Text("\n".join(lines), Style(color=INK, bgcolor=WHITE), no_wrap=True))
                return

    def _fit_dots(self, width: int, height: int, graphics: Graphics) -> None:
        across, down = graphics.cell
        for quiet in QUIET:
            modules = len(self._modules) + 2 * quiet
            for dots in DOTS:
                columns, lines = ceil(modules * dots / across), ceil(modules * dots / down)
                self.display = columns <= width and lines <= height
                if self.display:
                    self._rows = _dotted(self._modules, dots, (columns, lines), graphics)
                    self.styles.width = columns
                    self.refresh(layout=True)
                    return

    @cached_property
    def _modules(self) -> list[list[bool]]:
        """Row by row, True for black; the same for every size of the screen."""
        return _code_of(self._payload)


def half_blocks(code: list[list[bool]], quiet: int) -> list[str]:
    """The lines of the code with `quiet` modules of white around it; black modules are ink, so it needs a light ground.

    An odd number of modules gets one more of white below.
    """
    modules = [[False] * quiet + row + [False] * quiet for row in code]
    white = [[False] * len(modules[0])]
    rows = white * quiet + modules + white * quiet
    if len(rows) % 2:
        rows += white
    pairs = zip(rows[::2], rows[1::2], strict=True)
    return ["".join(_BLOCKS[up, down] for up, down in zip(upper, lower, strict=True)) for upper, lower in pairs]


def _dotted(code: list[list[bool]], dots: int, cells: tuple[int, int], graphics: Graphics) -> Rows:
    """The code in the middle of so many white cells."""
    from PIL import Image

    small = Image.new("1", (len(code), len(code)))
    small.putdata([0 if black else 1 for row in code for black in row])
    large = small.resize((len(code) * dots, len(code) * dots), Image.Resampling.NEAREST)
    width, height = cells[0] * graphics.cell[0], cells[1] * graphics.cell[1]
    image = Image.new("RGB", (width, height), WHITE)
    ink = Image.new("RGB", large.size, INK)
    corner = ((width - large.width) // 2, (height - large.height) // 2)
    image.paste(ink, corner, large.point(lambda white: 0 if white else 255, mode="1"))
    return rows_of([image], cells, graphics, WHITE)[0]


def _code_of(payload: str) -> list[list[bool]]:
    # Late: only a slip that did not come out needs it.
    import qrcode
    from qrcode.constants import ERROR_CORRECT_L

    code = qrcode.QRCode(error_correction=ERROR_CORRECT_L, border=0)
    code.add_data(payload, optimize=0)
    code.make(fit=True)
    return [[bool(module) for module in row] for row in code.get_matrix()]
