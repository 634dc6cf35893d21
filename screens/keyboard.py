"""Keys on their way to the screen: a finger's reach it a moment later, a scanner's only as the code that they spell.

Where no scanner types, a finger's reach it at once.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from kiosk.ports.framing import Framing
from screens.base import KioskScreen
from screens.burst import GAP_SECONDS, MODIFIERS, REPEATED, WAIT_SECONDS, Burst, Code, Fingers

if TYPE_CHECKING:
    from textual.app import App
    from textual.events import Key

SURE = 1.25
"""So many times a burst's patience is waited by the clock: the keys themselves may be late, and their stamps count."""


class Keyboard:
    """Every key of the terminal. It belongs to the screen on which its burst began, and to no other."""

    def __init__(self, app: App[None], prefix: str, suffix: str | None) -> None:
        self._app = app
        self._burst = Burst(Framing(prefix, suffix))
        self._screen: KioskScreen | None = None
        self._struck = 0
        self._timer: asyncio.TimerHandle | None = None

    @property
    def idle(self) -> bool:
        """Whether no key waits to be known for a finger's or a scanner's."""
        return self._burst.empty

    def strike(self, key: Key) -> None:
        """A key was struck."""
        if key.key in MODIFIERS:
            return
        self._struck += 1
        if not self._burst.empty and not self._burst.goes_on(key):
            self._hand_over()
        if self._burst.empty:
            screen = self._app.screen
            self._screen = screen if isinstance(screen, KioskScreen) else None
        if self._burst.add(key):
            self._hand_over()
        elif not self._burst.empty:
            self._wait()

    def _wait(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        later = asyncio.get_running_loop().call_later
        # Through the app's queue: keys that still wait there may belong to the same burst.
        self._timer = later(SURE * self._burst.patience, self._app.call_later, self._unless_more_came, self._struck)

    def _unless_more_came(self, struck: int) -> None:
        if struck == self._struck:
            self._hand_over()

    def _hand_over(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        screen, self._screen = self._screen, None
        struck = self._burst.take()
        if screen is None or self._app.screen is not screen:
            return
        match struck:
            case Code(text):
                screen.take_code(text)
            case Fingers(keys):
                for key in keys:
                    screen.take_key(key)


class Fingertips:
    """Every key of the terminal is a finger's, but for those that bounce or were meant for the screen before."""

    idle = True
    """No key waits."""

    def __init__(self, app: App[None]) -> None:
        self._app = app
        self._screen: object = None
        self._before = ""
        self._at = float("-inf")

    def strike(self, key: Key) -> None:
        """A key was struck."""
        if key.key in MODIFIERS:
            return
        screen = self._app.screen
        gap, self._at = key.time - self._at, key.time
        if gap < WAIT_SECONDS and screen is not self._screen:
            return
        bounces = gap < GAP_SECONDS and key.key == self._before and key.key not in REPEATED
        self._screen, self._before = screen, key.key
        if not bounces and isinstance(screen, KioskScreen):
            screen.take_key(key)
