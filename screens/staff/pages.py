"""Pages to read: how a terminal is, the keys, the guide to the ministry's ways."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from textual.app import ComposeResult

from kiosk.checkin.procedures import Contact
from kiosk.locale import _
from screens.staff.base import StaffScreen
from screens.staff.commands import Command, moves
from screens.staff.lines import Look, Paragraph, Part
from screens.staff.state import state_page
from screens.staff.watched import Watched
from screens.staff.widgets.pager import Pager

if TYPE_CHECKING:
    from screens.staff.app import StaffApp

KEYS: tuple[tuple[str, str], ...] = (
    ("矢印 PageUp PageDown", "えらぶ、めくる"),
    ("Enter", "えらんだ受付をひらく"),
    ("数字と Enter", "その番号の受付をひらく(A-012 なら 12 Enter)"),
    ("受付票のQRコード", "どの画面でも、かざすとその人の受付をひらく"),
    ("f", "一覧をしぼる: すべて、未了、照会待ち"),
    ("左 右", "前の日、次の日の一覧"),
    ("i", "端末のようす: 機器ごとの状態と、すること"),
    ("h", "資格確認(限定型)の導入の案内と問い合わせ先"),
    ("Esc", "前の画面へもどる"),
    ("Ctrl-L", "みだれた画面を書き直す"),
    ("q、Ctrl-C", "職員の画面を終わる。受付は続く。記録しているときは、済んでから"),
)
STAFF_KEYS: tuple[tuple[str, str], ...] = (
    ("c", "照会待ちの人の、氏名・性別・生年月日・住所"),
    ("p", "端末の操作: テスト印刷、一時休止、再開、使用停止、日締め、控え"),
    ("s", "ひらいた受付に、確認の結果を記録する"),
    ("u", "前の記録を取り消す(取り消しも記録に残る)"),
    ("r", "受付票をもう一度印刷する"),
    ("y", "はい。記録や操作は、y を押すまで何も起きない"),
)
"""What a user who may only look has not."""


class PageScreen(StaffScreen):
    """A text to be turned."""

    def __init__(
        self, app: StaffApp, watched: Watched | None, heading: str, page: Callable[[], Sequence[Paragraph]]
    ) -> None:
        super().__init__(app, watched)
        self._heading = heading
        self._page = page

    def body(self) -> ComposeResult:
        yield Pager("text", self.site.fold)

    def band(self) -> list[Part]:
        return [Part(f" {self._heading} ", Look.BAND), *(super().band() if self.watched else [])]

    def draw(self) -> None:
        self.query_one("#text", Pager).put(self._page())

    def commands(self) -> Iterator[Command]:
        yield Command("escape", "Esc", _("もどる"), self.back)
        yield from moves(_("めくる"), lambda key: self.query_one("#text", Pager).move(key))


class GuideScreen(PageScreen):
    """The guide, page by page."""

    def __init__(self, app: StaffApp, watched: Watched | None) -> None:
        super().__init__(app, watched, _("導入の案内"), self._lines)
        self._pages = app.site.guide()
        self._place = 0

    def commands(self) -> Iterator[Command]:
        yield from super().commands()
        if len(self._pages) > 1:
            yield Command("h", "h", _("次の案内"), self._next)

    def _next(self) -> None:
        self._place = (self._place + 1) % len(self._pages)
        self.query_one("#text", Pager).move("home")
        self.redraw()

    def _lines(self) -> list[Paragraph]:
        if not self._pages:
            return [Paragraph(contact.value) for contact in Contact]
        page = self._pages[self._place]
        where = _("{title} ({place}/{count}、h で次)")
        words = where.format(title=page.title, place=self._place + 1, count=len(self._pages))
        return [
            Paragraph(words, Look.MARK),
            *(Paragraph(one.text, Look.STRONG if one.heading else Look.PLAIN, one.indent) for one in page.lines),
        ]


class ResultScreen(PageScreen):
    """What became of an entry that nobody waited for any more."""

    TO_BE_READ = True


def result_screen(app: StaffApp, watched: Watched, words: str, *, wrong: bool) -> ResultScreen:
    """The page that says so."""
    page = [Paragraph(""), Paragraph(words, Look.TROUBLE if wrong else Look.GOOD, lead="! " if wrong else "")]
    return ResultScreen(app, watched, _("記録できたかどうか"), lambda: page)


def state_screen(app: StaffApp, watched: Watched) -> PageScreen:
    """How that terminal is, all of it."""
    return PageScreen(app, watched, _("端末のようす"), lambda: state_page(watched))


def guide_screen(app: StaffApp, watched: Watched | None) -> GuideScreen:
    """The steps of bringing in the ministry's ways."""
    return GuideScreen(app, watched)


def keys_screen(app: StaffApp, watched: Watched | None) -> PageScreen:
    """What the keys do, for this user."""
    may_act = any(one.may_act for one in ((watched,) if watched else app.terminals))
    page = [
        paragraph
        for cap, words in (*KEYS, *(STAFF_KEYS if may_act else ()))
        for paragraph in (Paragraph(_(cap), Look.STRONG), Paragraph(_(words), indent=4))
    ]
    forget = _("{seconds}秒のあいだキーにさわらないと、個人の情報は画面から消えます。")
    page += [Paragraph(""), Paragraph(forget.format(seconds=round(app.site.forget_seconds)))]
    page.append(Paragraph(_("(1)から(5)は、厚生労働省の通知の方法の番号です。")))
    return PageScreen(app, watched, _("キーの説明"), lambda: page)
