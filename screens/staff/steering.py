"""What staff do to a terminal itself: nothing of it touches a visit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, assert_never

from kiosk.locale import _
from kiosk.ports.board import Service
from screens.staff.choosing import Choice, MenuScreen
from screens.staff.lines import Look, Paragraph
from screens.staff.watched import Watched
from screens.staff.words import SERVICES

if TYPE_CHECKING:
    from screens.staff.app import StaffApp

CHOICES = (
    Choice("t", "テスト印刷", "ためしに1枚"),
    Choice("p", "一時休止", "いまの人の受付が済んでから"),
    Choice("g", "再開", "一時休止や使用停止をやめる"),
    Choice("x", "使用停止", "故障のとき。電源を入れ直しても続く"),
    Choice("d", "日締め", "方法とコードごとの件数"),
    Choice("b", "記録の控え", "記録の写しを端末の中に作る"),
    Choice("e", "古い個人情報の消去", "保存期間をすぎたもの"),
)
SENTENCES: Mapping[str, str] = {
    "t": "テストの票を1枚印刷します。だれの受付にもなりません。",
    "p": "いま使っている人の受付が済んでから、受付を休みます。再開するまで休んだままです。",
    "g": "受付を再開します。",
    "x": "受付を使用停止にします。再開するまで、電源を入れ直しても止まったままです。",
    "d": "締めていない日の件数を見てから、日締めをします。",
    "b": "記録の控えを、端末の中に作ります。個人の情報は暗号のままです。",
    "e": "保存期間をすぎた受付の、個人の情報を消します。件数とコードは残ります。もとにはもどせません。",
}
SERVICE_KEYS = {"p": Service.PAUSED, "g": Service.OPEN, "x": Service.OUT_OF_ORDER}


class SteeringScreen(MenuScreen):
    """The menu of the terminal."""

    def __init__(self, app: StaffApp, watched: Watched) -> None:
        super().__init__(app, watched, _("端末の操作"))

    def choices(self) -> Sequence[Choice]:
        return [Choice(choice.key, _(choice.label), _(choice.hint)) for choice in CHOICES]

    def about(self, choice: Choice | None) -> Sequence[Paragraph]:
        view = self.terminal.view
        now = [Paragraph(_(SERVICES[view.service]), lead=_("いま: "))] if view else []
        if choice is None:
            return now
        return [*now, Paragraph(_(SENTENCES[choice.key]), Look.STRONG), Paragraph(_("よければ y。"), Look.STRONG)]

    def do(self, choice: Choice) -> None:
        if choice.key == "d":
            from screens.staff.close import CloseScreen

            self.staff.put(CloseScreen(self.staff, self.terminal))
        else:
            self.begin(self._do(choice.key))

    async def _do(self, key: str) -> None:
        board, ask = self.terminal.board, self.staff.ask
        if key in SERVICE_KEYS:
            view = await ask(board.switch(SERVICE_KEYS[key]))
            self.terminal.view = view
            self.done(_switched(view.service))
        elif key == "t":
            await ask(board.test_print())
            self.done(_("テストの票を印刷しました"))
        elif key == "b":
            self.done(_("控えを作りました: {name}").format(name=await ask(board.backup())))
        else:
            self.done(_("{count}件の個人の情報を消しました").format(count=await ask(board.erase())))


def _switched(service: Service) -> str:
    match service:
        case Service.OPEN:
            return _("受付を再開しました")
        case Service.PAUSED:
            return _("いまの人の受付が済んだら、受付を休みます")
        case Service.OUT_OF_ORDER:
            return _("使用停止にしました")
        case Service.UNKNOWN:
            return _("休止か再開かわかりません。もう一度選んでください")
        case _:
            assert_never(service)
