"""What `make screens` and `make cast` make of what they saw; that they see it is tested by test_foot.py."""

from __future__ import annotations

import json
import re

import pytest
from PIL import Image

from kiosk.checkin.language import Language
from screens.panels import PANELS, Panel
from screens.registry import SCREENS
from tests.foot.cast import COLUMNS, ROWS, SCREEN, STORY, cast, still
from tests.foot.show import Beyond
from tests.foot.sixel import decoded
from tests.foot.take import COLOURS, SHOTS, page, small
from tests.foot.terminal import NoTerminalError
from tests.screens.sitting import EVERY_QUESTION


def test_every_kind_of_screen_has_its_picture() -> None:
    names = {shot.screen for shot in SHOTS}
    beyond = {one.value for one in Beyond}
    assert names <= set(EVERY_QUESTION) | beyond
    assert beyond <= names
    assert {type(EVERY_QUESTION[name]) for name in names - beyond} == set(SCREENS)


def test_no_two_pictures_have_one_name() -> None:
    assert len({shot.file for shot in SHOTS}) == len(SHOTS)


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel.name)
def test_page_shows_every_picture_once(panel: Panel) -> None:

    shown = re.findall(r'src="([^"]+)"', page(panel))
    folder = panel.name.replace(" ", "-")
    assert sorted(shown) == sorted(
        f"{folder}/{language.value}/{shot.file}.png" for shot in SHOTS for language in shot.languages
    )
    assert all(row.count("|") == len(Language) + 2 for row in page(panel).splitlines() if row.startswith("|"))


def test_small_picture_keeps_its_flat_colours() -> None:
    image = Image.linear_gradient("L").convert("RGB")
    image.paste((245, 247, 250), (0, 0, 256, 100))
    image.paste((23, 74, 134), (0, 100, 256, 200))
    few = small(image).convert("RGB")
    assert (few.getpixel((5, 5)), few.getpixel((5, 150))) == ((245, 247, 250), (23, 74, 134))
    assert len(few.getcolors() or []) <= COLOURS


def test_cast_is_one_that_players_take() -> None:
    words = STORY[0].words
    header, *events = map(json.loads, cast([(3.0, "\x1b[?1049h"), (5.0, words), (6.5, "受付番号")]).splitlines())
    assert (header["version"], header["width"], header["height"]) == (2, COLUMNS, ROWS)
    assert events == [[0.0, "o", "\x1b[?1049h"], [0.0, "o", words], [1.5, "o", "受付番号"]]


def test_sixel_is_read_dot_by_dot() -> None:
    picture = decoded('\x1bP0;0;0q"1;1;3;7#0;2;100;0;0#0!3~$#1;2;0;0;100#1?A-#1!2@#0@\x1b\\')
    red, blue = (255, 0, 0), (0, 0, 255)
    assert [picture.getpixel((x, 0)) for x in range(3)] == [red] * 3
    assert [picture.getpixel((x, 1)) for x in range(3)] == [red, blue, red]
    assert [picture.getpixel((x, 6)) for x in range(3)] == [blue, blue, red]


def test_what_is_no_sixel_is_refused() -> None:
    with pytest.raises(ValueError, match="no sixel"):
        decoded("\x1b[31mred")


def test_the_picture_of_the_recording_is_what_stood_there() -> None:
    """As large as the recording, paper and ink, with foot's own settings in smaller letters."""
    try:
        shown = still("\x1b[48;2;245;247;250m\x1b[2J\x1b[H\x1b[38;2;0;0;0m受付番号 A-001")
    except NoTerminalError as reason:
        if "root may not become" in str(reason):
            pytest.skip(str(reason))
        raise
    assert shown.size == SCREEN.pixels
    written = shown.convert("L").crop((0, 0, SCREEN.pixels[0], SCREEN.cell[1])).point(lambda dot: 255 * (dot < 128))
    box = written.getbbox()
    assert box is not None
    assert box[2] <= 14 * SCREEN.cell[0]
    assert box[2] > 13 * SCREEN.cell[0]
