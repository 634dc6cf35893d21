"""Dates as documents and files write them, in the years of both calendars."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.checkin.wareki import FIRST_DAY, Era, NotADate, UnknownSpelling, era_of, era_year, parse_date, to_wareki

BORN = date(1970, 1, 2)


@pytest.mark.parametrize(
    "text",
    [
        "19700102",
        "1970-01-02",
        "1970/1/2",
        "1970.01.02",
        "1970年1月2日",
        "昭和45年1月2日",
        "昭和４５年０１月０２日",
        "昭和 45 年 1 月 2 日",
        "㍼45年1月2日",
        "昭45.1.2",
        "昭45/01/02",
        "昭45年1月2日",
        "S45.1.2",
        "s45-01-02",
        "Ｓ４５．１．２",
        "S450102",
    ],
)
def test_every_spelling_names_the_same_day(text: str) -> None:
    assert parse_date(text) == BORN


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("平成元年5月6日", date(1989, 5, 6)),
        ("平成1年5月6日", date(1989, 5, 6)),
        ("H元.5.6", date(1989, 5, 6)),
        ("昭和64年1月7日", date(1989, 1, 7)),
        ("大正元年7月30日", date(1912, 7, 30)),
        ("令和8年11月20日", date(2026, 11, 20)),
        ("R8.11.20", date(2026, 11, 20)),
        ("昭和47年2月29日", date(1972, 2, 29)),
    ],
)
def test_first_years_and_borders_of_eras(text: str, day: date) -> None:
    assert parse_date(text) == day


@pytest.mark.parametrize(
    "text",
    [
        "",
        "45.1.2",
        "1970-1/2",
        "1970-01",
        "昭和45年1月",
        "X45.1.2",
        "明治45年1月2日",
        "19700102x",
        "1970年1-2",
        "١٩٧٠0102",
    ],
)
def test_what_is_written_like_no_date_is_told_apart(text: str) -> None:
    with pytest.raises(UnknownSpelling):
        parse_date(text)


@pytest.mark.parametrize(
    "text",
    ["19700230", "1970-13-01", "昭和64年1月8日", "平成元年1月7日", "昭和0年1月1日", "令和元年4月30日", "S45.2.30"],
)
def test_day_that_no_calendar_has_is_refused_and_not_quoted(text: str) -> None:
    with pytest.raises(NotADate) as refused:
        parse_date(text)
    assert not isinstance(refused.value, UnknownSpelling)
    assert not any(sign.isdigit() for sign in str(refused.value))
    assert refused.value.__cause__ is None


@given(st.dates(min_value=FIRST_DAY[Era.TAISHO], max_value=date(2117, 12, 31)))
def test_every_day_is_read_back_in_every_spelling(day: date) -> None:
    era, year = era_of(day), era_year(day)
    spellings = [
        f"{day:%Y%m%d}",
        day.isoformat(),
        f"{day.year}/{day.month}/{day.day}",
        to_wareki(day),
        f"{era.value}{year}年{day.month}月{day.day}日",
        f"{era.value[0]}{year}.{day.month}.{day.day}",
        f"{era.name[0]}{year}.{day.month}.{day.day}",
        f"{era.name[0]}{year:02}{day:%m%d}",
    ]
    assert {parse_date(text) for text in spellings} == {day}


@given(st.text())
def test_any_text_is_a_day_or_refused(text: str) -> None:
    try:
        parse_date(text)
    except NotADate:
        return
