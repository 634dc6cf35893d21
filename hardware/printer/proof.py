"""Reads a slip back out of the very bytes that go to the printer, before they go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hardware.printer.commands import RASTER, RASTER_HEAD, UnknownCommand, commands, raster_size
from hardware.printer.escpos import encode
from kiosk.ports.printer import PrinterFailure, PrinterFault, Slip

if TYPE_CHECKING:
    from PIL.Image import Image

_INVERTED = bytes(255 - octet for octet in range(256))
"""On paper a set bit is black; in a picture it is white."""


class NotASlip(ValueError):
    """The bytes do not print one picture."""


def decode_raster(data: bytes) -> Image:
    """The picture that the bytes print, all bands joined, mode 「1」. Raises NotASlip."""
    from PIL import Image

    rows: list[bytes] = []
    widths: set[int] = set()
    try:
        for command in commands(data):
            if command.startswith(RASTER):
                widths.add(raster_size(command)[0])
                rows.append(command[RASTER_HEAD:])
    except UnknownCommand as unknown:
        raise NotASlip(str(unknown)) from unknown
    dots = b"".join(rows)
    if len(widths) != 1 or not dots:
        raise NotASlip("no raster, or bands that do not fit each other")
    (width,) = widths
    return Image.frombytes("1", (width * 8, len(dots) // width), dots.translate(_INVERTED))


def read_qr(image: Image) -> str:
    """The text of the one QR code in the picture; empty when there is none that can be read."""
    import zxingcpp

    found = zxingcpp.read_barcodes(
        image.convert("L"),
        formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode),
        try_rotate=False,
        try_downscale=False,
        try_invert=False,
    )
    return found[0].text if len(found) == 1 else ""


def prove(data: bytes, slip: Slip) -> Image:
    """The picture in the bytes, when it is the slip's and its QR reads as it must.

    Raises PrinterFailure with QR_UNREADABLE.
    """
    try:
        image = decode_raster(data)
    except NotASlip as wrong:
        raise PrinterFailure(PrinterFault.QR_UNREADABLE) from wrong
    if image.size != slip.image.size or image.tobytes() != slip.image.tobytes() or read_qr(image) != slip.qr:
        raise PrinterFailure(PrinterFault.QR_UNREADABLE)
    return image


def load_libraries() -> None:
    """Load what `encode` and `prove` need, so that the first slip does not wait for it."""
    from PIL import Image

    blank = Image.new("1", (8, 1), 1)
    prove(encode(blank, cut=False), Slip(blank, ""))
