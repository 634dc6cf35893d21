"""A slip in the printer's own letters: read back out of the very bytes, and chosen where the line is slow."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.printer.commands import UnknownCommand, commands
from hardware.printer.factory import SLOW_BAUD, open_printer
from hardware.printer.printer import EscposPrinter
from hardware.printer.text import encode_text, prove_text, read_text
from hardware.virtual.printer import Condition, VirtualPrinter
from kiosk.ports.printer import LineStyle, PrinterFailure, PrinterFault, Slip, TextLine
from tests.printer.slips import TEXT, a_slip

LINES = (
    TextLine("見本健診センター", LineStyle.BOLD, centred=True),
    TextLine("A-012", LineStyle.HUGE, centred=True),
    TextLine("髙山　①", LineStyle.LARGE),
    TextLine("", LineStyle.QR, centred=True),
    TextLine("職員用", LineStyle.INVERSE),
    TextLine("1. 0800-080-4583"),
)
TWINS = "¢£¬‖−〜"
"""Shift_JIS writes them as their full-width twins."""
WRITABLE = st.text(
    st.characters(codec="cp932", min_codepoint=0x20, exclude_characters="\x7f", include_characters=TWINS), max_size=24
)


def text_slip(lines: tuple[TextLine, ...] = LINES) -> Slip:
    return replace(a_slip(), lines=lines)


def test_bytes_of_a_tiny_slip() -> None:
    """Kanji mode, Shift_JIS, letters as they are; the QR by model, size, level, store, print; fed and cut."""
    data = encode_text(Slip(a_slip().image, "12", (TextLine("亜"), TextLine("", LineStyle.QR))), cut=True)
    code = b"\x1d(k\x04\x001A2\x00\x1d(k\x03\x001C\x05\x1d(k\x03\x001E1\x1d(k\x05\x001P012\x1d(k\x03\x001Q0\n"
    assert data == b"\x1b@\x1c&\x1cC\x01" + b"\x1ba\x00\x88\x9f\n" + b"\x1ba\x00" + code + b"\x1dVB\x00"
    without_cutter = encode_text(Slip(a_slip().image, "12", (TextLine("亜"),)), cut=False)
    assert without_cutter.endswith(b"\n\x1bd\x04")


def test_every_style_ends_with_its_line() -> None:
    for line in LINES:
        if line.style not in (LineStyle.PLAIN, LineStyle.QR):
            data = encode_text(text_slip((line, TextLine("次"))), cut=False)
            after = data[data.index(b"\n") + 1 :]
            assert after.startswith((b"\x1bE\x00", b"\x1dB\x00", b"\x1d!\x00\x1cW\x00"))


@given(st.lists(WRITABLE, min_size=1, max_size=6))
def test_any_lines_and_the_qr_come_back_out_of_the_bytes(texts: list[str]) -> None:
    slip = text_slip((*(TextLine(text) for text in texts), TextLine("", LineStyle.QR)))
    data = encode_text(slip, cut=True)
    prove_text(data, slip)
    assert read_text(data) == ([text.encode("cp932").decode("cp932") for text in texts], [TEXT])


@pytest.mark.parametrize(
    "wrong",
    [
        replace(text_slip(), qr="123"),
        text_slip((*LINES, TextLine("もう一行"))),
        text_slip((*LINES[1:], LINES[0])),
        text_slip(()),
    ],
    ids=["other qr", "another line", "other order", "no lines"],
)
def test_slip_that_is_not_in_the_bytes_is_refused(wrong: Slip) -> None:
    data = encode_text(text_slip(), cut=True)
    with pytest.raises(PrinterFailure) as refused:
        prove_text(data, wrong)
    assert refused.value.fault is PrinterFault.QR_UNREADABLE


@pytest.mark.parametrize("lines", [(*LINES[:3], *LINES[4:]), (*LINES, LINES[3]), ()], ids=["none", "two", "empty"])
def test_slip_without_exactly_one_qr_is_not_sent(lines: tuple[TextLine, ...]) -> None:
    slip = text_slip(lines)
    with pytest.raises(PrinterFailure):
        prove_text(encode_text(slip, cut=True), slip)


def test_sign_that_no_printer_has_is_refused_without_naming_it() -> None:
    with pytest.raises(PrinterFailure) as refused:
        encode_text(text_slip((TextLine("𠮷田"), *LINES)), cut=True)
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__


@given(st.integers(0, 400))
def test_cut_bytes_are_refused(size: int) -> None:
    slip = text_slip()
    whole = encode_text(slip, cut=True)
    if size < len(whole) - 4:  # the end is only feed and cut
        with pytest.raises(PrinterFailure):
            prove_text(whole[:size], slip)


@given(st.binary(max_size=60))
def test_any_bytes_are_commands_or_refused(data: bytes) -> None:
    try:
        assert b"".join(commands(data)) == data
    except UnknownCommand:
        return


@pytest.mark.parametrize(
    ("baud", "text", "in_letters"),
    [
        (None, None, False),
        (9600, None, True),
        (19200, None, True),
        (SLOW_BAUD, None, False),
        (115200, None, False),
        (9600, False, False),
        (None, True, True),
    ],
)
def test_slow_serial_lines_get_text_unless_the_site_says_otherwise(
    tmp_path: Path, baud: int | None, text: bool | None, in_letters: bool
) -> None:
    printer = open_printer("/dev/ttyUSB0", 576, 10, cut=True, baud=baud, text=text)
    assert isinstance(printer, EscposPrinter)
    assert printer._text is in_letters


@pytest.fixture
async def machine() -> AsyncIterator[VirtualPrinter]:
    virtual = VirtualPrinter()
    await virtual.start()
    yield virtual
    await virtual.close()


async def test_text_goes_to_a_printer_and_its_qr_reads(machine: VirtualPrinter) -> None:
    await open_printer(machine.device, 576, 5, cut=True, text=True).print(text_slip())
    job = await machine.next_job()
    assert job.image is None
    assert job.qr == TEXT
    assert job.lines == tuple(line.text for line in LINES if line.style is not LineStyle.QR)


async def test_paper_that_runs_out_under_a_text_is_found_out(machine: VirtualPrinter) -> None:
    await machine.become(Condition.RUNS_OUT)
    with pytest.raises(PrinterFailure) as failed:
        await open_printer(machine.device, 576, 5, cut=True, text=True).print(text_slip())
    assert failed.value.fault is PrinterFault.PAPER_OUT


async def test_serial_line_gets_its_speed() -> None:
    import termios

    master, slave = os.openpty()
    try:
        printer = open_printer(os.ttyname(slave), 576, 1, cut=True, baud=19200)
        assert isinstance(printer, EscposPrinter)
        async with printer._transport.open(1):
            settings = termios.tcgetattr(slave)
            assert settings[4] == settings[5] == termios.B19200
    finally:
        os.close(master)
        os.close(slave)
