"""Outcomes as wholes: the way, the findings and the reminders beside the reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

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
from kiosk.checkin.outcome import RENEW_BEFORE, Hint, Outcome, QueryFault, decide, decide_later, decide_unasked, desk
from kiosk.checkin.person import Person, Sex
from kiosk.checkin.policy import Capabilities, SitePolicy
from kiosk.checkin.reasons import Reason
from kiosk.checkin.routes import Route
from kiosk.checkin.ticket import Ticket, TicketNumber
from kiosk.checkin.ways import Way

TODAY = date(2026, 11, 20)
INSURER, OTHER_INSURER = InsurerNumber("01130012"), InsurerNumber("06132013")
INSURED = InsuredId("1234567", "12", "01")
PERSON = Person("見本　太郎", date(1970, 1, 2), Sex.MALE)
REGISTERED = Qualification(INSURER, "見本健保", INSURED, PERSON)
VALID = QualificationAnswer(SegmentOfResult.DONE, ProcessingStatus.DONE, QualificationValidity.VALID, (REGISTERED,))
TICKET = Ticket(TicketNumber("26100000001"), INSURER)
PRESENTED = Presented(PERSON, PERSON.birthdate, INSURER, INSURED)
EVERYTHING = SitePolicy(unattended=frozenset(Way))
SOON = TODAY + timedelta(1)
OLD = Way.PROVISIONAL_ONLINE


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (VALID, Reason.CONFIRMED_PROVISIONALLY),
        (replace(VALID, validity=QualificationValidity.INVALID), Reason.INVALID),
        (QueryFault.TIMED_OUT, Reason.TIMED_OUT),
    ],
)
def test_whatever_the_answer_way_and_reminders_stand_beside_it(
    answer: QualificationAnswer | QueryFault, reason: Reason
) -> None:
    hints = (Hint.HAND_IN_TICKET, Hint.RENEW_CERTIFICATE, Hint.BRING_NEXT_TIME)
    assert decide(OLD, TICKET, PRESENTED, answer, EVERYTHING, TODAY, SOON) == Outcome(reason, OLD, (), hints)


def test_a_disagreement_keeps_way_findings_and_reminders() -> None:
    ticket = replace(TICKET, insurer=OTHER_INSURER)
    outcome = decide(Way.CERTIFICATE, ticket, PRESENTED, VALID, EVERYTHING, TODAY)
    assert (outcome.reason, outcome.way, outcome.hints) == (
        Reason.OTHER_INSURER,
        Way.CERTIFICATE,
        (Hint.HAND_IN_TICKET,),
    )
    assert {finding.field for finding in outcome.findings} == {Field.INSURER}


@pytest.mark.parametrize(
    ("way", "confirmed", "seen"),
    [
        (Way.CARD_QUERY, Reason.CONFIRMED_BY_CARD, Reason.CARD_TO_BE_SEEN),
        (Way.CARD_AND_PORTAL, Reason.CONFIRMED_BY_PORTAL, Reason.SMARTPHONE),
        (Way.CARD_AND_NOTICE, Reason.CONFIRMED_BY_NOTICE, Reason.NOTICE_TO_BE_SEEN),
        (Way.CERTIFICATE, Reason.CONFIRMED_BY_CERTIFICATE, Reason.CERTIFICATE_TO_BE_SEEN),
        (Way.PROVISIONAL_ONLINE, Reason.CONFIRMED_PROVISIONALLY, Reason.PROVISIONAL_TO_BE_SEEN),
        (Way.FACE_READER, Reason.CONFIRMED_BY_FACE, Reason.FACE_TO_BE_SEEN),
        (Way.LIMITED_APP, Reason.UNSURE, Reason.UNSURE),
        (Way.PROVISIONAL_INSURER, Reason.UNSURE, Reason.UNSURE),
        (Way.DESK, Reason.UNSURE, Reason.UNSURE),
    ],
)
def test_a_clean_answer_is_confirmed_where_the_site_lets_the_way_end(way: Way, confirmed: Reason, seen: Reason) -> None:
    assert decide(way, TICKET, PRESENTED, VALID, EVERYTHING, TODAY).reason is confirmed
    none = replace(EVERYTHING, unattended=frozenset())
    assert decide(way, TICKET, PRESENTED, VALID, none, TODAY).reason is seen


def test_a_note_is_found_and_stops_nobody() -> None:
    joined = replace(VALID, results=(replace(REGISTERED, qualification_date=date(2026, 4, 2)),))
    outcome = decide(Way.CARD_QUERY, TICKET, PRESENTED, joined, EVERYTHING, TODAY)
    assert outcome.confirmed
    assert [finding.field for finding in outcome.findings] == [Field.APRIL_MEMBERSHIP]


def test_other_checkups_need_no_ticket_and_no_age() -> None:
    young = replace(PERSON, birthdate=date(2000, 1, 1))
    answer = replace(VALID, results=(replace(REGISTERED, person=young),))
    presented = replace(PRESENTED, person=young, birthdate=young.birthdate)
    open_house = replace(EVERYTHING, tickets_required=False)
    assert decide(Way.CARD_QUERY, None, presented, answer, open_house, TODAY).reason is Reason.CONFIRMED_BY_CARD
    assert decide(Way.CARD_QUERY, None, presented, answer, EVERYTHING, TODAY).reason is Reason.NO_TICKET
    assert decide(Way.CARD_QUERY, TICKET, presented, answer, open_house, TODAY).reason is Reason.AGE


def test_where_nobody_can_be_asked_the_collation_speaks_before_the_route() -> None:
    route = Route(Way.LIMITED_APP, Reason.CARD_TO_BE_SEEN, reads_card=True)
    offline = SitePolicy(capabilities=Capabilities(query=False))
    hints = (Hint.HAND_IN_TICKET, Hint.RENEW_CERTIFICATE)
    clean = decide_unasked(route, TICKET, PRESENTED, offline, TODAY, SOON)
    assert clean == Outcome(Reason.CARD_TO_BE_SEEN, Way.LIMITED_APP, (), hints)
    late = decide_unasked(route, replace(TICKET, expires=TODAY - timedelta(1)), PRESENTED, offline, TODAY)
    assert late.reason is Reason.TICKET_EXPIRED
    assert [finding.field for finding in late.findings] == [Field.TICKET_EXPIRY]
    assert decide_unasked(route, None, PRESENTED, offline, TODAY).reason is Reason.NO_TICKET
    assert decide_unasked(Route(Way.DESK), TICKET, PRESENTED, offline, TODAY).reason is Reason.UNSURE


def test_the_query_that_is_made_up_decides_as_it_would_have_then() -> None:
    down = Outcome(Reason.UNREACHABLE, Way.CARD_QUERY, hints=(Hint.HAND_IN_TICKET, Hint.RENEW_CERTIFICATE))
    settled = decide_later(down, TICKET, PRESENTED, VALID, EVERYTHING, TODAY)
    assert settled == Outcome(Reason.CONFIRMED_BY_CARD, Way.CARD_QUERY, (), down.hints)
    assert decide_later(down, None, PRESENTED, VALID, EVERYTHING, TODAY).reason is Reason.NO_TICKET
    strict = replace(EVERYTHING, unattended=frozenset())
    assert decide_later(down, TICKET, PRESENTED, VALID, strict, TODAY).reason is Reason.CARD_TO_BE_SEEN
    year_after = date(2027, 4, 1)
    assert decide_later(down, TICKET, PRESENTED, VALID, EVERYTHING, year_after).reason is Reason.TICKET_YEAR


@pytest.mark.parametrize("way", Way)
def test_the_reminder_to_bring_documents_is_due_where_none_was_there(way: Way) -> None:
    due = way in (Way.PROVISIONAL_ONLINE, Way.PROVISIONAL_INSURER, Way.DESK)
    hints = decide(way, None, PRESENTED, VALID, EVERYTHING, TODAY).hints
    assert hints == ((Hint.BRING_NEXT_TIME,) if due else ())


@pytest.mark.parametrize(("left", "due"), [(RENEW_BEFORE, True), (RENEW_BEFORE + timedelta(1), False)])
def test_renewal_is_hinted_at_from_three_months_before_the_end(left: timedelta, due: bool) -> None:
    hints = decide(Way.CARD_QUERY, None, PRESENTED, VALID, EVERYTHING, TODAY, TODAY + left).hints
    assert (Hint.RENEW_CERTIFICATE in hints) is due


def test_a_check_in_that_never_came_to_a_query_has_its_reason_way_and_hints() -> None:
    assert desk(Reason.UNSURE) == Outcome(Reason.UNSURE, Way.DESK)
    hints = (Hint.BRING_NEXT_TIME,)
    assert desk(Reason.NOT_ME, Way.CARD_QUERY, hints) == Outcome(Reason.NOT_ME, Way.CARD_QUERY, (), hints)


def test_queries_are_made_up_after_an_outage_and_never_after_a_decision() -> None:
    later = {reason for reason in Reason if reason.asked_later}
    assert later == {
        Reason.UNREACHABLE,
        Reason.TIMED_OUT,
        Reason.SERVER_ERROR,
        Reason.GARBAGE,
        Reason.REFUSED,
        Reason.SYSTEM_FAILED,
        Reason.STILL_PROCESSING,
    }
