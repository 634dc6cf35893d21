"""The frame that every screen has: who and where above, the ways out below."""

from __future__ import annotations

from enum import Enum

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from kiosk.locale import _
from screens.site import ScreenSite

CLOCK_SECONDS = 1
"""How often the clock looks; it shows minutes. A longer wait would keep an answered screen alive for as long."""


class Stage(Enum):
    """How far the examinee is, in the words of the header."""

    TICKET = "受診券"
    BROUGHT = "保険の確認"
    PERSON = "ご本人の確認"
    RESULT = "受付票"


class Header(Vertical):
    """Facility, clock, how far it is, and SIMULATOR where that is so."""

    def __init__(self, site: ScreenSite, stage: Stage | None) -> None:
        super().__init__()
        self._site = site
        self._stage = stage
        self._clock = Static(self._time(), id="clock")

    def compose(self) -> ComposeResult:
        with Horizontal(id="who"):
            yield Static(self._site.name, id="facility", markup=False)
            yield self._clock
        with Horizontal(id="how-far"):
            yield Static(self._way(), id="stages", markup=False)
            if self._site.simulator:
                yield Static(_("SIMULATOR シミュレーター・練習用"), id="simulator", markup=False)

    def on_mount(self) -> None:
        self.set_interval(CLOCK_SECONDS, lambda: self._clock.update(self._time()))

    def _time(self) -> str:
        now = self._site.now()
        return f"{now.hour}:{now.minute:02d}"

    def _way(self) -> str:
        if self._stage is None:
            return ""
        words = (f"【{_(stage.value)}】" if stage is self._stage else _(stage.value) for stage in Stage)
        return " ".join(words)


class Footer(Horizontal):
    """The ways out: at most 「もどる」, 「はじめから」 and 「職員を呼ぶ」, and on the result 「おわる」."""
