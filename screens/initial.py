"""The first letter of a name: the row, then the letter. Nobody's name is shown, and no letter stays."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Grid, Horizontal
from textual.widgets import Static

from kiosk.locale import N_, _
from kiosk.locale.kana import MOST, ROWS, Group, choices, is_letter
from kiosk.ports.examinee import AskInitial, Move, NamePart
from kiosk.ports.voice import Kana, KeyName, KeyWords, Prompt, Sign, spelt
from screens.base import sheets
from screens.choice import ChoiceScreen
from screens.typing_screen import NOT_KNOWN_KEY
from screens.widgets.frame import Stage
from screens.widgets.key import Key

if TYPE_CHECKING:
    from screens.app import KioskApp

TITLES: Mapping[NamePart, str] = {
    NamePart.FAMILY: N_("みょうじ（姓）の、はじめの文字を選んでください"),
    NamePart.GIVEN: N_("下のお名前（名）の、はじめの文字を選んでください"),
}
ROWS_HELP = N_("まず行を選びます。「ゴ」はカ行、「バ」と「パ」はハ行です。")
LETTERS_HELP = N_("行がちがうときは「もどる」を押してください。")


class InitialScreen(ChoiceScreen[AskInitial, str]):
    """Asks `AskInitial`. Ten keys turn from rows to letters; what has been chosen is nowhere but in `_chosen`."""

    CSS_PATH = sheets("initial")
    STAGE = Stage.PERSON

    def __init__(self, question: AskInitial, app: KioskApp) -> None:
        super().__init__(question, app)
        self._chosen: list[Group] = []

    @property
    def main_key(self) -> Key | None:
        """The first row. Among the letters none, so that a second Enter for the row chooses nothing."""
        return None if self._chosen else next(iter(self.query("#choice-1").results(Key)), None)

    def body(self) -> ComposeResult:
        yield self.headline(_(TITLES[self.question.part]))
        yield self.advice(_(ROWS_HELP), dom_id="help")
        with Grid(id="kana"):
            for place, group in enumerate(ROWS):
                heard = spelt(Sign(_digit(place)), *_heard(group).parts)
                yield self.choice(_digit(place), _label(group), partial(self._choose_place, place), heard)
        if not self.is_small:
            with Horizontal(id="onward"):
                yield self._not_known_key()

    def drawn(self) -> None:
        super().drawn()
        if self._chosen:
            self._turn()

    @property
    def folds_start_again(self) -> bool:
        return self.is_small

    def always(self) -> Iterator[Key]:
        yield from super().always()
        if self.is_small:
            yield self._not_known_key()

    def _not_known_key(self) -> Key:
        not_known = partial(self.reply, Move.NOT_KNOWN)
        return self.choice(NOT_KNOWN_KEY, _("わからない"), not_known, KeyName.UNSURE, dom_id="not-known")

    def go_back(self) -> None:
        """From the letters to the rows, from the rows to the question before."""
        if self._chosen:
            self._chosen.pop()
            self._turn()
        else:
            super().go_back()

    def wipe(self) -> None:
        self._chosen.clear()
        self._turn()

    @property
    def _offered(self) -> tuple[Group, ...]:
        return choices(self._chosen[-1]) if self._chosen else ROWS

    def _choose_place(self, place: int) -> None:
        if self.answer.done() or place >= len(self._offered):
            return
        group = self._offered[place]
        if is_letter(group):
            self.reply(group[0])
        else:
            self._chosen.append(group)
            self.voice.tell(_heard(group), Prompt.INITIAL_LETTER)
            self._turn()

    def _turn(self) -> None:
        """Put what is offered now on the keys."""
        offered = self._offered
        for place, key in enumerate(self.query("#kana Key").results(Key)):
            key.display = place < len(offered)
            key.become(f"{_digit(place)}  {_label(offered[place])}" if key.display else "")
            if key.display:
                key.heard = spelt(Sign(_digit(place)), *_heard(offered[place]).parts)
        for words in self.query("#help").results(Static):
            words.update(_(LETTERS_HELP if self._chosen else ROWS_HELP))
        if self.is_attached and not self.answer.done():
            self.set_focus(self.main_key, scroll_visible=False)


def _digit(place: int) -> str:
    return str((place + 1) % MOST)


def _label(group: Group) -> str:
    letters = group[0]
    return letters if is_letter(group) else _("{letter}行").format(letter=letters[0]) + f"\n{letters}"


def _heard(group: Group) -> KeyWords:
    return spelt(Kana(group[0][0], row=not is_letter(group)))
