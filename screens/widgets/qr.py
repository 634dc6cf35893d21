"""A QR code in half blocks: two modules above each other are one cell, so that modules are square."""

from __future__ import annotations

QUIET = 2
"""Modules of white around it. ISO/IEC 18004 asks for four; readers take two on a white ground."""
_BLOCKS = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}


def half_blocks(payload: str) -> list[str]:
    """The lines of the code; black modules are ink, so it belongs on a light ground."""
    # Late: only a slip that did not come out needs it.
    import qrcode
    from qrcode.constants import ERROR_CORRECT_L

    code = qrcode.QRCode(error_correction=ERROR_CORRECT_L, border=QUIET)
    code.add_data(payload)
    code.make(fit=True)
    rows = [[bool(module) for module in row] for row in code.get_matrix()]
    if len(rows) % 2:
        rows.append([False] * len(rows))
    pairs = zip(rows[::2], rows[1::2], strict=True)
    return ["".join(_BLOCKS[up, down] for up, down in zip(upper, lower, strict=True)) for upper, lower in pairs]
