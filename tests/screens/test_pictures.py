"""The drawings, what a terminal is told of them, and the widgets that show them."""

from __future__ import annotations

import fcntl
import itertools
import os
import pty
import select
import struct
import subprocess
import sys
import termios
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import pytest
from PIL import Image, ImageChops
from textual.color import Color

import screens.pictures
from kiosk.ports.examinee import AskBrought, AskNumber, AskStart, Confirm, Document, InsertCard, TakeCard, Wanted
from screens.pictures.drawing import Drawing
from screens.pictures.graphics import Graphics, Pictures
from screens.pictures.painting import Look, paint
from screens.pictures.raster import raster
from screens.pictures.terminal import graphics_of_terminal
from screens.pictures.where import where
from screens.theme import HIGH_CONTRAST, PALETTE
from screens.widgets.picture import FRAME_SECONDS, DocumentPicture, Picture
from screens.widgets.picture_key import PictureKey
from tests.screens.dots import dots_of, panel, sixels_in
from tests.screens.gallery import cut_off
from tests.screens.sitting import EVERY_QUESTION, Sitting, sitting

TEN = Graphics(Pictures.SIXEL, (15, 30))
SEVEN = Graphics(Pictures.SIXEL, (13, 28))
ASKED = [(q.on, q.wanted) for q in EVERY_QUESTION.values() if isinstance(q, AskNumber)]


def drawings() -> Iterator[Drawing]:
    """Every drawing that there is."""
    for module in iter_modules(screens.pictures.__path__):
        for value in vars(import_module(f"screens.pictures.{module.name}")).values():
            if isinstance(value, Drawing):
                yield value
    yield from itertools.starmap(where, ASKED)


EVERY_DRAWING = list({drawing.name: drawing for drawing in drawings()}.values())


def look(graphics: Graphics, cells: tuple[int, int] = (16, 5), *, dark: bool = False) -> Look:
    colours = HIGH_CONTRAST if dark else PALETTE
    return Look(cells, graphics, tuple(colours.items()), colours["paper"])


async def painted(here: Sitting) -> None:
    """Wait until every picture has been painted."""
    await here.until(lambda: all(w._easel.frames(_cells(w)) for w in here.screen.query(Picture) if w.region.area))


def _cells(widget: Picture) -> tuple[int, int]:
    return widget.content_size.width, widget.content_size.height


def test_there_is_a_picture_for_everything_that_is_shown() -> None:
    assert len(EVERY_DRAWING) >= 13 + len(set(ASKED))


@pytest.mark.parametrize("drawing", EVERY_DRAWING, ids=lambda drawing: drawing.name)
@pytest.mark.parametrize("colours", [PALETTE, HIGH_CONTRAST], ids=["usual", "high contrast"])
def test_every_drawing_stands_whole_in_its_room_and_is_always_the_same(
    drawing: Drawing, colours: dict[str, str]
) -> None:
    ground = "#123456"
    first, second = (raster(drawing, (240, 150), colours, ground) for _time in range(2))
    assert len(first) == len(drawing.frames) > max(drawing.order)
    for image, again in zip(first, second, strict=True):
        assert image.tobytes() == again.tobytes()
        box = ImageChops.difference(image, Image.new("RGB", image.size, ground)).getbbox()
        assert box is not None
        assert box[2] - box[0] > 60
        assert box[3] - box[1] > 60


@pytest.mark.parametrize(("on", "wanted"), ASKED)
def test_the_number_that_is_asked_for_is_marked_and_nothing_else(on: Document, wanted: Wanted) -> None:
    """Each number of a document is marked at a place of its own."""
    mark = Color.parse(PALETTE["mark"]).rgb

    def marked(number: Wanted) -> tuple[int, int, int, int] | None:
        (image,) = raster(where(on, number), (800, 448), PALETTE, PALETTE["paper"])
        unlike = ImageChops.difference(image, Image.new("RGB", image.size, mark)).convert("L")
        return unlike.point(lambda distance: 255 * (distance == 0)).getbbox()

    assert marked(wanted) is not None
    others = {number for document, number in ASKED if document is on and number is not wanted}
    assert all(marked(other) != marked(wanted) for other in others)


@pytest.mark.parametrize("graphics", [TEN, SEVEN], ids=["10 inch", "7 inch"])
def test_each_row_of_cells_is_told_by_itself_and_shows_the_picture(graphics: Graphics) -> None:
    """Every row is exactly as high as its cells, on cells of the ground, and the rows together are the drawing."""
    drawing = EVERY_DRAWING[0]
    wanted = look(graphics)
    (rows,) = paint(drawing, wanted)
    assert len(rows) == wanted.cells[1]
    shown = panel(rows, wanted.cells[0], graphics.cell)
    for row in rows:
        assert row.cell_length == wanted.cells[0]
        (sixel,) = sixels_in(row)
        assert dots_of(sixel).height == graphics.cell[1]
    size = (wanted.cells[0] * graphics.cell[0], wanted.cells[1] * graphics.cell[1])
    (drawn,) = raster(drawing, size, PALETTE, PALETTE["paper"])
    told = shown.crop((graphics.cell[0] * 3, 0, size[0] - graphics.cell[0] * 3, size[1]))
    ideal = drawn.crop((graphics.cell[0] * 3, 0, size[0] - graphics.cell[0] * 3, size[1]))
    assert max(hi for _lo, hi in ImageChops.difference(told, ideal).getextrema()) < 40  # type: ignore[misc]  # of bands


def test_what_does_not_move_is_told_once() -> None:
    """Of a picture that moves, rows that stay are the same, so that only the others are sent again."""
    drawing = next(drawing for drawing in EVERY_DRAWING if drawing.name == "card on reader")
    first, second, *_others = paint(drawing, look(TEN, (40, 10)))
    same = [before is after for before, after in zip(first, second, strict=True)]
    assert any(same)
    assert not all(same)


def test_half_blocks_have_two_dots_a_cell() -> None:
    (rows,) = paint(EVERY_DRAWING[0], look(Graphics()))
    for row in rows:
        assert row.cell_length == 16
        assert {character for segment in row for character in segment.text} <= {" ", "▀"}


async def test_pictures_are_painted_beside_the_loop_and_leave_with_their_screen() -> None:
    async with sitting(InsertCard(), (85, 26)) as here:
        here.app.graphics = TEN
        await here.face(TakeCard())
        await painted(here)
        await here.pilot.pause()
        assert any(sixels_in(line) for line in here.lines())
        assert cut_off(here) == []
        await here.face(Confirm("武＊＊＊", EVERY_QUESTION["confirm"].birthdate))  # type: ignore[attr-defined]
        await here.pilot.pause()
        assert not any(sixels_in(line) for line in here.lines())


async def test_a_moving_picture_goes_on() -> None:
    async with sitting(InsertCard(), (85, 26)) as here:
        picture = here.screen.query_one(Picture)
        before = list(here.lines())
        picture._next()
        await here.until(lambda: here.lines() != before)


async def test_only_the_rows_that_move_are_drawn_again(monkeypatch: pytest.MonkeyPatch) -> None:
    async with sitting(InsertCard(), (85, 26)) as here:
        picture = here.screen.query_one(Picture)
        await here.until(lambda: picture._rows is not None)
        drawn: list[int] = []
        monkeypatch.setattr(picture, "refresh", lambda *rows: drawn.append(len(rows)))
        frames = picture._easel.drawing.order
        for _frame in frames:
            picture._next()
        assert 0 < len(drawn) < len(frames), "a frame that stays is drawn once"
        assert max(drawn) < picture.content_size.height


def test_nothing_flashes() -> None:
    """Three times a second is too often for some (WCAG 2.3.1)."""
    assert FRAME_SECONDS > 1 / 3


async def test_terminal_without_pictures_shows_words_alone() -> None:
    async with sitting(InsertCard(), (85, 26)) as here:
        here.app.graphics = Graphics(Pictures.NONE)
        await here.face(TakeCard())
        assert "▀▀▀" not in here.text().split("カードがリーダーに残っています")[1].split("職員を呼ぶ")[0].replace(
            "▛▀", ""
        )
        assert "カードをお取りください" in here.text()


@pytest.mark.parametrize("size", [(61, 17), (85, 26), (200, 50)], ids=str)
async def test_what_was_brought_is_shown_beside_its_words_or_gives_way(size: tuple[int, int]) -> None:
    async with sitting(AskStart(), size) as here:
        here.app.graphics = TEN
        await here.face(AskBrought())
        keys = list(here.screen.query(PictureKey))
        assert len(keys) == 6
        assert cut_off(here) == []
        pictured = [key for key in keys if key._room.area]
        assert pictured
        if size != (61, 17):
            assert len(pictured) == 6
        await here.until(lambda: all(painted_in(here, key) for key in pictured))


async def test_half_blocks_make_no_small_pictures() -> None:
    """Nobody could tell what they are."""
    async with sitting(AskBrought(), (85, 26)) as here:
        assert not [key for key in here.screen.query(PictureKey) if key._room.area]
        await here.face(EVERY_QUESTION["result-confirmed"])
        assert not [picture for picture in here.screen.query(Picture) if picture.region.area]
        assert cut_off(here) == []


def painted_in(here: Sitting, key: PictureKey) -> bool:
    """Whether there is a picture on that key."""
    return any(sixels_in(line) for line in here.lines()[key.region.y : key.region.bottom])


async def test_a_document_stands_on_the_screen_of_its_number() -> None:
    async with sitting(AskNumber(Wanted.NUMBER, Document.NOTICE), (85, 26)) as here:
        here.app.graphics = TEN
        await here.face(AskNumber(Wanted.NUMBER, Document.CERTIFICATE))
        assert here.screen.query(DocumentPicture)


def asked_on_a_terminal(answer: str, name: str, *, pixels: tuple[int, int] = (1275, 780)) -> str:
    """What a process on a terminal of its own, which answers so, takes it for, by all it writes there."""
    ask = (
        f"from screens.pictures.terminal import graphics_of_terminal as ask; print('it is', ask({name!r}), flush=True)"
    )
    return on_a_terminal(ask, answer, (26, 85, *pixels))


def on_a_terminal(code: str, answer: str, size: tuple[int, int, int, int]) -> str:
    """All that a program writes on a terminal of so many rows, columns and dots, which answers one question so."""
    main, terminal = pty.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", *size))
    root = Path(screens.pictures.__file__).parents[2]
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=terminal, stdout=terminal, stderr=terminal, cwd=root
    ) as process:
        os.close(terminal)
        told = b""
        try:
            while b"it is" not in told or not told.endswith(b"\n"):
                assert select.select([main], [], [], 60)[0], told
                told += os.read(main, 4096)
                if b"\x1b[c" in told and answer:
                    os.write(main, answer.encode())
                    answer = ""
        finally:
            process.kill()
            os.close(main)
    return told.decode()


@pytest.mark.parametrize(
    ("answer", "name", "words"),
    [
        ("\x1b[?62;4;22c", "foot", "Pictures.SIXEL: 'sixel'>, cell=(15, 30)"),
        ("\x1b[?62;22c", "foot", "Pictures.HALF_BLOCKS"),
        ("", "foot", "Pictures.HALF_BLOCKS"),
        ("", "xterm-256color", "Pictures.HALF_BLOCKS"),
        ("", "linux", "Pictures.NONE"),
    ],
)
def test_the_terminal_is_asked_whether_it_shows_pictures(answer: str, name: str, words: str) -> None:
    told = asked_on_a_terminal(answer, name)
    assert words in told
    assert ("\x1b[c" in told) is (name == "foot")


@pytest.mark.parametrize("answer", ["", "\x1b[?62;4;22c"], ids=["silent", "with pictures"])
@pytest.mark.parametrize("size", [(26, 85, 0, 0), (0, 0, 0, 0)], ids=["no dots", "no size"])
def test_a_terminal_that_does_not_tell_how_large_it_is_is_told_of_no_error(
    answer: str, size: tuple[int, int, int, int]
) -> None:
    told = "".join(
        on_a_terminal(f"from {module} import {ask} as ask; print('it is', ask({arguments}), flush=True)", answer, size)
        for module, ask, arguments in [
            ("screens.pictures.terminal", "graphics_of_terminal", "'foot'"),
            ("screens.tray_views", "pictures", ""),
        ]
    )
    assert not [word for word in ("Traceback", "Error", "Failed", "Timeout") if word in told]


def test_nobody_is_asked_without_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "__stdin__", None)
    assert graphics_of_terminal("foot") == Graphics()
