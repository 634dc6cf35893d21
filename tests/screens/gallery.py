"""A look at every screen: what the tests of the layout judge, drawn once for each size."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rich.cells import cell_len
from textual.geometry import Region
from textual.widget import Widget
from textual.widgets import Static

from kiosk.checkin.language import Language
from kiosk.ports.examinee import AskStart
from screens.breaking import torn
from screens.face_reader import Countdown
from screens.widgets.key import Key
from screens.widgets.picture import Picture
from screens.widgets.prose import Prose
from tests.screens.sitting import EVERY_QUESTION, Sitting, sitting

DRAWN = {"█", "▀", "▄", "▁"}
"""Half blocks of the huge number and the QR: terminals draw them themselves, one cell wide."""
_FRAMES = "".join(DRAWN) + " ▗▖▐▌▝▘▛▜▙▟─│┌┐└┘━┃┏┓┗┛╭╮╰╯"


UNLIKE = (
    *("start", "start-unprinted", "start-out-of-order", "number-ticket-ticket", "number-ticket insurer-ticket"),
    *("number-insurer-any", "number-symbol-any", "number-branch-notice", "brought", "card", "card-card pulled"),
    *(
        "card-felica",
        "pin",
        "face-code",
        "birthdate",
        "initial-family",
        "review",
        "confirm",
        "face-reader",
    ),
    *("result-confirmed", "result-appointment", "result-desk", "result-none", "take-card-called"),
)
"""One of each kind, the longest words."""


@dataclass(frozen=True)
class Looks:
    """What one screen looks like."""

    text: str
    words: str
    """The same without pictures and seconds, which move, and without blanks at the ends of lines."""
    cut: list[str]
    """Everything that does not fit."""
    keys: dict[str, Region]
    """Where each key stands that can be seen."""
    focused: str | None
    """The key with the focus."""
    outlined: list[str]
    """The keys that are drawn as if they had it."""
    colours: set[tuple[str, str]]
    """Of letters, and the ground they stand on."""


@dataclass(frozen=True)
class View:
    """How every screen is looked at."""

    size: tuple[int, int]
    simulator: bool = True
    language: Language = Language.JAPANESE
    large: bool = False
    furigana: bool = False
    names: tuple[str, ...] = tuple(EVERY_QUESTION)


_drawn: dict[View, dict[str, Looks]] = {}


async def gallery(view: View) -> dict[str, Looks]:
    """The screens of these questions, and of the options, by their names; the same app asks them all."""
    if view not in _drawn:
        looks = {}
        # Where the site begins so, every start screen does too.
        languages = (view.language, *(other for other in Language if other is not view.language))
        async with sitting(AskStart(), view.size, simulator=view.simulator, languages=languages) as here:
            for name in view.names:
                await here.face(EVERY_QUESTION[name])
                await here.read_as(large=view.large, furigana=view.furigana)
                looks[name] = look(here)
            await here.open_options()
            looks["options"] = look(here)
        _drawn[view] = looks
    return _drawn[view]


def look(here: Sitting) -> Looks:
    """What stands there now."""
    keys = [key for key in here.app.screen.query(Key) if key.region.area]
    focused = here.screen.focused
    return Looks(
        here.text(),
        "\n".join(_words(here)),
        cut_off(here),
        {repr(key): key.region for key in keys},
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
        if isinstance(widget, Key | Prose):
            words = str(widget.content)
            found += [f"{widget!r} tears {word}" for word in torn(words, widget.content_size.width)]
    return found


def visible(here: Sitting) -> Iterator[Widget]:
    """What can be seen of the kiosk's own part."""
    own = here.app.screen.query("#kiosk, #kiosk *, #options, #options *")
    yield from (w for w in own if w.region.area and w.visible)


def _words(here: Sitting) -> Iterator[str]:
    moving = [widget.region for kind in (Picture, Countdown) for widget in here.app.screen.query(kind)]
    for row, line in enumerate(here.lines()):
        shown, column = "", 0
        for character in "".join(segment.text for segment in line):
            width = cell_len(character)
            shown += " " * width if any(region.contains(column, row) for region in moving) else character
            column += width
        yield shown.rstrip()


def _colours(here: Sitting) -> Iterator[tuple[str, str]]:
    for line in here.lines():
        for segment in line:
            style = segment.style
            if segment.text.strip(_FRAMES) and style.color and style.bgcolor:
                yield style.color.name.upper(), style.bgcolor.name.upper()
