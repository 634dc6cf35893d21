"""Small slips for printers."""

from __future__ import annotations

import qrcode
from PIL import Image

from kiosk.ports.printer import Slip

TEXT = "150957724356230343207330"


def a_slip(width: int = 576, height: int = 700, text: str = TEXT) -> Slip:
    """White paper with one QR code."""
    image = Image.new("1", (width, height), 1)
    code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M, border=4)
    code.add_data(text)
    rows = code.get_matrix()
    small = Image.new("1", (len(rows), len(rows)))
    small.putdata([0 if dark else 255 for row in rows for dark in row])
    image.paste(small.resize((len(rows) * 4, len(rows) * 4)), (40, 260))
    return Slip(image, text)
