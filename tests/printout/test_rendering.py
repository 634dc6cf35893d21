"""Documents as pages and as plain text."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from kiosk.printout.delivery import deliver
from kiosk.printout.document import (
    Block,
    Document,
    Entries,
    Entry,
    Heading,
    Items,
    Line,
    Paragraph,
    Side,
    Steps,
    Table,
)
from kiosk.printout.html import STYLE, render_html
from kiosk.printout.text import render_text
from tests.printout.reading import read

HOSTILE = """<script>alert("1")</script> & 「'」 </style> \x00\x1b[31m\n"""


def document(*blocks: Block, title: str = "題") -> Document:
    return Document(title, "foot", blocks)


def every_block(text: str) -> Document:
    return document(
        Heading(text, 1, "a"),
        Heading(text, 3),
        Paragraph(Line(text, mark=text)),
        Steps((text,)),
        Items((Line(text, to="a"), text)),
        Table(("一", "二"), ((text, (Line(text, to="a"), text)),)),
        Entries(("一", "二", "三"), (Entry("Q04", text, (text,), text, (Side("方法", (text,)),)),)),
        title=text,
    )


def test_whatever_a_name_holds_is_escaped_and_the_page_stays_whole() -> None:
    page = read(render_html(every_block(HOSTILE)))
    assert page.tags.count("style") == 1
    assert '<script>alert("1")</script>' in page.text
    assert "\x1b" not in page.text


def test_control_characters_never_reach_the_terminal() -> None:
    assert not [char for char in render_text(every_block(HOSTILE)) if ord(char) < 32 and char != "\n"]


@given(st.text("あ亜①ｱA1 -、。「」（）<&\U00020bb7", max_size=300))
def test_no_line_of_text_is_wider_than_the_paper(text: str) -> None:
    assert all(cell_len(line) <= 80 for line in render_text(every_block(text)).splitlines())


@given(st.text(max_size=40))
def test_every_text_makes_a_whole_page(text: str) -> None:
    read(render_html(every_block(text)))


def test_text_is_marked_wrapped_and_hangs_under_its_number() -> None:
    long = "書類を見る。" * 10
    text = render_text(document(Heading("題", 1), Steps((Line(long, mark="終了"), "次"))))
    assert text.splitlines()[:4] == ["題", "==", "", "1. 【終了】" + "書類を見る。" * 5 + "書類を見"]
    assert text.splitlines()[4].startswith("   る。")
    assert text.splitlines()[-1] == "2. 次"


def test_a_table_that_fits_stands_in_columns() -> None:
    text = render_text(document(Table(("種類", "コード"), (("受診券", ("T01", "T02")), ("C", "x")))))
    assert text.splitlines() == ["種類    コード", "------  -------", "受診券  T01 T02", "C       x"]


def test_a_table_that_does_not_fit_is_told_row_by_row() -> None:
    text = render_text(document(Table(("種類", "意味"), (("T", "長い" * 30),))))
    assert text.splitlines()[:2] == ["T", "  意味: " + "長い" * 18]


def test_the_page_is_made_for_paper() -> None:
    assert "size: A4" in STYLE
    assert re.search(r"tr \{[^}]*break-inside: avoid", STYLE)
    assert re.search(r"thead \{[^}]*table-header-group", STYLE)
    assert min(float(size) for size in re.findall(r"font(?:-size)?: ([\d.]+)pt", STYLE)) >= 11


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(click.ClickException, match=r"binder\.html: cannot be written"):
        deliver(document(), tmp_path / "nowhere" / "binder.html")
    with pytest.raises(click.ClickException, match="not an ordinary file"):
        deliver(document(), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_written_file_replaces_the_old_one_and_leaves_no_draft(tmp_path: Path) -> None:
    file = tmp_path / "binder.html"
    file.write_text("old")
    deliver(document(Heading("題", 1)), file)
    assert "題" in read(file.read_text(encoding="utf-8")).text
    assert list(tmp_path.iterdir()) == [file]
