"""The end: the number in huge digits, where to go, what to take. The same calm screen for every outcome."""

from __future__ import annotations

from collections.abc import Iterator
from time import monotonic

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from kiosk.locale import _
from kiosk.ports.examinee import ShowResult
from screens.base import sheets
from screens.choice import ChoiceScreen
from screens.question import LOOK_SECONDS
from screens.widgets.frame import Stage
from screens.widgets.huge import Huge
from screens.widgets.key import Key, Role
from screens.widgets.qr import half_blocks


class ResultScreen(ChoiceScreen[ShowResult, None]):
    """Asks `ShowResult`; ends itself."""

    CSS_PATH = sheets("result")
    STAGE = Stage.RESULT
    MAY_GO_BACK = False
    MAY_START_AGAIN = False
    WATCHED = False

    def body(self) -> ComposeResult:
        result = self.question
        with Horizontal(id="outcome"):
            with Vertical(id="told"):
                yield Static(self._where_to(), id="where", markup=False)
                if result.number is not None:
                    yield Static(_("受付番号 {number}").format(number=result.number), id="number", markup=False)
                    yield Huge(str(result.number), dom_id="huge")
                yield Static("\n".join(self._to_take()), id="take", markup=False)
                if result.hints:
                    yield Static("\n".join(_(hint.value) for hint in result.hints), id="hints", markup=False)
            if result.number is not None and not result.printed and result.qr:
                yield Static(id="qr", markup=False)
        yield Static(result.code, id="code", markup=False)

    def ways_out(self) -> Iterator[Key]:
        yield from super().ways_out()
        yield self.choice("1", _("おわる"), self._end, Role.MAIN)

    def on_mount(self) -> None:
        self._until = monotonic() + self.site.result_seconds
        # Looks often, as the watch over an empty chair does: a cancelled timer would keep this screen alive.
        self.set_interval(min(LOOK_SECONDS, self.site.result_seconds), self._look_at_time)

    def on_screen_resume(self) -> None:
        self.call_after_refresh(self._fit)

    def _fit(self) -> None:
        """The largest number, and the QR only whole: half a code helps nobody."""
        told = self.query_one("#told")
        for huge in self.query(Huge):
            taken = sum(w.outer_size.height for w in told.children if w is not huge)
            margins = sum(w.styles.margin.height for w in told.children)
            huge.scale_to(told.size.width, told.size.height - taken - margins)
        for qr in self.query("#qr").results(Static):
            lines = half_blocks(self.question.qr)
            room = self.query_one("#outcome").size
            qr.display = len(lines) <= room.height and 2 * len(lines[0]) <= room.width
            qr.update("\n".join(lines))

    def _where_to(self) -> str:
        if self.question.confirmed:
            return _("受付がすみました。「{place}」へお進みください。").format(place=self.site.next_place)
        return _("窓口でご確認します。「{desk}」へお越しください。").format(desk=self.site.desk)

    def _to_take(self) -> list[str]:
        lines = [_("カードをお取りください。")] if self.question.take_card else []
        if self.question.printed:
            lines.append(_("受付票をお取りください。"))
        elif self.question.number is not None:
            lines.append(_("受付票は印刷できませんでした。この番号を職員にお伝えください。"))
        return lines

    def _look_at_time(self) -> None:
        if monotonic() >= self._until:
            self._end()

    def _end(self) -> None:
        self.reply(None)
