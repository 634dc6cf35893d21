"""The ways of the notice, as a check-in goes them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from kiosk.checkin.collation import Field
from kiosk.checkin.outcome import Hint, QueryFault
from kiosk.checkin.policy import Capabilities, SitePolicy
from kiosk.checkin.reasons import Reason
from kiosk.checkin.ways import Brought, Way
from kiosk.ports.examinee import AskBrought, AskNumber, Document, Typed
from tests.journey.scripts import BORN, CARD, INSURED, INSURER, ON_TICKET, PIN, TICKET, YES, Script, visit_of
from tests.journey.stage import Stage

EVERY_WAY = frozenset(Way)


@pytest.mark.parametrize(
    ("brought", "way", "document", "reason"),
    [
        (Brought.NOTICE, Way.CARD_AND_NOTICE, Document.NOTICE, Reason.CONFIRMED_BY_NOTICE),
        (Brought.SMARTPHONE, Way.CARD_AND_PORTAL, Document.PORTAL, Reason.CONFIRMED_BY_PORTAL),
    ],
)
async def test_card_and_paper_together_are_read_where_the_site_lets_them(
    brought: Brought, way: Way, document: Document, reason: Reason
) -> None:
    stage = Stage(*TICKET, (AskBrought, brought), *PIN, *ON_TICKET, *INSURER, *INSURED, *YES)
    visit = await visit_of(stage, SitePolicy(unattended=EVERY_WAY))
    assert (visit.outcome.reason, visit.outcome.way) == (reason, way)
    assert {question.on for question in stage.examinee.asked if isinstance(question, AskNumber)} == {
        Document.TICKET,
        document,
    }
    assert Hint.BRING_NEXT_TIME not in visit.outcome.hints


async def test_the_expired_card_is_queried_and_collated_while_the_provisional_rule_holds() -> None:
    script: Script = [(AskBrought, Brought.OLD_INSURANCE_CARD), *ON_TICKET, *INSURER, *INSURED, *BORN, *YES]
    policy = SitePolicy(unattended=EVERY_WAY, provisional_agreed=True, provisional_until=date(2026, 11, 20))
    visit = await visit_of(Stage(*TICKET, *script), policy)
    assert (visit.outcome.reason, visit.outcome.way) == (Reason.CONFIRMED_PROVISIONALLY, Way.PROVISIONAL_ONLINE)
    assert Hint.BRING_NEXT_TIME in visit.outcome.hints
    over = replace(policy, provisional_until=date(2026, 11, 19))
    visit = await visit_of(Stage(*TICKET, (AskBrought, Brought.OLD_INSURANCE_CARD)), over)
    assert visit.outcome.reason is Reason.OLD_INSURANCE_CARD


async def test_where_nobody_can_be_asked_card_and_ticket_are_collated_and_the_clerk_goes_on() -> None:
    policy = SitePolicy(capabilities=Capabilities(query=False, limited_app=True))
    stage = Stage(*TICKET, *CARD, *YES)
    visit = await visit_of(stage, policy)
    assert (visit.outcome.reason, visit.outcome.way) == (Reason.CARD_TO_BE_SEEN, Way.LIMITED_APP)
    assert not stage.qualifier.queries
    last_year: Script = [(AskNumber, Typed("25100000001"))]
    visit = await visit_of(Stage(*last_year, *CARD, *YES), policy)
    assert visit.outcome.reason is Reason.TICKET_YEAR
    assert [finding.field for finding in visit.outcome.findings] == [Field.TICKET_YEAR]


async def test_a_visit_that_nobody_could_answer_keeps_its_query_for_later() -> None:
    stage = Stage(*TICKET, *CARD, *ON_TICKET, *INSURED, *YES)
    stage.qualifier.answer = QueryFault.UNREACHABLE
    visit = await visit_of(stage)
    assert visit.draft.query == stage.qualifier.queries[0]
    settled = await visit_of(Stage(*TICKET, *CARD, *ON_TICKET, *INSURED, *YES))
    assert settled.draft.query is None
