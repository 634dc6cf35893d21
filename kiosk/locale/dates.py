"""Days as people of each language write them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from kiosk.checkin.language import Language
from kiosk.checkin.wareki import Era, NotADate, to_wareki
from kiosk.locale import N_, in_language, spoken

ERAS: Mapping[Era, str] = {
    Era.TAISHO: N_("大正"),
    Era.SHOWA: N_("昭和"),
    Era.HEISEI: N_("平成"),
    Era.REIWA: N_("令和"),
}
"""Messages, to be looked up; other languages add the year in which each began."""

_WEEKDAYS = "月火水木金土日"
_WITH_WEEKDAY = (Language.JAPANESE, Language.EASY_JAPANESE)
_WESTERN = N_("{year}年{month}月{day}日")


def in_words(day: date, language: Language | None = None) -> str:
    """「昭和45年1月2日」 in Japanese, the Christian era in every other language; without one in the spoken one."""
    read = language or spoken()
    if read is Language.JAPANESE:
        try:
            return to_wareki(day)
        except NotADate:
            pass
    return in_language(read)(_WESTERN).format(year=day.year, month=day.month, day=day.day)


def with_weekday(day: date, language: Language) -> str:
    """The day, in Japanese with its weekday."""
    written = in_words(day, language)
    return f"{written}（{_WEEKDAYS[day.weekday()]}）" if language in _WITH_WEEKDAY else written
