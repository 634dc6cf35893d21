"""照合: the whole table of ticket × qualification × person."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from kiosk.checkin.collation import Field, Finding, Presented, Severity, Source, collate
from kiosk.checkin.insurance import InsuredId, InsurerNumber, Qualification
from kiosk.checkin.person import Person, Sex
from kiosk.checkin.ticket import Ticket, TicketKind, TicketNumber

TODAY = date(2026, 11, 20)
BORN = date(1970, 1, 2)
INSURER, OTHER_INSURER = InsurerNumber("01130012"), InsurerNumber("06132013")
INSURED = InsuredId("1234567", "12-34", "01")
ON_CARD = Person("髙橋　花子", BORN, Sex.FEMALE)
ON_TICKET = Person("", BORN, Sex.FEMALE, kana="ﾀｶﾊｼ ﾊﾅｺ")
REGISTERED = Person("高橋　花子", BORN, Sex.FEMALE, kana="タカハシ　ハナコ")
QUALIFICATION = Qualification(INSURER, "見本健保", INSURED, REGISTERED, qualification_date=date(2026, 4, 1))
TICKET = Ticket(TicketNumber("26100000001"), INSURER, ON_TICKET, INSURED, date(2027, 3, 31))
PRESENTED = Presented(ON_CARD, BORN, INSURER, INSURED)
SERVICES = frozenset({TicketKind.CHECKUP, TicketKind.SET})
TICKET_ANSWER, DOCUMENT_ANSWER = (Source.TICKET, Source.ANSWER), (Source.DOCUMENT, Source.ANSWER)
TICKET_DOCUMENT, TICKET_TODAY = (Source.TICKET, Source.DOCUMENT), (Source.TICKET, Source.TODAY)
ANSWER_TODAY = (Source.ANSWER, Source.TODAY)


def findings(
    ticket: Ticket | None = TICKET,
    qualification: Qualification | None = QUALIFICATION,
    presented: Presented = PRESENTED,
    today: date = TODAY,
    services: frozenset[TicketKind] = SERVICES,
) -> set[tuple[Field, tuple[Source, Source]]]:
    return {(finding.field, finding.between) for finding in collate(ticket, qualification, presented, today, services)}


def test_what_agrees_gives_no_finding() -> None:
    assert findings() == set()
    assert findings(ticket=None) == set()
    assert findings(qualification=None) == set()


@pytest.mark.parametrize(
    ("ticket", "expected"),
    [
        (
            replace(TICKET, insurer=OTHER_INSURER),
            {(Field.INSURER, TICKET_ANSWER), (Field.INSURER, TICKET_DOCUMENT)},
        ),
        (replace(TICKET, insurer=None), set()),
        (
            replace(TICKET, person=replace(ON_TICKET, kana="ｶｸｳ ﾊﾅｺ")),
            {(Field.NAME, TICKET_ANSWER)},
        ),
        (
            replace(TICKET, person=replace(ON_TICKET, name="架空　花子", kana="")),
            {(Field.NAME, TICKET_ANSWER), (Field.NAME, TICKET_DOCUMENT)},
        ),
        (
            replace(TICKET, person=replace(ON_TICKET, birthdate=BORN + timedelta(1))),
            {(Field.BIRTHDATE, TICKET_ANSWER), (Field.BIRTHDATE, TICKET_DOCUMENT)},
        ),
        (
            replace(TICKET, person=replace(ON_TICKET, sex=Sex.MALE)),
            {(Field.SEX, TICKET_ANSWER), (Field.SEX, TICKET_DOCUMENT)},
        ),
        (replace(TICKET, person=replace(ON_TICKET, sex=Sex.UNSET)), set()),
        (replace(TICKET, person=replace(ON_TICKET, kana="")), set()),
        (replace(TICKET, person=None), set()),
        (
            replace(TICKET, insured=InsuredId("7654321")),
            {(Field.INSURED, TICKET_ANSWER), (Field.INSURED, TICKET_DOCUMENT)},
        ),
        (replace(TICKET, insured=InsuredId("０1234567")), set()),
        (replace(TICKET, insured=None), set()),
        (replace(TICKET, expires=TODAY), set()),
        (replace(TICKET, expires=TODAY - timedelta(1)), {(Field.TICKET_EXPIRY, TICKET_TODAY)}),
        (replace(TICKET, expires=None), set()),
        (replace(TICKET, number=TicketNumber("25100000001")), {(Field.TICKET_YEAR, TICKET_TODAY)}),
        (replace(TICKET, number=TicketNumber("27100000001")), {(Field.TICKET_YEAR, TICKET_TODAY)}),
        (replace(TICKET, number=TicketNumber("26500000001")), set()),
        (replace(TICKET, number=TicketNumber("26300000001")), {(Field.TICKET_KIND, TICKET_TODAY)}),
        (replace(TICKET, number=TicketNumber("26400000001")), {(Field.TICKET_KIND, TICKET_TODAY)}),
    ],
)
def test_every_field_of_the_ticket_is_collated(
    ticket: Ticket, expected: set[tuple[Field, tuple[Source, Source]]]
) -> None:
    assert findings(ticket=ticket) == expected


@pytest.mark.parametrize(
    ("presented", "expected"),
    [
        (replace(PRESENTED, insurer=OTHER_INSURER), {(Field.INSURER, DOCUMENT_ANSWER)}),
        (replace(PRESENTED, insurer=None, insured=None), set()),
        (replace(PRESENTED, insured=InsuredId("7654321")), {(Field.INSURED, DOCUMENT_ANSWER)}),
        (replace(PRESENTED, person=replace(ON_CARD, name="架空　花子")), {(Field.NAME, DOCUMENT_ANSWER)}),
        (replace(PRESENTED, person=replace(ON_CARD, name="")), {(Field.NAME, DOCUMENT_ANSWER)}),
        (replace(PRESENTED, person=replace(ON_CARD, sex=Sex.MALE)), {(Field.SEX, DOCUMENT_ANSWER)}),
        (replace(PRESENTED, person=replace(ON_CARD, sex=Sex.UNSET)), set()),
        (replace(PRESENTED, person=None), set()),
        (replace(PRESENTED, person=None, birthdate=BORN + timedelta(1)), {(Field.BIRTHDATE, DOCUMENT_ANSWER)}),
    ],
)
def test_what_was_presented_is_collated_with_the_answer(
    presented: Presented, expected: set[tuple[Field, tuple[Source, Source]]]
) -> None:
    bare = replace(TICKET, person=None, insured=None, insurer=None)
    assert findings(ticket=bare, presented=presented) == expected
    assert findings(ticket=None, presented=presented) == expected


def test_the_alias_counts_as_the_name() -> None:
    alias = replace(
        QUALIFICATION,
        person=replace(REGISTERED, name="TAKAHASHI HANAKO", kana=""),
        name_of_other="高橋　花子",
        name_of_other_kana="タカハシ　ハナコ",
    )
    assert findings(qualification=alias) == set()
    assert (Field.NAME, DOCUMENT_ANSWER) in findings(qualification=replace(alias, name_of_other=""))


def test_a_name_that_the_answer_cannot_be_compared_with_is_no_agreement() -> None:
    kanji_only = replace(QUALIFICATION, person=replace(REGISTERED, kana=""))
    assert findings(qualification=kanji_only) == {(Field.NAME, TICKET_ANSWER)}


def test_a_birth_date_without_a_card_is_compared_with_the_ticket() -> None:
    papers = Presented(None, BORN + timedelta(1))
    assert (Field.BIRTHDATE, TICKET_DOCUMENT) in findings(presented=papers)


@pytest.mark.parametrize(
    ("one", "other", "agree"),
    [
        (InsuredId("001234567"), InsuredId("1234567"), True),
        (InsuredId("１２３４５６７", "１２－３４"), InsuredId("1234567", "12-34", "01"), True),
        (InsuredId("1234567", "12-34"), InsuredId("1234567", "12-35"), False),
        (InsuredId("1234567", "", "1"), InsuredId("1234567", "9", "01"), True),
        (InsuredId("1234567", "", "02"), InsuredId("1234567", "", "01"), False),
        (InsuredId("1234568"), InsuredId("1234567"), False),
        (InsuredId("000"), InsuredId("0"), True),
        (InsuredId("X1234"), InsuredId("1234"), False),
        (InsuredId("12 34", "a b"), InsuredId("1234", "ＡＢ"), True),
    ],
)
def test_numbers_agree_whatever_zeros_width_and_missing_parts(one: InsuredId, other: InsuredId, agree: bool) -> None:
    assert one.agrees_with(other) is other.agrees_with(one) is agree


def test_a_guidance_ticket_may_run_beyond_its_year() -> None:
    guidance = frozenset({TicketKind.INTENSIVE_GUIDANCE, TicketKind.MOTIVATIONAL_GUIDANCE})
    may = date(2027, 5, 6)
    member = replace(QUALIFICATION, qualification_date=None)
    for digits in ("26200000001", "26300000001"):
        ticket = replace(TICKET, number=TicketNumber(digits), expires=date(2027, 6, 30))
        assert findings(ticket, member, today=may, services=guidance) == set()
        assert findings(replace(ticket, expires=None), member, today=may, services=guidance) == {
            (Field.TICKET_YEAR, TICKET_TODAY)
        }


def test_membership_after_april_is_a_note_to_staff() -> None:
    joined = replace(QUALIFICATION, qualification_date=date(2026, 4, 2))
    assert findings(qualification=joined) == {(Field.APRIL_MEMBERSHIP, ANSWER_TODAY)}
    assert findings(ticket=None, qualification=joined) == set()
    assert findings(qualification=replace(joined, qualification_date=None)) == set()


@pytest.mark.parametrize(
    ("born", "today", "fits"),
    [
        (date(1987, 3, 31), TODAY, True),
        (date(1987, 4, 1), TODAY, False),
        (date(1951, 11, 21), TODAY, True),
        (date(1951, 11, 20), TODAY, False),
        (date(1986, 4, 1), date(2026, 3, 31), False),
        (date(1986, 3, 31), date(2026, 3, 31), True),
        (date(1986, 4, 1), date(2026, 4, 1), True),
        (date(1952, 2, 29), date(2027, 2, 28), True),
        (date(1952, 2, 29), date(2027, 3, 1), False),
        (date(1988, 2, 29), date(2027, 4, 1), True),
    ],
)
def test_forty_by_the_end_of_the_year_and_not_yet_seventy_five_on_the_day(born: date, today: date, fits: bool) -> None:
    number = TicketNumber(f"{(today.year if today.month > 3 else today.year - 1) % 100}100000001")
    ticket = Ticket(number)
    presented = Presented(None, born)
    qualification = replace(QUALIFICATION, person=replace(REGISTERED, birthdate=born), qualification_date=None)
    assert findings(ticket, qualification, presented, today) == (set() if fits else {(Field.AGE, ANSWER_TODAY)})
    document_today = (Source.DOCUMENT, Source.TODAY)
    assert findings(ticket, None, presented, today) == (set() if fits else {(Field.AGE, document_today)})
    assert findings(None, qualification, presented, today) == set()


def test_findings_come_in_the_order_of_their_weight() -> None:
    ticket = replace(TICKET, insurer=OTHER_INSURER, person=replace(ON_TICKET, sex=Sex.MALE), expires=date(2026, 1, 1))
    found = collate(ticket, replace(QUALIFICATION, qualification_date=TODAY), PRESENTED, TODAY, SERVICES)
    fields = list(dict.fromkeys(finding.field for finding in found))
    assert fields == [Field.INSURER, Field.TICKET_EXPIRY, Field.SEX, Field.APRIL_MEMBERSHIP]
    assert [field.severity for field in fields] == [Severity.VOID, Severity.VOID, Severity.DESK, Severity.NOTE]
    assert len(found) == len(set(found))


def test_only_a_note_stops_nobody() -> None:
    assert {field for field in Field if field.severity is Severity.NOTE} == {Field.APRIL_MEMBERSHIP}
    assert {field for field in Field if field.severity is Severity.VOID} == {Field.INSURER, Field.TICKET_EXPIRY}
    assert Finding(Field.AGE, ANSWER_TODAY).field.severity is Severity.DESK
