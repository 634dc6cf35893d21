"""While the clock is not sure no date decides anything: the desk does, with what the card tells."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from kiosk.checkin.insurance import QualificationAnswer, QualificationQuery
from kiosk.checkin.outcome import Hint, QueryFault
from kiosk.checkin.policy import Capabilities, SitePolicy
from kiosk.checkin.precheck import Precheck
from kiosk.checkin.reasons import Reason
from kiosk.checkin.ways import Brought, Way
from kiosk.ports.card import CardFailure, CardFault
from kiosk.ports.examinee import AskBrought, InsertCard, Left, StaffCalled
from tests.journey.scripts import CARD, INSURED, ON_TICKET, TICKET, YES, visit_of
from tests.journey.stage import APPOINTMENT, VALID, Stage, StageCard

EVERY_WAY = SitePolicy(unattended=frozenset(Way), provisional_agreed=True, provisional_until=date(2030, 1, 1))


def unsure(stage: Stage) -> Stage:
    stage.clock.sure = False
    return stage


@pytest.mark.parametrize("brought", Brought)
async def test_the_desk_decides_whatever_was_brought_and_nobody_is_asked(brought: Brought) -> None:
    stage = unsure(Stage(*(CARD if brought is Brought.MY_NUMBER_CARD else [(AskBrought, brought)])))
    visit = await visit_of(stage, EVERY_WAY)
    assert visit.outcome.reason is Reason.CLOCK_UNSURE
    assert not visit.outcome.confirmed
    assert not stage.qualifier.queries
    assert visit.draft.query is None, "it would name the wrong day when it is made up later"
    assert Hint.BRING_NEXT_TIME in visit.outcome.hints


async def test_the_card_is_read_for_the_clerk() -> None:
    card = StageCard()
    visit = await visit_of(unsure(Stage(*CARD, cards=[card])))
    assert visit.draft.presented is not None
    assert visit.draft.presented.person == card.person


@pytest.mark.parametrize("end", [date(2020, 1, 1), date(2026, 11, 21), date(2026, 7, 31)])
async def test_no_certificate_counts_as_expired_or_due(end: date) -> None:
    visit = await visit_of(unsure(Stage(*CARD, cards=[StageCard(certificate_end=end)])))
    assert visit.outcome.reason is Reason.CLOCK_UNSURE
    assert Hint.RENEW_CERTIFICATE not in visit.outcome.hints


async def test_a_card_that_fails_keeps_its_own_reason() -> None:
    failing = [StageCard(failure=CardFailure(CardFault.LAST_TRY, tries_left=1))]
    visit = await visit_of(unsure(Stage(CARD[0], cards=failing)))
    assert visit.outcome.reason is Reason.LAST_TRY


async def test_without_a_reader_nobody_is_asked_for_a_card() -> None:
    stage = unsure(Stage((AskBrought, Brought.MY_NUMBER_CARD)))
    stage.reader.available = False
    assert (await visit_of(stage)).outcome.reason is Reason.CLOCK_UNSURE
    assert not [question for question in stage.examinee.asked if isinstance(question, InsertCard)]


async def test_a_clock_that_is_sure_again_serves_the_next_as_usual() -> None:
    stage = Stage(*TICKET, *CARD, *ON_TICKET, *INSURED, *YES)
    assert (await visit_of(stage)).outcome.reason is Reason.CONFIRMED_BY_CARD


async def test_a_clock_that_leaps_during_the_check_in_decides_nothing_either() -> None:
    stage = Stage(*TICKET, *CARD, *ON_TICKET, *INSURED, *YES)
    answer = stage.qualifier.query

    async def leap(query: QualificationQuery) -> QualificationAnswer | QueryFault:
        stage.clock.sure = False
        return await answer(query)

    stage.qualifier.query = leap  # type: ignore[method-assign]  # it leaps while the gateway is asked
    visit = await visit_of(stage)
    assert visit.outcome.reason is Reason.CLOCK_UNSURE
    assert visit.draft.query is None


async def test_whoever_calls_staff_keeps_that_reason() -> None:
    stage = unsure(Stage(CARD[0]))
    ask = stage.examinee.ask

    async def call(question: object) -> object:
        if isinstance(question, InsertCard):
            raise StaffCalled
        return await ask(question)  # type: ignore[arg-type]  # whatever the journey asks

    stage.examinee.ask = call  # type: ignore[method-assign,assignment]  # one question is answered differently
    assert issubclass(StaffCalled, Left)
    assert (await visit_of(stage)).outcome.reason is Reason.STAFF_CALLED


async def test_a_precheck_that_stood_in_is_not_made_up_for_a_day_that_nobody_knows() -> None:
    stage = Stage(*TICKET, *CARD, *ON_TICKET, *INSURED, *YES)
    stage.qualifier.answer = QueryFault.UNREACHABLE

    def leap(query: QualificationQuery, now: datetime) -> Precheck | None:
        stage.clock.sure = False
        return Precheck(query, VALID, now)

    stage.prechecks.found = leap  # type: ignore[method-assign]  # it leaps while the evening's answer is looked up
    visit = await visit_of(stage)
    assert visit.outcome.reason is Reason.CLOCK_UNSURE
    assert (visit.draft.query, visit.draft.prechecked_at) == (None, None)


async def test_a_card_on_its_last_try_keeps_its_reason_also_beside_a_face_reader() -> None:
    failing = [StageCard(failure=CardFailure(CardFault.LAST_TRY, tries_left=1))]
    stage = unsure(Stage(CARD[0], cards=failing))
    stage.roster.appointments = [APPOINTMENT]
    policy = SitePolicy(capabilities=Capabilities(face_reader=True, face_query=True))
    assert (await visit_of(stage, policy)).outcome.reason is Reason.LAST_TRY
