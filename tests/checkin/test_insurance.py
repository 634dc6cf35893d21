"""Insurer numbers, insured numbers, validity on a day."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.checkin.insurance import (
    InsuredId,
    InsurerNumber,
    InvalidNumber,
    NumberFault,
    Qualification,
    check_digit,
)
from kiosk.checkin.person import Person


@pytest.mark.parametrize(
    "printed", ["01130012", "138057", "00138057", "06132013", "39131156", "０１１３００１２", " 133033"]
)
def test_printed_insurer_numbers_are_taken(printed: str) -> None:
    assert len(InsurerNumber.parse(printed).digits) == 8


def test_six_digits_of_a_municipality_are_the_eight_of_the_answer() -> None:
    assert InsurerNumber.parse("138057") == InsurerNumber.parse("  138057") == InsurerNumber.parse("00138057")


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("12345678", NumberFault.CHECK_DIGIT),
        ("0113001", NumberFault.LENGTH),
        ("", NumberFault.CHARACTERS),
        ("0113001a", NumberFault.CHARACTERS),
        ("01١30012", NumberFault.CHARACTERS),
    ],
)
def test_other_numbers_say_what_is_wrong(typed: str, fault: NumberFault) -> None:
    with pytest.raises(InvalidNumber) as wrong:
        InsurerNumber.parse(typed)
    assert wrong.value.fault is fault


@given(st.integers(0, 9_999_999), st.integers(0, 7), st.integers(1, 9))
def test_the_check_digit_finds_every_single_slip(body: int, place: int, by: int) -> None:
    digits = f"{body:07d}"
    digits += str(check_digit(digits))
    slipped = digits[:place] + str((int(digits[place]) + by) % 10) + digits[place + 1 :]
    assert InsurerNumber.parse(digits).digits == digits
    with pytest.raises(InvalidNumber):
        InsurerNumber.parse(slipped)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (InsuredId("123", "4-5"), InsuredId("１２３", "４－５"), True),
        (InsuredId("00123"), InsuredId("123", "9"), True),
        (InsuredId("123", "4"), InsuredId("123", "5"), False),
        (InsuredId("123", branch="1"), InsuredId("123", branch="01"), True),
        (InsuredId("123", branch="02"), InsuredId("123", branch="01"), False),
        (InsuredId("123", "ア−１"), InsuredId("123", "ｱー1"), True),
        (InsuredId("123"), InsuredId("124"), False),
    ],
)
def test_insured_numbers_compare_as_people_write_them(one: InsuredId, other: InsuredId, same: bool) -> None:
    assert one.agrees_with(other) is same
    assert other.agrees_with(one) is same


def test_a_qualification_holds_from_its_first_to_its_last_day() -> None:
    qualification = Qualification(
        InsurerNumber("01130012"),
        "見本健保",
        InsuredId("1"),
        Person("見本　太郎", date(1970, 1, 2)),
        qualification_date=date(2026, 4, 1),
        disqualification_date=date(2026, 11, 1),
        card_valid_until=date(2026, 10, 20),
    )
    held = [
        day
        for day in (date(2026, 3, 31), date(2026, 4, 1), date(2026, 10, 20), date(2026, 10, 21))
        if qualification.holds_on(day)
    ]
    assert held == [date(2026, 4, 1), date(2026, 10, 20)]


def test_a_document_holds_from_its_first_day() -> None:
    day = date(2026, 11, 1)
    qualification = Qualification(
        InsurerNumber("01130012"), "", InsuredId("1"), Person("", date(1970, 1, 2)), card_valid_from=day
    )
    assert qualification.holds_on(day)
    assert not qualification.holds_on(date(2026, 10, 31))


def test_the_day_of_loss_is_a_day_without() -> None:
    qualification = Qualification(
        InsurerNumber("01130012"),
        "",
        InsuredId("1"),
        Person("", date(1970, 1, 2)),
        disqualification_date=date(2026, 11, 1),
    )
    assert qualification.holds_on(date(2026, 10, 31))
    assert not qualification.holds_on(date(2026, 11, 1))


def test_nothing_of_a_person_shows_in_a_repr() -> None:
    shown = repr((Person("見本　太郎", date(1970, 1, 2)), InsuredId("98765", "12")))
    assert "見本" not in shown
    assert "98765" not in shown
