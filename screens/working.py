"""What is being done: the real steps, as they happen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from rich.style import Style
from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.widgets import Static

from kiosk.locale import _
from kiosk.ports.examinee import Step, Working
from screens.base import KioskScreen, sheets
from screens.theme import PALETTE
from screens.widgets.frame import Header, Stage

if TYPE_CHECKING:
    from textual import events

    from screens.app import KioskApp

STEPS: Mapping[Step, str] = {
    Step.CARD: "カードを読んでいます",
    Step.QUERY: "保険の資格を照会しています",
    Step.COLLATION: "受診券と照らし合わせています",
    Step.RECORD: "受付を記録しています",
    Step.PRINT: "受付票を印刷しています",
}
DONE, DOING, TO_COME = "【済】", "【今】", "　　　"
BAR_COLUMNS, LIGHT_COLUMNS = 40, 8
BAR_SECONDS = 0.1
"""Ten moves a second: alive, and cheap."""


class Moving(Static):
    """A light that wanders along a bar as long as something is being done."""

    def __init__(self) -> None:
        super().__init__(id="moving")
        self._at = 0

    def on_mount(self) -> None:
        self.set_interval(BAR_SECONDS, self._next)

    def _next(self) -> None:
        self._at = (self._at + 1) % (2 * (BAR_COLUMNS - LIGHT_COLUMNS))
        self.refresh()

    def render(self) -> Text:
        room = BAR_COLUMNS - LIGHT_COLUMNS
        before = min(self._at, 2 * room - self._at)
        rail, light = Style(bgcolor=PALETTE["key"]), Style(bgcolor=PALETTE["main"])
        return Text.assemble((" " * before, rail), (" " * LIGHT_COLUMNS, light), (" " * (room - before), rail))


class WorkingScreen(KioskScreen):
    """Shows `Working`; no key does anything, because nothing can be stopped half-way."""

    CSS_PATH = sheets("working")

    def __init__(self, working: Working, app: KioskApp) -> None:
        super().__init__()
        self._site = app.site
        self._beside = app.beside
        self._working = working

    def compose(self) -> ComposeResult:
        stage = Stage.BROUGHT if self._working.step is Step.CARD else Stage.RESULT
        with Vertical(id="kiosk"):
            yield Header(self._site, stage)
            with Container(id="body"), Vertical(id="work"):
                yield Static(_("そのままお待ちください"), classes="title")
                yield Static(self._lines(), id="steps", markup=False)
                yield Moving()
        if self._beside is not None:
            yield self._beside()

    def change(self, working: Working) -> None:
        """Go on to this step."""
        self._working = working
        for steps in self.query("#steps").results(Static):
            steps.update(self._lines())

    def on_resize(self, event: events.Resize) -> None:
        self.shape(event.size, has_beside=self._beside is not None)

    def _lines(self) -> str:
        here = self._working.steps.index(self._working.step)
        marks = (
            DONE if place < here else DOING if place == here else TO_COME for place in range(len(self._working.steps))
        )
        return "\n\n".join(f"{mark} {_(STEPS[step])}" for mark, step in zip(marks, self._working.steps, strict=True))
