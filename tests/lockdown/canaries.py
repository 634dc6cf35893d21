"""Invented people who must not be found again, and where to look for them."""

from __future__ import annotations

import gc
import re
import types
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from textual.widget import Widget

from screens.app import KioskApp
from screens.entry import Entry as DigitEntry

MARK = "龘"
"""Stands in every canary's name and in nobody's else."""
DIGITS = 8675309_0000
SECRETS = 711224_2031_0000
"""照合番号B of somebody born on a 24 December, on a card that is good until 2031."""
PINS = 7000
FIRST_BIRTHDATE = date(1921, 1, 1)
_KANJI = "零一二三四五六七八九"
_NUMBER, _SECRET = re.compile(r"8675309\d{4}"), re.compile(r"7112242031\d{4}")


@dataclass(frozen=True, slots=True, repr=False)
class Canary:
    """One person of one visit."""

    visit: int

    @property
    def name(self) -> str:
        """Masked, as the confirmation shows it; what would be markup is only a name."""
        return f"{MARK}{self.tail}[@click=app.exit]＊　[bold]＊"

    @property
    def tail(self) -> str:
        return "".join(_KANJI[int(digit)] for digit in f"{self.visit:05d}")

    @property
    def birthdate(self) -> date:
        return FIRST_BIRTHDATE + timedelta(days=self.visit)

    @property
    def number(self) -> str:
        """Eleven digits, to be typed or shown."""
        return str(DIGITS + self.visit)

    @property
    def secret(self) -> str:
        """The digits of a 照合番号B."""
        return str(SECRETS + self.visit)

    @property
    def pin(self) -> str:
        return str(PINS + self.visit % (10_000 - PINS))

    def marks(self) -> tuple[str, ...]:
        """What would give the person away."""
        return (MARK + self.tail, self.number, self.secret)


def told(text: str) -> bool:
    """Whether a text tells anything of a canary."""
    return MARK in text or bool(_NUMBER.search(text) or _SECRET.search(text))


def on_screen(app: KioskApp) -> list[str]:
    """Texts of the DOM and lines of the compositor that tell of a canary; buffers of entries that are not empty."""
    texts = []
    for screen in app.screen_stack:
        for widget in (screen, *screen.walk_children(Widget)):
            texts.append(f"{getattr(widget, 'content', '')}{widget.id}{widget.classes}{widget.tooltip}")
            texts += ["".join(part.text for part in strip) for strip in _lines_kept(widget)]
            entry = getattr(widget, "entry", None)
            if isinstance(entry, DigitEntry):
                texts.append(entry.text)
        texts += ["".join(part.text for part in strip) for strip in screen._compositor.render_strips()]
    return [text for text in texts if told(text)]


def _lines_kept(widget: Widget) -> Iterator[Any]:
    yield from widget._styles_cache._cache.values()
    yield from widget._render_cache.lines


def in_memory(ended: Iterable[Canary]) -> list[str]:
    """Where an object that Python's collector knows still holds a text, octets or a date of one of those canaries."""
    people = {mark: canary for canary in ended for mark in canary.marks()}
    birthdates = {canary.birthdate for canary in people.values()}
    pins = {canary.pin.encode() for canary in people.values()}
    gc.collect()
    mine = {id(people), id(birthdates), id(pins)}
    found = {
        f"{_name(holder)} holds a {type(held).__name__}"
        for holder in gc.get_objects()
        if id(holder) not in mine and not isinstance(holder, types.FrameType | Canary)
        for held in gc.get_referents(holder)
        if _gives_away(held, people, birthdates, pins)
    }
    return sorted(found)


def _name(holder: object) -> str:
    function = getattr(holder, "__wrapped__", None)  # of a cache
    named = function if isinstance(function, types.FunctionType) else type(holder)
    return f"{named.__module__}.{named.__qualname__}"


def _gives_away(held: object, people: dict[str, Canary], birthdates: set[date], pins: set[bytes]) -> bool:
    match held:
        case str():
            texts = [held]
        case bytearray() if bytes(held) in pins:  # a PIN is kept in nothing else, and too short to be searched for
            return True
        case bytes() | bytearray():
            texts = [bytes(held).decode("latin-1"), bytes(held).decode("utf-8", "ignore")]
        case date():
            return held in birthdates
        case _:
            return False
    for text in texts:
        if MARK in text:
            place = text.index(MARK)
            if text[place : place + 6] in people:
                return True
        if any(hit in people for hit in (*_NUMBER.findall(text), *_SECRET.findall(text))):
            return True
    return False
