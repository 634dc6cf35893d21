"""Pictures of the board and of slips for the guides: `make pictures` draws them anew.

Invented people only. The examinee's screens are photographed in a real terminal instead (`make screens`).
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import click
from PIL import Image, ImageDraw
from rich.cells import cell_len
from rich.segment import Segment

from kiosk.checkin.collation import Field, Finding, Source
from kiosk.checkin.reasons import Reason
from kiosk.checkin.settlement import Standing
from kiosk.checkin.visit import Visit
from kiosk.checkin.ways import Way
from kiosk.ports.board import Level, OpenedVisit, SlipLook, SlipVerdict
from kiosk.ports.device import Condition, Part
from kiosk.settings import PrintHead
from kiosk.slip.content import slip_content
from kiosk.slip.fonts import Weight, load_font
from kiosk.slip.keys import SigningKey
from kiosk.slip.layout import draw
from kiosk.slip.payload import sign
from tests.docs.pages import ROOT
from tests.slip.people import a_site, a_visit
from tests.staff.fake import FakeBoard
from tests.staff.people import HANAKO, NOW, line, view
from tests.staff.sitting import SMALL, sitting

FOLDER = ROOT / "docs" / "pictures"
CELL = (10, 20)
"""Dots of a cell of the board's terminal."""
LETTERS = 20
"""Dots of a letter's height."""
COLOURS = 64
"""Of a picture in the repository: enough for the letters' edges."""
TO_SETTLE = 12
"""The visit of the guide: A-012."""
DAY: dict[int, tuple[Reason, Way, Standing]] = {
    1: (Reason.CONFIRMED_BY_CARD, Way.CARD_QUERY, Standing.CONFIRMED),
    2: (Reason.CONFIRMED_BY_CARD, Way.CARD_QUERY, Standing.CONFIRMED),
    3: (Reason.CONFIRMED_BY_CERTIFICATE, Way.CERTIFICATE, Standing.CONFIRMED),
    4: (Reason.NO_TICKET, Way.DESK, Standing.SETTLED),
    5: (Reason.CONFIRMED_BY_CARD, Way.CARD_QUERY, Standing.CONFIRMED),
    6: (Reason.TIMED_OUT, Way.DESK, Standing.SETTLED),
    7: (Reason.CONFIRMED_BY_CARD, Way.CARD_QUERY, Standing.CONFIRMED),
    8: (Reason.CONFIRMED_BY_FACE, Way.FACE_READER, Standing.CONFIRMED),
    9: (Reason.PIN_UNKNOWN, Way.DESK, Standing.SETTLED),
    10: (Reason.CONFIRMED_BY_CARD, Way.CARD_QUERY, Standing.CONFIRMED),
    11: (Reason.CONFIRMED_BY_CARD, Way.CARD_QUERY, Standing.CONFIRMED),
    TO_SETTLE: (Reason.NOT_FOUND, Way.DESK, Standing.OPEN),
    13: (Reason.CONFIRMED_BY_CARD, Way.CARD_QUERY, Standing.CONFIRMED),
}
"""A morning at an invented terminal."""
FORGED = "1" * 240


def slips(folder: Path) -> Iterator[tuple[str, Image.Image]]:
    """As they are printed; the key is made in that folder."""
    key = SigningKey.load_or_create(folder / "slip.key")
    differs = (Finding(Field.NAME, (Source.TICKET, Source.ANSWER)),)
    for name, visit in (
        ("slip-confirmed", a_visit()),
        ("slip-desk", a_visit(Reason.NAME_DIFFERS, findings=differs)),
    ):
        yield name, _slip(visit, key)


def _slip(visit: Visit, key: SigningKey) -> Image.Image:
    return draw(slip_content(visit, a_site()), sign(visit, key), PrintHead.MM80)


async def boards() -> AsyncIterator[tuple[str, Image.Image]]:
    """As a clerk sees them while reading docs/staff.md."""
    async with sitting(_morning()) as here:
        await here.reads("A-013")
        yield "board-list", painted(here.lines())
        await here.strike("down", "enter")
        await here.reads(HANAKO.name)
        yield "board-visit", painted(here.lines())
        await here.strike("s", "5")
        await here.reads("よければ y")
        yield "board-settle", painted(here.lines())
        await here.strike("escape", "escape")
        await here.scan(FORGED)
        await here.reads("署名が正しくありません")
        yield "board-alarm", painted(here.lines())


def _morning() -> FakeBoard:
    board = FakeBoard()
    lines = [
        replace(line(number, reason), way=way, standing=standing, at=NOW - timedelta(minutes=5 * (14 - number)))
        for number, (reason, way, standing) in DAY.items()
    ]
    person = replace(HANAKO, address="見本県見本市一丁目2番3号")
    board.kept = {one.id: OpenedVisit(one, person if one.standing is Standing.OPEN else None, (), ()) for one in lines}
    confirmed = sum(one.standing is Standing.CONFIRMED for one in lines)
    board.now = view(
        level=Level.WARNING,
        words=("プリンターの紙が残りわずかです。取りかえてください",),
        parts={**dict.fromkeys(Part, Condition.OK), Part.PRINTER: Condition.ATTENTION},
        confirmed=confirmed,
        desk=len(lines) - confirmed,
        open=sum(one.standing is Standing.OPEN for one in lines),
        deferred=sum(one.deferred for one in lines),
    )
    board.slips[FORGED] = SlipLook(SlipVerdict.FORGED, None)
    return board


def painted(lines: list[list[Segment]]) -> Image.Image:
    """A terminal with the kiosk's font."""
    width, height = CELL
    columns, rows = SMALL
    picture = Image.new("RGB", (columns * width, rows * height))
    pen = ImageDraw.Draw(picture)
    for row, one in enumerate(lines):
        column = 0
        for segment in one:
            style = segment.style
            assert style is not None
            assert style.color is not None
            assert style.bgcolor is not None
            ink, ground = style.color.get_truecolor().hex, style.bgcolor.get_truecolor().hex
            if style.reverse:
                ink, ground = ground, ink
            font = load_font(Weight.BOLD if style.bold else Weight.REGULAR, LETTERS)
            for letter in segment.text:
                cells = cell_len(letter)
                left, top = column * width, row * height
                pen.rectangle((left, top, left + cells * width - 1, top + height - 1), ground)
                pen.text((left, top + height - 2), letter, ink, font, anchor="ls")
                column += cells
    return picture.quantize(COLOURS)


def draw_all(folder: Path) -> list[Path]:
    """Draw every picture into that folder; the files."""
    # The board takes the colours that its terminal says it has.
    os.environ |= {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
    os.environ.pop("NO_COLOR", None)
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as keys:
        pictures = [*slips(Path(keys)), *asyncio.run(_all_boards())]
    files = []
    for name, picture in pictures:
        files.append(folder / f"{name}.png")
        picture.save(files[-1], optimize=True)
    return files


async def _all_boards() -> list[tuple[str, Image.Image]]:
    return [board async for board in boards()]


if __name__ == "__main__":
    for drawn in draw_all(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER):
        click.echo(drawn)
