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
from kiosk.checkin.ways import Brought, Way
from kiosk.journey import check_in, serve
from kiosk.ports.card import CardFailure, CardFault, FaceCode, OtherCard, Pin
from kiosk.ports.desk import Flag
from kiosk.ports.examinee import (
    Answer,
    AskBirthdate,
    AskBrought,
    AskFaceCode,
    AskNumber,
    AskPin,
    AskStart,
    Complaint,
    Confirm,
    InsertCard,
    Move,
    Question,
    ReviewNumbers,
    Scanned,
    ShowResult,
    StaffCalled,
    Start,
    StartedAgain,
    Step,
    TakeCard,
    Typed,
    WalkedAway,
    Wanted,
)
from kiosk.ports.printer import PrinterFault
from tests.journey.scripts import CARD, CERTIFICATE, INSURED, TICKET, YES, Script, reason_of, visit_of
from tests.journey.stage import VALID, Stage, StageCard


async def test_a_card_with_pin_and_typed_numbers_is_confirmed() -> None:
    stage = Stage(*TICKET, *CARD, *INSURED, *YES)
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
    stage = Stage(*TICKET, *CARD, *INSURED, *YES)
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
    stage = Stage(*TICKET[1:], *CARD, *INSURED, *YES)
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
        await reason_of((AskNumber, Scanned(scanned)), (AskNumber, second), *TICKET[1:], *CARD, *INSURED, *YES)
    ).confirms


async def test_a_certificate_is_confirmed_by_its_numbers() -> None:
    stage = Stage(*TICKET, *CERTIFICATE)
    visit = await visit_of(stage)
    assert visit.outcome.reason is Reason.CONFIRMED_BY_CERTIFICATE
    assert stage.qualifier.queries[0].birthdate == date(1970, 1, 2)


@pytest.mark.parametrize(("script", "card"), [([*CARD, *INSURED, *YES], True), (CERTIFICATE, False)])
async def test_only_those_who_put_a_card_in_are_told_to_take_it(script: Script, card: bool) -> None:
    stage = Stage(*TICKET, *script)
    await visit_of(stage)
    assert stage.result.take_card is card


async def test_without_ticket_the_desk_has_the_last_word() -> None:
    assert await reason_of((AskNumber, Move.NOT_KNOWN), *CERTIFICATE) is Reason.NO_TICKET


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


SECOND_TRY: dict[Any, Script] = {
    QualificationValidity.NOT_FOUND: [(ReviewNumbers, Answer.YES)],
    QualificationValidity.SEVERAL: [(ReviewNumbers, Answer.YES)],
}


@pytest.mark.parametrize("answer", [replace(VALID, validity=v) for v in QualificationValidity] + list(QueryFault))
async def test_every_answer_ends_with_a_number_and_a_slip(answer: Any) -> None:
    stage = Stage(*TICKET, *CARD, *INSURED, *YES, *SECOND_TRY.get(getattr(answer, "validity", None), []))
    stage.qualifier.answer = answer
    visit = await visit_of(stage)
    assert visit.outcome.confirmed is (answer == VALID)
    assert stage.result.number == visit.number
    assert "printed" in stage.events


async def test_not_me_goes_to_the_desk_without_a_query() -> None:
    stage = Stage(*TICKET, *CARD, *INSURED, (Confirm, Answer.NO))
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

    await visit_of(Stage(*TICKET, *CARD, *INSURED, (Confirm, shown)))


async def test_back_goes_back_through_every_question_to_the_start() -> None:
    stage = Stage(
        *TICKET,
        (AskBrought, Brought.CERTIFICATE),
        (AskNumber, Typed("01130012")),
        (AskNumber, Typed("12")),
        (AskNumber, Typed("1234567")),
        (AskNumber, Move.BACK),
        (AskNumber, Move.BACK),
        (AskNumber, Move.BACK),
        (AskNumber, Move.BACK),
        (AskBrought, Move.BACK),
        (AskNumber, Move.BACK),
        (AskNumber, Move.BACK),
    )
    assert await check_in(stage.ports, SitePolicy()) is None
    wanted = [question.wanted for question in stage.examinee.asked if isinstance(question, AskNumber)]
    assert wanted[2:] == [
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


async def test_a_wrong_pin_is_told_with_the_tries_left_and_asked_again() -> None:
    def again(question: AskPin) -> Pin:
        assert (question.tries_left, question.complaint) == (2, Complaint.PIN_WRONG)
        return Pin(b"1234")

    script: Script = [*TICKET, CARD[0], (AskPin, lambda _: Pin(b"0000")), (AskPin, again), *INSURED, *YES]
    assert (await reason_of(*script)).confirms


async def test_the_last_try_is_never_asked_for() -> None:
    card = StageCard(tries=1)
    assert await reason_of(*TICKET, CARD[0], cards=[card]) is Reason.LAST_TRY
    assert not card.sent


async def test_two_wrong_pins_leave_one_try_on_the_card() -> None:
    card = StageCard()
    wrong: Script = [(AskPin, lambda _: Pin(b"0000"))] * 2
    assert await reason_of(*TICKET, CARD[0], *wrong, cards=[card]) is Reason.LAST_TRY
    assert card.tries == 1


async def test_a_locked_card_goes_to_the_desk() -> None:
    assert await reason_of(*TICKET, CARD[0], cards=[StageCard(tries=0)]) is Reason.PIN_LOCKED


async def test_the_face_code_opens_the_card_of_those_who_forgot_the_pin() -> None:
    unknown: Script = [(AskPin, Move.NOT_KNOWN), (AskFaceCode, lambda _: FaceCode(b"45010220351234"))]
    assert (await reason_of(*TICKET, CARD[0], *unknown, *INSURED, *YES)).confirms


async def test_neither_pin_nor_face_code_goes_to_the_desk() -> None:
    unknown: Script = [(AskPin, Move.NOT_KNOWN), (AskFaceCode, Move.NOT_KNOWN)]
    assert await reason_of(*TICKET, CARD[0], *unknown) is Reason.PIN_UNKNOWN


async def test_back_from_the_face_code_leads_to_the_pin() -> None:
    back: Script = [(AskPin, Move.NOT_KNOWN), (AskFaceCode, Move.BACK), CARD[1]]
    assert (await reason_of(*TICKET, CARD[0], *back, *INSURED, *YES)).confirms


async def test_secrets_are_wiped_after_use() -> None:
    pin, code = Pin(b"0000"), FaceCode(b"45010220351234")
    script: Script = [*TICKET, CARD[0], (AskPin, pin), (AskPin, Move.NOT_KNOWN), (AskFaceCode, code), *INSURED, *YES]
    await visit_of(Stage(*script))
    assert not any(pin.octets)
    assert not any(code.octets)


@pytest.mark.parametrize(
    ("failure", "complaint", "reason"),
    [
        (
            CardFailure(CardFault.WRONG_CARD, other=OtherCard.DRIVING_LICENCE),
            Complaint.WRONG_CARD,
            Reason.NOT_A_MY_NUMBER_CARD,
        ),
        (CardFailure(CardFault.MUTE), Complaint.CARD_SIDE, Reason.CARD_UNREADABLE),
        (CardFailure(CardFault.PULLED), Complaint.CARD_PULLED, Reason.CARD_PULLED),
        (CardFailure(CardFault.TROUBLE), Complaint.CARD_TROUBLE, Reason.CARD_UNREADABLE),
    ],
)
async def test_a_failing_card_gets_its_words_twice_and_then_the_desk(
    failure: CardFailure, complaint: Complaint, reason: Reason
) -> None:
    stage = Stage(*TICKET, CARD[0], cards=[StageCard(failure=failure) for _ in range(3)])
    assert (await visit_of(stage)).outcome.reason is reason
    shown = [question.complaint for question in stage.examinee.asked if isinstance(question, InsertCard)]
    assert shown == [None, complaint, complaint]


@pytest.mark.parametrize("other", [OtherCard.PHONE, OtherCard.UNKNOWN_GENERATION])
async def test_a_phone_or_an_unknown_generation_goes_to_the_desk_at_once(other: OtherCard) -> None:
    card = StageCard(failure=CardFailure(CardFault.WRONG_CARD, other=other))
    assert await reason_of(*TICKET, CARD[0], cards=[card]) is Reason.PHONE_OR_NEW_CARD


async def test_without_a_reader_the_desk_helps() -> None:
    stage = Stage(*TICKET, CARD[0])
    stage.reader.cards = None
    assert (await visit_of(stage)).outcome.reason is Reason.NO_READER


async def test_while_the_reader_is_out_of_order_nobody_is_asked_for_a_card() -> None:
    stage = Stage(*TICKET, CARD[0])
    stage.reader.available = False
    visit = await visit_of(stage)
    assert visit.outcome.reason is Reason.NO_READER
    assert not [question for question in stage.examinee.asked if isinstance(question, InsertCard)]


async def test_a_certificate_beyond_its_grace_is_not_read_further() -> None:
    card = StageCard(certificate_end=date(2026, 7, 31))
    assert await reason_of(*TICKET, CARD[0], cards=[card]) is Reason.CERTIFICATE_EXPIRED
    assert not card.sent


async def test_a_card_pulled_while_the_pin_is_typed_ends_the_question() -> None:
    stage = Stage(*TICKET, *CARD, *INSURED, *YES, cards=[StageCard(), StageCard()])
    ask = stage.examinee.ask
    pulls: list[AskPin] = []

    async def pull_first(question: Question[Any]) -> Any:
        if isinstance(question, AskPin) and not pulls:
            pulls.append(question)
            stage.reader.stays = False
            await asyncio.Event().wait()
        return await ask(question)

    stage.examinee.ask = pull_first  # type: ignore[method-assign]  # the first card is taken while the pad is shown
    assert (await visit_of(stage)).outcome.confirmed
    assert Complaint.CARD_PULLED in [q.complaint for q in stage.examinee.asked if isinstance(q, InsertCard)]


async def test_a_printer_that_fails_leaves_number_and_qr_on_the_screen() -> None:
    stage = Stage(*TICKET, *CARD, *INSURED, *YES)
    stage.printer.fault = PrinterFault.PAPER_OUT
    visit = await visit_of(stage)
    assert (stage.result.printed, stage.result.qr) == (False, f"qr of {visit.number}")
    assert stage.ledger.slips == [PrinterFault.PAPER_OUT]
    assert Flag.PRINTER in stage.staff.flags


async def test_a_visit_that_is_not_on_disk_shows_no_success_and_no_number() -> None:
    stage = Stage(*TICKET, *CARD, *INSURED, *YES)
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
    stage = Stage(*TICKET, *CARD, *INSURED, *YES, (ShowResult, StaffCalled))
    visit = await visit_of(stage)
    assert Flag.STAFF_CALLED in stage.staff.flags
    shown = [question for question in stage.examinee.asked if isinstance(question, ShowResult)]
    assert [(result.number, result.staff_coming) for result in shown] == [(visit.number, False), (visit.number, True)]
    assert stage.ledger.visits == [visit]


async def test_staff_called_while_the_card_is_still_in_are_flagged() -> None:
    stage = Stage(*TICKET, *CARD, *INSURED, *YES, (TakeCard, StaffCalled))
    visit = await visit_of(stage)
    assert Flag.STAFF_CALLED in stage.staff.flags
    assert stage.ledger.visits == [visit]


async def test_a_site_that_lets_no_way_end_unattended_sends_all_to_the_desk() -> None:
    stage = Stage(*TICKET, *CARD, *INSURED, *YES)
    assert (await visit_of(stage, SitePolicy(unattended=frozenset()))).outcome.reason is Reason.CARD_TO_BE_SEEN


class Closing(Exception):
    """The end of a day at the kiosk, for a test of the endless loop."""


async def served(stage: Stage) -> None:
    with pytest.raises(Closing):
        await serve(stage.ports, SitePolicy())


def closing(_: AskStart) -> object:
    raise Closing


async def test_people_are_served_one_after_the_other() -> None:
    one: Script = [(AskStart, Start.BEGIN), *TICKET, (AskBrought, Brought.UNSURE)]
    stage = Stage(*one, *one, (AskStart, closing))
    await served(stage)
    assert [str(visit.number) for visit in stage.ledger.visits] == ["A-001", "A-002"]


async def test_staff_can_be_called_from_the_start_screen() -> None:
    stage = Stage((AskStart, StaffCalled), (AskStart, closing))
    await served(stage)
    outcome = stage.ledger.visits[0].outcome
    assert outcome.reason is Reason.STAFF_CALLED
    assert outcome.hints == (), "nobody was asked what was brought"


async def test_a_slip_that_a_restart_cut_off_is_offered_with_its_number() -> None:
    earlier = await visit_of(Stage(*TICKET, *CARD, *INSURED, *YES))

    def offered(question: AskStart) -> Start:
        assert question.unprinted == earlier.number
        return Start.PRINT_AGAIN

    stage = Stage((AskStart, offered), (AskStart, closing))
    stage.ledger.pending = earlier
    await served(stage)
    assert stage.ledger.slips == [None]
    assert stage.result.number == earlier.number


async def test_a_kiosk_that_cannot_record_serves_nobody_and_says_so_to_staff() -> None:
    def out_of_order(question: AskStart) -> object:
        assert question.out_of_order == "H02"
        raise Closing

    stage = Stage((AskStart, out_of_order))
    stage.ledger.fails = True
    await served(stage)
