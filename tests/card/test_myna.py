"""The profile of the My Number card, on the emulated card without pcscd."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from hardware.card.errors import CardError, PcscError, failure_of
from hardware.card.myna import MyNumberCard
from hardware.virtual import other_cards as cards
from hardware.virtual.card import VirtualCard, my_number_card
from hardware.virtual.card_contents import four_items
from hardware.virtual.card_spec import CONTACT_ATR, CardSpec
from kiosk.checkin.person import Person
from kiosk.ports.card import CardFailure, CardFault, FaceCode, OtherCard, Pin
from tests.card.people import HANAKO, PIN, WRONG_PIN, DirectConnection, assert_nothing_forbidden

APDU_BUDGET = 13


def opened(card: VirtualCard) -> MyNumberCard:
    return MyNumberCard(DirectConnection(card))


def read_whole(card: VirtualCard, pin: str = PIN) -> Person:
    """What a check-in does with a card."""
    session = opened(card)
    session.facts()
    return session.person_by_pin(Pin.typed(pin))


def failure(call: Callable[[], object]) -> CardFailure:
    """The failure of the port that the call ends in."""
    with pytest.raises((CardFailure, CardError)) as caught:
        call()
    return failure_of(caught.value)


def test_whole_read_stays_within_the_budget() -> None:
    card = my_number_card(HANAKO)
    assert read_whole(card) == HANAKO
    assert len(card.log) == 11 <= APDU_BUDGET
    assert_nothing_forbidden(card)


def test_long_address_is_read_whole_within_the_budget() -> None:
    person = replace(HANAKO, address="長" * 130)
    card = my_number_card(person)
    assert read_whole(card) == person
    assert len(card.log) <= APDU_BUDGET


def test_four_items_of_just_one_read_are_read_whole() -> None:
    length = 256 - len(four_items(replace(HANAKO, address="a" * 150)))
    for size in (149 + length, 150 + length, 151 + length):
        person = replace(HANAKO, address="a" * size)
        assert read_whole(my_number_card(person)) == person


def test_facts_of_a_card_without_a_certificate() -> None:
    facts = opened(my_number_card(HANAKO, certificate_end=None)).facts()
    assert facts.certificate_end is None
    assert facts.pin_tries == 3


def test_certificate_ends_on_the_day_in_japan() -> None:
    assert opened(my_number_card(HANAKO, certificate_end=date(2027, 1, 2))).facts().certificate_end == date(2027, 1, 2)


def test_no_more_of_the_certificate_is_read_than_needed() -> None:
    card = my_number_card(HANAKO)
    opened(card).facts()
    assert sum(recorded.command[1] == 0xB0 and recorded.file == 0x000A for recorded in card.log) == 1


@pytest.mark.parametrize("word", [0x63C0, 0x6983, 0x6984])
def test_locked_pin_counts_zero_and_is_not_sent(word: int) -> None:
    card = VirtualCard(CardSpec(person=HANAKO, pin_tries=0, locked_query=word))
    session = opened(card)
    assert session.facts().pin_tries == 0
    assert failure(lambda: session.person_by_pin(Pin.typed(PIN))).fault is CardFault.LOCKED
    assert card.verifications == 0


def test_card_without_a_pin_counts_zero_and_opens_with_the_face_code() -> None:
    spec = CardSpec(person=HANAKO, pin=None)
    session = opened(VirtualCard(spec))
    assert session.facts().pin_tries == 0
    assert failure(lambda: session.person_by_pin(Pin.typed(PIN))).fault is CardFault.LOCKED
    assert session.person_by_face_code(FaceCode.typed(spec.face_code)) == HANAKO


def test_wrong_pin_once_then_right() -> None:
    card = my_number_card(HANAKO)
    session = opened(card)
    session.facts()
    wrong = failure(lambda: session.person_by_pin(Pin.typed(WRONG_PIN)))
    assert (wrong.fault, wrong.tries_left) == (CardFault.PIN_WRONG, 2)
    assert session.person_by_pin(Pin.typed(PIN)) == HANAKO
    assert card.pin_left == 3
    assert card.verifications == 2


def test_last_try_is_refused_before_anything_is_sent() -> None:
    card = my_number_card(HANAKO)
    session = opened(card)
    session.facts()
    for left in (2, 1):
        assert failure(lambda: session.person_by_pin(Pin.typed(WRONG_PIN))).tries_left == left
    refused = failure(lambda: session.person_by_pin(Pin.typed(PIN)))
    assert (refused.fault, refused.tries_left) == (CardFault.LAST_TRY, 1)
    assert card.verifications == 2
    assert card.pin_left == 1


def test_last_try_of_the_face_code_is_refused_before_anything_is_sent() -> None:
    spec = CardSpec(person=HANAKO, face_code_tries=1)
    card = VirtualCard(spec)
    session = opened(card)
    assert session.face_code_tries() == 1
    refused = failure(lambda: session.person_by_face_code(FaceCode.typed(spec.face_code)))
    assert refused.fault is CardFault.LAST_TRY
    assert card.verifications == 0


def test_face_code_opens_the_four_items() -> None:
    spec = CardSpec(person=HANAKO)
    session = opened(VirtualCard(spec))
    assert session.face_code_tries() == 10
    assert spec.face_code == "45010220352285"
    assert session.person_by_face_code(FaceCode.typed(spec.face_code)) == HANAKO


def test_counter_is_asked_again_after_anything_in_between() -> None:
    card = my_number_card(HANAKO)
    session = opened(card)
    assert session.facts().pin_tries == 3
    assert session.face_code_tries() == 10
    assert session.person_by_pin(Pin.typed(PIN)) == HANAKO
    position = next(at for at, recorded in enumerate(card.log) if recorded.verifies)
    assert card.log[position - 1].command == bytes.fromhex("00200080")
    assert card.log[position - 1].file == 0x0011


def test_person_without_facts_proves_the_card_first() -> None:
    assert opened(my_number_card(HANAKO)).person_by_pin(Pin.typed(PIN)) == HANAKO


def test_verified_key_is_closed_by_a_power_cycle_before_it_is_asked_again() -> None:
    card = my_number_card(HANAKO)
    session = opened(card)
    session.person_by_pin(Pin.typed(PIN))
    assert session.facts().pin_tries == 3
    assert card.power_offs == 1
    assert session.person_by_pin(Pin.typed(PIN)) == HANAKO


class NeverForgets(DirectConnection):
    """A reader that does not take the power away."""

    def power_cycle(self) -> None:
        self.card.reset()


def test_key_that_stays_verified_is_trouble() -> None:
    card = my_number_card(HANAKO)
    session = MyNumberCard(NeverForgets(card))
    session.person_by_pin(Pin.typed(PIN))
    assert failure(lambda: session.person_by_pin(Pin.typed(PIN))).fault is CardFault.TROUBLE
    assert card.verifications == 1


@pytest.mark.parametrize(
    ("tries", "pin", "fault", "left"),
    [
        (3, WRONG_PIN, CardFault.PIN_WRONG, 2),
        (2, WRONG_PIN, CardFault.PIN_WRONG, 1),
        (3, PIN, CardFault.TROUBLE, None),
        (2, PIN, CardFault.TROUBLE, None),
    ],
)
def test_lost_answer_of_verify_is_told_by_the_counter(tries: int, pin: str, fault: CardFault, left: int | None) -> None:
    card = VirtualCard(CardSpec(person=HANAKO, pin_tries=tries, lost_answers=1))
    session = opened(card)
    session.facts()
    lost = failure(lambda: session.person_by_pin(Pin.typed(pin)))
    assert (lost.fault, lost.tries_left) == (fault, left)
    assert card.verifications == 1


def test_two_stray_bytes_before_the_container() -> None:
    assert read_whole(VirtualCard(CardSpec(person=HANAKO, stray_bytes=2))) == HANAKO


def test_first_select_is_repeated_once() -> None:
    card = VirtualCard(CardSpec(person=HANAKO, first_select_fails=True))
    assert read_whole(card) == HANAKO
    assert len(card.log) == 12


@pytest.mark.parametrize("position", range(11))
def test_pulled_at_every_command(position: int) -> None:
    card = VirtualCard(CardSpec(person=HANAKO, pulled_after=position))
    assert failure(lambda: read_whole(card)).fault is CardFault.PULLED
    assert len(card.log) == position


@pytest.mark.parametrize(
    ("make", "other"),
    [
        (cards.driving_licence, OtherCard.DRIVING_LICENCE),
        (cards.residence_card, OtherCard.RESIDENCE_CARD),
        (cards.passport, OtherCard.PASSPORT),
        (cards.payment_card, OtherCard.PAYMENT_CARD),
        (cards.transit_card, OtherCard.TRANSIT_OR_STAFF_CARD),
        (cards.staff_card, OtherCard.TRANSIT_OR_STAFF_CARD),
        (cards.unknown_card, OtherCard.UNKNOWN),
        (lambda: cards.basic_resident_card(HANAKO), OtherCard.BASIC_RESIDENT_CARD),
        (lambda: cards.android_phone(HANAKO), OtherCard.PHONE),
        (lambda: cards.iphone(HANAKO), OtherCard.PHONE),
        (lambda: cards.next_generation(HANAKO), OtherCard.UNKNOWN_GENERATION),
    ],
)
def test_other_cards_are_named_and_never_verified(make: Callable[[], VirtualCard], other: OtherCard) -> None:
    card = make()
    for call in (lambda: opened(card).facts(), lambda: opened(card).person_by_pin(Pin.typed(PIN))):
        wrong = failure(call)
        assert (wrong.fault, wrong.other) == (CardFault.WRONG_CARD, other)
    assert card.verifications == 0
    assert not any(recorded.command[1] == 0x20 for recorded in card.log)
    assert_nothing_forbidden(card)


@pytest.mark.parametrize("atr", [cards.FELICA_ATR, cards.LICENCE_ATR, CONTACT_ATR, cards.PLAIN_ATR])
def test_answer_to_reset_decides_nothing(atr: bytes) -> None:
    assert read_whole(VirtualCard(CardSpec(person=HANAKO, atr=atr))) == HANAKO


@pytest.mark.parametrize("pin", [PIN, WRONG_PIN])
def test_pin_is_wiped_in_every_case(pin: str) -> None:
    for spec in (
        CardSpec(person=HANAKO),
        CardSpec(person=HANAKO, pin_tries=1),
        CardSpec(person=HANAKO, pulled_after=0),
        CardSpec(person=HANAKO, pulled_after=9),
        CardSpec(person=HANAKO, lost_answers=1),
        CardSpec(person=HANAKO, label="JPKIAPGPSETOKEN"),
    ):
        secret = Pin.typed(pin)
        with contextlib.suppress(CardFailure, CardError):
            opened(VirtualCard(spec)).person_by_pin(secret)
        assert secret.octets == bytes(4)


class Answering(DirectConnection):
    """Answers to one command with something else."""

    def __init__(self, card: VirtualCard, at: int, answer: bytes) -> None:
        super().__init__(card)
        self._at, self._answer = at, answer

    def transmit(self, command: bytes | bytearray) -> bytes:
        answer = super().transmit(command)
        return self._answer if len(self.card.log) == self._at + 1 else answer


@pytest.mark.parametrize("position", range(11))
@pytest.mark.parametrize(
    "answer", ["6F00", "6A80", "6700", "61FF", "6C00", "6300", "9000", "00009000", "FFFF9000", "00"]
)
def test_hostile_answer_at_every_command_ends_in_a_failure_of_the_port(position: int, answer: str) -> None:
    card = my_number_card(HANAKO)
    session = MyNumberCard(Answering(card, position, bytes.fromhex(answer)))
    ended: Exception | None = None
    try:
        session.facts()
        session.person_by_pin(Pin.typed(PIN))
    except (CardFailure, CardError) as error:
        ended = error
    assert ended is None or failure_of(ended).fault in (CardFault.TROUBLE, CardFault.WRONG_CARD)
    assert card.verifications <= 1
    assert card.pin_left == 3
    assert_nothing_forbidden_but_get_response(card)


def assert_nothing_forbidden_but_get_response(card: VirtualCard) -> None:
    """61xx makes the reading fetch the rest, which this card does not know."""
    card.log[:] = [recorded for recorded in card.log if recorded.command[1] != 0xC0]
    assert_nothing_forbidden(card)


class InParts(DirectConnection):
    """A contact reader with T=0: data come by GET RESPONSE, and a length too long is corrected."""

    _rest = b""

    def transmit(self, command: bytes | bytearray) -> bytes:
        if command[1] == 0xC0:
            size = command[4] or 256
            part, self._rest = self._rest[:size], self._rest[size:]
            return part + (b"\x61" + bytes((len(self._rest) & 0xFF,)) if self._rest else b"\x90\x00")
        answer = super().transmit(command)
        if command[1] != 0xB0 or answer[-2:] != b"\x90\x00":
            return answer
        wanted, has = command[4] or 256, len(answer) - 2
        if has < wanted:
            return b"\x6c" + bytes((has,))
        self._rest = answer[:-2]
        return b"\x61" + bytes((has & 0xFF,))


def test_contact_reader_that_gives_answers_in_parts() -> None:
    session = MyNumberCard(InParts(my_number_card(HANAKO)))
    assert session.facts().certificate_end == date(2030, 2, 17)
    assert session.person_by_pin(Pin.typed(PIN)) == HANAKO


def test_reader_that_is_gone_is_not_a_pulled_card() -> None:
    class Gone(DirectConnection):
        def transmit(self, command: bytes | bytearray) -> bytes:  # noqa: ARG002 - the signature of the base
            raise PcscError(0x80100013)

    assert failure(lambda: MyNumberCard(Gone(my_number_card(HANAKO))).facts()).fault is CardFault.NO_READER
