"""The card is still in: a picture, words and a bell until it is taken."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical

from kiosk.locale import _
from kiosk.ports.examinee import Move, TakeCard
from screens.base import sheets
from screens.choice import ChoiceScreen
from screens.pictures.reader import TAKE_CARD
from screens.widgets.picture import Picture

BELL_SECONDS = 3
"""Often enough to call back somebody who is walking off."""


class TakeCardScreen(ChoiceScreen[TakeCard, Move]):
    """Asks `TakeCard`; the card's going ends it."""

    CSS_PATH = sheets("take_card")
    MAY_GO_BACK = False
    MAY_START_AGAIN = False
    WATCHED = False

    def body(self) -> ComposeResult:
        with Vertical(id="alarm"):
            yield self.headline(_("カードをお取りください"))
            yield self.advice(_("マイナンバーカードがリーダーに残っています。"))
            if self.question.staff_coming:
                yield self.advice(_("職員がまいります。"))
        yield Picture(TAKE_CARD)

    def on_mount(self) -> None:
        self.app.bell()
        self.set_interval(BELL_SECONDS, self.app.bell)
