"""The test slip: nobody's, with everything on it that can go wrong on a printer."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from kiosk.ports.printer import LineStyle, Slip, TextLine
from kiosk.settings import PrintHead
from kiosk.slip.fonts import Weight
from kiosk.slip.lines import HALF_WIDTH_DOTS, printable
from kiosk.slip.qr import draw_qr
from kiosk.slip.typeset import writable

if TYPE_CHECKING:
    from kiosk.slip.sheet import Sheet

QR_DIGITS = "0123456789" * 25
"""As long as a real slip's."""
_WORDS = "日本語の見本：髙橋、﨑山、健診　①②③④⑤"
_MARKS = "下の線が、紙の両はしまで届いていますか。"


def trial_slip(facility: str, kiosk: str, at: datetime, head: PrintHead) -> Slip:
    """A slip for the installer. Raises FontMissing."""
    from kiosk.slip.sheet import Align, Sheet

    told = (f"端末 {kiosk}", f"{at:%Y-%m-%d %H:%M}", f"{head.value} ドット")
    sheet = Sheet(head.value, 0)
    sheet.bar("試し刷り・だれの受付票でもありません", 26, 20)
    sheet.space(8)
    sheet.fitted(facility, 36, 26)
    for line in told:
        sheet.line(line, 26, align=Align.CENTRE)
    sheet.huge("A-000", 150)
    sheet.space(12)
    sheet.line(_WORDS, 26, Weight.REGULAR)
    _edges(sheet)
    picture = draw_qr(QR_DIGITS, head.value, 5)
    sheet.picture(picture, (head.value - picture.width) // 2)
    sheet.space(picture.height)
    return Slip(sheet.cut(), QR_DIGITS, _lines(facility, told, head))


def _edges(sheet: Sheet) -> None:
    """A line from edge to edge: a head set too wide loses its right end, and one set too narrow leaves paper free."""
    sheet.line(_MARKS, 22)
    sheet.rule(4)
    sheet.space(4)


def _lines(facility: str, told: tuple[str, ...], head: PrintHead) -> tuple[TextLine, ...]:
    columns = head.value // HALF_WIDTH_DOTS
    name = writable(facility, printable)
    ruler = "".join(str(place % 10) for place in range(1, columns + 1))
    return (
        TextLine("試し刷り", LineStyle.INVERSE, centred=True),
        TextLine(name[: columns // 2], LineStyle.BOLD, centred=True),
        *(TextLine(line, centred=True) for line in told),
        TextLine("A-000", LineStyle.HUGE, centred=True),
        TextLine(_WORDS[: columns // 2]),
        TextLine(ruler),
        TextLine("", LineStyle.QR, centred=True),
    )
