"""暗証番号: four digits that nobody sees."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.locale import _
from kiosk.ports.card import Pin
from kiosk.ports.examinee import AskPin, Complaint
from kiosk.ports.voice import KeyName
from screens.base import sheets
from screens.entry import Entry
from screens.judging import Judgement
from screens.typing_screen import TypingScreen
from screens.widgets.field import Field
from screens.widgets.frame import Stage

if TYPE_CHECKING:
    from screens.app import KioskApp


class PinScreen(TypingScreen[AskPin, Pin]):
    """Asks `AskPin`."""

    CSS_PATH = sheets("typing", "pin")
    STAGE = Stage.BROUGHT

    def __init__(self, question: AskPin, app: KioskApp) -> None:
        self._entry = Entry(Pin.LENGTH)
        super().__init__(question, app)

    def new_fields(self) -> list[Field]:
        return [Field(self._entry, hidden=True, dom_id="pin")]

    @property
    def title_words(self) -> str:
        return _("暗証番号を入れてください")

    @property
    def help_words(self) -> str:
        return _("マイナンバーカードの数字4けたです。")

    @property
    def note_words(self) -> str:
        return _("残り{tries}回").format(tries=self.question.tries_left)

    @property
    def not_known_words(self) -> str:
        return _("暗証番号がわからない")

    @property
    def not_known_heard(self) -> KeyName:
        return KeyName.PIN_NOT_KNOWN

    @property
    def complaint(self) -> Complaint | None:
        return self.question.complaint

    def judge_fields(self) -> Judgement:
        if self._entry.full:
            return Judgement(sound=True, words=_("よければ「つぎへ」を押してください。"))
        missing = self._entry.limit - len(self._entry)
        return Judgement(sound=False, words=_("あと{count}けたです。").format(count=missing) if self._entry else "")

    def hand_over(self) -> Pin:
        octets = self._entry.octets
        try:
            return Pin(octets)
        finally:
            octets[:] = bytes(len(octets))
