"""The guard: what is not listed is not sent, whatever the caller says."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hardware.card.apdu import QUERY_TRIES, Octets, read_binary, select_application, select_file, verify
from hardware.card.errors import CardError
from hardware.card.files import Application
from hardware.card.guard import Denial, Denied, Guard
from hardware.virtual.card import VirtualCard, my_number_card
from hardware.virtual.card_spec import CardSpec
from tests.card.people import HANAKO, PIN, WRONG_PIN, DirectConnection, assert_nothing_forbidden

JPKI, TEXT = select_application(Application.JPKI), select_application(Application.TEXT)
PROOF = (JPKI, select_file(0x0006), read_binary(0, 32))
VISUAL = bytes.fromhex("00A4040C0AD3921000310001010402")


def guarded(*commands: bytes) -> tuple[VirtualCard, Guard]:
    """A card on which the commands have been done."""
    card = my_number_card(HANAKO)
    guard = Guard(DirectConnection(card))
    for command in commands:
        guard.transmit(command)
    return card, guard


def denial_of(guard: Guard, command: Octets) -> Denial:
    with pytest.raises(Denied) as caught:
        guard.transmit(command)
    return caught.value.denial


@pytest.mark.parametrize(
    ("command", "denial"),
    [
        (select_file(0x0001), Denial.INDIVIDUAL_NUMBER),
        (select_file(0x0013), Denial.INDIVIDUAL_NUMBER),
        (select_file(0x0014), Denial.INDIVIDUAL_NUMBER),
        (bytes.fromhex("00B0810000"), Denial.INDIVIDUAL_NUMBER),
        (VISUAL, Denial.INDIVIDUAL_NUMBER),
        (bytes.fromhex("00B0820000"), Denial.SHORT_FILE),
        (bytes.fromhex("00200091") + b"\x04" + PIN.encode(), Denial.SHORT_FILE),
        (bytes.fromhex("00200094") + b"\x0c" + b"0" * 12, Denial.SHORT_FILE),
        (bytes.fromhex("00A40000"), Denial.MASTER_FILE),
        (bytes.fromhex("00A4000C023F00"), Denial.MASTER_FILE),
        (bytes.fromhex("00A40200020002"), Denial.NOT_LISTED),
        (select_file(0x0012), Denial.NOT_LISTED),
        (bytes.fromhex("802A008004") + b"hash" + b"\x00", Denial.SIGNING_KEY),
        (bytes.fromhex("002A9E9A04") + b"hash" + b"\x00", Denial.SIGNING_KEY),
        (bytes.fromhex("0024000004") + PIN.encode(), Denial.NOT_LISTED),
        (bytes.fromhex("0CA4020C020002"), Denial.NOT_LISTED),
        (bytes.fromhex("01A4020C020002"), Denial.NOT_LISTED),
        (bytes.fromhex("00C0000010"), Denial.NOT_LISTED),
        (bytes.fromhex("00B000000000FF"), Denial.NOT_LISTED),
        (b"", Denial.NOT_LISTED),
        (b"\x00\xa4", Denial.NOT_LISTED),
    ],
)
def test_denied_in_the_text_application(command: bytes, denial: Denial) -> None:
    card, guard = guarded(*PROOF, TEXT)
    sent = len(card.log)
    assert denial_of(guard, command) is denial
    assert len(card.log) == sent


@pytest.mark.parametrize("identifier", [0x0001, 0x0002, 0x001A, 0x001B])
def test_signing_files_are_denied(identifier: int) -> None:
    _, guard = guarded(*PROOF)
    assert denial_of(guard, select_file(identifier)) is Denial.SIGNING_KEY


@pytest.mark.parametrize("identifier", [0x0017, 0x0018])
def test_authentication_key_and_its_pin_are_denied(identifier: int) -> None:
    _, guard = guarded(*PROOF)
    assert denial_of(guard, select_file(identifier)) is Denial.NOT_LISTED


def test_file_without_a_known_application_is_denied() -> None:
    _, guard = guarded()
    assert denial_of(guard, select_file(0x0002)) is Denial.NOT_LISTED


def test_failed_select_leaves_nothing_selected() -> None:
    _, guard = guarded(*PROOF, select_application(Application.PASSPORT))
    assert denial_of(guard, select_file(0x0006)) is Denial.NOT_LISTED


def test_unproven_card_keeps_its_text_application_closed() -> None:
    _, guard = guarded(JPKI)
    assert denial_of(guard, TEXT) is Denial.UNPROVEN


def test_other_label_proves_nothing() -> None:
    guard = Guard(DirectConnection(VirtualCard(CardSpec(person=HANAKO, label="JPKIAPICCTOKEN"))))
    for command in PROOF:
        guard.transmit(command)
    assert denial_of(guard, TEXT) is Denial.UNPROVEN


def test_power_cycle_takes_the_proof_away() -> None:
    _, guard = guarded(*PROOF)
    guard.power_cycle()
    assert denial_of(guard, TEXT) is Denial.UNPROVEN


def test_verify_needs_the_counter_directly_before_it() -> None:
    card, guard = guarded(*PROOF, TEXT, select_file(0x0011))
    assert denial_of(guard, verify(PIN.encode())) is Denial.COUNTER
    guard.transmit(QUERY_TRIES)
    guard.transmit(select_file(0x0011))
    assert denial_of(guard, verify(PIN.encode())) is Denial.COUNTER
    guard.transmit(QUERY_TRIES)
    assert guard.transmit(verify(PIN.encode())).ok
    assert denial_of(guard, verify(PIN.encode())) is Denial.COUNTER
    assert card.verifications == 1


def test_verify_on_the_last_try_is_denied() -> None:
    card = VirtualCard(CardSpec(person=HANAKO, pin_tries=1))
    guard = Guard(DirectConnection(card))
    for command in (*PROOF, TEXT, select_file(0x0011), QUERY_TRIES):
        guard.transmit(command)
    assert denial_of(guard, verify(PIN.encode())) is Denial.COUNTER
    assert card.pin_left == 1


@pytest.mark.parametrize("digits", [b"\x00" * 4, b"12345", b"123", b"123a", b"1" * 14])
def test_verify_of_anything_but_the_digits_of_the_key_is_denied(digits: bytes) -> None:
    _, guard = guarded(*PROOF, TEXT, select_file(0x0011), QUERY_TRIES)
    assert denial_of(guard, verify(digits)) is Denial.SECRET


def test_verify_of_a_file_is_denied() -> None:
    _, guard = guarded(*PROOF, TEXT, select_file(0x0002))
    assert denial_of(guard, QUERY_TRIES) is Denial.NOT_LISTED


def test_denial_holds_no_digits() -> None:
    _, guard = guarded(*PROOF, TEXT, select_file(0x0011))
    with pytest.raises(Denied) as caught:
        guard.transmit(verify(PIN.encode()))
    assert str(caught.value) == "counter: Command(00 20 00 80 …)"


COMMANDS = st.one_of(
    st.sampled_from([*PROOF, TEXT, VISUAL, QUERY_TRIES, read_binary(0, 256)]),
    st.integers(0, 0x1F).map(select_file),
    st.sampled_from([verify(WRONG_PIN.encode()), verify(PIN.encode()), verify(b"0" * 14), verify(b"0" * 12)]).map(
        bytes
    ),
    st.builds(
        lambda ins, p1, p2, body: bytes((0, ins, p1, p2)) + body,
        st.sampled_from([0x20, 0x24, 0x2A, 0xA4, 0xB0, 0xB2, 0xC0]),
        st.integers(0, 255),
        st.integers(0, 255),
        st.binary(max_size=8),
    ),
    st.binary(max_size=24),
)


@settings(max_examples=300)
@given(st.lists(COMMANDS, max_size=40))
def test_no_sequence_reaches_what_is_forbidden_or_the_last_try(commands: list[bytes]) -> None:
    card, guard = guarded(*PROOF, TEXT, select_file(0x0011))
    for command in commands:
        with contextlib.suppress(CardError):
            guard.transmit(command)
    assert_nothing_forbidden(card)
    assert card.pin_left >= 1
    assert card.face_code_left >= 1
