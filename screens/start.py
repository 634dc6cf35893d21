"""The start screen: it waits for ever, and any touch begins."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from kiosk.checkin.reasons import Reason
from kiosk.locale import _
from kiosk.ports.examinee import AskStart, Start
from screens.base import sheets
from screens.choice import ChoiceScreen
from screens.widgets.key import Role


class StartScreen(ChoiceScreen[AskStart, Start]):
    """Asks `AskStart`."""

    CSS_PATH = sheets("start")
    MAY_GO_BACK = False
    MAY_START_AGAIN = False
    WATCHED = False

    def body(self) -> ComposeResult:
        if self.question.out_of_order:
            yield from self._out_of_order()
            return
        with Vertical(id="welcome"):
            yield Static(self.site.name, id="big-name", markup=False)
            yield Static(_("受診券と、マイナンバーカードか資格確認書をご用意ください。"), classes="help")
            yield self.choice("1", _("画面にさわって受付をはじめてください"), self._begin, Role.MAIN)
            if self.question.unprinted is not None:
                again = _("{number} の受付票をもういちど印刷する").format(number=self.question.unprinted)
                yield self.choice("2", again, lambda: self.reply(Start.PRINT_AGAIN))

    def _out_of_order(self) -> ComposeResult:
        with Vertical(id="welcome"):
            yield Static(self.site.name, id="big-name", markup=False)
            yield Static(self._why_not(), classes="title")
            yield Static(_("「{desk}」へお越しください。").format(desk=self.site.desk), classes="help", markup=False)
            yield Static(self.question.out_of_order, id="code", markup=False)

    def _why_not(self) -> str:
        if self.question.out_of_order == Reason.PAUSED.value:
            return _("ただいま休止しています")
        return _("いま、この端末では受付できません")

    def on_click(self, event: events.Click) -> None:
        """Anywhere; keys, and what stands beside the kiosk, keep their clicks to themselves."""
        if not self.fresh(event.time):
            self._begin()

    def scanned(self, code: str | None) -> None:  # noqa: ARG002 - it is asked for on the next screen
        """Whoever scans the ticket first has begun."""
        self._begin()

    def _begin(self) -> None:
        if not self.question.out_of_order:
            self.reply(Start.BEGIN)
