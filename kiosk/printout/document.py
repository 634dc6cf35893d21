"""What a printed document is made of."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """Words with a mark before them, or a link in them."""

    text: str
    mark: str = ""
    """A short remark that must not be overlooked: 「令和8年1月15日で終了」."""
    to: str = ""
    """The anchor within the document that the words lead to."""


Words = str | Line
Cell = Words | tuple[Words, ...]
"""Several words in one cell stand beside each other."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; level 1 is the document's title."""

    text: str
    level: int = 2
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    words: Words


@dataclass(frozen=True, slots=True)
class Steps:
    """What is done one after the other, numbered."""

    steps: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class Items:
    """A list without order."""

    items: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Short cells under a header row."""

    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Side:
    """What stands beside an entry: a label and its items."""

    label: str
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry that is looked up by its key, and never cut by a page."""

    key: str
    title: Words
    steps: tuple[str, ...]
    note: str = ""
    sides: tuple[Side, ...] = ()


@dataclass(frozen=True, slots=True)
class Entries:
    """Entries under a header row of three cells: key, steps, sides."""

    head: tuple[str, str, str]
    entries: tuple[Entry, ...]


Block = Heading | Paragraph | Steps | Items | Table | Entries


@dataclass(frozen=True, slots=True)
class Document:
    """A document: its blocks in order, the first of them its title."""

    title: str
    foot: str
    """What stands at the foot of every page: product, version, date. Without quotation marks and backslashes."""
    blocks: tuple[Block, ...]


def as_line(words: Words) -> Line:
    """The words as a line."""
    return words if isinstance(words, Line) else Line(words)


def as_lines(cell: Cell) -> tuple[Line, ...]:
    """The lines of a cell."""
    return tuple(map(as_line, cell)) if isinstance(cell, tuple) else (as_line(cell),)


def plain(text: str) -> str:
    """The text with a space for every control character; a site's name may hold some."""
    return "".join(" " if unicodedata.category(char).startswith("C") else char for char in text)
