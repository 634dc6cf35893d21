"""The typed numbers once more, each with a key to correct it. Nothing is said of why."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from textual.app import ComposeResult
from textual.containers import Grid, Horizontal
from textual.widgets import Static

from kiosk.locale import _
from kiosk.ports.examinee import Answer, Entry, Reviewed, ReviewNumbers
from screens.base import sheets
from screens.choice import ChoiceScreen
from screens.widgets.frame import Stage
from screens.widgets.key import Role

LABELS: Mapping[Reviewed, str] = {
    Reviewed.INSURER: "保険者番号",
    Reviewed.SYMBOL: "記号",
    Reviewed.NUMBER: "番号",
    Reviewed.BRANCH: "枝番",
    Reviewed.BIRTHDATE: "生年月日",
}
ALL_RIGHT_KEY = "0"
FEW = 4
"""So many fit into two rows."""
MOST_APART = 12
"""Digits that are set apart, as they are while they are typed; longer numbers have no room for that."""


class ReviewScreen(ChoiceScreen[ReviewNumbers, Reviewed | Answer]):
    """Asks `ReviewNumbers`."""

    CSS_PATH = sheets("review")
    STAGE = Stage.BROUGHT

    def body(self) -> ComposeResult:
        yield Static(_("番号をもう一度お確かめください"), classes="title")
        yield Static(_("入力した番号を、書類と見くらべてください。"), classes="help")
        entries = self.question.entries
        with Grid(id="entries", classes="-few" if len(entries) <= FEW else ""):
            for place, entry in enumerate(entries, start=1):
                with Horizontal(classes="entry"):
                    yield Static(f"{_(LABELS[entry.what])}\n{_shown(entry)}", classes="fact", markup=False)
                    yield self.choice(str(place), _("直す"), partial(self.reply, entry.what))
        with Horizontal(id="onward"):
            yield self.choice(ALL_RIGHT_KEY, _("このとおりです"), partial(self.reply, Answer.YES), Role.MAIN)

    def wipe(self) -> None:
        for fact in self.query(".fact").results(Static):
            fact.update("")


def _shown(entry: Entry) -> str:
    if not entry.text:
        return _("なし")
    numeric = all(character.isdigit() or character == "-" for character in entry.text)
    return " ".join(entry.text) if numeric and len(entry.text) <= MOST_APART else entry.text
