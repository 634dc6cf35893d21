"""A QR code in half blocks: two modules above each other are one cell, so that modules are square."""

from __future__ import annotations

from functools import cached_property

from textual.widgets import Static

QUIET = (4, 2, 1)
"""Modules of white around it, the best first. ISO/IEC 18004 asks for four; the light ground beside it adds to fewer."""
_BLOCKS = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}


class Qr(Static):
    """The code of a payload, whole or not at all: half a code helps nobody."""

    def __init__(self, payload: str, *, dom_id: str) -> None:
        super().__init__(id=dom_id, markup=False)
        self._payload = payload

    def fit(self, width: int, height: int) -> None:
        """Show it with as much white around it as there is room for, or hide it."""
        for quiet in QUIET:
            lines = half_blocks(self._modules, quiet)
            self.display = len(lines) <= height and len(lines[0]) <= width
            if self.display:
                self.update("\n".join(lines))
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


def _code_of(payload: str) -> list[list[bool]]:
    # Late: only a slip that did not come out needs it.
    import qrcode
    from qrcode.constants import ERROR_CORRECT_L

    code = qrcode.QRCode(error_correction=ERROR_CORRECT_L, border=0)
    code.add_data(payload, optimize=0)
    code.make(fit=True)
    return [[bool(module) for module in row] for row in code.get_matrix()]
