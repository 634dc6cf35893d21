"""What foot shows, held against what the screens say: cell by cell, where there is ink and in which colours."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from PIL import Image, ImageChops
from rich.cells import cell_len

from tests.foot.fonts import MARGIN, Letters
from tests.foot.show import Colour, Glyphs, Look
from tests.foot.sixel import decoded
from tests.foot.terminal import Cells

GROUND_SHARE = 0.2
"""Of a cell's dots, at least, show its ground: the densest kanji leaves more."""
ENOUGH_ALIKE = 0.5
"""Shared ink of all ink of a letter in foot and in its font. Rounding and hinting leave more than 0.6 of the worst; the
same letter half a cell further has 0.3, another one as little."""
SHIFTS = tuple((x, y) for x in (0, -1, 1) for y in (0, -1, 1, -2, 2))
"""Dots by which rounding may move a letter; no more than `fonts.MARGIN`."""
OVERHANG = 2
"""Dots by which a letter may reach into the cell beside it: the horn of a Vietnamese ữ does."""
NEAR = 24
"""Of 255: foot mixes colours a little differently than a straight line."""
SIXEL_ROUNDING = 4
"""Of 255: its colours are hundredths."""
ENOUGH_INK = 0.25
"""Of a dot: the thinnest line that lies between two rows of dots has half in each."""
_QUARTERS = {
    "▘": "1000",
    "▝": "0100",
    "▖": "0010",
    "▗": "0001",
    "▀": "1100",
    "▄": "0011",
    "▌": "1010",
    "▐": "0101",
    "▚": "1001",
    "▞": "0110",
    "▛": "1110",
    "▜": "1101",
    "▙": "1011",
    "▟": "0111",
    "█": "1111",
}
"""Which quarters of a cell have ink: upper left, upper right, lower left, lower right. foot draws these itself."""
_DRAWN = range(0x2500, 0x25A0)
"""Lines and blocks, which foot draws itself."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A letter and where it begins."""

    column: int
    text: str
    columns: int
    style: Glyphs


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that does not look as it should."""

    column: int
    row: int
    words: str

    def __str__(self) -> str:
        return f"column {self.column}, row {self.row}: {self.words}"


def differences(picture: Image.Image, look: Look, cells: Cells, letters: Letters) -> list[Difference]:
    """Everything in which the picture of a terminal is not what should stand there."""
    if len(look) != cells.rows:
        return [Difference(0, 0, f"{len(look)} rows instead of {cells.rows}")]
    found = []
    for row, pieces in enumerate(look):
        line = list(_cells(pieces))
        end = sum(cell.columns for cell in line)
        if end != cells.columns:
            found.append(Difference(0, row, f"the line has {end} columns instead of {cells.columns}"))
        for cell in line:
            seen = picture.crop(cells.box(cell.column, row, cell.columns))
            words = _judge_dots(seen, cell) if cell.style.sixel else _judge(seen, cell, letters)
            if words:
                found.append(Difference(cell.column, row, f"{cell.text!r} {words}"))
    return found


def _cells(pieces: list[Glyphs]) -> Iterator[Cell]:
    """The letters of a line. What has no width of its own belongs to the letter before."""
    column = 0
    last: Cell | None = None
    for piece in pieces:
        for text in [piece.text] if piece.sixel else piece.text:
            columns = cell_len(text)
            if columns == 0 and last is not None:
                last = replace(last, text=last.text + text)
                continue
            if last is not None:
                yield last
            last = Cell(column, text, columns, piece)
            column += columns
    if last is not None:
        yield last


def _judge_dots(seen: Image.Image, cell: Cell) -> str:
    """What is wrong with a row of a picture; empty when nothing is."""
    should = decoded(cell.style.sixel)
    if should.size != seen.size:
        return f"has dots for {should.size} instead of {seen.size}"
    off = [ImageChops.difference(seen, should).getchannel(channel).histogram() for channel in range(3)]
    worst = max(value for counts in off for value, count in enumerate(counts) if count)
    return f"shows a picture that is off by {worst} of 255" if worst > SIXEL_ROUNDING else ""


def _judge(seen: Image.Image, cell: Cell, letters: Letters) -> str:
    """What is wrong with a letter, as seen in its own cells; empty when nothing is."""
    if cell.text.isspace():
        return _judge_bare(seen, cell.style)
    colours = _colours(seen)
    ground, ink = cell.style.ground, cell.style.ink
    assert ground is not None
    assert ink is not None
    if cell.text in _QUARTERS:
        return _judge_quarters(seen, _QUARTERS[cell.text], ink, ground)
    if colours.get(ground, 0) < GROUND_SHARE * seen.width * seen.height:
        return f"should stand on {ground}, stands on {max(colours, key=lambda colour: colours[colour])}"
    if ink == ground:
        return ""
    if not _mixed(colours, ink, ground):
        return f"should be written in {ink}"
    if ord(cell.text[0]) in _DRAWN or cell.style.lined:
        return ""
    should = letters.drawn(cell.text, cell.columns, bold=cell.style.bold)
    if should is None:
        return "is in no font of foot.ini"
    alike = _alike(_ink(seen, ink, ground), should)
    return "" if alike >= ENOUGH_ALIKE else f"is not there, or not in its place ({alike:.0%} of its ink)"


def _colours(seen: Image.Image) -> dict[Colour, int]:
    """Every colour, with the number of its dots."""
    counted = seen.getcolors(seen.width * seen.height) or []
    return {(colour[0], colour[1], colour[2]): count for count, colour in counted if isinstance(colour, tuple)}


def _judge_bare(seen: Image.Image, style: Glyphs) -> str:
    inner = _colours(seen.crop((OVERHANG, 0, seen.width - OVERHANG, seen.height)))
    stray = sum(count for colour, count in inner.items() if colour != style.ground)
    return f"should be bare, has {stray} dots of other colours" if stray and not style.lined else ""


def _judge_quarters(seen: Image.Image, quarters: str, ink: Colour, ground: Colour) -> str:
    for place, inked in enumerate(quarters):
        x, y = (1 + 2 * (place % 2)) * seen.width // 4, (1 + 2 * (place // 2)) * seen.height // 4
        should = ink if inked == "1" else ground
        if seen.getpixel((x, y)) != should:
            return f"should be {should} in its quarter {place + 1}, is {seen.getpixel((x, y))}"
    return ""


def _mixed(colours: Iterable[Colour], ink: Colour, ground: Colour) -> bool:
    """Whether the dots are mixed of ink and ground, with some that have more of the ink."""
    channel = _telling(ink, ground)
    shares = {colour: (colour[channel] - ground[channel]) / (ink[channel] - ground[channel]) for colour in colours}
    inked = max(shares, key=lambda colour: shares[colour])
    mixed = (low + shares[inked] * (high - low) for low, high in zip(ground, ink, strict=True))
    return shares[inked] > ENOUGH_INK and all(abs(a - b) < NEAR for a, b in zip(inked, mixed, strict=True))


def _telling(ink: Colour, ground: Colour) -> int:
    """The channel in which they differ most."""
    return max(range(3), key=lambda channel: abs(ink[channel] - ground[channel]))


def _ink(seen: Image.Image, ink: Colour, ground: Colour) -> Image.Image:
    """How much of each dot is ink, up to 255."""
    channel = _telling(ink, ground)
    low, high = ground[channel], ink[channel]
    return seen.getchannel(channel).point(
        [min(255, max(0, round(255 * (value - low) / (high - low)))) for value in range(256)]
    )


def _alike(seen: Image.Image, should: Image.Image) -> float:
    """Shared ink of all ink, with the letter moved as far as rounding may move it."""
    best = 0.0
    for x, y in SHIFTS:
        left, top = MARGIN - x, MARGIN - y
        moved = should.crop((left, top, left + seen.width, top + seen.height))
        both, either = _sum(ImageChops.darker(seen, moved)), _sum(ImageChops.lighter(seen, moved))
        best = max(best, both / either if either else 1.0)
        if best > ENOUGH_ALIKE:
            break
    return best


def _sum(image: Image.Image) -> int:
    return sum(value * count for value, count in enumerate(image.histogram()))
