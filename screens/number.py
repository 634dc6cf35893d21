"""One number, typed or scanned, with a picture of where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from textual.app import ComposeResult

from kiosk.locale import N_, _
from kiosk.ports.examinee import AskNumber, Complaint, Document, Scanned, Typed, Wanted
from kiosk.ports.voice import KeyName
from screens.base import sheets
from screens.judging import Judgement, entry_for, judge
from screens.typing_screen import TypingScreen
from screens.widgets.field import Field
from screens.widgets.frame import Stage
from screens.widgets.picture import DocumentPicture

if TYPE_CHECKING:
    from screens.app import KioskApp

WORDS: Mapping[Wanted, tuple[str, str, str]] = {
    Wanted.TICKET: (
        N_("受診券のバーコードをかざす"),
        N_("または、整理番号11けたを数字のキーで入れてください。"),
        N_("持っていません"),
    ),
    Wanted.TICKET_INSURER: (
        N_("受診券の保険者番号"),
        N_("8けた、または6けたの数字を入れてください。"),
        N_("わかりません"),
    ),
    Wanted.INSURER: (N_("保険者番号"), N_("8けた、または6けたの数字を入れてください。"), N_("わかりません")),
    Wanted.SYMBOL: (N_("記号"), N_("数字と「-」で入れてください。"), N_("記号がない・漢字")),
    Wanted.NUMBER: (N_("番号"), N_("記号の次にある数字を入れてください。"), N_("わかりません")),
    Wanted.BRANCH: (N_("枝番"), N_("番号の次にある2けたの数字です。"), N_("枝番はありません")),
}
"""What is asked, how, and the key for not answering."""
NOT_KNOWN: Mapping[Wanted, KeyName] = {
    Wanted.TICKET: KeyName.NO_TICKET,
    Wanted.TICKET_INSURER: KeyName.NOT_KNOWN,
    Wanted.INSURER: KeyName.NOT_KNOWN,
    Wanted.SYMBOL: KeyName.NO_SYMBOL,
    Wanted.NUMBER: KeyName.NOT_KNOWN,
    Wanted.BRANCH: KeyName.NO_BRANCH,
}

TITLES: Mapping[Document, str] = {
    Document.TICKET: N_("受診券"),
    Document.CERTIFICATE: N_("資格確認書"),
    Document.NOTICE: N_("資格情報のお知らせ"),
    Document.PORTAL: N_("マイナポータルの保険資格画面"),
    Document.OLD_CARD: N_("むかしの健康保険証"),
    Document.ANY: N_("資格確認書・資格情報のお知らせ"),
}


HOLDERS: Mapping[Document, str] = {
    **TITLES,
    Document.PORTAL: N_("マイナポータル"),
    Document.ANY: N_("書類"),
}
"""The same, as long as a title of 80 columns has room for."""


class NumberScreen(TypingScreen[AskNumber, Typed | Scanned]):
    """Asks `AskNumber`."""

    CSS_PATH = sheets("typing", "number")

    def __init__(self, question: AskNumber, app: KioskApp) -> None:
        self._entry = entry_for(question.wanted)
        super().__init__(question, app)

    def new_fields(self) -> list[Field]:
        return [Field(self._entry, dom_id="number")]

    @property
    def stage(self) -> Stage:
        return Stage.TICKET if self.question.wanted is Wanted.TICKET else Stage.BROUGHT

    @property
    def title_words(self) -> str:
        words = _(WORDS[self.question.wanted][0])
        if self.question.wanted is Wanted.INSURER:  # the ticket has one, too, and it was just asked for
            return _("{document}の保険者番号").format(document=_(HOLDERS[self.question.on]))
        return words if self._scans else _("{number}を入れてください").format(number=words)

    @property
    def help_words(self) -> str:
        return _(WORDS[self.question.wanted][1])

    @property
    def not_known_words(self) -> str:
        return _(WORDS[self.question.wanted][2])

    @property
    def not_known_heard(self) -> KeyName:
        return NOT_KNOWN[self.question.wanted]

    @property
    def has_hyphen(self) -> bool:
        return self.question.wanted is Wanted.SYMBOL

    @property
    def complaint(self) -> Complaint | None:
        return self.question.complaint

    @property
    def _scans(self) -> bool:
        return self.question.wanted is Wanted.TICKET

    def picture(self) -> ComposeResult:
        yield DocumentPicture(self.question.on, self.question.wanted)

    def judge_fields(self) -> Judgement:
        return judge(self.question.wanted, self._entry.text)

    def hand_over(self) -> Typed:
        return Typed(self._entry.text)

    def scanned(self, code: str | None) -> None:
        if not self._scans:
            super().scanned(code)
        elif code:
            self.reply(Scanned(code))
        else:
            self.say(_("バーコードを読みきれませんでした。もういちどかざしてください。"), wrong=True)
