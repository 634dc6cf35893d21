"""The Markdown pages of the repository, taken apart: headings, code, links."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

ROOT = Path(__file__).parents[2]
READERS_PAGES = tuple(sorted([*ROOT.glob("README*.md"), *(ROOT / "docs").glob("*.md")]))
"""What people work by."""
PAGES = (*READERS_PAGES, ROOT / "CHANGELOG.md", *sorted((ROOT / "docs" / "adr").glob("*.md")))


@dataclass(frozen=True, slots=True)
class Code:
    """A span or a line of a block of code."""

    line: int
    """Counted from 1; of a span the first line of its paragraph."""
    text: str
    block: bool
    language: str = ""
    """Of a fenced block."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading."""

    line: int
    level: int
    words: str


@dataclass(frozen=True, slots=True)
class Page:
    """One page."""

    path: Path
    text: str
    headings: tuple[Heading, ...]
    code: tuple[Code, ...]
    targets: tuple[str, ...]
    """Where links and pictures lead."""
    rows: tuple[tuple[tuple[str, ...], ...], ...]
    """Of each row of a table, of each cell, the spans of code in it."""

    @property
    def name(self) -> str:
        """The path below the root, with slashes."""
        return self.path.relative_to(ROOT).as_posix()

    @property
    def sections(self) -> list[list[Code]]:
        """The code below each heading."""
        starts = [heading.line for heading in self.headings]
        ends = [*starts[1:], len(self.text)]
        return [
            [code for code in self.code if start <= code.line < end] for start, end in zip(starts, ends, strict=True)
        ]

    @property
    def anchors(self) -> set[str]:
        """What a link may name behind #, as the forge makes it of a heading."""
        return {re.sub(r"[^\w\- ]", "", heading.words.lower()).replace(" ", "-") for heading in self.headings}


@cache
def page(path: Path) -> Page:
    """Read a page."""
    text = path.read_text(encoding="utf-8")
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    return Page(
        path,
        text,
        tuple(_headings(tokens)),
        tuple(_code(tokens)),
        tuple(_targets(tokens)),
        tuple(_rows(tokens)),
    )


def _headings(tokens: list[Token]) -> Iterator[Heading]:
    for opening, words in pairwise(tokens):
        if opening.type == "heading_open":
            yield Heading(_first_line(opening), int(opening.tag[1:]), re.sub(r"[`*]", "", words.content))


def _code(tokens: list[Token]) -> Iterator[Code]:
    for token in tokens:
        first = _first_line(token)
        if token.type in ("fence", "code_block"):
            for offset, line in enumerate(token.content.splitlines()):
                yield Code(first + offset + (token.type == "fence"), line, block=True, language=token.info)
        for span in _spans(token):
            yield Code(first, span, block=False)


def _first_line(token: Token) -> int:
    return (token.map[0] if token.map else 0) + 1


def _spans(token: Token) -> Iterator[str]:
    for child in token.children or ():
        if child.type == "code_inline":
            yield child.content


def _targets(tokens: list[Token]) -> Iterator[str]:
    for token in tokens:
        for child in token.children or ():
            found = child.attrs.get("href") if child.type == "link_open" else child.attrs.get("src")
            if found:
                yield str(found)


def _rows(tokens: list[Token]) -> Iterator[tuple[tuple[str, ...], ...]]:
    cells: list[tuple[str, ...]] = []
    for token in tokens:
        if token.type == "tr_open":
            cells = []
        elif token.type == "tr_close":
            yield tuple(cells)
        elif token.type == "inline" and cells is not None:
            cells.append(tuple(_spans(token)))
