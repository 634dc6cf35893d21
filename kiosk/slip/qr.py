"""The slip's QR code: error correction M, quiet zone of four modules, whole dots per module."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

QUIET_ZONE = 4
"""Modules of white on every side (JIS X 0510)."""


def draw_qr(text: str, dots: int, scale: int) -> Image:
    """The code of `text` in black on white, mode 「1」, with at most `scale` dots per module and at most `dots` wide.

    Raises ValueError when even one dot per module is too wide.
    """
    import qrcode
    from PIL import Image

    code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M, border=QUIET_ZONE)
    code.add_data(text, optimize=0)
    code.make(fit=True)
    rows = code.get_matrix()
    side = len(rows)
    per_module = min(scale, dots // side)
    if per_module < 1:
        raise ValueError(f"{len(text)} characters need a QR code wider than {dots} dots")
    small = Image.new("1", (side, side))
    small.putdata([0 if dark else 255 for row in rows for dark in row])
    return small.resize((side * per_module, side * per_module), Image.Resampling.NEAREST)
