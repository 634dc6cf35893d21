"""In foot, on both panels, there stands what the screens say: every letter in its own cells, in its colours."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from PIL import Image
from rich.cells import cell_len

from kiosk.checkin.language import Language
from screens.panels import PANELS, TEN_INCH, Panel
from tests.foot.compare import Difference, differences
from tests.foot.fonts import Letters
from tests.foot.show import Glyphs, Look, Show, show
from tests.foot.terminal import PROGRAMS, Cells, NoTerminalError, Terminal, foot_ini, terminal
from tests.parts import require

SECONDS = 10.0
"""For a picture that still shows the screen before, where others need the processors."""
SPOKEN = "pin"
"""What is looked at in every language: much to read, many keys."""
IN_JAPANESE = (
    "start",
    "brought",
    "card",
    "review",
    "result-appointment",
    "result-desk",
    "idle-warning",
    "large",
    "furigana",
)
PLAIN = "brought"
MANY = 20
"""Letters out of place that nobody overlooks."""
RED = (160, 0, 0)


@pytest.fixture(scope="module", params=PANELS, ids=lambda panel: panel.name)
def stage(request: pytest.FixtureRequest) -> Iterator[tuple[Panel, Show]]:
    panel: Panel = request.param
    with terminal_or_skip(panel) as opened, show(opened) as directed:
        yield panel, directed


@contextmanager
def terminal_or_skip(panel: Panel, settings: str | None = None) -> Iterator[Terminal]:
    """A container may forbid what sway needs, and the report tells what it was; what is installed has to be there."""
    for program in PROGRAMS:
        require(program, "sway foot grim util-linux")
    try:
        with terminal(panel, settings) as opened:
            yield opened
    except NoTerminalError as reason:
        pytest.skip(str(reason))


def found(panel: Panel, directed: Show) -> list[Difference]:
    """What stays different between the terminal and the screen."""
    letters = Letters(foot_ini(panel), directed.terminal.cells)
    end = time.monotonic() + SECONDS
    while True:
        look = directed.look()
        different = differences(directed.terminal.picture(), look, directed.terminal.cells, letters)
        if not different or time.monotonic() > end:
            return different


def test_foot_divides_the_panel_as_the_screens_expect(stage: tuple[Panel, Show]) -> None:
    panel, directed = stage
    cells = directed.terminal.cells
    assert ((cells.columns, cells.rows), (cells.width, cells.height)) == (panel.size, panel.cell)


@pytest.mark.parametrize("language", Language, ids=lambda language: language.value)
def test_every_letter_stands_in_its_cells(stage: tuple[Panel, Show], language: Language) -> None:
    panel, directed = stage
    directed.show(SPOKEN, language)
    assert found(panel, directed) == []


@pytest.mark.parametrize("name", IN_JAPANESE)
def test_every_kind_of_screen_looks_as_it_should(stage: tuple[Panel, Show], name: str) -> None:
    panel, directed = stage
    directed.show(name)
    assert found(panel, directed) == []


def test_pictures_stand_in_their_cells_dot_by_dot(stage: tuple[Panel, Show]) -> None:
    panel, directed = stage
    directed.show("card")
    assert found(panel, directed) == []
    look = directed.look()
    assert any(piece.sixel for row in look for piece in row)
    letters = Letters(foot_ini(panel), directed.terminal.cells)
    lower = [look[-1], *look[:-1]]
    different = differences(directed.terminal.picture(), lower, directed.terminal.cells, letters)
    assert any("shows a picture that is off" in one.words for one in different)


def test_a_tap_on_the_glass_presses_the_key_under_it(stage: tuple[Panel, Show]) -> None:
    _, directed = stage
    directed.show("brought")
    directed.look()
    directed.terminal.tap(*directed.place("#choice-2"))
    assert "CERTIFICATE" in directed.outcome()


# What is wrong is found: a true picture and another screen, or another terminal and the true screen.


@pytest.fixture(scope="module")
def taken(stage: tuple[Panel, Show]) -> tuple[Image.Image, Look, Cells, Letters]:
    panel, directed = stage
    directed.show(PLAIN)
    assert found(panel, directed) == []
    return *directed.seen(), directed.terminal.cells, Letters(foot_ini(panel), directed.terminal.cells)


Taken = tuple[Image.Image, Look, Cells, Letters]


def changed(look: Look, how: Callable[[Glyphs], Glyphs]) -> Look:
    """Another screen: every piece of text that is more than blanks is changed."""
    return [[how(piece) if piece.text.strip() else piece for piece in row] for row in look]


def test_lines_that_stand_a_cell_too_far_are_found(taken: Taken) -> None:
    picture, look, cells, letters = taken
    moved = [[replace(row[0], text=" "), *row] for row in look]
    different = differences(picture, moved, cells, letters)
    assert len([one for one in different if "not in its place" in one.words]) > MANY


def test_every_full_width_letter_half_its_width_too_far_is_found(taken: Taken) -> None:
    """As in a terminal that takes the letter before it for a narrow one."""
    picture, look, cells, letters = taken
    row, pieces = next((place, row) for place, row in enumerate(look) if any(is_wide(piece.text) for piece in row))
    at = next(place for place, piece in enumerate(pieces) if is_wide(piece.text))
    words = pieces[at].text
    for place, letter in enumerate(words):
        if is_wide(letter):
            before = sum(cell_len(piece.text) for piece in pieces[:at]) + cell_len(words[:place])
            moved = [replace(pieces[0], text=" " * (before + 1)), replace(pieces[at], text=letter)]
            alone = [moved if place == row else [] for place in range(len(look))]
            assert any(one.column == before + 1 for one in differences(picture, alone, cells, letters)), letter


def is_wide(text: str) -> bool:
    return any(cell_len(letter) > 1 and not letter.isspace() for letter in text)


def test_letters_that_are_missing_are_found(taken: Taken) -> None:
    picture, look, cells, letters = taken
    empty = Image.new("RGB", picture.size, look[2][0].ground or "white")
    assert len(differences(empty, look, cells, letters)) > MANY


def test_letters_where_none_should_be_are_found(taken: Taken) -> None:
    picture, look, cells, letters = taken
    blank = changed(look, lambda piece: replace(piece, text=" " * cell_len(piece.text)))
    different = differences(picture, blank, cells, letters)
    assert len([one for one in different if "should be bare" in one.words]) > MANY


def test_other_letters_are_found(taken: Taken) -> None:
    picture, look, cells, letters = taken
    other = changed(look, lambda piece: replace(piece, text=re.sub(r"[ぁ-ヿ一-鿿]", "永", piece.text)))
    different = differences(picture, other, cells, letters)
    assert len([one for one in different if "永" in one.words]) > MANY


@pytest.mark.parametrize("name", ["ink", "ground"])
def test_another_colour_is_found(taken: Taken, name: str) -> None:
    picture, look, cells, letters = taken
    red = changed(look, lambda piece: replace(piece, ink=RED) if name == "ink" else replace(piece, ground=RED))
    assert len([one for one in differences(picture, red, cells, letters) if str(RED) in one.words]) > MANY


def test_letters_of_a_font_with_other_widths_are_found() -> None:
    """The proportional sister of the kiosk's font, which comes in the same package."""
    settings = foot_ini(TEN_INCH).replace("BIZ UDGothic", "BIZ UDPGothic")
    with terminal_or_skip(TEN_INCH, settings) as other, show(other) as misled:
        misled.show(PLAIN)
        picture, look = misled.seen()
        assert len(differences(picture, look, other.cells, Letters(foot_ini(TEN_INCH), other.cells))) > MANY
