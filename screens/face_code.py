"""照合番号B: three numbers from the card's face, for those who do not know the PIN."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import ComposeResult

from kiosk.locale import _
from kiosk.ports.card import FaceCode
from kiosk.ports.examinee import AskFaceCode, Complaint
from screens.base import sheets
from screens.entry import Entry
from screens.judging import Judgement, wrong_month_or_day
from screens.typing_screen import TypingScreen
from screens.widgets.field import Field
from screens.widgets.frame import Stage
from screens.widgets.paper import Paper

if TYPE_CHECKING:
    from screens.app import KioskApp


class FaceCodeScreen(TypingScreen[AskFaceCode, FaceCode]):
    """Asks `AskFaceCode`."""

    CSS_PATH = sheets("typing", "face_code")
    STAGE = Stage.BROUGHT

    def __init__(self, question: AskFaceCode, app: KioskApp) -> None:
        self._birth, self._expiry, self._security = Entry(6), Entry(4), Entry(4)
        super().__init__(question, app)

    def new_fields(self) -> list[Field]:
        return [
            Field(self._birth, _("1 生年月日"), dom_id="birth"),
            Field(self._expiry, _("2 有効期限の年"), dom_id="expiry"),
            Field(self._security, _("3 セキュリティコード"), hidden=True, dom_id="security"),
        ]

    @property
    def title_words(self) -> str:
        return _("カードのおもての数字を入れてください")

    @property
    def help_words(self) -> str:
        return _("昭和38年4月5日は380405です。")

    @property
    def note_words(self) -> str:
        return _("残り{tries}回").format(tries=self.question.tries_left)

    @property
    def not_known_words(self) -> str:
        return _("わかりません")

    @property
    def complaint(self) -> Complaint | None:
        return self.question.complaint

    def picture(self) -> ComposeResult:
        places = [
            [(_("氏名"), False), (_("1 昭和38年4月5日生"), True)],
            [(_("2 2030年まで有効"), True)],
            [(_("3 セキュリティコード 0000"), True)],
        ]
        yield Paper(_("マイナンバーカードのおもて"), places)

    def judge_fields(self) -> Judgement:
        if not self._birth:
            return Judgement(sound=False, words=_("生年月日を年2けた・月2けた・日2けたで。"))
        if wrong := wrong_month_or_day(self._birth.text[2:4], self._birth.text[4:6]):
            return wrong
        if not self._expiry and self._birth.full:
            return Judgement(sound=False, words=_("有効期限の年を西暦4けたで入れてください。"))
        if not self._security and self._expiry.full:
            return Judgement(sound=False, words=_("セキュリティコード4けたを入れてください。"))
        missing = sum(field.entry.limit - len(field.entry) for field in self.fields)
        if missing:
            return Judgement(sound=False, words=_("あと{count}けたです。").format(count=missing))
        return Judgement(sound=True, words=_("よければ「つぎへ」を押してください。"))

    def hand_over(self) -> FaceCode:
        octets = bytearray()
        for field in self.fields:
            octets += field.entry.octets
        try:
            return FaceCode(octets)
        finally:
            octets[:] = bytes(len(octets))
