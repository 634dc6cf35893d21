"""和暦: dates as Japanese documents print them."""

from __future__ import annotations

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
