"""What Textual would remember of screens that are gone."""

from __future__ import annotations

from rich.cells import cached_cell_len
from rich.segment import Segment
from textual._styles_cache import StylesCache
from textual._xterm_parser import XTermParser
from textual.screen import Screen
from textual.widget import Widget


def forget_drawn(screen: Screen[object]) -> None:
    """Let go of the lines that were drawn for a screen that gives way to another.

    Textual 8.2.8 caches a method of `StylesCache`, and with each of the 512 entries the object itself: what was written
    on the screens of the last half dozen people, and two hundred thousand objects, which every look for garbage has to
    go through. The lines of this screen, up to fifty thousand objects, are let go at once instead of with the garbage.
    Rich keeps the last texts that it measured or cut, and Textual's parser the last keys that were struck. The app
    keeps the key that was touched last, and with it the whole screen where it stood.
    """
    app = screen.app
    app._mouse_down_widget = app.mouse_over = app.hover_over = None
    StylesCache.get_inner_outer.cache_clear()
    cached_cell_len.cache_clear()
    Segment._split_cells.cache_clear()
    XTermParser._parse_extended_key.cache_clear()
    for widget in screen.walk_children(Widget, with_self=True):
        widget._styles_cache.clear()
