"""The documents as people know them: a certificate, a sheet, a phone, an old card, and a question mark."""

from __future__ import annotations

from screens.pictures.card import HEIGHT, WIDTH
from screens.pictures.drawing import still
from screens.pictures.pen import Pen


def _certificate(pen: Pen) -> None:
    pen = pen.moved(7, 20)
    pen.box((0, 0), (WIDTH, HEIGHT), "mark", "ink", rounded=5)
    pen.printed((WIDTH / 2, 14), "資格確認書", 15, "mark-ink")
    for row, width in ((26, 76), (37, 56), (48, 66)):
        pen.box((10, row), (width, 4.5), "mark-ink", rounded=2)


def _notice(pen: Pen) -> None:
    pen.box((20, 3), (70, 94), "field", "ink", rounded=3)
    pen.printed((55, 15), "お知らせ", 13, "ink")
    for row, width in ((27, 54), (36, 54), (45, 40)):
        pen.box((28, row), (width, 4), "quiet", rounded=2)
    pen.box((40, 60), (44, 31), "mark", rounded=2)
    pen.dashes((38, 57), (88, 57), "ink")
    pen.dashes((37, 57), (37, 95), "ink")
    for row, width in ((67, 32), (77, 22)):
        pen.box((46, row), (width, 4), "mark-ink", rounded=2)


def _phone(pen: Pen) -> None:
    pen.box((29, 2), (52, 96), "ink", rounded=10)
    pen.box((34, 11), (42, 75), "field", rounded=3)
    pen.box((34, 11), (42, 15), "main", rounded=3)
    for row, width in ((33, 30), (42, 22)):
        pen.box((39, row), (width, 4.5), "quiet", rounded=2)
    pen.box((39, 54), (32, 12), "mark", rounded=2)
    pen.box((39, 72), (26, 4.5), "quiet", rounded=2)
    pen.disc((55, 92), 3, "off")


def _old_card(pen: Pen) -> None:
    pen = pen.moved(7, 20)
    pen.box((0, 0), (WIDTH, HEIGHT), "off", "ink", rounded=7)
    pen.printed((WIDTH / 2, 15), "健康保険", 15, "ink")
    for row, width in ((27, 76), (38, 50), (49, 60)):
        pen.box((10, row), (width, 4.5), "quiet", rounded=2)


def _unsure(pen: Pen) -> None:
    pen.disc((55, 50), 38, "main")
    pen.arc((55, 41), 14, (180, 408), "main-ink", thick=8)
    pen.disc((45, 41), 4, "main-ink")
    pen.line([(62, 48), (56, 55), (55, 61)], "main-ink", thick=8)
    pen.disc((55, 74), 5, "main-ink")


CERTIFICATE = still("certificate", 110, 100, _certificate)
NOTICE = still("notice", 110, 100, _notice)
PHONE = still("phone", 110, 100, _phone)
OLD_CARD = still("old card", 110, 100, _old_card)
UNSURE = still("unsure", 110, 100, _unsure)
