"""Please put the card in: a moving picture, and words for what was wrong the last time."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from kiosk.locale import _
from kiosk.ports.examinee import Complaint, InsertCard, Move
from kiosk.ports.voice import KeyName
from screens.base import sheets
from screens.choice import ChoiceScreen
from screens.complaints import words_of
from screens.pictures.reader import CARD_ON_READER
from screens.widgets.frame import Stage
from screens.widgets.picture import Picture
from screens.widgets.words import Words


class CardScreen(ChoiceScreen[InsertCard, Move]):
    """Asks `InsertCard`."""

    CSS_PATH = sheets("card")
    STAGE = Stage.BROUGHT

    def body(self) -> ComposeResult:
        complaint = self.question.complaint
        with Vertical(id="words"):
            yield self.headline(_("マイナンバーカードをリーダーに置いてください"))
            if complaint is None:
                yield self.advice(_("置いたまま、画面が変わるまでお待ちください。"))
            else:
                words = [f"！{words_of(complaint, self.question.other)}"]
                if complaint is not Complaint.CARD_PULLED:  # else it is away already
                    words.append(_("いちどカードを取って、置きなおしてください。"))
                yield Words("\n".join(words), id="message", classes="-wrong", markup=False)
        yield Picture(CARD_ON_READER)
        with Horizontal(id="onward"):
            yield self.choice("1", _("カードがありません"), lambda: self.reply(Move.NOT_KNOWN), KeyName.NO_CARD)
