"""Larger letters take as much room as there is, and no more: step by step they are taken back until nothing is cut."""

from __future__ import annotations

from textual.widget import Widget

from screens.base import Growth, KioskScreen, kiosk_of
from screens.breaking import broken
from screens.widgets.key import Key
from screens.widgets.picture import LEAST_PICTURE, Picture
from screens.widgets.words import Words


def grow(screen: KioskScreen) -> None:
    """Let all words grow, and see after the next layout what has room; to be called when the widgets are new."""
    screen.growth = Growth.ALL
    if kiosk_of(screen).large:
        screen.call_after_refresh(_settle, screen)


def _settle(screen: KioskScreen) -> None:
    if not screen.is_current or screen.growth is Growth.NONE or not _something_lacks_room(screen):
        return
    screen.growth = Growth(screen.growth.value - 1)
    for words in screen.query(Words):
        words.clear_cached_dimensions()
        words.refresh(layout=True)
    screen.shrunk()
    screen.call_after_refresh(_settle, screen)


def _something_lacks_room(screen: KioskScreen) -> bool:
    return any(_lacks_room(screen, widget) for widget in screen.query("#kiosk *") if _is_meant_to_be_seen(widget))


def _is_meant_to_be_seen(widget: Widget) -> bool:
    return all(node.display for node in widget.ancestors_with_self if isinstance(node, Widget))


def _lacks_room(screen: KioskScreen, widget: Widget) -> bool:
    if not widget.region.area:
        return isinstance(widget, Key)
    place = screen.find_widget(widget)
    if not place.clip.contains_region(place.region):
        return True
    if isinstance(widget, Picture):
        return widget.region.height < LEAST_PICTURE
    if isinstance(widget, Words) and widget.may_grow:
        room = widget.letter_room
        return len(broken(str(widget.content), max(2, room.width))) > room.height
    return False
