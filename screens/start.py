"""The start screen: it waits for ever, and any touch begins; the languages stand there in their own names."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING

from textual import events
from textual.app import ComposeResult
from textual.containers import Container, Grid, Horizontal, Vertical

from kiosk.checkin.language import Language
from kiosk.checkin.reasons import Reason
from kiosk.locale import _, spoken
from kiosk.locale.names import OWN_NAMES
from kiosk.ports.examinee import AskStart, Start
from kiosk.ports.voice import KeyName
from screens.base import sheets
from screens.choice import ChoiceScreen
from screens.question import LOOK_SECONDS
from screens.widgets.key import Key, Role
from screens.widgets.prose import Prose

if TYPE_CHECKING:
    from screens.app import KioskApp

BEGIN_DIGIT, AGAIN_DIGIT = "1", "2"
FIRST_LANGUAGE_DIGIT = 3
ROW, ROOMY_ROW = 4, 7
"""Languages beside each other."""


class StartScreen(ChoiceScreen[AskStart, Start]):
    """Asks `AskStart`. Where there is nothing to do but to begin, a language begins too: one touch for everybody."""

    CSS_PATH = sheets("start")
    MAY_GO_BACK = False
    MAY_START_AGAIN = False
    WATCHED = False

    def __init__(self, question: AskStart, app: KioskApp) -> None:
        super().__init__(question, app)
        self._app_of_kiosk = app

    def under_the_header(self) -> ComposeResult:
        if not self._folds_footer:
            yield from super().under_the_header()
            return
        with Container(id="body"):
            yield from self.body()

    @property
    def _folds_footer(self) -> bool:
        """Whether its keys stand among the languages: a small panel has no rows for both."""
        return self.is_small and len(self.site.languages) > 1

    def body(self) -> ComposeResult:
        with Vertical(id="welcome"):
            yield Prose(self.site.name, dom_id="big-name")
            yield from self._out_of_order() if self.question.out_of_order else self._invitation()
        if len(self.site.languages) > 1:
            with Grid(id="languages") as grid:
                yield from self._languages()
                if self._folds_footer:
                    yield from self.ways_out()
            grid.styles.grid_size_columns = min(len(self.site.languages), ROOMY_ROW if self.is_roomy else ROW)

    def _invitation(self) -> ComposeResult:
        yield self.advice(_("受診券と、マイナンバーカードか資格確認書をご用意ください。"))
        with Horizontal(id="begin"):
            yield self.choice(
                BEGIN_DIGIT, _("画面にさわって受付をはじめてください"), self._begin, KeyName.BEGIN, Role.MAIN
            )
            if self._folds_footer:
                yield self.large_key()
            if self.question.unprinted is not None:
                again = _("{number} の受付票をもういちど印刷する").format(number=self.question.unprinted)
                yield self.choice(AGAIN_DIGIT, again, lambda: self.reply(Start.PRINT_AGAIN), KeyName.PRINT_AGAIN)

    def _out_of_order(self) -> ComposeResult:
        yield self.headline(self._why_not())
        yield self.advice(_("「{desk}」へお越しください。").format(desk=self.site.desk))
        yield Prose(self.question.out_of_order, dom_id="code")

    def _languages(self) -> Iterator[Key]:
        for digit, language in enumerate(self.site.languages, start=FIRST_LANGUAGE_DIGIT):
            speak = partial(self._speak, language)
            key = self.choice(str(digit), OWN_NAMES[language], speak, language, dom_id=f"language-{language.value}")
            key.choose(language is spoken())
            yield key

    def always(self) -> Iterator[Key]:
        """The languages stand there already."""
        return (key for key in super().always() if key.id != "options-key")

    def _why_not(self) -> str:
        if self.question.out_of_order == Reason.PAUSED.value:
            return _("ただいま休止しています")
        return _("いま、この端末では受付できません")

    def on_mount(self) -> None:
        self.set_interval(min(LOOK_SECONDS, self.site.idle_seconds), self._look_for_nobody, name="nobody")

    def _look_for_nobody(self) -> None:
        """Whoever chose a language or larger letters and went has left them to nobody."""
        app = self._app_of_kiosk
        if monotonic() - app.touched_at >= self.site.idle_seconds and not app.as_at_first:
            app.begin_anew()

    def on_click(self, event: events.Click) -> None:
        """Anywhere; keys, and what stands beside the kiosk, keep their clicks to themselves."""
        if not self.fresh(event.time):
            self._begin()

    def scanned(self, code: str | None) -> None:  # noqa: ARG002 - it is asked for on the next screen
        """Whoever scans the ticket first has begun."""
        self._begin()

    def _speak(self, language: Language) -> None:
        only_to_begin = not self.question.out_of_order and self.question.unprinted is None
        if only_to_begin:
            self._begin()
        self._app_of_kiosk.speak_in(language)

    def _begin(self) -> None:
        if not self.question.out_of_order:
            self.reply(Start.BEGIN)
