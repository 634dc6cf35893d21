"""The My Number card: put in, opened with the PIN or with 照合番号B, read, and never harmed."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, TypeVar, assert_never

from kiosk.checkin.outcome import certificate_usable
from kiosk.checkin.person import Person
from kiosk.checkin.reasons import Reason
from kiosk.ports import Ports
from kiosk.ports.card import CardFacts, CardFailure, CardFault, CardSession, FaceCode, OtherCard, Pin
from kiosk.ports.examinee import AskFaceCode, AskPin, Complaint, InsertCard, Move, Step, Working
from kiosk.steps.form import Filled, Form
from kiosk.steps.race import first_of

A = TypeVar("A")
Secret = TypeVar("Secret", Pin, FaceCode)

MOST_ATTEMPTS = 3
"""How often a card may fail in the same check-in before a person helps."""
MOST_FACE_CODES = 3
"""How often 照合番号B may be wrong; the card allows ten."""
KEPT_TRIES = 1
"""Tries that the kiosk leaves on the card."""

_FACE_HELPS = frozenset({Reason.PIN_UNKNOWN, Reason.PIN_LOCKED, Reason.LAST_TRY, Reason.NO_READER})
"""The card itself is sound, and the face reader needs no PIN."""


class _StepBack(Exception):
    """The examinee pressed 「もどる」 while the card was open."""


@dataclass(slots=True)
class _Attempts:
    """What went wrong with cards so far, and what the screen says about the last time."""

    count: int = 0
    complaint: Complaint | None = None
    other: OtherCard | None = None


async def read_card(form: Form, ports: Ports) -> Filled:
    """Name, birth date and sex from 券面事項入力補助AP, the certificate's end from the JPKI AP."""
    if form.route is None or not form.route.reads_card:
        return Filled.SKIPPED
    form.card_fault = None
    attempts = _Attempts()
    while form.reason is None:
        try:
            if await _card_in(ports, attempts) is not None:
                return Filled.BACK
            await _open(form, ports)
            break
        except _StepBack:
            return Filled.BACK
        except CardFailure as failure:
            form.reason = _reason(failure, attempts)
    can = form.policy.capabilities
    if form.reason in _FACE_HELPS and can.face_query and can.dates:
        form.go_by_face(form.reason)
    return Filled.DONE


async def _card_in(ports: Ports, attempts: _Attempts) -> Move | None:
    """Wait for a card; None when one is in. After a failure the old one has to come out first."""
    question = InsertCard(attempts.complaint, attempts.other)

    async def wait() -> None:
        if attempts.complaint is not None:
            await ports.reader.removed()
        await ports.reader.inserted()

    return await first_of(ports.examinee.ask(question), wait())


async def _open(form: Form, ports: Ports) -> None:
    """Read the card that is in; writes the person into the form, or a reason when only a person can go on."""
    ports.examinee.show(Working(Step.CARD, (Step.CARD,)))
    async with ports.reader.session() as card:
        facts = await card.facts()
        if form.policy.capabilities.dates:
            form.certificate_end = facts.certificate_end
            today = ports.clock.now().date()
            if facts.certificate_end is not None and not certificate_usable(facts.certificate_end, today):
                form.reason = Reason.CERTIFICATE_EXPIRED
                return
        form.person = await _person(card, facts, form, ports)


async def _person(card: CardSession, facts: CardFacts, form: Form, ports: Ports) -> Person | None:
    """The person, opened with the PIN; with 照合番号B for those who do not know it. None when a reason was set."""
    tries, complaint = facts.pin_tries, None
    while True:
        if tries <= KEPT_TRIES:
            form.reason = Reason.LAST_TRY if tries else Reason.PIN_LOCKED
            return None
        answer = await _unless_pulled(ports, ports.examinee.ask(AskPin(tries, complaint)))
        match answer:
            case Move.BACK:
                raise _StepBack
            case Move.NOT_KNOWN:
                person = await _person_by_face_code(card, form, ports)
                if person is not None or form.reason is not None:
                    return person
            case Pin():
                opened = await _opened_with(answer, card.person_by_pin, ports)
                if isinstance(opened, Person):
                    return opened
                tries, complaint = opened, Complaint.PIN_WRONG


async def _person_by_face_code(card: CardSession, form: Form, ports: Ports) -> Person | None:
    """The person, opened with 照合番号B. None with a reason when it is the desk's turn, without one to ask the PIN."""
    complaint: Complaint | None = None
    tries = await card.face_code_tries()
    for _ in range(MOST_FACE_CODES):
        if tries <= KEPT_TRIES:
            break
        answer = await _unless_pulled(ports, ports.examinee.ask(AskFaceCode(tries, complaint)))
        match answer:
            case Move.BACK:
                return None
            case Move.NOT_KNOWN:
                break
            case FaceCode():
                opened = await _opened_with(answer, card.person_by_face_code, ports)
                if isinstance(opened, Person):
                    return opened
                tries, complaint = opened, Complaint.FACE_CODE_WRONG
    form.reason = Reason.PIN_UNKNOWN
    return None


async def _opened_with(
    secret: Secret, person_by: Callable[[Secret], Coroutine[Any, Any, Person]], ports: Ports
) -> Person | int:
    """Send what was typed, once, and wipe it: the person, or the tries that are left when it was wrong."""
    try:
        ports.examinee.show(Working(Step.CARD, (Step.CARD,)))
        return await person_by(secret)
    except CardFailure as failure:
        if failure.fault is not CardFault.PIN_WRONG or failure.tries_left is None:
            raise
        return failure.tries_left
    finally:
        secret.wipe()


async def _unless_pulled(ports: Ports, asking: Coroutine[Any, Any, A]) -> A:
    """The answer, unless the card is pulled first. Raises CardFailure PULLED then."""

    async def pulled() -> A:
        await ports.reader.removed()
        raise CardFailure(CardFault.PULLED)

    return await first_of(asking, pulled())


def _reason(failure: CardFailure, attempts: _Attempts) -> Reason | None:
    """The reason that this failure ends in; None when the examinee may try again, told in `attempts` what was wrong."""
    attempts.count += 1
    reason: Reason
    match failure.fault:
        case CardFault.NO_READER:
            return Reason.NO_READER
        case CardFault.LAST_TRY:
            return Reason.LAST_TRY
        case CardFault.LOCKED:
            return Reason.PIN_LOCKED
        case CardFault.WRONG_CARD:
            if failure.other in (OtherCard.PHONE, OtherCard.UNKNOWN_GENERATION):
                return Reason.PHONE_OR_NEW_CARD
            reason, attempts.complaint = Reason.NOT_A_MY_NUMBER_CARD, Complaint.WRONG_CARD
        case CardFault.MUTE:
            reason, attempts.complaint = Reason.CARD_UNREADABLE, Complaint.CARD_SIDE
        case CardFault.PULLED:
            reason, attempts.complaint = Reason.CARD_PULLED, Complaint.CARD_PULLED
        case CardFault.TROUBLE | CardFault.PIN_WRONG:
            reason, attempts.complaint = Reason.CARD_UNREADABLE, Complaint.CARD_TROUBLE
        case _:
            assert_never(failure.fault)
    attempts.other = failure.other
    return reason if attempts.count >= MOST_ATTEMPTS else None
