"""When an answer of the evening before may stand in: this very query, this very day, not too old."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.checkin.insurance import InsuredId, InsurerNumber, QualificationQuery
from kiosk.checkin.precheck import Precheck
from tests.precheck.invented import ANSWER, EVENING, MORNING, PRECHECK, QUERY, TODAY, TOMORROW

LONGEST = timedelta(hours=24)
MOMENTS = st.integers(-60, 60).map(lambda hours: EVENING + timedelta(hours=hours))


def test_answer_of_the_evening_before_counts_for_the_appointments_day() -> None:
    assert PRECHECK.counts_for(QUERY, MORNING, LONGEST)


@pytest.mark.parametrize(
    ("age", "counts"),
    [(timedelta(0), True), (LONGEST, True), (LONGEST + timedelta(seconds=1), False), (timedelta(seconds=-1), False)],
)
def test_age_counts_to_the_last_second_and_the_future_never(age: timedelta, counts: bool) -> None:
    now = datetime.combine(TOMORROW, MORNING.timetz())
    assert replace(PRECHECK, asked_at=now - age).counts_for(QUERY, now, LONGEST) is counts


def test_another_day_never_counts() -> None:
    assert not PRECHECK.counts_for(replace(QUERY, confirmation_date=TODAY), EVENING, LONGEST)
    assert not PRECHECK.counts_for(QUERY, EVENING, LONGEST)
    yesterdays = replace(PRECHECK, query=replace(QUERY, confirmation_date=TODAY))
    assert not yesterdays.counts_for(QUERY, MORNING, LONGEST)
    assert not yesterdays.counts_for(yesterdays.query, MORNING, LONGEST)


@pytest.mark.parametrize(
    "other",
    [
        replace(QUERY, insurer=InsurerNumber("06132013")),
        replace(QUERY, birthdate=date(1970, 1, 3)),
        replace(QUERY, insured=replace(QUERY.insured, number="4567890124")),
        replace(QUERY, insured=replace(QUERY.insured, symbol="12-4")),
        replace(QUERY, insured=replace(QUERY.insured, symbol="")),
        replace(QUERY, insured=replace(QUERY.insured, branch="02")),
        replace(QUERY, insured=replace(QUERY.insured, branch="")),
    ],
)
def test_other_numbers_and_another_birth_date_never_count(other: QualificationQuery) -> None:
    assert not PRECHECK.counts_for(other, MORNING, LONGEST)


def test_another_writing_of_the_same_numbers_counts() -> None:
    typed = replace(QUERY, insured=InsuredId("０4567890123", "１２－３", "1"))
    assert PRECHECK.counts_for(typed, MORNING, LONGEST)


@given(MOMENTS, MOMENTS, st.sampled_from([TODAY, TOMORROW]), st.sampled_from([TODAY, TOMORROW]))
def test_whatever_counts_is_of_today_and_within_the_hours(
    asked_at: datetime, now: datetime, asked_for: date, wanted: date
) -> None:
    precheck = Precheck(replace(QUERY, confirmation_date=asked_for), ANSWER, asked_at)
    counts = precheck.counts_for(replace(QUERY, confirmation_date=wanted), now, LONGEST)
    assert counts == (asked_for == wanted == now.date() and asked_at <= now <= asked_at + LONGEST)


def test_its_repr_shows_nothing() -> None:
    assert repr(PRECHECK) == "Precheck(…)"
