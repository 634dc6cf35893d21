"""A slip in the printer's own letters, line by line: a picture of 50 KB takes 50 seconds at 9600 baud.

It holds what the drawn slip holds, in the same order; only sizes and the place of the QR are simpler.
"""

from __future__ import annotations

from collections.abc import Iterator

from kiosk.ports.printer import LineStyle, TextLine
from kiosk.printout.lines import break_lines
from kiosk.settings import PrintHead
from kiosk.slip.content import SlipContent
from kiosk.slip.typeset import writable

HALF_WIDTH_DOTS = 12
"""Width of a letter or figure in font A; a kanji is twice as wide."""
PRINTER_CODE = "cp932"
"""Shift_JIS with the letters that Japanese printers have besides (髙, ①)."""
_TIMES = {LineStyle.LARGE: 2, LineStyle.HUGE: 4}


def slip_lines(content: SlipContent, head: PrintHead) -> tuple[TextLine, ...]:
    """The words of the slip, broken to the paper's width, with the place of its QR."""
    return tuple(line for part in _parts(content) for line in _broken(part, head.value // HALF_WIDTH_DOTS))


def columns(text: str) -> int:
    """How many half-width columns a printer needs for the text."""
    return len(text.encode(PRINTER_CODE))


def _parts(content: SlipContent) -> Iterator[TextLine]:
    yield from _examinee_part(content)
    yield from _staff_part(content)


def _examinee_part(content: SlipContent) -> Iterator[TextLine]:
    if content.mark:
        yield TextLine(content.mark, LineStyle.INVERSE, centred=True)
    yield TextLine(content.facility, LineStyle.BOLD, centred=True)
    yield TextLine(f"{content.day}　{content.time}", centred=True)
    yield TextLine(content.number_label, centred=True)
    yield TextLine(content.number, LineStyle.HUGE, centred=True)
    if content.name:
        yield TextLine(content.name, LineStyle.LARGE, centred=True)
    yield TextLine(content.headline, LineStyle.LARGE, centred=True)
    yield TextLine(content.place, LineStyle.LARGE, centred=True)
    yield TextLine(content.bidding, centred=True)
    if content.booked:
        yield TextLine(content.booked, centred=True)
    for hint in content.hints:
        yield TextLine("\n".join(f"・{part}" for part in hint.split("\n")))


def _staff_part(content: SlipContent) -> Iterator[TextLine]:
    staff = content.staff
    yield TextLine("職員用・シミュレーター" if content.simulator else "職員用", LineStyle.INVERSE, centred=True)
    yield TextLine(staff.code, LineStyle.LARGE)
    yield TextLine(f"{content.number}　端末 {content.kiosk}")
    yield TextLine("", LineStyle.QR, centred=True)
    if staff.settled_by:
        yield TextLine("確認した方法", LineStyle.BOLD)
        for way in staff.settled_by:
            yield TextLine(f"[ ] {way}")
    if staff.reads:
        yield TextLine(f"この方が読む言語：{staff.reads}", LineStyle.BOLD)
    yield TextLine(f"端末での方法：{staff.way}")
    if staff.booked:
        yield TextLine(f"予約：{staff.booked}")
    if staff.fields:
        yield TextLine(f"確かめる欄：{'、'.join(staff.fields)}", LineStyle.BOLD)
    for place, step in enumerate(staff.steps, start=1):
        yield TextLine(f"{place}. {step}")
    for item in staff.four_items:
        yield TextLine(f"{item.label}　{item.value or '＿＿＿＿＿＿＿＿＿＿'}")
    for contact in staff.contacts:
        yield TextLine(f"電話　{contact}")
    if not content.confirmed:
        yield TextLine("担当・結果　＿＿＿＿＿＿＿＿＿＿")


def _broken(line: TextLine, width: int) -> Iterator[TextLine]:
    if line.style is LineStyle.QR:
        yield line
        return
    room = width // _TIMES.get(line.style, 1)
    for text in line.text.split("\n"):
        for part in break_lines(writable(text, printable), room, columns):
            yield TextLine(part, line.style, line.centred)


def printable(char: str) -> bool:
    """Whether printers have that letter."""
    try:
        char.encode(PRINTER_CODE)
    except UnicodeEncodeError:
        return False
    return True
