"""The printer's bytes, and the slip that is read back out of them."""

from __future__ import annotations

import contextlib
import logging
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from hardware.printer.commands import UnknownCommand, command_length
from hardware.printer.escpos import bands, encode
from hardware.printer.proof import NotASlip, decode_raster, prove, read_qr
from kiosk.ports.printer import PrinterFailure, PrinterFault, Slip
from tests.printer.slips import TEXT, a_slip


def test_bytes_of_a_tiny_picture() -> None:
    """Initialise, one raster of 2 octets by 2 rows with black as 1, six lines of feed, partial cut."""
    image = Image.new("1", (16, 2), 1)
    image.putpixel((0, 0), 0)
    image.putpixel((15, 1), 0)
    raster = b"\x1dv0\x00\x02\x00\x02\x00" + bytes([0x80, 0x00, 0x00, 0x01])
    assert encode(image, cut=True) == b"\x1b@" + raster + b"\x1bd\x06" + b"\x1dV\x01"
    assert encode(image, cut=False) == b"\x1b@" + raster + b"\x1bd\x06"


def test_no_band_is_higher_than_a_cheap_printer_takes() -> None:
    data = encode(a_slip(height=1001).image, cut=True)
    heights = [int.from_bytes(data[at + 6 : at + 8], "little") for at in raster_places(data)]
    assert heights == [200, 200, 200, 200, 200, 1]


def raster_places(data: bytes) -> list[int]:
    """Where the raster commands begin."""
    places, at = [], 0
    while length := command_length(data, at):
        if data[at : at + 3] == b"\x1dv0":
            places.append(at)
        at += length
    return places


@pytest.mark.parametrize("cut", [True, False])
@pytest.mark.parametrize("width", [384, 576])
def test_picture_and_qr_come_back_out_of_the_bytes(width: int, cut: bool) -> None:
    slip = a_slip(width)
    image = prove(encode(slip.image, cut=cut), slip)
    assert (image.size, image.tobytes()) == (slip.image.size, slip.image.tobytes())
    assert read_qr(image) == TEXT


@given(st.binary(min_size=6, max_size=6 * 500).filter(lambda dots: len(dots) % 6 == 0))
def test_any_picture_comes_back(dots: bytes) -> None:
    image = Image.frombytes("1", (48, len(dots) // 6), dots)
    assert decode_raster(encode(image, cut=True)).tobytes() == dots


def fault_of(data: bytes, slip: Slip) -> PrinterFault:
    """Why these bytes are not sent."""
    with pytest.raises(PrinterFailure) as failure:
        prove(data, slip)
    return failure.value.fault


def test_another_qr_is_not_sent() -> None:
    assert fault_of(encode(a_slip(text="other").image, cut=True), a_slip()) is PrinterFault.QR_UNREADABLE


def test_damaged_qr_is_not_sent() -> None:
    slip = a_slip()
    slip.image.paste(1, (40, 260, 140, 360))
    assert fault_of(encode(slip.image, cut=True), slip) is PrinterFault.QR_UNREADABLE


def test_one_wrong_dot_is_not_sent() -> None:
    slip = a_slip()
    data = bytearray(encode(slip.image, cut=True))
    data[200] ^= 1
    assert fault_of(bytes(data), slip) is PrinterFault.QR_UNREADABLE


def test_slip_cut_short_is_not_sent() -> None:
    slip = a_slip()
    data = encode(slip.image, cut=True)
    for end in (0, 1, 2, 5, 9, 5000, len(data) - 1):
        assert fault_of(data[:end], slip) is PrinterFault.QR_UNREADABLE


@given(st.binary(max_size=200))
def test_garbage_is_no_slip(data: bytes) -> None:
    with contextlib.suppress(NotASlip):
        decode_raster(data)


@given(st.binary(max_size=40))
def test_length_of_a_command_is_within_the_data(data: bytes) -> None:
    try:
        length = command_length(data)
    except UnknownCommand:
        return
    assert length is None or 0 < length <= len(data)


def test_bands_of_different_width_are_no_slip() -> None:
    narrow, wide = (encode(Image.new("1", (width, 2), 1), cut=False) for width in (16, 24))
    with pytest.raises(NotASlip):
        decode_raster(narrow + wide)


def test_pieces_for_the_line_are_the_whole() -> None:
    data = encode(a_slip().image, cut=True)
    pieces = bands(data)
    assert b"".join(pieces) == data
    assert len(pieces) > 3


def test_encoding_says_nothing_and_leaves_nothing_behind(tmp_path: Path) -> None:
    """python-escpos prints to stdout, logs to stderr and keeps a temporary directory, if one lets it."""
    program = (
        "import logging\n"
        "from PIL import Image\n"
        "from hardware.printer.escpos import encode\n"
        "encode(Image.new('1', (384, 500), 1), cut=True)\n"
        "assert logging.getLogger().handlers == []\n"
        "logging.getLogger('escpos').warning('not on the screen')\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program],
        cwd=Path(__file__).parents[2],
        env={"TMPDIR": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout == ""
    assert list(tmp_path.iterdir()) == []
    assert logging.getLogger().name == "root"
