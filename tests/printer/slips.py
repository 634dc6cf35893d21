"""Small slips for printers, and what printing does to the event loop."""

from __future__ import annotations

import asyncio
import time
from typing import Any

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


async def longest_stall(task: asyncio.Task[Any]) -> float:
    """Seconds for which nothing else had its turn until the task was done."""
    longest, before = 0.0, time.monotonic()
    while not task.done():
        await asyncio.sleep(0)
        longest, before = max(longest, time.monotonic() - before), time.monotonic()
    return longest
