"""A slip that is not to be trusted: said over the whole width, in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, assert_never

from textual.app import ComposeResult

from kiosk.locale import _
from kiosk.ports.board import SlipVerdict
from screens.staff.base import StaffScreen
from screens.staff.commands import Command
from screens.staff.lines import WIDE_BLANK, Look, line, plain
from screens.staff.slips import Shown
from screens.staff.widgets.rows import Rows

if TYPE_CHECKING:
    from screens.staff.app import StaffApp


class AlarmScreen(StaffScreen):
    """Stands until somebody confirms that it was read."""

    TO_BE_READ = True

    def __init__(self, app: StaffApp, shown: Shown) -> None:
        super().__init__(app, shown.watched)
        self._shown = shown

    def body(self) -> ComposeResult:
        yield Rows(Look.ALARM, dom_id="list")

    def draw(self) -> None:
        rows = self.query_one("#list", Rows)
        width = rows.size.width
        if not width:
            return
        heading, *rest = self._words()
        spaced = WIDE_BLANK.join(plain(heading)) if len(heading) * 4 <= width - 4 else plain(heading)
        told = [line("", Look.ALARM), line("", Look.ALARM), line(f"  {spaced}", Look.ALARM), line("", Look.ALARM)]
        for words in rest:
            told += [line(f"  {text}", Look.ALARM) for text in self.site.fold(plain(words), width - 4)]
            told.append(line("", Look.ALARM))
        rows.show(told)

    def commands(self) -> Iterator[Command]:
        visit = self._shown.look.visit
        if visit is not None:
            label = _("{number} をひらく").format(number=visit.line.number)
            yield Command("enter", "Enter", label, self._open)
        yield Command("escape", "Esc", _("読みました"), self.back)

    def _open(self) -> None:
        if not self.fresh:
            self.staff.errands.open_shown(self._shown)

    def _words(self) -> Iterator[str]:
        look = self._shown.look
        match look.verdict:
            case SlipVerdict.SHOWN_BEFORE | SlipVerdict.GENUINE:
                yield _("前に読んだ受付票です")
                if look.first_shown is not None:
                    at = f"{look.first_shown:%m-%d %H:%M}"
                    yield _("はじめに読んだのは {at} です。").format(at=at)
                yield _("票は本物ですが、同じ票か、その写しがもう使われています。")
                yield _("本人と書類を見くらべてください。ちがう人なら、責任者に知らせてください。")
            case SlipVerdict.FORGED:
                yield _("この受付票は使えません")
                yield _("署名が正しくありません。この施設の端末の票ではないか、書きかえられています。")
                yield _(
                    "その票では受け付けず、番号を打って(A-012 なら 12 Enter)受付をひらき、"
                    "本人と書類を見くらべてください。責任者に知らせてください。"
                )
            case SlipVerdict.ANOTHER_KIOSK:
                yield _("ほかの端末の受付票です")
                yield _("その端末の画面でひらいてください。")
            case SlipVerdict.NOT_A_SLIP:
                yield _("受付票ではありません")
                yield _("別のコードを読んでいないか、読みとりが途中で切れていないか見て、もう一度かざしてください。")
            case _:
                assert_never(look.verdict)
        if self._shown.not_asked:
            yield _("つながらない端末の票かもしれません: {names}").format(names="、".join(self._shown.not_asked))
