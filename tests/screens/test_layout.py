"""Every screen is whole at every size that it has to serve."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from textual.color import Color

import screens
from kiosk.checkin.language import Language
from kiosk.ports import examinee
from kiosk.ports.card import OtherCard
from kiosk.ports.examinee import Complaint, Document, Question, ShowResult, Step, Wanted, Working
from screens.brought import WORDS as BROUGHT_WORDS
from screens.complaints import COMPLAINTS, OTHER_CARDS
from screens.number import TITLES
from screens.number import WORDS as NUMBER_WORDS
from screens.panels import FINGER_MM, GAP_COLUMNS, LETTER_MM, PANELS, SEVEN_INCH, TEN_INCH, Panel
from screens.registry import SCREENS
from screens.theme import DARK, HIGH_CONTRAST, PALETTE, READ_ON
from screens.widgets.huge import GLYPHS, Huge, draw
from screens.widgets.huge import SIZES as LETTER_SIZES
from screens.working import STEPS, WorkingScreen
from tests.screens.gallery import DRAWN, UNLIKE, View, cut_off, gallery
from tests.screens.sitting import EVERY_QUESTION, sitting

SIZES = [SEVEN_INCH.size, (80, 24), TEN_INCH.size, (100, 30), (200, 50)]
TIGHT = SIZES[:3]
"""Where there is least room, every word of every question is tried."""
ENOUGH_CONTRAST = 7
HIGH = 10
"""What high contrast is, from 1 to 21."""
AMBIGUOUS = {"A"}


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_nothing_is_cut_off(size: tuple[int, int]) -> None:
    view = View(size) if size in TIGHT else View(size, names=UNLIKE)
    assert {name: looks.cut for name, looks in (await gallery(view)).items() if looks.cut} == {}


@pytest.mark.parametrize("language", [Language.ENGLISH, Language.VIETNAMESE, Language.PORTUGUESE])
async def test_nothing_is_cut_off_at_80_columns_in_languages_with_long_words(language: Language) -> None:
    """One question of each kind; on the panels test_looks sees to it, in every language."""
    looks = await gallery(View((80, 24), language=language, names=UNLIKE))
    assert {name: look.cut for name, look in looks.items() if look.cut} == {}


@pytest.mark.parametrize("size", [SEVEN_INCH.size, (80, 24)], ids=str)
async def test_nothing_is_cut_off_with_larger_letters_or_readings(size: tuple[int, int]) -> None:
    for view in (View(size, large=True, names=UNLIKE), View(size, furigana=True, names=UNLIKE)):
        assert {name: look.cut for name, look in (await gallery(view)).items() if look.cut} == {}


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("name", ["number-insurer-certificate", "birthdate", "face-code"])
async def test_the_longest_complaint_while_typing_fits(name: str, size: tuple[int, int]) -> None:
    keys = {"number-insurer-certificate": "138058", "birthdate": "266", "face-code": "451301"}[name]
    async with sitting(EVERY_QUESTION[name], size) as here:
        await here.strike(keys)
        assert cut_off(here) == []


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_working_fits_and_goes_on(size: tuple[int, int]) -> None:
    async with sitting(EVERY_QUESTION["brought"], size) as here:
        screen = WorkingScreen(Working(Step.CARD, tuple(Step)), here.app)
        here.app.put(screen)
        await here.until(lambda: screen.is_mounted and here.app.screen is screen)
        await here.pilot.pause()
        assert cut_off(here) == []
        assert re.search(rf"【今】\s+{STEPS[Step.CARD]}", here.text())
        screen.change(Working(Step.QUERY, tuple(Step)))
        await here.pilot.pause()
        assert re.search(rf"【済】\s+{STEPS[Step.CARD]}", here.text())
        assert re.search(rf"【今】\s+{STEPS[Step.QUERY]}", here.text())


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel.name)
async def test_keys_are_large_enough_for_a_finger_and_apart(panel: Panel) -> None:
    """20 mm by 20 mm, with two columns between those beside each other."""
    for name, looks in (await gallery(View(panel.size))).items():
        assert looks.keys, name
        for key, place in looks.keys.items():
            assert place.height * panel.row_mm >= FINGER_MM, (name, key, place)
            assert place.width * panel.column_mm >= FINGER_MM, (name, key, place)
        for (one, here), (other, there) in itertools.combinations(looks.keys.items(), 2):
            assert not here.grow((0, GAP_COLUMNS, 0, 0)).overlaps(there), (name, one, other)
            assert not there.grow((0, GAP_COLUMNS, 0, 0)).overlaps(here), (name, one, other)


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel.name)
def test_letters_are_high_enough(panel: Panel) -> None:
    assert panel.row_mm >= LETTER_MM
    columns, rows = panel.size
    assert columns * panel.cell[0] <= panel.pixels[0]
    assert rows * panel.cell[1] <= panel.pixels[1]


async def test_simulator_is_said_on_every_screen_and_only_there() -> None:
    for view, words in ((View((80, 24)), "シミュレーター・練習用"), (View(SEVEN_INCH.size), "SIMULATOR")):
        for name, looks in (await gallery(view)).items():
            assert words in looks.text or name == "options", name
        if words != "SIMULATOR":
            for name, looks in (await gallery(replace(view, simulator=False))).items():
                assert "シミュレーター" not in looks.text, name


WAITING = ("start", "card", "take", "face-reader")
"""Screens with no key that Enter should press."""


async def test_the_focus_is_visible() -> None:
    for name, looks in (await gallery(View((80, 24)))).items():
        if not name.startswith(WAITING):
            assert looks.focused is not None, name
            assert looks.outlined == [looks.focused], name


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = [part / 255 for part in Color.parse(colour).rgb]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize(("palette", "least"), [(PALETTE, ENOUGH_CONTRAST), (HIGH_CONTRAST, HIGH)])
@pytest.mark.parametrize(("letters", "ground"), READ_ON)
def test_contrast_is_at_least_seven_to_one(letters: str, ground: str, palette: Mapping[str, str], least: float) -> None:
    dark, light = sorted(luminance(palette[name]) for name in (letters, ground))
    assert (light + 0.05) / (dark + 0.05) >= least


@pytest.mark.parametrize("palette", [PALETTE, HIGH_CONTRAST])
@pytest.mark.parametrize(("frame", "key"), [("focus", "key"), ("focus", "off"), ("focus-on-main", "main")])
def test_the_frame_of_the_focus_stands_out_from_the_key_or_from_what_is_around(
    frame: str, key: str, palette: Mapping[str, str]
) -> None:
    """Three to one (WCAG 1.4.11): it lies between the two. In the key's own colour it would only make it larger."""
    assert palette[frame] != palette[key]
    beside = [sorted(luminance(palette[name]) for name in (frame, other)) for other in (key, "paper")]
    assert max((light + 0.05) / (dark + 0.05) for dark, light in beside) >= 3


def test_every_palette_has_every_colour() -> None:
    assert set(PALETTE) == set(HIGH_CONTRAST) == set(DARK)


async def test_every_pair_of_colours_on_the_screens_is_checked() -> None:
    """No letters on a ground that READ_ON does not name."""
    for palette, view in ((PALETTE, View((80, 24))), (HIGH_CONTRAST, View((80, 24), large=True, names=UNLIKE))):
        pairs = {(Color.parse(palette[ink]).hex6, Color.parse(palette[ground]).hex6) for ink, ground in READ_ON}
        used = set[tuple[str, str]]().union(*(looks.colours for looks in (await gallery(view)).values()))
        assert used <= pairs
        assert len(used) > 3


def strings() -> Iterator[tuple[str, str]]:
    """Every string of the screens' sources, with its file."""
    for file in sorted(Path(screens.__file__).parent.rglob("*.py")):
        for literal in re.findall(r'"([^"\\\n]*)"', file.read_text(encoding="utf-8")):
            yield file.name, literal


def test_no_string_has_characters_of_ambiguous_width() -> None:
    wrong = [
        (file, text)
        for file, text in strings()
        if any(unicodedata.east_asian_width(c) in AMBIGUOUS and c not in DRAWN for c in text)
    ]
    assert wrong == []


def test_colours_are_named_only_in_the_theme() -> None:
    sheets = list(Path(screens.__file__).parent.rglob("*.tcss"))
    assert sheets
    assert [sheet.name for sheet in sheets if re.search(r":\s*#|rgb\(|ansi_", sheet.read_text(encoding="utf-8"))] == []
    assert [file for file, text in strings() if re.fullmatch(r"#[0-9a-f]{6}", text) and file != "theme.py"] == []


def test_every_question_has_a_screen() -> None:
    questions = {kind for kind in vars(examinee).values() if isinstance(kind, type) and issubclass(kind, Question)}
    assert set(SCREENS) == questions - {Question}


def test_every_closed_set_has_its_words() -> None:
    assert set(COMPLAINTS) == set(Complaint)
    assert set(OTHER_CARDS) == set(OtherCard)
    assert set(STEPS) == set(Step)
    assert set(NUMBER_WORDS) == set(Wanted)
    assert set(TITLES) == set(Document)
    assert len(BROUGHT_WORDS) == 6


@pytest.mark.parametrize("name", ["result-confirmed", "result-desk"])
async def test_the_number_is_huge_and_in_words(name: str) -> None:
    question = EVERY_QUESTION[name]
    assert isinstance(question, ShowResult)
    for size in SIZES:
        async with sitting(question, size) as here:
            await here.pilot.pause()
            assert f"受付番号 {question.number}" in here.text()
            assert here.screen.query_one(Huge).content_size.height >= 5
            shown = here.text()
            assert any(
                all(line.strip() in shown for line in draw(str(question.number), letters)) for letters in LETTER_SIZES
            ), size


def test_every_number_can_be_drawn() -> None:
    for letter in GLYPHS:
        for size in LETTER_SIZES:
            lines = draw(f"{letter}-0123456789", size)
            assert len(lines) == 5 * size.lines
            assert {len(line) for line in lines} == {size.columns(f"{letter}-0123456789")}


async def test_the_desk_is_told_calmly_and_never_why() -> None:
    async with sitting(EVERY_QUESTION["result-desk"]) as here:
        shown = here.text()
    assert "窓口でご確認します" in shown
    assert "総合窓口" in shown
    assert "Q04" in shown
    for word in ("無効", "該当", "資格がありません", "未加入", "保険がない"):
        assert word not in shown
