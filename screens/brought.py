"""What was brought: six large keys with pictures."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from textual.app import ComposeResult
from textual.containers import Grid

from kiosk.checkin.ways import Brought
from kiosk.locale import N_, _
from kiosk.ports.examinee import AskBrought
from kiosk.ports.voice import named
from screens.base import sheets
from screens.choice import ChoiceScreen
from screens.pictures.card import CARD
from screens.pictures.drawing import Drawing
from screens.pictures.papers import CERTIFICATE, NOTICE, OLD_CARD, PHONE, UNSURE
from screens.widgets.frame import Stage
from screens.widgets.key import Key
from screens.widgets.picture_key import PictureKey

WORDS: Mapping[Brought, tuple[str, str]] = {
    Brought.MY_NUMBER_CARD: (N_("マイナンバーカード"), N_("顔写真のあるプラスチックのカード")),
    Brought.CERTIFICATE: (N_("資格確認書"), N_("保険者から届いたカードや紙")),
    Brought.NOTICE: (N_("資格情報のお知らせ"), N_("A4の紙、または切りとった紙")),
    Brought.SMARTPHONE: (N_("スマートフォン"), N_("マイナポータルの画面")),
    Brought.OLD_INSURANCE_CARD: (N_("むかしの健康保険証"), N_("令和7年12月までのもの")),
    Brought.UNSURE: (N_("わからない・ない"), N_("職員がお手伝いします")),
}
DRAWINGS: Mapping[Brought, Drawing] = {
    Brought.MY_NUMBER_CARD: CARD,
    Brought.CERTIFICATE: CERTIFICATE,
    Brought.NOTICE: NOTICE,
    Brought.SMARTPHONE: PHONE,
    Brought.OLD_INSURANCE_CARD: OLD_CARD,
    Brought.UNSURE: UNSURE,
}


class BroughtScreen(ChoiceScreen[AskBrought, Brought]):
    """Asks `AskBrought`."""

    CSS_PATH = sheets("brought")
    STAGE = Stage.BROUGHT

    @property
    def main_key(self) -> Key | None:
        """The first one: most people bring the card."""
        return next(iter(self.query("#choice-1").results(Key)), None)

    def body(self) -> ComposeResult:
        yield self.headline(_("どれをお持ちですか"))
        with Grid(id="six"):
            for place, brought in enumerate(Brought, start=1):
                yield self._key(place, brought)

    def _key(self, place: int, brought: Brought) -> PictureKey:
        digit, press = str(place), partial(self.reply, brought)
        name, looks = (_(words) for words in WORDS[brought])
        labels = (f"{digit}  {name}\n{looks}", f"{digit}  {name}")
        key = PictureKey(
            *(labels, DRAWINGS[brought], press),
            heard=named(brought, digit),
            bounce_seconds=self.site.bounce_seconds,
            dom_id=f"choice-{digit}",
        )
        key.add_class("choice")
        self._presses[digit] = press
        return key
