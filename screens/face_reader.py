"""Please go to the face reader: where it stands, and how long it waits."""

from __future__ import annotations

from math import ceil
from time import monotonic
from typing import TYPE_CHECKING

from textual import events
from textual.app import ComposeResult
from textual.containers import Container, Horizontal, Vertical

from kiosk.locale import _
from kiosk.ports.examinee import GoToFaceReader, Move, Wait
from kiosk.ports.voice import KeyName
from screens.base import sheets
from screens.choice import ChoiceScreen
from screens.idle import TICK_SECONDS
from screens.pictures.places import FACE_READER
from screens.widgets.frame import Stage
from screens.widgets.huge import Huge
from screens.widgets.picture import Picture
from screens.widgets.words import Words

if TYPE_CHECKING:
    from screens.app import KioskApp


class Countdown(Container):
    """The seconds that are left, as large as there is room for; it stays at 0."""

    def __init__(self, until: float) -> None:
        super().__init__(id="left")
        self._until = until
        self._huge = Huge(self._words())

    def compose(self) -> ComposeResult:
        yield self._huge

    def on_mount(self) -> None:
        self.set_interval(TICK_SECONDS, self._tick)

    def on_resize(self, event: events.Resize) -> None:
        self._huge.scale_to(event.size.width, event.size.height)

    def _tick(self) -> None:
        self._huge.become(self._words())

    def _words(self) -> str:
        return str(max(0, ceil(self._until - monotonic())))


class FaceReaderScreen(ChoiceScreen[GoToFaceReader, Wait]):
    """Asks `GoToFaceReader`; a match, or the end of its time, ends it from outside."""

    CSS_PATH = sheets("face_reader")
    STAGE = Stage.BROUGHT
    WATCHED = False
    """The person is at the reader, not here; the reader's own time is the limit, and it can be extended."""

    def __init__(self, question: GoToFaceReader, app: KioskApp) -> None:
        super().__init__(question, app)
        self._until = monotonic() + question.seconds

    def body(self) -> ComposeResult:
        yield self.headline(_("顔認証付きカードリーダーへ"))
        with Horizontal(id="there"):
            yield Picture(FACE_READER)
            with Vertical(id="how"):
                yield Words(_("場所　{place}").format(place=self.site.face_place), id="place", markup=False)
                yield Countdown(self._until)
        yield self.advice(_("カードを持って行き、終わったらこの画面にもどってください。"), dom_id="then")
        with Horizontal(id="onward"):
            yield self.choice("1", _("顔認証ができません"), lambda: self.reply(Move.NOT_KNOWN), KeyName.NO_FACE)
            if self.question.more:
                yield self.choice("2", _("時間をのばす"), lambda: self.reply(Wait.LONGER), KeyName.MORE_TIME)
