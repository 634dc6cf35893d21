"""The line is down: what was answered the evening before counts, and a live answer always wins."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from kiosk.checkin.insurance import QualificationAnswer, QualificationQuery, QualificationValidity
from kiosk.checkin.outcome import QueryFault, decide_later
from kiosk.checkin.policy import SitePolicy
from kiosk.checkin.precheck import Precheck
from kiosk.checkin.reasons import Reason
from kiosk.checkin.visit import Visit
from kiosk.journey import check_in
from kiosk.ports.examinee import Confirm, ReviewNumbers, StaffCalled, WalkedAway
from tests.journey.scripts import CARD, INSURED, ON_TICKET, TICKET, YES, Script, visit_of
from tests.journey.stage import APPOINTMENT, NOW, PERSON, REGISTERED, VALID, Stage

QUERY = QualificationQuery(REGISTERED.insurer, REGISTERED.insured, PERSON.birthdate, NOW.date())
EVENING = NOW - timedelta(hours=14)
CLEAN = Precheck(QUERY, VALID, EVENING)
INVALID = replace(VALID, validity=QualificationValidity.INVALID, results=())
SCRIPT: Script = [*CARD, *YES]


def stage_with(*prechecks: Precheck, live: QualificationAnswer | QueryFault = QueryFault.UNREACHABLE) -> Stage:
    stage = Stage(*SCRIPT)
    stage.roster.appointments = [APPOINTMENT]
    stage.qualifier.answer = live
    stage.prechecks.answers = list(prechecks)
    return stage


@pytest.mark.parametrize("fault", list(QueryFault))
async def test_clean_precheck_confirms_while_the_line_is_down(fault: QueryFault) -> None:
    stage = stage_with(CLEAN, live=fault)
    visit = await visit_of(stage)
    assert (visit.outcome.reason, stage.result.confirmed) == (Reason.CONFIRMED_BY_CARD, True)
    assert (visit.draft.prechecked_at, visit.draft.registered) == (EVENING, REGISTERED.person)
    assert visit.draft.query == QUERY
    assert stage.qualifier.queries == [QUERY]


async def test_live_answer_always_wins() -> None:
    for live, reason in ((INVALID, Reason.INVALID), (VALID, Reason.CONFIRMED_BY_CARD)):
        visit = await visit_of(stage_with(replace(CLEAN, answer=INVALID if live is VALID else VALID), live=live))
        assert visit.outcome.reason is reason
        assert (visit.draft.prechecked_at, visit.draft.query) == (None, None)


@pytest.mark.parametrize(
    "other",
    [
        replace(CLEAN, query=replace(QUERY, confirmation_date=NOW.date() - timedelta(days=1))),
        replace(CLEAN, query=replace(QUERY, confirmation_date=NOW.date() + timedelta(days=1))),
        replace(CLEAN, query=replace(QUERY, birthdate=PERSON.birthdate + timedelta(days=1))),
        replace(CLEAN, asked_at=NOW - timedelta(hours=25)),
    ],
)
async def test_precheck_of_another_day_person_or_age_leaves_it_to_the_desk(other: Precheck) -> None:
    visit = await visit_of(stage_with(other))
    assert visit.outcome.reason is Reason.UNREACHABLE
    assert (visit.draft.prechecked_at, visit.draft.query) == (None, QUERY)


async def test_precheck_with_a_problem_tells_the_desk_what_it_is() -> None:
    visit = await visit_of(stage_with(replace(CLEAN, answer=INVALID)))
    assert (visit.outcome.reason, visit.draft.prechecked_at) == (Reason.INVALID, EVENING)
    assert visit.draft.query == QUERY


async def test_collation_with_the_card_is_made_as_usual() -> None:
    """Somebody else with the same insured number is not checked in by it."""
    other = replace(REGISTERED, person=replace(REGISTERED.person, name="架空　花子"))
    visit = await visit_of(stage_with(replace(CLEAN, answer=replace(VALID, results=(other,)))))
    assert visit.outcome.reason is Reason.NAME_DIFFERS


async def test_later_answer_changes_the_visit_to_its_code() -> None:
    stage = stage_with(CLEAN)
    visit = await visit_of(stage)
    waiting = await stage.ledger.awaiting()
    assert waiting == visit
    assert visit.draft.presented is not None
    later = decide_later(visit.outcome, visit.draft.ticket, visit.draft.presented, INVALID, SitePolicy(), NOW.date())
    settled: Visit = await stage.ledger.settled_later(visit, later, None)
    assert (settled.outcome.reason, settled.first_reason) == (Reason.INVALID, Reason.CONFIRMED_BY_CARD)
    assert settled.draft.prechecked_at == EVENING


@pytest.mark.parametrize("leaving", [WalkedAway, StaffCalled])
async def test_who_left_before_the_query_has_no_answer(leaving: type[Exception]) -> None:
    stage = stage_with(CLEAN)
    stage.examinee.script[-1] = (Confirm, leaving)
    visit = await check_in(stage.ports, SitePolicy())
    assert visit is not None
    assert not visit.outcome.confirmed
    assert (visit.draft.prechecked_at, visit.draft.query) == (None, None)


async def test_who_called_staff_after_the_precheck_was_not_decided_by_it() -> None:
    """「該当なし」 shows the typed numbers once more; the visit must not change when its query is made up."""
    stage = Stage(*TICKET, *CARD, *ON_TICKET, *INSURED, *YES, (ReviewNumbers, StaffCalled))
    stage.qualifier.answer = QueryFault.UNREACHABLE
    nobody = replace(VALID, validity=QualificationValidity.NOT_FOUND, results=())
    stage.prechecks.answers = [replace(CLEAN, answer=nobody)]
    visit = await visit_of(stage)
    assert visit.outcome.reason is Reason.STAFF_CALLED
    assert (visit.draft.prechecked_at, visit.draft.query) == (None, None)


async def test_gateway_without_queries_by_number_is_not_asked() -> None:
    stage = Stage(*TICKET, *CARD, *YES)
    stage.gateway.numbers = False
    visit = await visit_of(stage)
    assert (visit.outcome.reason, stage.qualifier.queries) == (Reason.CARD_TO_BE_SEEN, [])
    stage = Stage(*TICKET, *CARD, *ON_TICKET, *INSURED, *YES)
    assert (await visit_of(stage)).outcome.confirmed
