"""What holds for every combination: nothing else confirms, nothing raises, and what is irrelevant changes nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from kiosk.checkin.collation import Presented, Severity
from kiosk.checkin.insurance import (
    InsuredId,
    InsurerNumber,
    ProcessingStatus,
    Qualification,
    QualificationAnswer,
    QualificationValidity,
    SegmentOfResult,
)
from kiosk.checkin.outcome import Hint, Outcome, QueryFault, decide, decide_later, decide_unasked
from kiosk.checkin.person import Person, Sex
from kiosk.checkin.policy import Capabilities, SitePolicy
from kiosk.checkin.reasons import Reason
from kiosk.checkin.retry import Retry, retry_after
from kiosk.checkin.routes import route
from kiosk.checkin.ticket import Ticket, TicketKind, TicketNumber
from kiosk.checkin.ways import Brought, Way

DAYS = st.dates(date(2025, 4, 1), date(2027, 4, 1))
BIRTHDATES = st.sampled_from(
    [date(1945, 1, 1), date(1952, 2, 29), date(1970, 1, 2), date(1970, 1, 3), date(1987, 4, 1), date(2000, 1, 1)]
)
PERSONS = st.builds(
    Person,
    name=st.sampled_from(["見本　太郎", "見本 太郎", "架空　花子", ""]),
    birthdate=BIRTHDATES,
    sex=st.sampled_from(Sex),
    kana=st.sampled_from(["ミホン タロウ", "ﾐﾎﾝ ﾀﾛｰ", "カクウ ハナコ", ""]),
)
INSURERS = st.sampled_from([InsurerNumber("01130012"), InsurerNumber("06132013"), InsurerNumber("39131156")])
INSURED = st.builds(
    InsuredId,
    number=st.sampled_from(["1234567", "01234567", "7"]),
    symbol=st.sampled_from(["", "12", "１２"]),
    branch=st.sampled_from(["", "01", "02"]),
)
SOME_DAYS = st.none() | st.sampled_from([date(2020, 4, 1), date(2026, 3, 31), date(2026, 11, 20), date(2027, 3, 31)])
TICKETS = st.none() | st.builds(
    Ticket,
    number=st.sampled_from([TicketNumber(f"{year}{kind}00000001") for year in (25, 26, 27) for kind in "12345"]),
    insurer=st.none() | INSURERS,
    person=st.none() | PERSONS,
    insured=st.none() | INSURED,
    expires=SOME_DAYS,
)
QUALIFICATIONS = st.builds(
    Qualification,
    insurer=INSURERS,
    insurer_name=st.just("見本健保"),
    insured=INSURED,
    person=PERSONS,
    qualification_date=SOME_DAYS,
    disqualification_date=SOME_DAYS,
    card_valid_from=SOME_DAYS,
    card_valid_until=SOME_DAYS,
    card_classification=st.sampled_from(["", "01", "A1"]),
    name_of_other=st.sampled_from(["", "見本　太郎"]),
)
ANSWERS = st.sampled_from(QueryFault) | st.builds(
    QualificationAnswer,
    segment=st.sampled_from([SegmentOfResult.DONE, SegmentOfResult.DONE, *SegmentOfResult]),
    status=st.sampled_from([ProcessingStatus.DONE, ProcessingStatus.DONE, *ProcessingStatus, None]),
    validity=st.sampled_from([QualificationValidity.VALID] * 5 + [*QualificationValidity, None]),
    results=st.lists(QUALIFICATIONS, min_size=0, max_size=2).map(tuple) | QUALIFICATIONS.map(lambda one: (one,)),
)
PRESENTED = st.builds(
    Presented,
    person=st.none() | PERSONS,
    birthdate=BIRTHDATES,
    insurer=st.none() | INSURERS,
    insured=st.none() | INSURED,
)
POLICIES = st.builds(
    SitePolicy,
    unattended=st.frozensets(st.sampled_from(Way)),
    services=st.frozensets(st.sampled_from(TicketKind)),
    tickets_required=st.booleans(),
    provisional_agreed=st.booleans(),
    provisional_until=DAYS,
    capabilities=st.builds(Capabilities, st.booleans(), st.booleans(), st.booleans()),
)
WAYS = st.sampled_from(Way)


@given(WAYS, TICKETS, PRESENTED, ANSWERS, POLICIES, DAYS, st.none() | DAYS)
def test_nothing_else_ever_confirms(
    way: Way,
    ticket: Ticket | None,
    presented: Presented,
    answer: QualificationAnswer | QueryFault,
    policy: SitePolicy,
    today: date,
    end: date | None,
) -> None:
    decided = decide(way, ticket, presented, answer, policy, today, end)
    if not decided.confirmed:
        return
    assert isinstance(answer, QualificationAnswer)
    assert (answer.segment, answer.status) == (SegmentOfResult.DONE, ProcessingStatus.DONE)
    assert answer.validity is QualificationValidity.VALID
    (only,) = answer.results
    assert only.holds_on(today)
    assert only.card_classification != "A1"
    assert not only.insurer.is_late_elderly
    assert presented.birthdate == only.person.birthdate
    assert presented.insurer in (None, only.insurer)
    assert way in policy.unattended
    assert way not in (Way.DESK, Way.FACE_READER, Way.LIMITED_APP, Way.PROVISIONAL_INSURER)
    assert ticket is not None or not policy.tickets_required
    if ticket is not None:
        assert ticket.insurer in (None, only.insurer)
        assert ticket.number.kind in policy.services
        assert ticket.expires is None or ticket.expires >= today
        assert ticket.person is None or ticket.person.birthdate == only.person.birthdate
    assert {finding.field.severity for finding in decided.findings} <= {Severity.NOTE}


@given(st.sampled_from(Brought), TICKETS, PRESENTED, POLICIES, DAYS)
def test_a_route_that_ends_at_the_desk_never_confirms(
    brought: Brought, ticket: Ticket | None, presented: Presented, policy: SitePolicy, today: date
) -> None:
    way = route(brought, policy, today)
    assert way == route(brought, policy, today)
    if way.reason is not None:
        assert not way.reason.confirms
        assert not decide_unasked(way, ticket, presented, policy, today).confirmed
    else:
        assert policy.capabilities.query
    assert (way.way is not Way.PROVISIONAL_ONLINE) or (policy.provisional_agreed and today <= policy.provisional_until)


@given(WAYS, TICKETS, PRESENTED, ANSWERS, POLICIES, DAYS)
def test_addresses_names_of_insurers_and_messages_decide_nothing(
    way: Way,
    ticket: Ticket | None,
    presented: Presented,
    answer: QualificationAnswer | QueryFault,
    policy: SitePolicy,
    today: date,
) -> None:
    first = decide(way, ticket, presented, answer, policy, today)
    moved = replace(presented, person=presented.person and replace(presented.person, address="架空市一丁目"))
    if isinstance(answer, QualificationAnswer):
        renamed = tuple(replace(result, insurer_name="別の名前") for result in answer.results)
        answer = replace(answer, results=renamed, code="X1", message="別の知らせ")
    elsewhere = replace(
        policy, roster_required=True, earliest=timedelta(0), capabilities=Capabilities(face_reader=True)
    )
    assert decide(way, ticket, moved, answer, elsewhere, today) == first


@given(WAYS, TICKETS, PRESENTED, ANSWERS, POLICIES, DAYS)
def test_the_same_answer_later_decides_the_same_and_keeps_the_reminders(
    way: Way,
    ticket: Ticket | None,
    presented: Presented,
    answer: QualificationAnswer | QueryFault,
    policy: SitePolicy,
    today: date,
) -> None:
    if isinstance(answer, QueryFault):
        return
    at_once = decide(way, ticket, presented, answer, policy, today)
    down = Outcome(Reason.UNREACHABLE, way, hints=(Hint.RENEW_CERTIFICATE,))
    later = decide_later(down, ticket, presented, answer, policy, today)
    assert (later.reason, later.way, later.findings) == (at_once.reason, at_once.way, at_once.findings)
    assert later.hints == down.hints


@given(ANSWERS, INSURED)
def test_a_second_try_is_offered_only_where_typing_can_help(
    answer: QualificationAnswer | QueryFault, asked: InsuredId
) -> None:
    retry = retry_after(answer, asked)
    slips = (QualificationValidity.NOT_FOUND, QualificationValidity.SEVERAL)
    may_help = (
        isinstance(answer, QualificationAnswer) and answer.status is ProcessingStatus.DONE and answer.validity in slips
    )
    assert (retry is not None) is may_help
    if retry is Retry.ASK_BRANCH:
        assert not asked.branch


def test_a_usual_visit_is_confirmed_on_every_day_of_two_years() -> None:
    person = Person("見本　太郎", date(1970, 1, 2), Sex.MALE, kana="ミホン タロウ")
    insurer, insured = InsurerNumber("01130012"), InsuredId("1234567", "12", "01")
    answer = QualificationAnswer(
        SegmentOfResult.DONE,
        ProcessingStatus.DONE,
        QualificationValidity.VALID,
        (Qualification(insurer, "見本健保", insured, person, date(2020, 4, 1), date(2027, 3, 1)),),
    )
    day = date(2025, 4, 1)
    while day <= date(2027, 4, 1):
        year = day.year if day.month >= 4 else day.year - 1
        ticket = Ticket(TicketNumber(f"{year % 100}100000001"), insurer, expires=date(year + 1, 3, 31))
        decided = decide(
            Way.CARD_QUERY, ticket, Presented(person, person.birthdate, insurer, insured), answer, SitePolicy(), day
        )
        assert decided.reason is (Reason.CONFIRMED_BY_CARD if day < date(2027, 3, 1) else Reason.NOT_ON_THE_DAY), day
        day += timedelta(1)
