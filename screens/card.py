"""Please put the card in: a moving picture, and words for what was wrong the last time."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from kiosk.locale import _
from kiosk.ports.examinee import Complaint, InsertCard, Move
from screens.base import sheets
from screens.choice import ChoiceScreen
from screens.complaints import words_of
from screens.widgets.card_picture import CardPicture
from screens.widgets.frame import Stage


class CardScreen(ChoiceScreen[InsertCard, Move]):
    """Asks `InsertCard`."""

    CSS_PATH = sheets("card")
    STAGE = Stage.BROUGHT

    def body(self) -> ComposeResult:
        complaint = self.question.complaint
        with Vertical(id="words"):
            yield Static(_("マイナンバーカードをリーダーに置いてください"), classes="title")
            if complaint is None:
                yield Static(_("置いたまま、画面が変わるまでお待ちください。"), classes="help")
            else:
                words = [f"！{words_of(complaint, self.question.other)}"]
                if complaint is not Complaint.CARD_PULLED:  # else it is away already
                    words.append(_("いちどカードを取って、置きなおしてください。"))
                yield Static("\n".join(words), id="message", classes="-wrong")
        yield CardPicture()
        with Horizontal(id="onward"):
            yield self.choice("1", _("カードがありません"), lambda: self.reply(Move.NOT_KNOWN))
