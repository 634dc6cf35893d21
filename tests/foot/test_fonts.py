"""The fonts that the service's foot.ini names have every letter that is shown, as wide as its cells."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from rich.cells import cell_len

from kiosk.checkin.language import Language
from screens.panels import PANELS, Panel
from tests.foot.fonts import Letters
from tests.foot.terminal import ROOT, Cells, foot_ini

WIDEST, NARROWEST = 1.07, 0.88
"""Of a letter's cells: a dot of 15 is rounding, and Noto's Hangul has a tenth less than its two cells. What is wider
reaches into the next letter, what is narrower leaves holes in a word."""
LAST_KANJI = "\u9fff"
"""Patterns name it as the end of its block."""


def catalogue(language: Language) -> str:
    """Everything that stands in a language's catalogue, Japanese and translated."""
    folder = ROOT / "kiosk" / "locale" / language.value / "LC_MESSAGES"
    return "".join(file.read_text(encoding="utf-8") for file in folder.glob("*.po"))


def sources() -> Iterator[str]:
    """Every string of the screens and of the words, but for patterns."""
    for file in sorted([*(ROOT / "screens").rglob("*.py"), *(ROOT / "kiosk" / "locale").glob("*.py")]):
        yield from re.findall(r'"([^"\\\n\[]*)"', file.read_text(encoding="utf-8"))


def cells_of(panel: Panel) -> Cells:
    return Cells(*panel.size, *panel.cell, 0, 0)


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel.name)
@pytest.mark.parametrize("language", Language, ids=lambda language: language.value)
def test_every_letter_has_a_font_in_which_it_is_as_wide_as_its_cells(language: Language, panel: Panel) -> None:
    letters = Letters(foot_ini(panel), cells_of(panel))
    text = catalogue(language) + "".join(sources())
    wrong = []
    for letter in sorted(set(text)):
        if not letter.isprintable() or letter.isspace() or letter == LAST_KANJI or "─" <= letter <= "▟":
            continue
        for bold in (False, True):
            face, room = letters.face(letter, bold=bold), cell_len(letter) * panel.cell[0]
            if face is None:
                wrong.append(f"{letter} ({ord(letter):04x}) is in no font of foot.ini")
            elif not NARROWEST * room <= face.width(letter) <= WIDEST * room:
                wrong.append(f"{letter} ({ord(letter):04x}) is {face.width(letter)} dots wide, its cells {room}")
    assert wrong == []


def test_a_letter_that_no_font_has_is_found() -> None:
    """Cuneiform."""
    assert Letters(foot_ini(PANELS[0]), cells_of(PANELS[0])).face("\U00012000") is None


def test_a_font_that_is_not_installed_is_named() -> None:
    settings = foot_ini(PANELS[0]).replace("BIZ UDGothic", "Letters Of Nobody")
    with pytest.raises(ValueError, match="Letters Of Nobody is not installed"):
        Letters(settings, cells_of(PANELS[0]))
