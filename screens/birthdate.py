"""Birth date: the era or the Christian era as a large key, then year, month and day."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from enum import Enum
from functools import partial
from typing import TYPE_CHECKING, assert_never

from textual.app import ComposeResult
from textual.containers import Horizontal

from kiosk.checkin.language import Language
from kiosk.checkin.wareki import FIRST_DAY, Era, NotADate, from_wareki
from kiosk.locale import N_, _, spoken
from kiosk.locale.dates import ERAS
from kiosk.ports.examinee import AskBirthdate
from kiosk.ports.voice import UNHEARD, KeyName, KeyWords, Sign, spelt
from screens.base import sheets
from screens.entry import Entry
from screens.judging import Judgement, wrong_month_or_day
from screens.typing_screen import TypingScreen
from screens.widgets.field import Field
from screens.widgets.frame import Stage
from screens.widgets.key import Key

if TYPE_CHECKING:
    from screens.app import KioskApp


class Western(Enum):
    """西暦: the years that people from abroad know their birth by."""

    YEARS = "western"


Calendar = Era | Western
CALENDARS: tuple[Calendar, ...] = (Era.TAISHO, Era.SHOWA, Era.HEISEI, Western.YEARS)
"""By their digits. Nobody who comes to a checkup was born later."""
WORDS: Mapping[Calendar, str] = {
    calendar: ERAS[calendar] if isinstance(calendar, Era) else N_("西暦") for calendar in CALENDARS
}
HEARD: Mapping[Calendar, KeyName] = dict(
    zip(CALENDARS, (KeyName.TAISHO, KeyName.SHOWA, KeyName.HEISEI, KeyName.WESTERN_YEARS), strict=True)
)
ERA_DIGITS, WESTERN_DIGITS = 2, 4


class BirthdateScreen(TypingScreen[AskBirthdate, date]):
    """Asks `AskBirthdate`. The first digit on the keyboard is the era's; in other languages years are Christian."""

    CSS_PATH = sheets("typing", "birthdate")
    STAGE = Stage.PERSON

    def __init__(self, question: AskBirthdate, app: KioskApp) -> None:
        self._calendar: Calendar | None = None
        self._chosen = False
        self._eras: dict[Calendar, Key] = {}
        """Where there is room for them."""
        self._year, self._month, self._day = Entry(ERA_DIGITS), Entry(2), Entry(2)
        super().__init__(question, app)

    def new_fields(self) -> list[Field]:
        return [
            Field(self._year, _("年"), dom_id="year"),
            Field(self._month, _("月"), dom_id="month"),
            Field(self._day, _("日"), dom_id="day"),
        ]

    @property
    def title_words(self) -> str:
        return _("生年月日を入れてください")

    @property
    def help_words(self) -> str:
        return _("元号か西暦を選び、年・月・日を入れてください。\n1月は「01」です。")

    def choices(self) -> ComposeResult:
        with Horizontal(id="eras"):
            for place, calendar in enumerate(CALENDARS, start=1):
                words, heard = f"{place} {_(WORDS[calendar])}", spelt(Sign(str(place)), HEARD[calendar])
                key = self.plain_key(words, partial(self._choose, calendar), heard, f"era-{place}")
                self._eras[calendar] = key
                yield key

    def body(self) -> ComposeResult:
        self._eras.clear()
        yield from super().body()

    def drawn(self) -> None:
        if not self._chosen and not self._year:
            self._turn_to(None if spoken() is Language.JAPANESE else Western.YEARS)
        super().drawn()

    def take(self, character: str) -> KeyWords | None:
        if self._calendar is not None:
            return super().take(character)
        if not (character.isdigit() and 1 <= int(character) <= len(CALENDARS)):
            return None
        calendar = CALENDARS[int(character) - 1]
        self._keep(calendar)
        return spelt(HEARD[calendar])

    def erase(self) -> None:
        if self._year:
            super().erase()
        elif self._calendar is not None:
            self._choose(None)

    def judge_fields(self) -> Judgement:
        if self._calendar is None:
            return Judgement(sound=False, words=_("元号か西暦を選んでください。"))
        if self._year.full and not self._is_year():
            words = _("{era}にその年はありません。").format(era=_(WORDS[self._calendar]))
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
                return bool(self._day_of(month, day))
        return False

    def hand_over(self) -> date:
        """Raises NotADate."""
        return self._day_of(int(self._month.text), int(self._day.text))

    def _day_of(self, month: int, day: int) -> date:
        year = int(self._year.text)
        match self._calendar:
            case Era():
                return from_wareki(self._calendar, year, month, day)
            case Western.YEARS:
                if not FIRST_DAY[Era.TAISHO].year <= year <= self.site.now().year:
                    raise NotADate
                try:
                    return date(year, month, day)
                except ValueError:
                    raise NotADate from None
            case None:
                raise NotADate
            case _:
                assert_never(self._calendar)

    def wipe(self) -> None:
        self._calendar, self._chosen = None, False
        super().wipe()

    def _choose(self, calendar: Calendar | None) -> None:
        if not self.answer.done():
            self._keep(calendar)
            self.judged(UNHEARD if calendar is None else spelt(HEARD[calendar]))

    def _keep(self, calendar: Calendar | None) -> None:
        """It was chosen, or given back."""
        self._chosen = calendar is not None
        self._turn_to(calendar)

    def _turn_to(self, calendar: Calendar | None) -> None:
        digits = WESTERN_DIGITS if calendar is Western.YEARS else ERA_DIGITS
        if digits != self._year.limit:
            for entry in (self._year, self._month, self._day):
                entry.wipe()
            self._year.limit = digits
        self._calendar = calendar

    def _show_fields(self, *, sound: bool) -> None:
        super()._show_fields(sound=sound)
        for calendar, key in self._eras.items():
            key.choose(calendar is self._calendar)
        if self.is_small:
            self._show_eras_on_keypad()

    def _show_eras_on_keypad(self) -> None:
        """A small panel has no rows for eras: the first digits stand for them until one is chosen."""
        for place, calendar in enumerate(CALENDARS, start=1):
            words, heard = str(place), spelt(Sign(str(place)))
            if self._calendar is None:
                words, heard = f"{place} {_(WORDS[calendar])}", spelt(Sign(str(place)), HEARD[calendar])
            for key in self.query(f"#digit-{place}").results(Key):
                if key.label != words:
                    key.become(words)
                    key.heard = heard
        for field in self.query("#year").results(Field):
            era = _(WORDS[self._calendar]) if self._calendar is not None else ""
            field.relabel(f"{era} {_('年')}".strip())
