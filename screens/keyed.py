"""The focus: how keys of the keyboard come to the keys on the screen, and what is said of the one that is come to."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from textual.css.query import NoMatches

from kiosk.ports.voice import KeyWords, Prompt
from screens.base import KioskScreen
from screens.focus import stepped, towards
from screens.widgets.key import CHOSEN, Key, Role

if TYPE_CHECKING:
    from screens.app import KioskApp


class KeyedScreen(KioskScreen):
    """A screen that can be used without touching it."""

    def __init__(self, app: KioskApp) -> None:
        super().__init__()
        self.voice = app.voice

    @property
    def keys_stand_in(self) -> str:
        """The widget whose keys can be pressed now, as CSS names it."""
        return "#kiosk"

    @property
    def main_key(self) -> Key | None:
        """The key that Enter presses when nothing else was chosen."""
        return next(iter(self.query("#kiosk Key.-main").results(Key)), None)

    def press_enter(self) -> None:
        """Press the focused key, else the main one."""
        key = self.focused if isinstance(self.focused, Key) else self.main_key
        if key is not None:
            key.press()

    def move_focus(self, key: str) -> bool:
        """Act on a key that leads to another one; False for any other."""
        match key:
            case "tab":
                self._step_focus(1, self._keys())
            case "shift+tab":
                self._step_focus(-1, self._keys())
            case "up" | "down" | "left" | "right":
                self._focus_towards(key)
            case _:
                return False
        return True

    def next_key(self) -> None:
        """The focus goes on to the next key that is no digit."""
        self._step_focus(1, self._keys(digits=False))

    def focus_on(self, dom_id: str | None) -> None:
        """The key of that name again, or the obvious one."""
        try:
            key = self.query_one(f"#{dom_id}", Key) if dom_id else self.main_key
        except NoMatches:
            key = self.main_key
        self.set_focus(key, scroll_visible=False)

    def _keys(self, *, digits: bool = True) -> list[Key]:
        """The keys that can be seen, as they are read."""
        keys = [key for key in self.query(f"{self.keys_stand_in} Key").results(Key) if key.display and key.region.area]
        return keys if digits else [key for key in keys if key.role is not Role.DIGIT]

    def _step_focus(self, step: int, keys: list[Key]) -> None:
        if keys:
            self._come_to(stepped(keys, self.focused, step))

    def _focus_towards(self, arrow: str) -> None:
        keys = self._keys()
        if not isinstance(self.focused, Key) or self.focused not in keys:
            self._step_focus(1, keys)
        else:
            self._come_to(towards(keys, self.focused.region, arrow) or self.focused)

    def _come_to(self, key: Key) -> None:
        """Have the focus there, and say so: a finger sees where it is, those who listen do not."""
        self.set_focus(key, scroll_visible=False)
        heard = self.heard_of(key)
        self.voice.tell(replace(heard, parts=(*heard.parts, Prompt.CHOSEN)) if key.has_class(CHOSEN) else heard)

    def heard_of(self, key: Key) -> KeyWords:
        """What is said of a key as things are now."""
        return key.heard
