"""Every letter of every language has a glyph of its width in the fonts of the terminal: cells that do not agree break
the screen's columns."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

import pytest
from PIL import ImageFont
from rich.cells import cell_len

from kiosk.checkin.language import Language
from kiosk.locale.names import OWN_NAMES
from tests.locale.catalogues import TRANSLATED, entries, messages, read
from tests.locale.literals import ROOT

FILES = {
    "BIZ UDGothic": ("truetype/bizud-gothic/BIZUDGothic-Regular.ttf", 0),
    "Noto Sans Mono": ("truetype/noto/NotoSansMono-Regular.ttf", 0),
    "Noto Sans Mono CJK SC": ("opentype/noto/NotoSansCJK-Regular.ttc", 7),
}
"""Where Debian has the fonts that systemd/foot.ini names, and their place in a collection."""
SIZE = 1000
"""Units of the measure: wide letters have as many, others half of it."""


def chain() -> list[tuple[str, float]]:
    """The fonts that foot asks, one after the other, with their size against the first's."""
    [line] = re.findall(r"^font=(.+)$", (ROOT / "systemd" / "foot.ini").read_text("utf-8"), re.MULTILINE)
    fonts = [re.fullmatch(r"\s*(.+?):size=([0-9.]+)", font) for font in line.split(",")]
    sizes = [(font[1], float(font[2])) for font in fonts if font]
    return [(name, size / sizes[0][1]) for name, size in sizes]


@cache
def face(name: str) -> ImageFont.FreeTypeFont:
    file, place = FILES[name]
    layout = ImageFont.Layout.BASIC
    return ImageFont.truetype(f"/usr/share/fonts/{file}", SIZE, index=place, layout_engine=layout)


@cache
def has(name: str, letter: str) -> bool:
    nothing = face(name).getmask("\U0010ffff")
    drawn = face(name).getmask(letter)
    return letter.isspace() or (drawn.size, bytes(drawn)) != (nothing.size, bytes(nothing))


def letters(language: Language) -> set[str]:
    words = messages() if language is Language.JAPANESE else dict(entries(read(language))).values()
    return set("".join([*words, *OWN_NAMES.values()])) - {"\n"}


@pytest.mark.parametrize("language", Language, ids=lambda language: language.value)
def test_every_letter_is_as_wide_as_its_cells(language: Language) -> None:
    for letter in sorted(letters(language)):
        name, scale = next((font for font in chain() if has(font[0], letter)), ("", 0))
        assert name, f"no font for {letter!r} (U+{ord(letter):04X})"
        wide = face(name).getlength(letter) * scale
        room = cell_len(letter) * SIZE / 2
        assert wide <= room + 1, f"{letter!r} is {wide} wide in {name}, and its cells are {room}"
        assert name != chain()[0][0] or wide >= room - 1, f"{letter!r} leaves its cells half empty"


@pytest.mark.parametrize("language", TRANSLATED, ids=lambda language: language.value)
def test_only_letters_are_of_a_width_that_terminals_disagree_about(language: Language) -> None:
    """East Asian Ambiguous: á takes one cell, and is as wide in our fonts; ’ … × → take one, and are two wide."""
    doubtful = {letter for letter in letters(language) if unicodedata.east_asian_width(letter) == "A"}
    assert {letter for letter in doubtful if not unicodedata.category(letter).startswith("L")} == set()


def test_a_letter_without_a_font_is_found() -> None:
    assert not any(has(name, "\U00020bb7\U0010fffe"[1]) for name, _scale in chain())
    assert has("BIZ UDGothic", "á")
    assert not has("BIZ UDGothic", "ế")
    assert cell_len("’") == 1 < face("BIZ UDGothic").getlength("’") / SIZE * 2
