"""The end: the number in huge digits, where to go, what to take. The same calm screen for every outcome.

When the slip did not come out, its QR stands at the right, from the header down to the lowest row: a terminal of 80 by
24 has just enough of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from time import monotonic

from rich.cells import cell_len, set_cell_size
from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from kiosk.locale import _
from kiosk.ports.examinee import ShowResult
from screens.base import sheets
from screens.choice import ChoiceScreen
from screens.question import LOOK_SECONDS
from screens.widgets.frame import Stage
from screens.widgets.huge import ROWS, Huge
from screens.widgets.key import Key, Role
from screens.widgets.qr import Qr

TOLD_COLUMNS = 34
"""The words need so many beside the QR."""


class _Told(Vertical):
    """The words, with the number among them as large as they leave room for."""

    def on_resize(self, event: events.Resize) -> None:
        for huge in self.query(Huge):
            others = [widget for widget in self.children if widget is not huge and widget.id != "booked"]
            taken = sum(widget.outer_size.height for widget in others)
            margins = sum(widget.styles.margin.height for widget in self.children)
            room = event.size.height - taken - margins
            for booked in self.query("#booked"):
                # One line, and the first to go: whoever is here knows it, and the number has to stand whole.
                booked.display = room > ROWS
                room -= booked.display
            huge.scale_to(event.size.width, room)


class _Booked(Static):
    """Time and course on one line, with 「など」 where it is too short for all of it."""

    def __init__(self, words: str) -> None:
        super().__init__(id="booked")
        self._words = words

    def render(self) -> Text:
        words, width = self._words, self.content_size.width
        if cell_len(words) > width:
            etc = _("など")
            cut = set_cell_size(words, max(0, width - cell_len(etc))).rstrip()
            words = (cut.rpartition("・")[0] or cut) + etc
        return Text(words, no_wrap=True, overflow="crop")


class _BesideQr(Horizontal):
    """The words and the keys at the left of the code."""

    def on_resize(self, event: events.Resize) -> None:
        for qr in self.query(Qr):
            qr.fit(event.size.width - TOLD_COLUMNS, event.size.height)


class ResultScreen(ChoiceScreen[ShowResult, None]):
    """Asks `ShowResult`; ends itself."""

    CSS_PATH = sheets("result")
    STAGE = Stage.RESULT
    MAY_GO_BACK = False
    MAY_START_AGAIN = False
    WATCHED = False

    def under_the_header(self) -> ComposeResult:
        if not self._shows_qr:
            yield from super().under_the_header()
            return
        with _BesideQr(id="beside-qr"):
            with Vertical():
                yield from super().under_the_header()
            yield Qr(self.question.qr, dom_id="qr")

    def body(self) -> ComposeResult:
        result = self.question
        with _Told(id="told"):
            yield Static(self._where_to(), id="where", markup=False)
            if booked := self._booked():
                yield _Booked(booked)
            if result.number is not None:
                yield Static(_("受付番号 {number}").format(number=result.number), id="number", markup=False)
                yield Huge(str(result.number), dom_id="huge")
            yield Static("\n".join(self._to_take()), id="take", markup=False)
            if result.hints:
                yield Static("\n".join(_(hint.value) for hint in result.hints), id="hints", markup=False)
        yield Static(result.code, id="code", markup=False)

    def ways_out(self) -> Iterator[Key]:
        yield from super().ways_out()
        yield self.choice("1", _("おわる"), self._end, Role.MAIN)

    def on_mount(self) -> None:
        self._until = monotonic() + self.site.result_seconds
        # Looks often, as the watch over an empty chair does: a cancelled timer would keep this screen alive.
        self.set_interval(min(LOOK_SECONDS, self.site.result_seconds), self._look_at_time)

    @property
    def needs_every_row(self) -> bool:
        return self._shows_qr

    @property
    def has_sound_keys(self) -> bool:
        return not self._shows_qr

    @property
    def _shows_qr(self) -> bool:
        return bool(self.question.qr) and not self.question.printed

    def _where_to(self) -> str:
        if self.question.staff_coming and self.question.number is not None:
            return _("職員がまいります。この番号でお待ちください。")
        if self.question.staff_coming:
            return _("職員がまいります。ここでお待ちください。")
        if self.question.confirmed and self.question.first_place:
            done, first = (
                _("受付がすみました。"),
                _("まず「{place}」へどうぞ。").format(place=self.question.first_place),
            )
            return f"{done}\n{first}" if self._shows_qr else f"{done}{first}"
        if self.question.confirmed:
            return _("受付がすみました。「{place}」へお進みください。").format(place=self.site.next_place)
        return _("窓口でご確認します。「{desk}」へお越しください。").format(desk=self.site.desk)

    def _booked(self) -> str:
        """Time and course; empty at the desk, and where no roster knows them."""
        result = self.question
        if not result.confirmed:
            return ""
        at = _("{hour}時{minute:02d}分").format(hour=result.at.hour, minute=result.at.minute) if result.at else ""
        words = "　".join(filter(None, (at, result.course)))
        return _("ご予約　{booked}").format(booked=words) if words else ""

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
