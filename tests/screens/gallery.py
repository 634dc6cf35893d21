"""A look at every screen: what the tests of the layout judge, drawn once for each size."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rich.cells import cell_len
from textual.widget import Widget
from textual.widgets import Static

from kiosk.ports.examinee import AskStart
from screens.widgets.key import Key
from tests.screens.sitting import EVERY_QUESTION, Sitting, sitting

DRAWN = {"█", "▀", "▄"}
"""Half blocks of the huge number and the QR: terminals draw them themselves, one cell wide."""
_FRAMES = "".join(DRAWN) + " ▗▖▐▌▝▘▛▜▙▟─│┌┐└┘━┃┏┓┗┛╭╮╰╯"


@dataclass(frozen=True)
class Looks:
    """What one screen looks like."""

    text: str
    cut: list[str]
    """Everything that does not fit."""
    keys: dict[str, tuple[int, int]]
    """Columns and rows of each key that can be seen."""
    focused: str | None
    """The key with the focus."""
    outlined: list[str]
    """The keys that are drawn as if they had it."""
    colours: set[tuple[str, str]]
    """Of letters, and the ground they stand on."""


_drawn: dict[tuple[tuple[int, int], bool], dict[str, Looks]] = {}


async def gallery(size: tuple[int, int], *, simulator: bool = True) -> dict[str, Looks]:
    """Every question's screen at that size, by the question's name; the same app asks them all."""
    if (size, simulator) not in _drawn:
        looks = {}
        async with sitting(AskStart(), size, simulator=simulator) as here:
            for name, question in EVERY_QUESTION.items():
                await here.face(question)
                looks[name] = look(here)
        _drawn[size, simulator] = looks
    return _drawn[size, simulator]


def look(here: Sitting) -> Looks:
    """What stands there now."""
    keys = [key for key in here.app.screen.query(Key) if key.region.area]
    focused = here.screen.focused
    return Looks(
        here.text(),
        cut_off(here),
        {repr(key): (key.region.width, key.region.height) for key in keys},
        repr(focused) if isinstance(focused, Key) else None,
        [repr(key) for key in here.screen.query(Key) if key.styles.outline.top[0] == "outer"],
        set(_colours(here)),
    )


def cut_off(here: Sitting) -> list[str]:
    """Everything that does not fit."""
    found = []
    for widget in visible(here):
        place = here.app.screen.find_widget(widget)
        if not place.clip.contains_region(place.region):
            found.append(f"{widget!r} is cut: {place.region} by {place.clip}")
        if isinstance(widget, Static) and str(widget.render()).strip():
            room = widget.content_size
            needed = widget.get_content_height(here.app.screen.size, here.app.screen.size, room.width)
            if needed > room.height:
                found.append(f"{widget!r} needs {needed} lines of {room.width}, has {room.height}")
        if isinstance(widget, Key):
            widest = max(cell_len(line) for line in str(widget.content).splitlines())
            if widest > widget.content_size.width:
                found.append(f"{widget!r} breaks its label: {widest} in {widget.content_size.width}")
    return found


def visible(here: Sitting) -> Iterator[Widget]:
    """What can be seen of the kiosk's own part."""
    yield from (w for w in here.app.screen.query("#kiosk, #kiosk *") if w.region.area and w.visible)


def _colours(here: Sitting) -> Iterator[tuple[str, str]]:
    for line in here.lines():
        for segment in line:
            style = segment.style
            if segment.text.strip(_FRAMES) and style.color and style.bgcolor:
                yield style.color.name.upper(), style.bgcolor.name.upper()
