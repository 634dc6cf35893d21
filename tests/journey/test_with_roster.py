"""With a roster: most people check in with card and PIN alone, others by birth date and initials, or by ticket."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from kiosk.checkin.policy import SitePolicy
from kiosk.checkin.reasons import Reason
from kiosk.checkin.ticket import Ticket, TicketNumber
from kiosk.checkin.ways import Brought
from kiosk.ports.examinee import AskBirthdate, AskBrought, AskInitial, AskNumber, Move, NamePart, Scanned, Typed
from tests.journey.scripts import BORN, CARD, INSURED, INSURER, ON_TICKET, TICKET, YES, Script, visit_of
from tests.journey.stage import APPOINTMENT, NOW, PERSON, ROSTER_TICKET, Stage

OTHER = replace(APPOINTMENT, person=replace(PERSON, name="見本　三郎", kana="ミホン サブロウ"))
STRANGER = replace(APPOINTMENT, person=replace(PERSON, name="架空　花子", kana="カクウ ハナコ"), ticket=None)
PAPERS: Script = [(AskBrought, Brought.CERTIFICATE), *BORN]
FAMILY: Script = [(AskInitial, "ミ")]
NUMBERS: Script = [*INSURER, *INSURED, *YES]


def stage_with(*appointments: object, script: Script) -> Stage:
    stage = Stage(*script)
    stage.roster.appointments = list(appointments)  # type: ignore[arg-type]  # only appointments are given
    return stage


async def test_card_and_pin_alone_are_enough() -> None:
    stage = stage_with(APPOINTMENT, script=[*CARD, *YES])
    visit = await visit_of(stage)
    assert visit.outcome.reason is Reason.CONFIRMED_BY_CARD
    assert visit.draft.ticket == ROSTER_TICKET
    assert (stage.result.course, stage.result.first_place, stage.result.at) == ("特定健診", "2階 採血", NOW.time())


async def test_papers_are_found_by_birth_date_and_the_first_letter() -> None:
    stage = stage_with(APPOINTMENT, STRANGER, script=[*PAPERS, *FAMILY, *NUMBERS])
    visit = await visit_of(stage)
    assert visit.outcome.reason is Reason.CONFIRMED_BY_CERTIFICATE
    assert visit.draft.appointment == APPOINTMENT


async def test_the_given_name_is_asked_only_when_the_family_name_leaves_two() -> None:
    stage = stage_with(APPOINTMENT, OTHER, script=[*PAPERS, *FAMILY, (AskInitial, "タ"), *NUMBERS])
    assert (await visit_of(stage)).draft.appointment == APPOINTMENT
    assert [q.part for q in stage.examinee.asked if isinstance(q, AskInitial)] == [NamePart.FAMILY, NamePart.GIVEN]


async def test_back_from_the_given_name_leads_to_the_family_name_and_to_the_birth_date() -> None:
    script: Script = [
        *PAPERS,
        *FAMILY,
        (AskInitial, Move.BACK),
        (AskInitial, Move.BACK),
        *BORN,
        *FAMILY,
        (AskInitial, "タ"),
        *NUMBERS,
    ]
    assert (await visit_of(stage_with(APPOINTMENT, OTHER, script=script))).outcome.confirmed


async def test_two_candidates_go_to_the_desk() -> None:
    twin = replace(APPOINTMENT, ticket=None)
    by_card = await visit_of(stage_with(APPOINTMENT, twin, script=CARD))
    assert by_card.outcome.reason is Reason.SEVERAL_ON_ROSTER
    by_letters = await visit_of(stage_with(APPOINTMENT, twin, script=[*PAPERS, *FAMILY, (AskInitial, "タ")]))
    assert by_letters.outcome.reason is Reason.SEVERAL_ON_ROSTER
    by_ticket = await visit_of(
        stage_with(OTHER, replace(OTHER, course="別"), script=[*CARD, (AskNumber, Typed("26100000001"))])
    )
    assert by_ticket.outcome.reason is Reason.SEVERAL_ON_ROSTER


@pytest.mark.parametrize("letter", ["カ", Move.NOT_KNOWN])
async def test_who_is_not_found_by_letters_is_asked_for_the_ticket(letter: object) -> None:
    script: Script = [*PAPERS, (AskInitial, letter), (AskNumber, Scanned("26100000001")), *NUMBERS]
    visit = await visit_of(stage_with(APPOINTMENT, script=script))
    assert visit.outcome.confirmed
    assert visit.draft.appointment == APPOINTMENT


async def test_nobody_born_that_day_is_asked_for_no_letter() -> None:
    script: Script = [
        (AskBrought, Brought.CERTIFICATE),
        (AskBirthdate, date(1970, 1, 2)),
        *TICKET,
        *ON_TICKET,
        *NUMBERS,
    ]
    stranger = replace(STRANGER, person=replace(PERSON, birthdate=date(1960, 1, 2)))
    assert (await visit_of(stage_with(stranger, script=script))).outcome.confirmed


async def test_not_on_the_list_is_the_desks_only_where_the_site_says_so() -> None:
    script: Script = [*CARD, *TICKET]
    strict = await visit_of(stage_with(STRANGER, script=script), SitePolicy(roster_required=True))
    assert strict.outcome.reason is Reason.NOT_ON_ROSTER
    lenient = await visit_of(stage_with(STRANGER, script=[*script, *ON_TICKET, *INSURED, *YES]))
    assert lenient.outcome.confirmed


async def test_another_day_and_too_early_go_to_the_desk() -> None:
    tomorrow = replace(APPOINTMENT, day=NOW.date() + timedelta(1))
    assert (await visit_of(stage_with(tomorrow, script=CARD))).outcome.reason is Reason.OTHER_DAY
    late = replace(APPOINTMENT, at=(NOW + timedelta(minutes=91)).time())
    assert (await visit_of(stage_with(late, script=CARD))).outcome.reason is Reason.TOO_EARLY
    soon = replace(APPOINTMENT, at=(NOW + timedelta(minutes=90)).time())
    assert (await visit_of(stage_with(soon, script=[*CARD, *YES]))).outcome.confirmed


async def test_a_checkup_without_tickets_asks_for_none() -> None:
    booked = replace(APPOINTMENT, ticket=None)
    stage = stage_with(booked, script=[*CARD, *INSURER, *INSURED, *YES])
    assert (await visit_of(stage, SitePolicy(tickets_required=False))).outcome.confirmed


async def test_the_desk_shows_nothing_of_the_appointment() -> None:
    stage = stage_with(APPOINTMENT, script=[*CARD, *YES])
    await visit_of(stage, SitePolicy(unattended=frozenset()))
    assert (stage.result.confirmed, stage.result.course, stage.result.first_place) == (False, "", "")


@pytest.mark.parametrize("second", [Typed("26100000001"), Move.NOT_KNOWN])
async def test_a_number_that_is_taken_back_takes_its_appointment_with_it(second: object) -> None:
    """It was somebody else's: their course, their place and their ticket are none of this person's."""
    theirs = replace(STRANGER, ticket=Ticket(TicketNumber("26100000002")))
    back: Script = [(AskNumber, Typed("26100000002")), (AskNumber, Move.BACK), (AskNumber, second)]
    rest: Script = [*INSURER, *INSURED, *YES]
    stage = stage_with(theirs, script=[*CARD, *back, *rest])
    visit = await visit_of(stage)
    assert visit.draft.appointment is None
    assert visit.outcome.reason is (Reason.NO_TICKET if second is Move.NOT_KNOWN else Reason.CONFIRMED_BY_CARD)
    assert (stage.result.course, stage.result.first_place) == ("", "")


async def test_who_is_on_the_roster_by_a_number_that_is_taken_back_is_not_on_it() -> None:
    theirs = replace(STRANGER, ticket=Ticket(TicketNumber("26100000002")))
    back: Script = [(AskNumber, Typed("26100000002")), (AskNumber, Move.BACK), *TICKET]
    stage = stage_with(theirs, script=[*CARD, *back])
    assert (await visit_of(stage, SitePolicy(roster_required=True))).outcome.reason is Reason.NOT_ON_ROSTER
