"""The frame that every screen has: who, where and how far above, the ways out below."""

from __future__ import annotations

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from kiosk.locale import _
from screens.base import kiosk_of
from screens.course import Stage
from screens.site import ScreenSite

__all__ = ["Footer", "Header", "Stage"]

CLOCK_SECONDS = 1
"""How often the clock looks; it shows minutes. A longer wait would keep an answered screen alive for as long."""
REACHED, TO_COME = "▄", "▁"
"""A thick line for what is reached, a thin one for the rest: needs no colour, and terminals draw both themselves."""
WIDEST, NARROWEST = 6, 1
"""Columns of a part in the line."""


class Steps(Static):
    """「2 / 5 ご本人の確認 ▄▄ ▄▄ ▁▁ ▁▁ ▁▁」: how far, in figures, in words and as a line that fits behind them."""

    def __init__(self, stage: Stage | None) -> None:
        super().__init__(id="stages", markup=False)
        self._stage = stage

    def render(self) -> Text:
        if self._stage is None:
            return Text()
        place, parts = kiosk_of(self).course.place(self._stage)
        words = Text(f"{place} / {parts}  {_(self._stage.value)}", no_wrap=True, overflow="crop")
        room = self.content_size.width - words.cell_len - 2
        wide = min(WIDEST, (room + 1) // parts - 1)
        if wide >= NARROWEST:
            line = " ".join((REACHED if part < place else TO_COME) * wide for part in range(parts))
            words.append(f"  {line}")
        return words


class Header(Vertical):
    """Facility, clock, how far it is, and SIMULATOR where that is so; on a small panel all but the facility."""

    def __init__(self, site: ScreenSite, stage: Stage | None) -> None:
        super().__init__()
        self._site = site
        self._stage = stage

    def compose(self) -> ComposeResult:
        with Horizontal(id="who"):
            yield Static(self._site.name, id="facility", markup=False)
            if self._site.simulator:
                yield Static(_("SIMULATOR シミュレーター・練習用"), id="simulator", markup=False)
                yield Static("SIMULATOR", id="simulator-short", markup=False)
            yield Static(self._time(), id="clock")
        yield Steps(self._stage)

    def on_mount(self) -> None:
        self.set_interval(CLOCK_SECONDS, self._tick)

    def _tick(self) -> None:
        time = self._time()
        for clock in self.query("#clock").results(Static):
            if str(clock.content) != time:
                clock.update(time)

    def _time(self) -> str:
        now = self._site.now()
        return f"{now.hour}:{now.minute:02d}"


class Footer(Horizontal):
    """The ways out, and what may always be changed: language, letters, sound."""
