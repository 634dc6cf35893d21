"""What is being done: the real steps, as they happen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Container, Horizontal, Vertical
from textual.widgets import Static

from kiosk.locale import N_, _
from kiosk.ports.examinee import Step, Working
from screens.base import KioskScreen, sheets
from screens.pictures.places import WAITING
from screens.widgets.frame import Header, Stage
from screens.widgets.picture import Picture
from screens.widgets.words import Words

if TYPE_CHECKING:
    from textual import events

    from screens.app import KioskApp

STEPS: Mapping[Step, str] = {
    Step.CARD: N_("カードを読んでいます"),
    Step.QUERY: N_("保険の資格を照会しています"),
    Step.COLLATION: N_("受診券と照らし合わせています"),
    Step.RECORD: N_("受付を記録しています"),
    Step.PRINT: N_("受付票を印刷しています"),
}
DONE, DOING = N_("【済】"), N_("【今】")


class WorkingScreen(KioskScreen):
    """Shows `Working`; no key does anything, because nothing can be stopped half-way."""

    CSS_PATH = sheets("working")

    def __init__(self, working: Working, app: KioskApp) -> None:
        super().__init__()
        self._kiosk_app = app
        self._working = working

    def compose(self) -> ComposeResult:
        stage = Stage.BROUGHT if self._working.step is Step.CARD else Stage.RESULT
        with Vertical(id="kiosk"):
            yield Header(self._kiosk_app.site, stage)
            with Container(id="body"):
                yield Words(_("そのままお待ちください"), classes="title", markup=False)
                with Horizontal(id="work"):
                    yield Picture(WAITING)
                    with Vertical(id="steps"):
                        for step in self._working.steps:
                            with Horizontal(id=f"step-{step.value}", classes="step"):
                                yield Static(self._mark(step), classes="mark", markup=False)
                                yield Words(_(STEPS[step]), classes="doing", markup=False)
        if self._kiosk_app.beside is not None:
            yield self._kiosk_app.beside()

    def change(self, working: Working) -> None:
        """Go on to this step."""
        if working.steps != self._working.steps:
            self._working = working
            self.refresh(recompose=True)
            return
        self._working = working
        for step in working.steps:
            for line in self.query(f"#step-{step.value}").results(Horizontal):
                for mark in line.query(".mark").results(Static):  # none where the line itself is only just there
                    mark.update(self._mark(step))
                line.set_class(step is working.step, "-now")

    def on_mount(self) -> None:
        self.change(self._working)

    def on_resize(self, event: events.Resize) -> None:
        self.shape(event.size, has_beside=self._kiosk_app.beside is not None)

    def _mark(self, step: Step) -> str:
        here, place = (self._working.steps.index(which) for which in (self._working.step, step))
        return _(DONE) if place < here else _(DOING) if place == here else ""
