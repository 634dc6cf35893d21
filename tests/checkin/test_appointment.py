"""Arrival, candidates and initials."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from kiosk.checkin.appointment import Appointment, arrival_reason, choose, with_initials
from kiosk.checkin.person import Person
from kiosk.checkin.reasons import Reason

TODAY = date(2026, 11, 20)
NINE = Appointment(day=TODAY, at=time(9, 0))
EARLY = timedelta(minutes=90)


def at(hour: int, minute: int, day: date = TODAY) -> datetime:
    return datetime.combine(day, time(hour, minute), UTC)


@pytest.mark.parametrize(
    ("appointment", "now", "reason"),
    [
        (NINE, at(7, 29), Reason.TOO_EARLY),
        (NINE, at(7, 30), None),
        (NINE, at(17, 0), None),
        (NINE, at(9, 0, TODAY + timedelta(1)), Reason.OTHER_DAY),
        (NINE, at(9, 0, TODAY - timedelta(1)), Reason.OTHER_DAY),
        (Appointment(at=time(9, 0)), at(7, 29, TODAY - timedelta(9)), Reason.TOO_EARLY),
        (Appointment(day=TODAY), at(0, 0), None),
        (Appointment(day=TODAY, at=time(0, 30)), at(0, 0), None),
        (Appointment(), at(0, 0), None),
    ],
)
def test_too_early_and_another_day_are_told_and_late_is_not(
    appointment: Appointment, now: datetime, reason: Reason | None
) -> None:
    assert arrival_reason(appointment, now, EARLY) is reason


def test_of_several_days_todays_line_is_chosen() -> None:
    tomorrow = Appointment(day=TODAY + timedelta(1))
    assert choose([tomorrow, NINE], TODAY) is NINE
    assert choose([tomorrow], TODAY) is tomorrow
    assert choose([], TODAY) is None
    assert choose([NINE, Appointment()], TODAY) is Reason.SEVERAL_ON_ROSTER
    assert choose([tomorrow, tomorrow], TODAY) is Reason.SEVERAL_ON_ROSTER


def line(kana: str) -> Appointment:
    return Appointment(Person("", date(1970, 1, 2), kana=kana))


@pytest.mark.parametrize(
    ("family", "given", "kana"),
    [
        ("ヤ", "", ["ヤマダ タロウ", "ﾔﾏﾓﾄ ﾊﾅｺ"]),
        ("ヤ", "タ", ["ヤマダ タロウ"]),
        ("ヤ", "ハ", ["ﾔﾏﾓﾄ ﾊﾅｺ"]),
        ("ジ", "", ["ヂュン"]),
        ("ジ", "タ", []),
        ("オ", "", ["オオノ　ヨウコ"]),
        ("オ", "ヨ", ["オオノ　ヨウコ"]),
        ("タ", "", []),
    ],
)
def test_initials_find_those_whose_kana_begins_with_them(family: str, given: str, kana: list[str]) -> None:
    lines = [line("ヤマダ タロウ"), line("ﾔﾏﾓﾄ ﾊﾅｺ"), line("ヂュン"), line("オオノ　ヨウコ"), line(""), Appointment()]
    found = [appointment.person.kana for appointment in with_initials(lines, family, given) if appointment.person]
    assert found == kana


def test_nothing_of_a_line_shows() -> None:
    assert repr(line("ヤマダ タロウ")) == "Appointment(…)"
