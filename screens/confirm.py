"""「この方ですか」: a masked name and a birth date, nothing else."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from kiosk.checkin.wareki import NotADate, to_wareki
from kiosk.locale import _
from kiosk.ports.examinee import Answer, Confirm
from screens.base import sheets
from screens.choice import ChoiceScreen
from screens.widgets.frame import Stage
from screens.widgets.key import Role


class ConfirmScreen(ChoiceScreen[Confirm, Answer]):
    """Asks `Confirm`."""

    CSS_PATH = sheets("confirm")
    STAGE = Stage.PERSON

    def body(self) -> ComposeResult:
        yield Static(_("ご本人の確認です。まちがいありませんか"), classes="title")
        with Vertical(id="person"):
            if self.question.masked_name:
                yield Static(f"{_('お名前')}　　{self.question.masked_name}", classes="fact", markup=False)
            yield Static(f"{_('生年月日')}　{self._birthdate()}", classes="fact", markup=False)
        with Horizontal(id="yes-no"):
            yield self.choice("1", _("はい"), lambda: self.reply(Answer.YES), Role.MAIN)
            yield self.choice("2", _("ちがいます"), lambda: self.reply(Answer.NO))

    def wipe(self) -> None:
        for fact in self.query(".fact").results(Static):
            fact.update("")

    def _birthdate(self) -> str:
        day = self.question.birthdate
        try:
            return to_wareki(day)
        except NotADate:
            return f"{day.year}年{day.month}月{day.day}日"
