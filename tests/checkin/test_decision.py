"""The decision and its one table."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from kiosk.checkin.collation import Field, Presented
from kiosk.checkin.insurance import (
    InsuredId,
    InsurerNumber,
    ProcessingStatus,
    Qualification,
    QualificationAnswer,
    QualificationValidity,
    SegmentOfResult,
)
from kiosk.checkin.outcome import Hint, QueryFault, decide
from kiosk.checkin.person import Person, Sex
from kiosk.checkin.policy import SitePolicy
from kiosk.checkin.procedures import PROCEDURES
from kiosk.checkin.reasons import Reason
from kiosk.checkin.ticket import Ticket, TicketNumber
from kiosk.checkin.ways import Way

TODAY = date(2026, 11, 20)
INSURER = InsurerNumber("01130012")
INSURED = InsuredId("1234567", "12-34", "01")
PERSON = Person("見本　太郎", date(1970, 1, 2), Sex.MALE, kana="ﾐﾎﾝ ﾀﾛｳ")
ON_CARD = Person("見本　太郎", date(1970, 1, 2), Sex.MALE)
REGISTERED = Qualification(INSURER, "見本健保", INSURED, PERSON, qualification_date=date(2020, 4, 1))
VALID = QualificationAnswer(SegmentOfResult.DONE, ProcessingStatus.DONE, QualificationValidity.VALID, (REGISTERED,))
TICKET = Ticket(TicketNumber("26100000001"), INSURER)
PRESENTED = Presented(ON_CARD, ON_CARD.birthdate, INSURER, INSURED)


def outcome(**changes: Any) -> Reason:
    """The reason for a clean check-in with the card, changed in what a test is about."""
    arguments: dict[str, Any] = {
        "way": Way.CARD_QUERY,
        "ticket": TICKET,
        "presented": PRESENTED,
        "answer": VALID,
        "policy": SitePolicy(),
        "today": TODAY,
    }
    return decide(**(arguments | changes)).reason


def answered(**changes: Any) -> QualificationAnswer:
    return replace(VALID, **changes)


def registered(**changes: Any) -> QualificationAnswer:
    return replace(VALID, results=(replace(REGISTERED, **changes),))


def test_valid_one_person_and_clean_is_confirmed() -> None:
    assert outcome() is Reason.CONFIRMED_BY_CARD
    assert outcome(way=Way.CERTIFICATE, presented=replace(PRESENTED, person=None)) is Reason.CONFIRMED_BY_CERTIFICATE


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (answered(validity=QualificationValidity.INVALID), Reason.INVALID),
        (answered(validity=QualificationValidity.SUPERSEDED), Reason.SUPERSEDED),
        (answered(validity=QualificationValidity.NOT_FOUND, results=()), Reason.NOT_FOUND),
        (answered(validity=QualificationValidity.SEVERAL, results=()), Reason.SEVERAL),
        (answered(validity=QualificationValidity.VALID_UNREGISTERED), Reason.PUBLIC_ASSISTANCE),
        (answered(validity=None), Reason.GARBAGE),
        (answered(status=ProcessingStatus.ERROR, validity=None), Reason.SYSTEM_FAILED),
        (answered(status=None), Reason.SYSTEM_FAILED),
        (answered(segment=SegmentOfResult.FAILED), Reason.SYSTEM_FAILED),
        (answered(segment=SegmentOfResult.PROCESSING), Reason.STILL_PROCESSING),
        (answered(results=()), Reason.NOT_ONE_PERSON),
        (answered(results=(REGISTERED, REGISTERED)), Reason.NOT_ONE_PERSON),
        (registered(card_classification="A1"), Reason.PUBLIC_ASSISTANCE),
        (registered(insurer=InsurerNumber("39131156")), Reason.OTHER_SCHEME),
        (registered(disqualification_date=TODAY), Reason.NOT_ON_THE_DAY),
        (registered(card_valid_until=TODAY - timedelta(1)), Reason.NOT_ON_THE_DAY),
        (QueryFault.UNREACHABLE, Reason.UNREACHABLE),
        (QueryFault.UNTRUSTED, Reason.UNREACHABLE),
        (QueryFault.TIMED_OUT, Reason.TIMED_OUT),
        (QueryFault.SERVER_ERROR, Reason.SERVER_ERROR),
        (QueryFault.GARBAGE, Reason.GARBAGE),
        (QueryFault.REFUSED, Reason.REFUSED),
        (QueryFault.STILL_PROCESSING, Reason.STILL_PROCESSING),
    ],
)
def test_every_other_answer_goes_to_the_desk(answer: QualificationAnswer | QueryFault, reason: Reason) -> None:
    assert outcome(answer=answer) is reason


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"ticket": None}, Reason.NO_TICKET),
        ({"ticket": replace(TICKET, insurer=InsurerNumber("06132013"))}, Reason.OTHER_INSURER),
        ({"ticket": replace(TICKET, expires=TODAY - timedelta(1))}, Reason.TICKET_EXPIRED),
        ({"ticket": replace(TICKET, number=TicketNumber("25100000001"))}, Reason.TICKET_YEAR),
        ({"ticket": replace(TICKET, number=TicketNumber("26200000001"))}, Reason.TICKET_KIND),
        ({"ticket": replace(TICKET, number=TicketNumber("26400000001"))}, Reason.TICKET_KIND),
        ({"ticket": replace(TICKET, insured=InsuredId("7"))}, Reason.INSURED_NUMBER_DIFFERS),
        (
            {"ticket": replace(TICKET, person=replace(PERSON, name="架空　花子", kana="カクウ ハナコ"))},
            Reason.NAME_DIFFERS,
        ),
        ({"presented": replace(PRESENTED, person=replace(ON_CARD, name="見本　次郎"))}, Reason.NAME_DIFFERS),
        ({"presented": replace(PRESENTED, person=replace(ON_CARD, sex=Sex.FEMALE))}, Reason.SEX_DIFFERS),
        ({"presented": replace(PRESENTED, birthdate=date(1970, 1, 3))}, Reason.BIRTHDATE_DIFFERS),
        ({"presented": replace(PRESENTED, insurer=InsurerNumber("06132013"))}, Reason.OTHER_INSURER),
        ({"presented": replace(PRESENTED, insured=InsuredId("7"))}, Reason.INSURED_NUMBER_DIFFERS),
        ({"policy": SitePolicy(unattended=frozenset())}, Reason.CARD_TO_BE_SEEN),
        ({"policy": SitePolicy(unattended=frozenset()), "way": Way.CERTIFICATE}, Reason.CERTIFICATE_TO_BE_SEEN),
    ],
)
def test_everything_that_does_not_agree_goes_to_the_desk(changes: dict[str, Any], reason: Reason) -> None:
    assert outcome(**changes) is reason


@pytest.mark.parametrize(
    ("changes", "today"),
    [
        ({"ticket": replace(TICKET, expires=TODAY)}, TODAY),
        ({"presented": replace(PRESENTED, person=replace(ON_CARD, name="見本 太郎"))}, TODAY),
        ({"presented": replace(PRESENTED, person=replace(ON_CARD, sex=Sex.UNSET))}, TODAY),
        ({"answer": registered(name_of_other="見本　太郎", person=replace(PERSON, name="TARO MIHON"))}, TODAY),
    ],
)
def test_what_only_looks_different_is_confirmed(changes: dict[str, Any], today: date) -> None:
    assert outcome(**changes, today=today) is Reason.CONFIRMED_BY_CARD


@pytest.mark.parametrize(
    ("birthdate", "confirmed"),
    [
        (date(1987, 3, 31), True),
        (date(1987, 4, 1), False),
        (date(1951, 11, 21), True),
        (date(1951, 11, 20), False),
    ],
)
def test_forty_at_the_end_of_the_year_and_not_yet_seventy_five(birthdate: date, confirmed: bool) -> None:
    card = replace(ON_CARD, birthdate=birthdate)
    reason = outcome(
        presented=replace(PRESENTED, person=card, birthdate=birthdate),
        answer=registered(person=replace(PERSON, birthdate=birthdate)),
    )
    assert reason is (Reason.CONFIRMED_BY_CARD if confirmed else Reason.AGE)


def test_a_certificate_near_its_end_is_hinted_at() -> None:
    def hints(end: date | None) -> tuple[Hint, ...]:
        return decide(Way.CARD_QUERY, TICKET, PRESENTED, VALID, SitePolicy(), TODAY, end).hints

    assert Hint.RENEW_CERTIFICATE in hints(TODAY + timedelta(60))
    assert Hint.RENEW_CERTIFICATE not in hints(TODAY + timedelta(200))
    assert Hint.RENEW_CERTIFICATE not in hints(None)


def test_every_code_has_its_procedure_and_is_its_own() -> None:
    assert set(PROCEDURES) == set(Reason)
    assert all(procedure.steps and procedure.title for procedure in PROCEDURES.values())
    assert {reason.group for reason in Reason} <= set("CQTPDKSHN")


def test_no_step_on_a_slip_tells_of_a_missing_insurance() -> None:
    steps = "".join(step for procedure in PROCEDURES.values() for step in procedure.steps)
    assert not [word for word in ("無効", "資格がな", "資格なし", "加入していない", "喪失", "無保険") if word in steps]


def test_findings_name_fields_and_never_values() -> None:
    decided = decide(
        Way.CARD_QUERY,
        TICKET,
        replace(PRESENTED, person=replace(ON_CARD, name="見本　次郎", sex=Sex.FEMALE)),
        VALID,
        SitePolicy(),
        TODAY,
    )
    assert [finding.field for finding in decided.findings] == [Field.NAME, Field.SEX]
    assert "次郎" not in repr(decided)
