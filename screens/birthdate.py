"""Birth date: the era as a large key, then year, month and day."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Horizontal

from kiosk.checkin.wareki import Era, NotADate, from_wareki
from kiosk.locale import _
from kiosk.ports.examinee import AskBirthdate
from screens.base import sheets
from screens.entry import Entry
from screens.judging import Judgement, wrong_month_or_day
from screens.typing_screen import TypingScreen
from screens.widgets.field import Field
from screens.widgets.frame import Stage
from screens.widgets.key import Key

if TYPE_CHECKING:
    from screens.app import KioskApp

ERAS = (Era.TAISHO, Era.SHOWA, Era.HEISEI)
"""Nobody who comes to a checkup was born later."""


class BirthdateScreen(TypingScreen[AskBirthdate, date]):
    """Asks `AskBirthdate`. The first digit on the keyboard is the era's."""

    CSS_PATH = sheets("typing", "birthdate")
    STAGE = Stage.PERSON

    def __init__(self, question: AskBirthdate, app: KioskApp) -> None:
        self._era: Era | None = None
        self._year, self._month, self._day = Entry(2), Entry(2), Entry(2)
        labels = (_("年"), _("月"), _("日"))
        entries = (self._year, self._month, self._day)
        super().__init__(question, app, [Field(entry, label) for entry, label in zip(entries, labels, strict=True)])

    @property
    def title_words(self) -> str:
        return _("生年月日を入れてください")

    @property
    def help_words(self) -> str:
        return _("元号を選び、年・月・日を2けたずつ。\n1月は「01」です。")

    def choices(self) -> ComposeResult:
        with Horizontal(id="eras"):
            for place, era in enumerate(ERAS, start=1):
                yield Key(
                    f"{place} {era.value}",
                    partial(self._choose, era),
                    bounce_seconds=self.site.bounce_seconds,
                    dom_id=f"era-{place}",
                )

    def take(self, character: str) -> None:
        if self._era is not None:
            super().take(character)
        elif character.isdigit() and 1 <= int(character) <= len(ERAS):
            self._choose(ERAS[int(character) - 1])

    def erase(self) -> None:
        if not self._year:
            self._choose(None)
        super().erase()

    def judge_fields(self) -> Judgement:
        if self._era is None:
            return Judgement(sound=False, words=_("元号を選んでください。"))
        if self._year.full and not self._is_year():
            words = _("{era}にその年はありません。").format(era=self._era.value)
            return Judgement(sound=False, words=words, wrong=True)
        if wrong := wrong_month_or_day(self._month.text, self._day.text):
            return wrong
        missing = sum(field.entry.limit - len(field.entry) for field in self.fields)
        if missing:
            return Judgement(sound=False, words=_("あと{count}けたです。").format(count=missing))
        try:
            self.hand_over()
        except NotADate:
            return Judgement(sound=False, words=_("その日付はありません。もういちど見てください。"), wrong=True)
        return Judgement(sound=True, words=_("よければ「つぎへ」を押してください。"))

    def _is_year(self) -> bool:
        """Whether the era had that year, if only the first or the last day of it."""
        for month, day in ((1, 1), (12, 31)):
            with suppress(NotADate):
                return bool(self._era and from_wareki(self._era, int(self._year.text), month, day))
        return False

    def hand_over(self) -> date:
        """Raises NotADate."""
        if self._era is None:
            raise NotADate
        return from_wareki(self._era, int(self._year.text), int(self._month.text), int(self._day.text))

    def wipe(self) -> None:
        self._choose(None)
        super().wipe()

    def _choose(self, era: Era | None) -> None:
        self._era = era
        for place, other in enumerate(ERAS, start=1):
            for key in self.query(f"#era-{place}").results(Key):
                key.set_class(other is era, "-chosen")
                key.update(f"【{other.value}】" if other is era else f"{place} {other.value}")
        if not self.answer.done():
            self.judged()
