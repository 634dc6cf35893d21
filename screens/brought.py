"""What was brought: six large keys."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from textual.app import ComposeResult
from textual.containers import Grid
from textual.widgets import Static

from kiosk.checkin.ways import Brought
from kiosk.locale import _
from kiosk.ports.examinee import AskBrought
from screens.base import sheets
from screens.choice import ChoiceScreen
from screens.widgets.frame import Stage
from screens.widgets.key import Key

WORDS: Mapping[Brought, tuple[str, str]] = {
    Brought.MY_NUMBER_CARD: ("マイナンバーカード", "顔写真のあるプラスチックのカード"),
    Brought.CERTIFICATE: ("資格確認書", "保険者から届いたカードや紙"),
    Brought.NOTICE: ("資格情報のお知らせ", "A4の紙、または切りとった紙"),
    Brought.SMARTPHONE: ("スマートフォン", "マイナポータルの画面"),
    Brought.OLD_INSURANCE_CARD: ("むかしの健康保険証", "令和7年12月までのもの"),
    Brought.UNSURE: ("わからない・ない", "職員がお手伝いします"),
}


class BroughtScreen(ChoiceScreen[AskBrought, Brought]):
    """Asks `AskBrought`."""

    CSS_PATH = sheets("brought")
    STAGE = Stage.BROUGHT

    @property
    def main_key(self) -> Key | None:
        """The first one: most people bring the card."""
        return self.query_one("#choice-1", Key)

    def body(self) -> ComposeResult:
        yield Static(_("どれをお持ちですか"), classes="title")
        with Grid(id="six"):
            for place, brought in enumerate(Brought, start=1):
                name, looks = WORDS[brought]
                yield self.choice(str(place), f"{_(name)}\n{_(looks)}", partial(self.reply, brought))
