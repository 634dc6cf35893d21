"""Reads a page as a strict parser would: every tag closed in its order, every attribute quoted, no script."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset({"meta", "br", "hr", "img", "link", "input"})


@dataclass
class Page:
    """What a page holds."""

    tags: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return " ".join(self.words)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.page, self.open = Page(), list[str]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.page.tags.append(tag)
        named = dict(attrs)
        assert None not in named.values(), tag
        self.page.ids += [value for name, value in attrs if name == "id" and value]
        self.page.links += [value.removeprefix("#") for name, value in attrs if name == "href" and value]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag, f"</{tag}> closes something else"

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style" and data.strip():
            self.page.words.append(data.strip())


def read(html: str) -> Page:
    """The page; asserts that it is whole."""
    assert html.startswith('<!DOCTYPE html>\n<html lang="ja">')
    reader = _Reader()
    reader.feed(html)
    reader.close()
    assert reader.open == []
    page = reader.page
    assert len(page.ids) == len(set(page.ids))
    assert set(page.links) <= set(page.ids)
    assert "script" not in page.tags
    assert "title" in page.tags
    return page
