"""The end: the number in huge letters, where to go, what to take. The same calm screen for every outcome.

When the slip did not come out, its QR stands at the right, from the header down to the lowest row: a terminal of 80 by
24 has just enough of them.
"""

from __future__ import annotations

from collections.abc import Iterator

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from kiosk.locale import _
from kiosk.locale.hints import HINTS
from kiosk.ports.examinee import ShowResult
from kiosk.ports.voice import KeyName, named
from screens.base import sheets
from screens.choice import ChoiceScreen
from screens.pictures.places import DESK, WAITING, WALK_ON
from screens.pictures.reader import TAKE_CARD
from screens.pictures.slip import TAKE_SLIP
from screens.told import Telling, Told
from screens.widgets.frame import Stage
from screens.widgets.key import Key, Role
from screens.widgets.qr import Qr

TOLD_COLUMNS, SMALL_TOLD_COLUMNS = 34, 30
"""The words need so many beside the QR; the second on a small panel."""


class _BesideQr(Horizontal):
    """The words and the keys at the left of the code."""

    def on_resize(self, event: events.Resize) -> None:
        told = SMALL_TOLD_COLUMNS if self.screen.has_class("-small") else TOLD_COLUMNS
        for qr in self.query(Qr):
            qr.fit(event.size.width - told, event.size.height)


class ResultScreen(ChoiceScreen[ShowResult, None]):
    """Asks `ShowResult`; ends itself."""

    CSS_PATH = sheets("result")
    STAGE = Stage.RESULT
    MAY_GO_BACK = False
    MAY_START_AGAIN = False
    WATCHED = False

    def under_the_header(self) -> ComposeResult:
        self.set_class(self._shows_qr, "-with-qr")
        if not self._shows_qr:
            yield from super().under_the_header()
            return
        with _BesideQr(id="beside-qr"):
            with Vertical():
                yield from super().under_the_header()
            yield Qr(self.question.qr, dom_id="qr")

    def body(self) -> ComposeResult:
        result = self.question
        number = "" if result.number is None else str(result.number)
        yield Told(number, list(self._tellings()), self._booked(), [_(HINTS[hint]) for hint in result.hints])
        yield Static(result.code, id="code", markup=False)

    def ways_out(self) -> Iterator[Key]:
        yield from super().ways_out()
        if not self._shows_qr:  # every column beside it is needed; whatever is touched resets the time
            yield self.time_key()
        yield self.choice("1", _("おわる"), self._end, KeyName.END, Role.MAIN)

    def always(self) -> Iterator[Key]:
        if self._shows_qr:  # a key beside it has too little room for words
            yield self.plain_key(_("文A"), self.open_options, named(KeyName.OPTIONS), "options-key")
        else:
            yield from super().always()

    def on_mount(self) -> None:
        self.limit(self.site.result_seconds, self._end)

    @property
    def needs_every_row(self) -> bool:
        return self._shows_qr

    @property
    def has_sound_keys(self) -> bool:
        return not self._shows_qr

    @property
    def _shows_qr(self) -> bool:
        return bool(self.question.qr) and not self.question.printed

    def _tellings(self) -> Iterator[Telling]:
        """Where to go, and what to take."""
        result = self.question
        drawing = WAITING if result.staff_coming else WALK_ON if result.confirmed else DESK
        yield Telling(self._where_to(), drawing, wide=True)
        if result.take_card:
            yield Telling(_("カードをお取りください。"), TAKE_CARD)
        if result.printed:
            yield Telling(_("受付票をお取りください。"), TAKE_SLIP)
        elif result.number is not None:
            yield Telling(_("受付票は印刷できませんでした。この番号を職員にお伝えください。"), DESK)

    def _where_to(self) -> str:
        if self.question.staff_coming and self.question.number is not None:
            return f"{_('職員がまいります。')}\n{_('この番号でお待ちください。')}"
        if self.question.staff_coming:
            return f"{_('職員がまいります。')}\n{_('ここでお待ちください。')}"
        if self.question.confirmed and self.question.first_place:
            done = _("受付がすみました。")
            return f"{done}\n" + _("まず「{place}」へどうぞ。").format(place=self.question.first_place)
        if self.question.confirmed:
            done = _("受付がすみました。")
            return f"{done}\n" + _("「{place}」へお進みください。").format(place=self.site.next_place)
        asked = _("窓口でご確認します。")
        return f"{asked}\n" + _("「{desk}」へお越しください。").format(desk=self.site.desk)

    def _booked(self) -> str:
        """Time and course; empty at the desk, and where no roster knows them."""
        result = self.question
        if not result.confirmed:
            return ""
        at = _("{hour}時{minute:02d}分").format(hour=result.at.hour, minute=result.at.minute) if result.at else ""
        words = "　".join(filter(None, (at, result.course)))
        return _("ご予約　{booked}").format(booked=words) if words else ""

    def _end(self) -> None:
        self.reply(None)
