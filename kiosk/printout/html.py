"""A document as one HTML file without scripts, for A4 paper and for a screen."""

from __future__ import annotations

from typing import assert_never
from xml.etree.ElementTree import Element, SubElement, tostring

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
    Words,
    as_line,
    as_lines,
    plain,
)

# 11 points and more are read at 1 m; a code and its steps are never cut by a page, and every page repeats the header.
STYLE = """
@page { size: A4; margin: 15mm 14mm 17mm;
  @bottom-left { content: "FOOT"; font: 11pt sans-serif; }
  @bottom-right { content: counter(page) " / " counter(pages); font: 11pt sans-serif; } }
* { box-sizing: border-box; }
html { background: #fff; color: #000; }
body { font: 11.5pt/1.45 "BIZ UDPGothic", "BIZ UDGothic", "Noto Sans CJK JP", "Yu Gothic", sans-serif;
  max-width: 62em; margin: 0 auto; padding: 1.5em; line-break: strict; overflow-wrap: anywhere; }
h1 { font-size: 20pt; line-height: 1.3; margin: 0 0 .4em; }
h2 { font-size: 15pt; line-height: 1.3; margin: 1.5em 0 .4em; padding-bottom: .1em; border-bottom: 2pt solid #000; }
h3 { font-size: 12.5pt; margin: 1.2em 0 .3em; }
h1, h2, h3, h2:has(+ p + .entries) + p { break-after: avoid; }
p { margin: .4em 0; }
ol, ul { margin: .3em 0; padding-left: 1.7em; }
p, li { break-inside: avoid; orphans: 2; widows: 2; text-wrap: pretty; }
table { width: calc(100% - 1pt); border-collapse: collapse; margin: .5em 0; }
thead { display: table-header-group; }
tr { break-inside: avoid; }
th, td { border: .75pt solid #000; padding: .35em .5em; text-align: left; vertical-align: top; }
th { white-space: nowrap; border-bottom-width: 1.5pt; }
.entries { table-layout: fixed; }
.entries th:nth-child(1) { width: 4.2em; }
.entries th:nth-child(3) { width: 14.5em; }
.key { font-size: 15pt; font-weight: bold; white-space: nowrap; }
.title, dt, .mark { font-weight: bold; }
.mark { border: 1.5pt solid #000; padding: 0 .3em; margin-right: .4em; }
.note { margin: .3em 0 0; }
dl { margin: 0; }
dd { margin: 0 0 .3em; }
dd + dt { margin-top: .5em; }
a { color: inherit; }
td.narrow { white-space: nowrap; }
@media print { body { max-width: none; padding: 0; } a { text-decoration: none; } }
@media screen and (max-width: 40em) { .entries, .entries tbody, .entries tr, .entries td { display: block; }
  .entries thead { display: none; } th, td.narrow { white-space: normal; } }
"""
NARROW = 8
"""Signs up to which a cell of a table is not broken."""


def render_html(document: Document) -> str:
    """The page: every tag is closed and every word escaped."""
    root = Element("html", lang="ja")
    head = SubElement(root, "head")
    SubElement(head, "meta", charset="utf-8")
    SubElement(head, "meta", name="viewport", content="width=device-width, initial-scale=1")
    SubElement(head, "title").text = plain(document.title)
    SubElement(head, "style").text = STYLE.replace("FOOT", document.foot)
    body = SubElement(root, "body")
    for block in document.blocks:
        _block(body, block)
    _clean(body)
    return "<!DOCTYPE html>\n" + tostring(root, encoding="unicode", method="html") + "\n"


def _clean(body: Element) -> None:
    """No control character is allowed in a page."""
    for element in body.iter():
        element.text, element.tail = plain(element.text or ""), plain(element.tail or "")


def _block(body: Element, block: Block) -> None:
    match block:
        case Heading(text, level, anchor):
            heading = SubElement(body, f"h{level}", {"id": anchor} if anchor else {})
            heading.text = text
        case Paragraph(words):
            _words(SubElement(body, "p"), words)
        case Steps(steps):
            _list(body, "ol", steps)
        case Items(items):
            _list(body, "ul", items)
        case Table(head, rows):
            _table(body, head, rows)
        case Entries(head, entries):
            within = _head(SubElement(body, "table", {"class": "entries"}), head)
            for entry in entries:
                _entry(SubElement(within, "tr", id=entry.key), entry)
        case _:
            assert_never(block)


def _table(body: Element, head: tuple[str, ...], rows: tuple[tuple[Cell, ...], ...]) -> None:
    within = _head(SubElement(body, "table"), head)
    for row in rows:
        tr = SubElement(within, "tr")
        for cell in row:
            lines = as_lines(cell)
            short = len(lines) == 1 and len(lines[0].text) <= NARROW
            td = SubElement(tr, "td", {"class": "narrow"} if short else {})
            for line in lines:
                _line(td, line)


def _head(table: Element, head: tuple[str, ...]) -> Element:
    """The header row; gives the table's body."""
    row = SubElement(SubElement(table, "thead"), "tr")
    for words in head:
        SubElement(row, "th", scope="col").text = words
    return SubElement(table, "tbody")


def _entry(row: Element, entry: Entry) -> None:
    SubElement(row, "td", {"class": "key"}).text = entry.key
    middle = SubElement(row, "td")
    _words(SubElement(middle, "div", {"class": "title"}), entry.title)
    _list(middle, "ol", entry.steps)
    if entry.note:
        SubElement(middle, "p", {"class": "note"}).text = f"参考: {entry.note}"
    sides = SubElement(SubElement(row, "td"), "dl")
    for side in entry.sides:
        SubElement(sides, "dt").text = side.label
        for item in side.items:
            SubElement(sides, "dd").text = item


def _list(parent: Element, tag: str, items: tuple[Words, ...]) -> None:
    within = SubElement(parent, tag)
    for item in items:
        _words(SubElement(within, "li"), item)


def _words(parent: Element, words: Words) -> None:
    _line(parent, as_line(words))


def _line(parent: Element, line: Line) -> None:
    """Mark and text, after a space where something stands before them already."""
    if line.mark:
        SubElement(parent, "span", {"class": "mark"}).text = line.mark
    if line.to:
        link = SubElement(parent, "a", href=f"#{line.to}")
        link.text, link.tail = line.text, " "
    elif len(parent):
        parent[-1].tail = (parent[-1].tail or "") + line.text
    else:
        parent.text = (parent.text or "") + line.text
