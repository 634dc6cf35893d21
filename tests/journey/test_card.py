"""The card in a check-in: PIN, 照合番号B, tries that are left, cards that fail or are pulled."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Any

import pytest

from kiosk.checkin.reasons import Reason
from kiosk.ports.card import CardFailure, CardFault, FaceCode, OtherCard, Pin
from kiosk.ports.examinee import (
    AskFaceCode,
    AskPin,
    Complaint,
    InsertCard,
    Move,
    Question,
)
from tests.journey.scripts import CARD, INSURED, ON_TICKET, TICKET, YES, Script, reason_of, visit_of
from tests.journey.stage import Stage, StageCard


async def test_a_wrong_pin_is_told_with_the_tries_left_and_asked_again() -> None:
    def again(question: AskPin) -> Pin:
        assert (question.tries_left, question.complaint) == (2, Complaint.PIN_WRONG)
        return Pin(b"1234")

    script: Script = [*TICKET, CARD[0], (AskPin, lambda _: Pin(b"0000")), (AskPin, again), *ON_TICKET, *INSURED, *YES]
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
    assert (await reason_of(*TICKET, CARD[0], *unknown, *ON_TICKET, *INSURED, *YES)).confirms


async def test_neither_pin_nor_face_code_goes_to_the_desk() -> None:
    unknown: Script = [(AskPin, Move.NOT_KNOWN), (AskFaceCode, Move.NOT_KNOWN)]
    assert await reason_of(*TICKET, CARD[0], *unknown) is Reason.PIN_UNKNOWN


async def test_back_from_the_face_code_leads_to_the_pin() -> None:
    back: Script = [(AskPin, Move.NOT_KNOWN), (AskFaceCode, Move.BACK), CARD[1]]
    assert (await reason_of(*TICKET, CARD[0], *back, *ON_TICKET, *INSURED, *YES)).confirms


async def test_secrets_are_wiped_after_use() -> None:
    pin, code = Pin(b"0000"), FaceCode(b"45010220351234")
    script: Script = [
        *TICKET,
        CARD[0],
        (AskPin, pin),
        (AskPin, Move.NOT_KNOWN),
        (AskFaceCode, code),
        *ON_TICKET,
        *INSURED,
        *YES,
    ]
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
    stage = Stage(*TICKET, *CARD, *ON_TICKET, *INSURED, *YES, cards=[StageCard(), StageCard()])
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
