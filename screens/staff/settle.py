"""What a clerk found out about a visit, to be recorded: chosen, perhaps with a note, and confirmed once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from textual import events

from kiosk.checkin.procedures import PROCEDURES
from kiosk.checkin.settlement import LONGEST_NOTE, SETTLING_WAYS, Settlement, Settling
from kiosk.locale import _
from kiosk.ports.board import OpenedVisit
from screens.staff.base import FEWEST_DIGITS
from screens.staff.choosing import Choice, MenuScreen
from screens.staff.commands import Command
from screens.staff.lines import Look, Paragraph
from screens.staff.watched import Watched
from screens.staff.words import settling, way

if TYPE_CHECKING:
    from screens.staff.app import StaffApp

WAYS = dict(zip("123456", SETTLING_WAYS, strict=True))
"""The key of a way is its number in the notice; 6 is the provisional one."""
OTHERS = {"7": Settling.INSURER, "8": Settling.REFUSED, "9": Settling.CANCELLED, "0": Settling.NOTE}


class SettleScreen(MenuScreen):
    """Digits choose here; two of them are the beginning of a slip's code, as everywhere."""

    PERSONAL = True
    FIRST_CHOSEN = False

    def __init__(self, app: StaffApp, watched: Watched, visit: OpenedVisit) -> None:
        super().__init__(app, watched, _("{number} の結果").format(number=visit.line.number))
        self.visit = visit
        self._note = app.drafts.get(visit.line.id, "")
        self._news = ""

    def changed(self, visit: OpenedVisit, words: str) -> None:
        """Somebody else has just entered something: said until this is recorded or left; the note stays."""
        self.visit, self._news = visit, words
        self.warn("")
        self.redraw()

    def choices(self) -> Sequence[Choice]:
        fitting = PROCEDURES[self.visit.line.reason].settled_by
        ways = [Choice(key, way(one), _("(手順の方法)") if one in fitting else "") for key, one in WAYS.items()]
        return [*ways, *(Choice(key, settling(_settlement(key, "-"))) for key in OTHERS)]

    def about(self, choice: Choice | None) -> Sequence[Paragraph]:
        note = f"{self._note}{'_' if self.takes_letters else ''}" or _("なし(m で書く)")
        news = [Paragraph(self._news, Look.TROUBLE, lead="! ")] if self._news else []
        page = [*news, Paragraph(note, Look.MARK if self.takes_letters else Look.PLAIN, lead=_("メモ: "))]
        if self.takes_letters:
            left = LONGEST_NOTE - len(self._note)
            return [
                *page,
                Paragraph(_("あと{left}文字。病名や検査の結果は書かないでください。").format(left=left), Look.QUIET),
            ]
        if choice is None:
            return [*page, Paragraph(_("結果を、数字か矢印で選んでください。"), Look.STRONG)]
        if choice.key == "0" and not self._note.strip():
            return [*page, Paragraph(_("メモを書いてください: m"), Look.STRONG)]
        words = _("{number} に「{what}」と記録します。よければ y。")
        what = settling(_settlement(choice.key, "-"))
        return [*page, Paragraph(words.format(number=self.visit.line.number, what=what), Look.STRONG)]

    def do(self, choice: Choice) -> None:
        if choice.key == "0" and not self._note.strip():
            self.say(_("メモを書いてください: m"), wrong=True)
            return
        self.busy = True
        self.say(_("記録しています"))
        settlement = _settlement(choice.key, self._note.strip())
        self.staff.errands.settle(self.visit, settlement, self)

    def commands(self) -> Iterator[Command]:
        if self.takes_letters:
            yield Command("enter", "Enter", _("メモを終える"), self._stop_writing)
            yield Command("escape", "Esc", _("メモを消す"), self._drop_note)
            return
        yield from super().commands()
        yield Command("m", "m", _("メモを書く"), self._write)

    # Digits choose, one at a time.

    def digit(self, digits: str) -> None:
        super().digit(digits)
        if len(self.typed) == 1:
            self.choose(self.typed)

    @property
    def shows_typed(self) -> bool:
        return len(self.typed) > 1

    def whole(self) -> None:
        if len(self.typed) > 1:
            super().whole()
        else:
            self.forget_typed()
            self._ask_for_y()

    def take_key(self, event: events.Key) -> None:
        if self.takes_letters and event.is_printable and event.character:
            self._add(event.character)
        elif self.takes_letters and event.key in ("backspace", "delete"):
            self._put_note(self._note[:-1])
        else:
            if len(self.typed) == 1 and not (event.character or "").isdigit():
                self.forget_typed()
            super().take_key(event)

    def take_burst(self, text: str, ended: bool) -> None:
        if not self.takes_letters:
            super().take_burst(text, ended)
            return
        if text.isascii() and text.isdigit() and len(text) >= FEWEST_DIGITS:
            self.staff.errands.show_slip(text, self.watched)
            return
        self._add(text)
        if ended:
            self._stop_writing()

    # The note.

    def _add(self, text: str) -> None:
        note = self._note + "".join(char if char.isprintable() else " " for char in text)
        if len(note) > LONGEST_NOTE:
            self.say(_("メモは{most}文字までです").format(most=LONGEST_NOTE), wrong=True)
        self._put_note(note[:LONGEST_NOTE])

    def _write(self) -> None:
        self.takes_letters = True
        self.redraw()

    def _stop_writing(self) -> None:
        self.takes_letters = False
        self.redraw()

    def _drop_note(self) -> None:
        self._put_note("")
        self._stop_writing()

    def _put_note(self, note: str) -> None:
        """The note as it is now; it is kept when a slip or a number takes this screen away."""
        self._note = note
        self._drop_draft()
        if note:
            self.staff.drafts[self.visit.line.id] = note
        self.redraw()

    def _drop_draft(self) -> None:
        self.staff.drafts.pop(self.visit.line.id, None)

    def back(self) -> None:
        # While the entry is on its way it may still have to be recorded once more, and another screen may write anew.
        if (self.over or not self.busy) and self.staff.drafts.get(self.visit.line.id) == self._note:
            self._drop_draft()
        super().back()


def _settlement(key: str, note: str) -> Settlement:
    if key in WAYS:
        return Settlement(Settling.WAY, way=WAYS[key], note=note)
    return Settlement(OTHERS[key], note=note)
