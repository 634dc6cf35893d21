"""The typed numbers once more: each is a key to correct it. Nothing is said of why."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import partial

from textual.app import ComposeResult
from textual.containers import Grid

from kiosk.locale import N_, _
from kiosk.locale.dates import in_words
from kiosk.ports.examinee import Answer, Entry, Reviewed, ReviewNumbers
from kiosk.ports.voice import KeyName
from screens.base import sheets
from screens.choice import ChoiceScreen
from screens.widgets.frame import Stage
from screens.widgets.key import Key, Role

LABELS: Mapping[Reviewed, str] = {
    Reviewed.INSURER: N_("保険者番号"),
    Reviewed.SYMBOL: N_("記号"),
    Reviewed.NUMBER: N_("番号"),
    Reviewed.BRANCH: N_("枝番"),
    Reviewed.BIRTHDATE: N_("生年月日"),
}
ALL_RIGHT_KEY = "0"
MOST_APART = 12
"""Digits that are set apart, as they are while they are typed; longer numbers have no room for that."""


class ReviewScreen(ChoiceScreen[ReviewNumbers, Reviewed | Answer]):
    """Asks `ReviewNumbers`."""

    CSS_PATH = sheets("review")
    STAGE = Stage.BROUGHT

    def body(self) -> ComposeResult:
        yield self.headline(_("番号を、書類と見くらべてください"))
        yield self.advice(_("ちがう番号があれば、そこを押してください。"))
        with Grid(id="entries", classes=f"-has-{len(self.question.entries)}"):
            for place, entry in enumerate(self.question.entries, start=1):
                words = f"{_(LABELS[entry.what])}\n{_shown(entry)}"
                key = self.choice(str(place), words, partial(self.reply, entry.what), entry.what)
                key.add_class("entry")
                yield key
            all_right = partial(self.reply, Answer.YES)
            yield self.choice(ALL_RIGHT_KEY, _("このとおりです"), all_right, KeyName.ALL_RIGHT, Role.MAIN)

    def wipe(self) -> None:
        for entry in self.query(".entry").results(Key):
            entry.update("")


def _shown(entry: Entry) -> str:
    if not entry.text:
        return _("なし")
    if entry.what is Reviewed.BIRTHDATE:
        return in_words(date.fromisoformat(entry.text))
    numeric = all(character.isdigit() or character == "-" for character in entry.text)
    return " ".join(entry.text) if numeric and len(entry.text) <= MOST_APART else entry.text
