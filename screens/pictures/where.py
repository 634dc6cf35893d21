"""Where a number stands on a document: a schematic paper with the place marked.

The labels are printed on the papers in Japanese, so they are drawn in Japanese whatever the examinee reads.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, partial

from kiosk.ports.examinee import Document, Wanted
from screens.pictures.drawing import Drawing, still
from screens.pictures.pen import Pen

ACROSS, DOWN = 200.0, 112.0
LETTER = 12.0
"""Height of a printed label."""


@dataclass(frozen=True, slots=True)
class Place:
    """A field of a paper: what is printed before it, what may stand in it, and which number it is."""

    label: str
    sample: str
    at: tuple[float, float]
    """Its upper left corner."""
    across: float
    numbers: tuple[Wanted, ...] = ()


def _identity(row: float) -> tuple[Place, ...]:
    return (
        Place("記号", "12", (14, row), 56, (Wanted.SYMBOL,)),
        Place("番号", "3456", (72, row), 64, (Wanted.NUMBER,)),
        Place("枝番", "01", (138, row), 52, (Wanted.BRANCH,)),
    )


def _insurer(row: float, *numbers: Wanted) -> Place:
    return Place("保険者番号", "01234567", (14, row), 132, numbers)


def _person(row: float) -> Place:
    return Place("氏名", "", (14, row), 120)


PLACES: Mapping[Document, tuple[str, tuple[Place, ...]]] = {
    Document.TICKET: (
        "受診券",
        (
            Place("整理番号", "26123456789", (14, 36), 152, (Wanted.TICKET,)),
            _person(60),
            _insurer(84, Wanted.TICKET_INSURER),
        ),
    ),
    Document.CERTIFICATE: ("資格確認書", (*_identity(36), _person(60), _insurer(84, Wanted.INSURER))),
    Document.NOTICE: ("資格情報のお知らせ", (_person(36), *_identity(60), _insurer(84, Wanted.INSURER))),
    Document.PORTAL: ("保険資格", (_insurer(36, Wanted.INSURER), *_identity(60), _person(84))),
    Document.OLD_CARD: ("健康保険", (*_identity(36), _person(60), _insurer(84, Wanted.INSURER))),
    Document.ANY: ("", (*_identity(36), _person(60), _insurer(84, Wanted.INSURER))),
}
"""What is printed on top of each document, and its fields in the order in which they stand there."""


@cache
def where(document: Document, wanted: Wanted) -> Drawing:
    """The document with the place of that number marked."""
    return still(
        f"where {wanted.value} {document.value}", ACROSS, DOWN, partial(_paper, document=document, wanted=wanted)
    )


def lines_of(document: Document, wanted: Wanted) -> tuple[str, list[list[tuple[str, bool]]]]:
    """The same for a terminal that has letters only: the title, and the fields line by line, with whether one is asked.

    The labels alone, and the wanted number with a sample of it.
    """
    title, places = PLACES[document]
    rows = sorted({place.at[1] for place in places})
    lines = [[place for place in places if place.at[1] == row] for row in rows]
    return title, [[(_told(place, wanted), wanted in place.numbers) for place in line] for line in lines]


def _told(place: Place, wanted: Wanted) -> str:
    return f" {place.label} {place.sample} " if wanted in place.numbers else f" {place.label} "


def _paper(pen: Pen, *, document: Document, wanted: Wanted) -> None:
    title, places = PLACES[document]
    match document:
        case Document.PORTAL:
            pen.box((2, 0), (196, 112), "ink", rounded=14)
            pen.box((8, 7), (184, 98), "field", rounded=8)
            pen.box((8, 7), (184, 22), "main", rounded=6)
            pen.printed((ACROSS / 2, 18.5), title, LETTER + 2, "main-ink")
        case Document.CERTIFICATE | Document.OLD_CARD:
            pen.box((2, 0), (196, 112), "field", "ink", rounded=10)
            pen.printed((ACROSS / 2, 19), title, LETTER + 3, "ink")
        case _:
            pen.box((2, 0), (196, 112), "field", "ink", rounded=3)
            pen.printed((ACROSS / 2, 19), title, LETTER + 3, "ink")
    if document is Document.TICKET:
        for bar, thick in enumerate((3, 1, 2, 1, 3, 1, 1, 2, 3, 1)):
            pen.box((152 + 4 * bar, 88), (thick, 14), "ink")
    for place in places:
        _field(pen, place, asked=wanted in place.numbers)


def _field(pen: Pen, place: Place, *, asked: bool) -> None:
    x, y = place.at
    label = LETTER * len(place.label)
    middle = y + 9.5
    if asked:
        pen.box((x - 4, y - 3), (place.across + 4, 25), "mark", "main", thick=3, rounded=5)
        sample = LETTER / 2 * len(place.sample)
        pen.printed((x + 2 + label / 2, middle), place.label, LETTER, "mark-ink")
        pen.printed((x + 7 + label + sample / 2, middle), place.sample, LETTER, "mark-ink")
    else:
        pen.printed((x + 2 + label / 2, middle), place.label, LETTER, "quiet")
        pen.box((x + 6 + label, y + 5), (max(10, place.across - label - 16), 9), "off", rounded=3)
