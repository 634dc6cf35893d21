"""Furigana in cells: a line of readings above each line that has kanji."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from rich.cells import cell_len

from kiosk.locale.readings import read
from screens.breaking import broken

_TO_KATAKANA = {code: code + 0x60 for code in range(0x3041, 0x3097)}
_TO_HALF = {ord(unicodedata.normalize("NFKC", half)): half for half in map(chr, range(0xFF66, 0xFF9E))} | {
    0x3099: "ﾞ",
    0x309A: "ﾟ",
}


@dataclass(frozen=True, slots=True)
class Ruby:
    """One line of words, and the readings above it."""

    readings: str
    """Empty where no word needs one."""
    words: str

    @property
    def rows(self) -> tuple[str, ...]:
        """What stands on the screen, the readings first."""
        return (self.readings, self.words) if self.readings else (self.words,)


def half_width(kana: str) -> str:
    """Kana of half width: 「じゅしん」 becomes 「ｼﾞｭｼﾝ」."""
    return unicodedata.normalize("NFD", kana.translate(_TO_KATAKANA)).translate(_TO_HALF)


def lines_of(text: str, width: int) -> list[Ruby]:
    """The lines of `text` in so many columns. Where a reading is wider than its word, ground is left around that."""
    # A line with readings may be wider than its words: broken for less until every line fits.
    narrow = width
    while True:
        lines = [_above(line) for line in broken(text, narrow)]
        if narrow <= width // 2 or all(cell_len(row) <= width for line in lines for row in line.rows):
            return lines
        narrow -= 1


def _above(line: str) -> Ruby:
    """The line with its readings, each in the middle above its word; it may reach over the kana beside it."""
    readings = words = ""
    for part, kana in read(line):
        above = half_width(kana)
        if above:
            wider = cell_len(above) - cell_len(part)
            begin = max(cell_len(words) - (wider + 1) // 2, cell_len(readings))
            readings += " " * (begin - cell_len(readings)) + above
            words += " " * (begin + wider // 2 - cell_len(words))
        words += part
    return Ruby(readings, words)
