"""「まだいらっしゃいますか」: the warning before everything is erased."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil
from time import monotonic

from textual.app import ComposeResult
from textual.containers import Container, Vertical

from kiosk.locale import _
from kiosk.ports.voice import KeyName, named
from screens.widgets.key import Key, Role
from screens.widgets.prose import Prose

TICK_SECONDS = 0.25
"""Four looks a second, so that the shown second is never late by more than a quarter."""


class IdleWarning(Container):
    """Takes the question's place, counts down, and gives way to any key, tap or scan."""

    def __init__(
        self, seconds: float, stay: Callable[[], None], gone: Callable[[], None], bounce_seconds: float
    ) -> None:
        super().__init__(id="idle")
        self._until = monotonic() + seconds
        self._gone = gone
        self._tick_seconds = min(TICK_SECONDS, seconds)
        self._countdown = Prose(self._words(), dom_id="countdown")
        self.key = Key(
            *(_("つづける"), stay),
            heard=named(KeyName.STAY),
            role=Role.MAIN,
            bounce_seconds=bounce_seconds,
            dom_id="stay",
        )

    def compose(self) -> ComposeResult:
        with Vertical(id="idle-box"):
            yield Prose(_("まだご利用中ですか？"), classes="title")
            yield self._countdown
            yield self.key

    def on_mount(self) -> None:
        self.set_interval(self._tick_seconds, self._tick)

    def offer(self) -> None:
        """Put the frame of the focus on the one key that there is."""
        if self.is_attached:
            self.screen.set_focus(self.key, scroll_visible=False)

    def _tick(self) -> None:
        if monotonic() >= self._until:
            self._gone()
        else:
            self._countdown.update(self._words())

    def _words(self) -> str:
        left = max(0, ceil(self._until - monotonic()))
        return _("あと{left}秒で、はじめの画面にもどります。\n入れた内容は消えます。").format(left=left)
