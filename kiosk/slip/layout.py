"""Draws a slip: the examinee's part above the line, the staff's part with the QR below it."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, assert_never

from kiosk.checkin.language import Language
from kiosk.settings import PrintHead
from kiosk.slip.content import Item, SlipContent
from kiosk.slip.fonts import Shapes, Weight
from kiosk.slip.qr import draw_qr
from kiosk.slip.sheet import Align, Sheet

if TYPE_CHECKING:
    from PIL.Image import Image


@dataclass(frozen=True, slots=True)
class Sizes:
    """Sizes in dots; a print head has 8 of them per millimetre."""

    margin: int
    number: int
    headline: int
    body: int
    """At least 4 mm: read at arm's length by people who cannot read small print."""
    staff: int
    """Nearly 3 mm."""
    code: int
    qr: int
    """Dots per module: 5 are 0.6 mm, as large as the letters beside the code leave room for."""
    beside: bool
    """Whether the QR has the code and the way beside it."""


WIDE = Sizes(margin=16, number=180, headline=56, body=34, staff=22, code=68, qr=5, beside=True)
NARROW = Sizes(margin=8, number=150, headline=44, body=32, staff=22, code=64, qr=6, beside=False)

SHAPES = {Language.CHINESE: Shapes.CHINESE, Language.KOREAN: Shapes.KOREAN}
UNSPACED = frozenset({Language.JAPANESE, Language.CHINESE})
"""Languages that leave no space between words; easy Japanese does."""

_pen = Lock()
"""FreeType's faces are shared; one slip is drawn at a time."""


def draw(content: SlipContent, qr: str, head: PrintHead) -> Image:
    """The slip as wide as the print head, mode 「1」. Raises FontMissing."""
    sizes = _sizes(head)
    with _pen:
        sheet = Sheet(head.value, sizes.margin)
        _examinee_part(sheet, content, sizes)
        _staff_part(sheet, content, qr, sizes)
        return sheet.cut()


def _sizes(head: PrintHead) -> Sizes:
    match head:
        case PrintHead.MM80:
            return WIDE
        case PrintHead.MM58:
            return NARROW
        case _:
            assert_never(head)


def _examinee_part(sheet: Sheet, content: SlipContent, sizes: Sizes) -> None:
    sheet.shapes = SHAPES.get(content.language, Shapes.JAPANESE)
    if content.mark:
        sheet.bar(content.mark, 26, 22)
    sheet.space(8)
    sheet.fitted(content.facility, 36, 26)
    sheet.line(f"{content.day}　{content.time}", 26, align=Align.CENTRE)
    sheet.space(8)
    sheet.rule()
    sheet.space(10)
    sheet.line(content.number_label, 28, align=Align.CENTRE)
    sheet.space(12)
    sheet.huge(content.number, sizes.number)
    sheet.space(22)
    sheet.rule()
    sheet.space(10)
    if content.name:
        sheet.fitted(content.name, sizes.body, 24, Weight.REGULAR)
    sheet.fitted(content.headline, sizes.headline, 30)
    sheet.joined((content.place, content.bidding), sizes.body, between="" if content.language in UNSPACED else " ")
    if content.booked:
        sheet.joined(content.booked.split("　"), 28, between="　")
    if content.hints:
        sheet.space(8)
    for hint in content.hints:
        sheet.marked("・", hint, 26, hanging=26)
    sheet.space(14)


def _staff_part(sheet: Sheet, content: SlipContent, qr: str, sizes: Sizes) -> None:
    staff = content.staff
    sheet.shapes = Shapes.JAPANESE
    sheet.dashes()
    sheet.space(6)
    sheet.bar("職員用・シミュレーター" if content.simulator else "職員用", 24, 20)
    sheet.space(6)
    _code_and_qr(sheet, content, qr, sizes)
    sheet.space(4)
    if staff.reads:
        sheet.line(f"この方が読む言語：{staff.reads}", sizes.staff, Weight.BOLD)
    sheet.line(f"端末での方法：{staff.way}", sizes.staff)
    if staff.booked:
        sheet.line(f"予約：{staff.booked}", sizes.staff)
    if staff.fields:
        sheet.line(f"確かめる欄：{'、'.join(staff.fields)}", sizes.staff, Weight.BOLD)
    sheet.space(4)
    for place, step in enumerate(staff.steps, start=1):
        sheet.marked(f"{place}.", step, sizes.staff, hanging=sizes.staff + 8)
    sheet.space(4)
    for item in staff.four_items:
        _item(sheet, item, sizes)
    for contact in staff.contacts:
        sheet.marked("電話", contact, sizes.staff, hanging=sizes.staff * 2 + 8)
    if not content.confirmed:
        sheet.space(12)
        sheet.blank("担当・結果", sizes.staff)
    sheet.space(8)


def _code_and_qr(sheet: Sheet, content: SlipContent, qr: str, sizes: Sizes) -> None:
    """The code and the boxes, with the QR on the right where the paper is wide enough for both."""
    picture = draw_qr(qr, sheet.right - sheet.left, sizes.qr)
    top = sheet.y
    if sizes.beside:
        sheet.picture(picture, sheet.right - picture.width)
        _code(sheet, content, sizes, columns=1)
        sheet.y = max(sheet.y, top + picture.height)
    else:
        _code(sheet, content, sizes, columns=2)
        sheet.picture(picture, (sheet.width - picture.width) // 2)
        sheet.space(picture.height)


def _code(sheet: Sheet, content: SlipContent, sizes: Sizes, *, columns: int) -> None:
    sheet.line(content.staff.code, sizes.code, Weight.BOLD, leading=1.15)
    sheet.line(f"{content.number}　端末 {content.kiosk}", sizes.staff)
    if content.staff.settled_by:
        sheet.line("確認した方法", sizes.staff, Weight.BOLD)
        sheet.boxes(content.staff.settled_by, sizes.staff, columns=columns)


def _item(sheet: Sheet, item: Item, sizes: Sizes) -> None:
    if item.value:
        sheet.marked(item.label, item.value, sizes.staff, hanging=sizes.staff * 5)
    else:
        sheet.space(6)
        sheet.blank(item.label, sizes.staff)
