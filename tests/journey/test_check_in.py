"""One check-in, as the form goes: every question, every way out, and the order of the record and the success."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from kiosk.checkin.insurance import InsuredId, InsurerNumber, QualificationValidity
from kiosk.checkin.outcome import Hint, QueryFault
from kiosk.checkin.policy import SitePolicy
from kiosk.checkin.reasons import Reason
from kiosk.checkin.ticket import Ticket, TicketNumber
from kiosk.checkin.ways import Brought, Way
from kiosk.journey import check_in
from kiosk.ports.desk import Flag
from kiosk.ports.examinee import (
    Answer,
    AskBirthdate,
    AskBrought,
    AskFaceCode,
    AskNumber,
    AskPin,
    Complaint,
    Confirm,
    Move,
    Question,
    ReviewNumbers,
    Scanned,
    ShowResult,
    StaffCalled,
    StartedAgain,
    Step,
    TakeCard,
    Typed,
    WalkedAway,
    Wanted,
)
from kiosk.ports.printer import PrinterFault
from tests.journey.scripts import CARD, CERTIFICATE, INSURED, ON_TICKET, TICKET, YES, Script, reason_of, visit_of
from tests.journey.stage import VALID, Stage, StageCard


async def test_a_card_with_pin_and_typed_numbers_is_confirmed() -> None:
    stage = Stage(*TICKET, *CARD, *ON_TICKET, *INSURED, *YES)
    visit = await visit_of(stage)
    assert visit.outcome.reason is Reason.CONFIRMED_BY_CARD
    assert visit.outcome.way is Way.CARD_QUERY
    assert (stage.result.confirmed, stage.result.printed, str(stage.result.number)) == (True, True, "A-001")
    (query,) = stage.qualifier.queries
    assert (query.insurer, query.insured, query.birthdate) == (
        InsurerNumber("01130012"),
        InsuredId("1234567", "12", "01"),
        date(1970, 1, 2),
    )


async def test_success_is_shown_only_after_the_record_and_the_slip_after_that() -> None:
    stage = Stage(*TICKET, *CARD, *ON_TICKET, *INSURED, *YES)
    await visit_of(stage)
    order = [
        event for event in stage.events if event in ("queried", "committed", "printed", "ShowResult", "card released")
    ]
    assert order == ["card released", "queried", "committed", "printed", "ShowResult"]
    assert stage.working_steps()[-4:] == [Step.QUERY, Step.COLLATION, Step.RECORD, Step.PRINT]


async def test_a_code_that_tells_the_insurer_asks_for_none() -> None:
    stage = Stage((AskNumber, Scanned("0113001226100000001")), *CARD, *INSURED, *YES)
    assert (await visit_of(stage)).outcome.confirmed


async def test_a_scanner_with_its_own_line_answers_the_ticket_question() -> None:
    stage = Stage(*CARD, *ON_TICKET, *INSURED, *YES)
    stage.scanner.codes = ["26100000001"]
    ask = stage.examinee.ask

    async def nobody_types(question: Question[Any]) -> Any:
        if isinstance(question, AskNumber) and question.wanted is Wanted.TICKET:
            await asyncio.Event().wait()
        return await ask(question)

    stage.examinee.ask = nobody_types  # type: ignore[method-assign]  # the examinee holds the ticket, and types nothing
    assert (await visit_of(stage)).outcome.confirmed


@pytest.mark.parametrize(
    ("scanned", "complaint"),
    [
        ("4901234567894", Complaint.SHOP_CODE),
        ("2610000001", Complaint.TICKET_DIGITS),
        ("HELLO", Complaint.NOT_A_TICKET_CODE),
        ("1234567826100000001", Complaint.TICKET_UNCLEAR),
    ],
)
async def test_a_wrong_code_gets_its_own_words_and_another_try(scanned: str, complaint: Complaint) -> None:
    def second(question: AskNumber) -> Typed:
        assert question.complaint is complaint
        return Typed("26100000001")

    assert (
        await reason_of((AskNumber, Scanned(scanned)), (AskNumber, second), *CARD, *ON_TICKET, *INSURED, *YES)
    ).confirms


async def test_a_certificate_is_confirmed_by_its_numbers() -> None:
    stage = Stage(*TICKET, *CERTIFICATE)
    visit = await visit_of(stage)
    assert visit.outcome.reason is Reason.CONFIRMED_BY_CERTIFICATE
    assert stage.qualifier.queries[0].birthdate == date(1970, 1, 2)


@pytest.mark.parametrize(("script", "card"), [([*CARD, *ON_TICKET, *INSURED, *YES], True), (CERTIFICATE, False)])
async def test_only_those_who_put_a_card_in_are_told_to_take_it(script: Script, card: bool) -> None:
    stage = Stage(*TICKET, *script)
    await visit_of(stage)
    assert stage.result.take_card is card


async def test_without_ticket_the_desk_has_the_last_word() -> None:
    assert await reason_of((AskNumber, Move.NOT_KNOWN), CERTIFICATE[0], *CERTIFICATE[2:]) is Reason.NO_TICKET


@pytest.mark.parametrize(
    ("brought", "reason"),
    [
        (Brought.UNSURE, Reason.UNSURE),
        (Brought.NOTICE, Reason.NOTICE_TO_BE_SEEN),
        (Brought.SMARTPHONE, Reason.SMARTPHONE),
        (Brought.OLD_INSURANCE_CARD, Reason.OLD_INSURANCE_CARD),
    ],
)
async def test_what_the_kiosk_cannot_read_goes_to_the_desk_with_a_slip(brought: Brought, reason: Reason) -> None:
    stage = Stage(*TICKET, (AskBrought, brought))
    visit = await visit_of(stage)
    assert visit.outcome.reason is reason
    assert Hint.BRING_NEXT_TIME in visit.outcome.hints
    assert "printed" in stage.events
    assert not stage.qualifier.queries
    assert visit.draft.ticket == Ticket(TicketNumber("26100000001"))
    assert sum(isinstance(question, AskNumber) for question in stage.examinee.asked) == 1


async def test_a_card_that_is_for_the_desk_is_asked_for_no_number() -> None:
    """Who knows no PIN does not type the ticket's insurer in vain."""
    stage = Stage(*TICKET, CARD[0], (AskPin, Move.NOT_KNOWN), (AskFaceCode, Move.NOT_KNOWN))
    visit = await visit_of(stage)
    assert visit.outcome.reason is Reason.PIN_UNKNOWN
    assert sum(isinstance(question, AskNumber) for question in stage.examinee.asked) == 1


async def test_whatever_may_end_without_a_clerk_is_collated_with_the_tickets_insurer() -> None:
    for script in ([*CARD, *ON_TICKET, *INSURED, *YES], CERTIFICATE):
        wrong: Script = [(AskNumber, Typed("06132013")) if step is ON_TICKET[0] else step for step in script]
        visit = await visit_of(Stage(*TICKET, *wrong))
        assert visit.outcome.reason is Reason.OTHER_INSURER


SECOND_TRY: dict[Any, Script] = {
    QualificationValidity.NOT_FOUND: [(ReviewNumbers, Answer.YES)],
    QualificationValidity.SEVERAL: [(ReviewNumbers, Answer.YES)],
}


@pytest.mark.parametrize("answer", [replace(VALID, validity=v) for v in QualificationValidity] + list(QueryFault))
async def test_every_answer_ends_with_a_number_and_a_slip(answer: Any) -> None:
    stage = Stage(*TICKET, *CARD, *ON_TICKET, *INSURED, *YES, *SECOND_TRY.get(getattr(answer, "validity", None), []))
    stage.qualifier.answer = answer
    visit = await visit_of(stage)
    assert visit.outcome.confirmed is (answer == VALID)
    assert stage.result.number == visit.number
    assert "printed" in stage.events


async def test_not_me_goes_to_the_desk_without_a_query() -> None:
    stage = Stage(*TICKET, *CARD, *ON_TICKET, *INSURED, (Confirm, Answer.NO))
    assert (await visit_of(stage)).outcome.reason is Reason.NOT_ME
    assert not stage.qualifier.queries


async def test_a_mistyped_birth_date_is_asked_again() -> None:
    script: Script = [
        *TICKET,
        *CERTIFICATE[:-2],
        (AskBirthdate, date(1970, 1, 3)),
        (Confirm, Answer.NO),
        *CERTIFICATE[-2:],
    ]
    assert (await reason_of(*script)) is Reason.CONFIRMED_BY_CERTIFICATE


async def test_the_confirmation_shows_a_masked_name_only() -> None:
    def shown(question: Confirm) -> Answer:
        assert question == Confirm("見＊　太＊", date(1970, 1, 2))
        return Answer.YES

    await visit_of(Stage(*TICKET, *CARD, *ON_TICKET, *INSURED, (Confirm, shown)))


async def test_back_goes_back_through_every_question_to_the_start() -> None:
    stage = Stage(
        *TICKET,
        (AskBrought, Brought.CERTIFICATE),
        *ON_TICKET,
        (AskNumber, Typed("01130012")),
        (AskNumber, Typed("12")),
        (AskNumber, Typed("1234567")),
        (AskNumber, Move.BACK),
        (AskNumber, Move.BACK),
        (AskNumber, Move.BACK),
        (AskNumber, Move.BACK),
        (AskNumber, Move.BACK),
        (AskBrought, Move.BACK),
        (AskNumber, Move.BACK),
    )
    assert await check_in(stage.ports, SitePolicy()) is None
    wanted = [question.wanted for question in stage.examinee.asked if isinstance(question, AskNumber)]
    assert wanted == [
        Wanted.TICKET,
        Wanted.TICKET_INSURER,
        Wanted.INSURER,
        Wanted.SYMBOL,
        Wanted.NUMBER,
        Wanted.BRANCH,
        Wanted.NUMBER,
        Wanted.SYMBOL,
        Wanted.INSURER,
        Wanted.TICKET_INSURER,
        Wanted.TICKET,
    ]
    assert not stage.ledger.visits


async def test_another_document_forgets_the_first_one() -> None:
    stage = Stage(
        *TICKET, *CARD, (AskNumber, Move.BACK), (AskPin, Move.BACK), *CERTIFICATE, cards=[StageCard(), StageCard()]
    )
    visit = await visit_of(stage)
    assert visit.outcome.reason is Reason.CONFIRMED_BY_CERTIFICATE
    assert visit.draft.presented is not None
    assert visit.draft.presented.person is None


async def test_a_printer_that_fails_leaves_number_and_qr_on_the_screen() -> None:
    stage = Stage(*TICKET, *CARD, *ON_TICKET, *INSURED, *YES)
    stage.printer.fault = PrinterFault.PAPER_OUT
    visit = await visit_of(stage)
    assert (stage.result.printed, stage.result.qr) == (False, f"qr of {visit.number}")
    assert stage.ledger.slips == [PrinterFault.PAPER_OUT]
    assert Flag.PRINTER in stage.staff.flags


async def test_a_visit_that_is_not_on_disk_shows_no_success_and_no_number() -> None:
    stage = Stage(*TICKET, *CARD, *ON_TICKET, *INSURED, *YES)
    stage.ledger.fails = True
    assert await check_in(stage.ports, SitePolicy()) is None
    assert (stage.result.number, stage.result.confirmed, stage.result.code) == (None, False, "H02")
    assert "printed" not in stage.events
    assert Flag.RECORD in stage.staff.flags


async def test_starting_again_leaves_nothing() -> None:
    stage = Stage(*TICKET, (AskBrought, StartedAgain))
    assert await check_in(stage.ports, SitePolicy()) is None
    assert not stage.ledger.visits


async def test_walking_away_leaves_nothing_but_a_card_left_behind_is_recorded() -> None:
    gone = Stage(*TICKET, (AskBrought, WalkedAway))
    assert await check_in(gone.ports, SitePolicy()) is None
    left = Stage(*TICKET, CARD[0], (AskPin, WalkedAway))
    assert (await visit_of(left)).outcome.reason is Reason.WALKED_AWAY
    assert Flag.CARD_LEFT in left.staff.ever


async def test_calling_staff_gives_a_number_and_a_flag() -> None:
    stage = Stage(*TICKET, (AskBrought, StaffCalled))
    assert (await visit_of(stage)).outcome.reason is Reason.STAFF_CALLED
    assert Flag.STAFF_CALLED in stage.staff.flags
    assert stage.result.staff_coming


async def test_staff_called_from_the_result_are_flagged_and_the_number_stays() -> None:
    stage = Stage(*TICKET, *CARD, *ON_TICKET, *INSURED, *YES, (ShowResult, StaffCalled))
    visit = await visit_of(stage)
    assert Flag.STAFF_CALLED in stage.staff.flags
    shown = [question for question in stage.examinee.asked if isinstance(question, ShowResult)]
    assert [(result.number, result.staff_coming) for result in shown] == [(visit.number, False), (visit.number, True)]
    assert stage.ledger.visits == [visit]


async def test_staff_called_while_the_card_is_still_in_are_flagged() -> None:
    stage = Stage(*TICKET, *CARD, *ON_TICKET, *INSURED, *YES, (TakeCard, StaffCalled))
    visit = await visit_of(stage)
    assert Flag.STAFF_CALLED in stage.staff.flags
    assert stage.ledger.visits == [visit]


async def test_a_site_that_lets_no_way_end_unattended_sends_all_to_the_desk() -> None:
    stage = Stage(*TICKET, *CARD, *ON_TICKET, *INSURED, *YES)
    assert (await visit_of(stage, SitePolicy(unattended=frozenset()))).outcome.reason is Reason.CARD_TO_BE_SEEN
