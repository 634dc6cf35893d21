"""和暦: dates as Japanese documents print them."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from enum import Enum


class Era(Enum):
    """元号, with its kanji; only those in which an examinee of a checkup can be born, and today's."""

    TAISHO = "大正"
    SHOWA = "昭和"
    HEISEI = "平成"
    REIWA = "令和"


FIRST_DAY = {
    Era.TAISHO: date(1912, 7, 30),
    Era.SHOWA: date(1926, 12, 25),
    Era.HEISEI: date(1989, 1, 8),
    Era.REIWA: date(2019, 5, 1),
}


class NotADate(ValueError):
    """The era, year, month and day name no day of that era."""


class UnknownSpelling(NotADate):
    """A text that is written like no date."""


def from_wareki(era: Era, year: int, month: int, day: int) -> date:
    """The day that 「昭和45年1月2日」 names.

    Raises NotADate when there is no such day, or when the era had not begun or was over.
    """
    try:
        found = date(FIRST_DAY[era].year + year - 1, month, day)
    except ValueError as wrong:
        raise NotADate(f"{era.value}{year}-{month}-{day} is not a day of the calendar") from wrong
    if year < 1 or era_of(found) is not era:
        raise NotADate(f"{era.value} has no such day")
    return found


def era_of(day: date) -> Era:
    """The era that a day belongs to; the first day of an era belongs to the new one.

    Raises NotADate for days before 大正.
    """
    for era in reversed(Era):
        if day >= FIRST_DAY[era]:
            return era
    raise NotADate("a day before 大正")


def era_year(day: date) -> int:
    """The year within the era of that day, 1 for 元年."""
    return day.year - FIRST_DAY[era_of(day)].year + 1


def to_wareki(day: date) -> str:
    """「昭和45年1月2日」; the first year of an era is 「元年」."""
    year = era_year(day)
    return f"{era_of(day).value}{'元' if year == 1 else year}年{day.month}月{day.day}日"


_ERAS = {spelling: era for era in Era for spelling in (era.value, era.value[0], era.name[0])}
"""昭和, 昭 and S."""
_YEAR = rf"(?:(?P<era>{'|'.join(_ERAS)})(?P<era_year>元|\d{{1,2}})|(?P<year>\d{{4}}))"
_SPELLINGS = tuple(
    re.compile(_YEAR + month_and_day, re.ASCII)
    for month_and_day in (
        r"年(?P<month>\d{1,2})月(?P<day>\d{1,2})日",
        r"(?P<mark>[-/.])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})",
        r"(?P<month>\d{2})(?P<day>\d{2})",
    )
)


def parse_date(text: str) -> date:
    """The day that a text of a document or a file names, in signs of either width, with or without spaces.

    19700102, 1970-01-02, 1970/1/2, 1970.1.2, 1970年1月2日; 昭和45年1月2日, 昭45.1.2, S45.1.2, S450102, 平成元年5月6日.
    Raises UnknownSpelling for anything else, and NotADate when there is no such day; neither quotes the text.
    """
    # NFKC also makes two letters of the eras that are written as one (㍼).
    plain = "".join(unicodedata.normalize("NFKC", text).split()).upper()
    found = next((match for spelling in _SPELLINGS if (match := spelling.fullmatch(plain))), None)
    if found is None:
        raise UnknownSpelling("not written like a date")
    month, day = int(found["month"]), int(found["day"])
    try:
        if found["year"]:
            return date(int(found["year"]), month, day)
        return from_wareki(_ERAS[found["era"]], 1 if found["era_year"] == "元" else int(found["era_year"]), month, day)
    except ValueError:
        # The cause is cut off: it quotes the date.
        raise NotADate("no such day in the calendar") from None
