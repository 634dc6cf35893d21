"""「この方ですか」: a masked name and a birth date, nothing else."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from kiosk.locale import _
from kiosk.locale.dates import in_words
from kiosk.ports.examinee import Answer, Confirm
from kiosk.ports.voice import KeyName
from screens.base import sheets
from screens.choice import ChoiceScreen
from screens.widgets.frame import Stage
from screens.widgets.key import Role
from screens.widgets.words import Words


class ConfirmScreen(ChoiceScreen[Confirm, Answer]):
    """Asks `Confirm`."""

    CSS_PATH = sheets("confirm")
    STAGE = Stage.PERSON

    def body(self) -> ComposeResult:
        yield self.headline(_("ご本人の確認です。まちがいありませんか"))
        with Vertical(id="person"):
            if self.question.masked_name:
                yield from _fact(_("お名前"), self.question.masked_name)
            yield from _fact(_("生年月日"), in_words(self.question.birthdate))
        with Horizontal(id="yes-no"):
            yield self.choice("1", _("はい"), lambda: self.reply(Answer.YES), KeyName.YES, Role.MAIN)
            yield self.choice("2", _("ちがいます"), lambda: self.reply(Answer.NO), KeyName.NO)

    def wipe(self) -> None:
        for fact in self.query(".fact").results(Words):
            fact.update("")


def _fact(label: str, fact: str) -> ComposeResult:
    with Horizontal(classes="line"):
        yield Static(label, classes="label", markup=False)
        yield Words(fact, classes="fact", markup=False)
