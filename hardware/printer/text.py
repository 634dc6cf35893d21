"""A slip as text in ESC/POS: the printer's own kanji (Shift_JIS) and its own QR, a hundredth of a picture's bytes."""

from __future__ import annotations

from hardware.printer.commands import UnknownCommand, commands
from kiosk.ports.printer import LineStyle, PrinterFailure, PrinterFault, Slip, TextLine

CODE = "cp932"
FEED_LINES = 4
"""After the cut's own feed, or before a tear bar: about 15 mm."""
_INIT = b"\x1b@"
_KANJI_MODE, _SHIFT_JIS = b"\x1c&", b"\x1cC\x01"
_LEFT, _CENTRE = b"\x1ba\x00", b"\x1ba\x01"
_SIZES = {LineStyle.LARGE: (b"\x1d!\x11", b"\x1cW\x01"), LineStyle.HUGE: (b"\x1d!\x33", b"\x1cW\x01")}
_NORMAL = (b"\x1d!\x00", b"\x1cW\x00")
_QR_MODEL_2 = b"\x1d(k\x04\x00\x31\x41\x32\x00"
_QR_DOTS = b"\x1d(k\x03\x00\x31\x43\x05"
"""5 dots a module: 0.6 mm, as on the drawn slip."""
_QR_LEVEL_M = b"\x1d(k\x03\x00\x31\x45\x31"
_QR_STORE = b"\x31\x50\x30"
_QR_PRINT = b"\x1d(k\x03\x00\x31\x51\x30"
_FEED = b"\x1bd"
_PARTIAL_CUT_AFTER_FEED = b"\x1dVB\x00"


def encode_text(slip: Slip, *, cut: bool) -> bytes:
    """The bytes that print the slip's lines, and then feed it out and cut it where there is a cutter.

    Raises PrinterFailure QR_UNREADABLE for a sign that no printer has.
    """
    try:
        body = b"".join(_line(line, slip.qr) for line in slip.lines)
    except UnicodeEncodeError:
        # Its text would name what it could not write.
        raise PrinterFailure(PrinterFault.QR_UNREADABLE) from None
    end = _PARTIAL_CUT_AFTER_FEED if cut else _FEED + bytes((FEED_LINES,))
    return _INIT + _KANJI_MODE + _SHIFT_JIS + body + end


def prove_text(data: bytes, slip: Slip) -> None:
    """Raise PrinterFailure QR_UNREADABLE unless the very bytes hold the slip's lines and its QR, once."""
    try:
        lines, codes = read_text(data)
    except (UnknownCommand, UnicodeDecodeError):
        lines, codes = [], []
    # Two signs for one, such as 〜 and ～, are one to the printer.
    wanted = [line.text.encode(CODE).decode(CODE) for line in slip.lines if line.style is not LineStyle.QR]
    if not slip.lines or lines != wanted or codes != [slip.qr]:
        raise PrinterFailure(PrinterFault.QR_UNREADABLE)


def _line(line: TextLine, qr: str) -> bytes:
    align = _CENTRE if line.centred else _LEFT
    if line.style is LineStyle.QR:
        stored = _QR_STORE + qr.encode("ascii")
        store = b"\x1d(k" + len(stored).to_bytes(2, "little") + stored
        return align + _QR_MODEL_2 + _QR_DOTS + _QR_LEVEL_M + store + _QR_PRINT + b"\n"
    letters = line.text.encode(CODE)
    before, after = _style(line.style)
    return align + before + letters + b"\n" + after


def _style(style: LineStyle) -> tuple[bytes, bytes]:
    match style:
        case LineStyle.BOLD:
            return b"\x1bE\x01", b"\x1bE\x00"
        case LineStyle.INVERSE:
            return b"\x1dB\x01", b"\x1dB\x00"
        case LineStyle.LARGE | LineStyle.HUGE:
            return b"".join(_SIZES[style]), b"".join(_NORMAL)
        case _:
            return b"", b""


def read_text(data: bytes) -> tuple[list[str], list[str]]:
    """The lines and the QR codes that the bytes print. Raises UnknownCommand and UnicodeDecodeError."""
    lines: list[str] = []
    codes: list[str] = []
    letters, stored, printed = b"", "", False
    for command in commands(data):
        if command == b"\n":
            if not printed:
                lines.append(letters.decode(CODE))
            letters, printed = b"", False
        elif command[0] >= 0x20:
            letters += command
        elif command[5:8] == _QR_STORE and command.startswith(b"\x1d(k"):
            stored = command[8:].decode("ascii")
        elif command == _QR_PRINT:
            codes.append(stored)
            printed = True
    return lines, codes
