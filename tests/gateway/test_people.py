"""The invented people are whole: every number is sound, every answer has somebody."""

from __future__ import annotations

from datetime import date

import pytest

from kiosk.checkin.collation import age_on
from kiosk.checkin.insurance import InsurerNumber
from kiosk.checkin.ticket import TicketKind, TicketNumber, fiscal_year
from kiosk.gateway.invented_answers import half_width
from kiosk.gateway.people import INSURERS, PEOPLE, Behaviour, InventedPerson, by_key
from kiosk.ports.card import FaceCode, Pin

DAYS = (date(2025, 4, 1), date(2026, 3, 31), date(2026, 7, 1), date(2030, 12, 31))

everybody = pytest.mark.parametrize("person", PEOPLE, ids=lambda person: person.key)


@pytest.mark.parametrize("behaviour", Behaviour)
def test_every_behaviour_has_somebody(behaviour: Behaviour) -> None:
    assert any(person.behaviour is behaviour for person in PEOPLE)


@pytest.mark.parametrize("kind", TicketKind)
def test_every_kind_of_ticket_has_somebody(kind: TicketKind) -> None:
    assert any(person.kind is kind for person in PEOPLE)


def test_nobody_can_be_taken_for_another() -> None:
    assert len({person.key for person in PEOPLE}) == len(PEOPLE)
    assert len({(person.insurer, person.birthdate) for person in PEOPLE}) == len(PEOPLE)
    assert len({person.insured.number for person in PEOPLE}) == len(PEOPLE)
    assert len({person.name for person in PEOPLE}) == len(PEOPLE)


@pytest.mark.parametrize("digits", INSURERS)
def test_insurer_numbers_have_a_right_check_digit(digits: str) -> None:
    assert InsurerNumber.parse(digits).digits == digits


@everybody
def test_card_and_ticket_are_sound_on_any_day(person: InventedPerson) -> None:
    assert "　" in person.name
    assert "　" in person.kana
    assert person.shows
    assert person.person.address
    assert person.insurer.digits in INSURERS
    Pin.typed(person.pin)
    FaceCode.typed(person.face_code)
    for today in DAYS:
        ticket = TicketNumber.parse(str(person.ticket(today)))
        assert ticket.kind is person.kind
        assert ticket.fiscal_year == fiscal_year(today)
        assert person.certificate_end(today) != today


@everybody
def test_only_the_young_and_the_old_are_outside_the_ages(person: InventedPerson) -> None:
    for today in DAYS:
        year_end = date(fiscal_year(today) + 1, 3, 31)
        inside = age_on(person.birthdate, year_end) >= 40 and age_on(person.birthdate, today) <= 74
        assert inside == (person.key not in ("young", "old"))


def test_face_code_is_the_birth_date_of_the_era_the_expiry_and_the_code() -> None:
    assert by_key("taro").face_code == "450102" + "2039" + "7001"


@pytest.mark.parametrize(
    ("wide", "half"),
    [("ケンシン　ヴァージニア", "ｹﾝｼﾝ ｳﾞｧｰｼﾞﾆｱ"), ("パピプ　ッョ", "ﾊﾟﾋﾟﾌﾟ ｯｮ"), ("ミホン　タロウ", "ﾐﾎﾝ ﾀﾛｳ")],
)
def test_kana_becomes_half_width_as_oqs_writes_it(wide: str, half: str) -> None:
    assert half_width(wide) == half
