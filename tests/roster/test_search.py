"""Finding somebody in memory: all candidates, and nobody else."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.checkin.appointment import Appointment
from kiosk.checkin.person import Person, Sex
from kiosk.checkin.ticket import TicketNumber
from kiosk.checkin.writing import same_kana, same_name
from kiosk.roster.search import Index
from tests.roster.invented import APPOINTMENT, CANARIES, HANAKO, NUMBER, TODAY

BORN = HANAKO.birthdate


@pytest.mark.parametrize(
    "person",
    [
        Person("高橋花子", BORN),
        Person("高橋 花子", BORN, Sex.MALE),
        Person("髙橋　花子", BORN, kana="タカシナ　ハナコ"),
        Person("", BORN, kana="たかはし はなこ"),
        Person("田中　花子", BORN, kana="タカハシ　ハナコ"),
    ],
)
def test_person_is_found_by_name_or_kana_and_birth_date(person: Person) -> None:
    assert Index([APPOINTMENT]).by_person(person) == (APPOINTMENT,)


@pytest.mark.parametrize(
    "person",
    [
        Person("高橋　花子", BORN + timedelta(days=1)),
        Person("高橋　花", BORN),
        Person("", BORN),
        Person("田中　花子", BORN),
    ],
)
def test_another_person_is_not_found(person: Person) -> None:
    assert Index([APPOINTMENT]).by_person(person) == ()


def test_empty_names_agree_in_nothing() -> None:
    kana_only = Appointment(Person("", BORN, kana="タカハシ　ハナコ"))
    name_only = Appointment(Person("高橋　花子", BORN))
    index = Index([kana_only, name_only])
    assert index.by_person(Person("田中　花子", BORN)) == ()
    assert index.by_person(Person("高橋　花子", BORN)) == (name_only,)


def test_every_candidate_is_given() -> None:
    twin = replace(APPOINTMENT, ticket=None)
    other = Appointment(Person("高階　華子", BORN, kana="タカシナ ハナコ"))
    index = Index([APPOINTMENT, twin, other])
    assert index.by_person(HANAKO) == (APPOINTMENT, twin)
    assert index.by_person(replace(HANAKO, kana="タカシナ　ハナコ")) == (APPOINTMENT, twin, other)
    assert index.by_birthdate(BORN) == (APPOINTMENT, twin, other)
    assert index.by_number(NUMBER) == (APPOINTMENT,)


def test_numbers_and_days_that_are_not_there() -> None:
    index = Index([APPOINTMENT])
    assert index.by_number(TicketNumber("26112345679")) == ()
    assert index.by_birthdate(date(1970, 1, 3)) == ()
    assert index.lines_on(TODAY + timedelta(days=1)) == 0


def test_lines_without_a_day_are_for_any() -> None:
    index = Index([APPOINTMENT, replace(APPOINTMENT, day=None)])
    assert (len(index), index.lines_on(TODAY), index.lines_on(TODAY + timedelta(days=1))) == (2, 2, 1)


def test_index_shows_nothing() -> None:
    index = Index([APPOINTMENT])
    assert not any(canary in f"{index!r}{index}" for canary in CANARIES)


PERSON = st.builds(
    Person,
    name=st.sampled_from(["", "高橋　花子", "髙橋花子", "高橋 葉子"]),
    birthdate=st.dates(BORN, BORN + timedelta(days=1)),
    kana=st.sampled_from(["", "タカハシ　ハナコ", "ﾀｶﾊｼﾊﾅｺ", "たかはし ようこ"]),
)


@given(st.lists(st.none() | PERSON, max_size=6), PERSON)
def test_index_finds_whom_the_rules_of_writing_find(people: list[Person | None], wanted: Person) -> None:
    lines = [Appointment(person, course=str(place)) for place, person in enumerate(people)]
    agreeing = [
        line
        for line in lines
        if line.person
        and line.person.birthdate == wanted.birthdate
        and (
            (wanted.name and line.person.name and same_name(wanted.name, line.person.name))
            or (wanted.kana and line.person.kana and same_kana(wanted.kana, line.person.kana))
        )
    ]
    assert list(Index(lines).by_person(wanted)) == agreeing
