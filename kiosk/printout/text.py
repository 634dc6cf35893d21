"""A document as plain text, at most 80 columns wide."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from typing import assert_never

from rich.cells import cell_len

from kiosk.printout.document import (
    Block,
    Cell,
    Document,
    Entries,
    Entry,
    Heading,
    Items,
    Line,
    Paragraph,
    Steps,
    Table,
    as_line,
    as_lines,
    plain,
)
from kiosk.printout.lines import break_lines

COLUMNS = 80
GAP = 2
"""Columns between two cells of a table."""


def render_text(document: Document) -> str:
    """The document; every line ends with a line feed."""
    lines: list[str] = []
    for block in document.blocks:
        lines += ["", *_block(block)]
    return "\n".join([*lines[1:], ""])


def columns_of(text: str) -> int:
    """Columns on a terminal that gives two to what is wide in Japanese fonts only, such as ①."""
    return cell_len(text) + sum(unicodedata.east_asian_width(char) == "A" and cell_len(char) == 1 for char in text)


def _block(block: Block) -> Iterator[str]:
    match block:
        case Heading():
            yield from _heading(block)
        case Paragraph(words):
            yield from _wrapped(_written(as_line(words)))
        case Steps(steps):
            for place, step in enumerate(steps, start=1):
                yield from _hanging(f"{place}. ", _written(as_line(step)))
        case Items(items):
            for item in items:
                yield from _hanging("- ", _written(as_line(item)))
        case Table():
            yield from _table(block)
        case Entries(_, entries):
            for place, entry in enumerate(entries):
                yield from ([""] if place else [])
                yield from _entry(entry)
        case _:
            assert_never(block)


def _heading(heading: Heading) -> Iterator[str]:
    lines = list(_wrapped(heading.text))
    yield from lines
    if heading.level <= 2:
        yield ("=" if heading.level == 1 else "-") * min(COLUMNS, max(map(columns_of, lines)))


def _entry(entry: Entry) -> Iterator[str]:
    indent = "     "
    yield from _hanging(f"{entry.key}  ", _written(as_line(entry.title)))
    for place, step in enumerate(entry.steps, start=1):
        yield from _hanging(f"{indent}{place}. ", step)
    for side in entry.sides:
        for item in side.items:
            yield from _hanging(f"{indent}{side.label}: ", item)
    if entry.note:
        yield from _hanging(f"{indent}参考: ", entry.note)


def _table(table: Table) -> Iterator[str]:
    """In columns where they fit, else row by row with the head's words as labels."""
    rows = [[_cell(cell) for cell in row] for row in table.rows]
    widths = [max(map(columns_of, column)) for column in zip(table.head, *rows, strict=True)]
    if sum(widths) + GAP * (len(widths) - 1) > COLUMNS:
        for row in rows:
            yield from _record(table.head, row)
        return
    rule = ["-" * width for width in widths]
    for row in (list(table.head), rule, *rows):
        padded = (cell + " " * (width - cell_len(cell)) for cell, width in zip(row, widths, strict=True))
        yield (" " * GAP).join(padded).rstrip()


def _record(head: Sequence[str], row: Sequence[str]) -> Iterator[str]:
    yield from _wrapped(row[0])
    for label, cell in zip(head[1:], row[1:], strict=True):
        yield from _hanging(f"  {label}: ", cell)


def _cell(cell: Cell) -> str:
    return plain(" ".join(_written(line) for line in as_lines(cell)))


def _written(line: Line) -> str:
    return f"【{line.mark}】{line.text}" if line.mark else line.text


def _wrapped(text: str) -> list[str]:
    return break_lines(plain(text), COLUMNS, columns_of)


def _hanging(lead: str, text: str) -> Iterator[str]:
    """The lead, and the text beside it."""
    width = columns_of(lead)
    for place, line in enumerate(break_lines(plain(text), COLUMNS - width, columns_of)):
        yield (" " * width if place else lead) + line
