"""`kiosk guide` on the board: the same pages, as lines that break at any width."""

from __future__ import annotations

from collections.abc import Iterator

from kiosk import __version__
from kiosk.guide.content import INSTITUTIONS, Kind
from kiosk.guide.page import Reader, guide_page
from kiosk.printout import document as printed
from kiosk.settings import Settings, chosen_path, today_at
from screens.staff.site import GuideLine, GuidePage


def guide_pages(settings: Settings | None) -> tuple[GuidePage, ...]:
    """The guide in short, and step by step for each kind of institution."""
    reader = Reader(today_at(settings), __version__, chosen_path(), settings)
    kinds: tuple[Kind | None, ...] = (None, *Kind)
    return tuple(
        GuidePage(INSTITUTIONS[kind].name if kind else "どの施設も", tuple(guide_lines(guide_page(reader, kind))))
        for kind in kinds
    )


def guide_lines(page: printed.Document) -> Iterator[GuideLine]:
    """A document as lines that can be broken at any width; a table row by row."""
    for block in page.blocks:
        yield from _block(block)


def _block(block: printed.Block) -> Iterator[GuideLine]:
    match block:
        case printed.Heading(text):
            yield GuideLine("")
            yield GuideLine(text, heading=True)
        case printed.Paragraph(words):
            yield GuideLine(_words(words))
        case printed.Steps(steps):
            for place, step in enumerate(steps, start=1):
                yield GuideLine(f"{place}. {_words(step)}", indent=2)
        case printed.Items(items):
            for item in items:
                yield GuideLine(f"- {_words(item)}", indent=2)
        case printed.Table(head, rows):
            for row in rows:
                yield GuideLine(_words(row[0]), indent=2)
                for label, cell in zip(head[1:], row[1:], strict=True):
                    yield GuideLine(f"{label}: {_words(cell)}", indent=6)
        case printed.Entries():  # the binder's; the guide has none
            pass


def _words(cell: object) -> str:
    match cell:
        case printed.Line(text, mark):
            return f"【{mark}】{text}" if mark else text
        case tuple():
            return " ".join(_words(one) for one in cell)
        case _:
            return str(cell)
