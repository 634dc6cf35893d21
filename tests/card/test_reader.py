"""The port through a real pcscd, with the virtual card in the virtual reader."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from datetime import date

import pytest

from hardware.card.apdu import Exchange
from hardware.card.calls import Limits
from hardware.card.errors import PcscError
from hardware.card.pcsc import PcscConnection
from hardware.card.reader import PcscReader
from hardware.virtual import other_cards as cards
from hardware.virtual.card import VirtualCard, my_number_card
from hardware.virtual.card_contents import INDIVIDUAL_NUMBER_TRAP
from hardware.virtual.card_spec import CardSpec
from hardware.virtual.vpcd import VirtualSlot
from kiosk.checkin.person import Person
from kiosk.ports.card import CardFacts, CardFailure, CardFault, FaceCode, OtherCard, Pin
from tests.card.conftest import READER
from tests.card.people import HANAKO, PIN, WRONG_PIN, assert_nothing_forbidden

pytestmark = [pytest.mark.pcscd, pytest.mark.usefixtures("clean_output")]

LIMIT = 15.0


async def put_in(reader: PcscReader, slot: VirtualSlot, card: VirtualCard) -> VirtualCard:
    """The card, once the reader has seen it, and has seen before that the last test's is gone."""
    async with asyncio.timeout(LIMIT):
        if slot.card is None:
            await reader.removed()
        slot.insert(card)
        await reader.inserted()
    return card


async def read_whole(reader: PcscReader, pin: str = PIN) -> Person:
    async with reader.session() as session:
        await session.facts()
        return await session.person_by_pin(Pin.typed(pin))


async def failure(reader: PcscReader, pin: str = PIN) -> CardFailure:
    with pytest.raises(CardFailure) as caught:
        await read_whole(reader, pin)
    return caught.value


async def test_whole_read_within_the_budget(slot: VirtualSlot) -> None:
    tape: list[Exchange] = []
    async with PcscReader(READER, tape=tape.append) as reader:
        card = await put_in(reader, slot, my_number_card(HANAKO))
        async with reader.session() as session:
            assert await session.facts() == CardFacts(certificate_end=date(2030, 2, 17), pin_tries=3)
            assert await session.person_by_pin(Pin.typed(PIN)) == HANAKO
    assert len(tape) == len(card.log) <= 13
    assert_nothing_forbidden(card)


async def test_card_comes_and_goes(reader: PcscReader, slot: VirtualSlot) -> None:
    seen = [reader.holds_card]
    await put_in(reader, slot, my_number_card(HANAKO))
    seen.append(reader.holds_card)
    slot.pull()
    async with asyncio.timeout(LIMIT):
        await reader.removed()
    seen.append(reader.holds_card)
    assert seen == [False, True, False]
    assert reader.available
    with pytest.raises(CardFailure) as caught:
        async with reader.session():
            pass
    assert caught.value.fault is CardFault.PULLED


async def test_session_takes_the_power_at_its_end(reader: PcscReader, slot: VirtualSlot) -> None:
    card = await put_in(reader, slot, my_number_card(HANAKO))
    async with reader.session() as session:
        await session.facts()
        before = card.power_offs  # pcscd takes the power from a card that nobody used in time
        await session.person_by_pin(Pin.typed(PIN))
    async with reader.session() as session:
        # Only an answer of the card shows that it has got what was sent before: power off is not acknowledged.
        assert (await session.facts()).pin_tries == 3
        assert card.power_offs == before + 1


async def test_session_is_exclusive(reader: PcscReader, slot: VirtualSlot) -> None:
    await put_in(reader, slot, my_number_card(HANAKO))
    async with reader.session():
        with pytest.raises(PcscError, match="SHARING_VIOLATION"):
            await asyncio.to_thread(PcscConnection, READER)


async def test_wrong_pin_once_then_right_then_the_face_code(reader: PcscReader, slot: VirtualSlot) -> None:
    card = await put_in(reader, slot, my_number_card(HANAKO))
    async with reader.session() as session:
        await session.facts()
        with pytest.raises(CardFailure) as wrong:
            await session.person_by_pin(Pin.typed(WRONG_PIN))
        assert (wrong.value.fault, wrong.value.tries_left) == (CardFault.PIN_WRONG, 2)
        assert await session.person_by_pin(Pin.typed(PIN)) == HANAKO
        assert await session.face_code_tries() == 10
        assert await session.person_by_face_code(FaceCode.typed(card.spec.face_code)) == HANAKO


async def test_last_try_is_refused_before_anything_is_sent(reader: PcscReader, slot: VirtualSlot) -> None:
    card = await put_in(reader, slot, VirtualCard(CardSpec(person=HANAKO, pin_tries=1)))
    assert (await failure(reader)).fault is CardFault.LAST_TRY
    assert card.verifications == 0


@pytest.mark.parametrize("word", [0x6983, 0x6984])
async def test_locked_card(reader: PcscReader, slot: VirtualSlot, word: int) -> None:
    card = await put_in(reader, slot, VirtualCard(CardSpec(person=HANAKO, pin_tries=0, locked_query=word)))
    assert (await failure(reader)).fault is CardFault.LOCKED
    assert card.verifications == 0


@pytest.mark.parametrize(
    ("pin", "fault", "left"), [(WRONG_PIN, CardFault.PIN_WRONG, 2), (PIN, CardFault.TROUBLE, None)]
)
async def test_lost_answer_of_verify(
    reader: PcscReader, slot: VirtualSlot, pin: str, fault: CardFault, left: int | None
) -> None:
    card = await put_in(reader, slot, VirtualCard(CardSpec(person=HANAKO, lost_answers=1)))
    lost = await failure(reader, pin)
    assert (lost.fault, lost.tries_left) == (fault, left)
    assert card.verifications == 1
    assert await read_whole(reader) == HANAKO


@pytest.mark.parametrize("position", range(11))
async def test_pulled_at_every_command(reader: PcscReader, slot: VirtualSlot, position: int) -> None:
    await put_in(reader, slot, VirtualCard(CardSpec(person=HANAKO, pulled_after=position)))
    assert (await failure(reader)).fault is CardFault.PULLED
    async with asyncio.timeout(LIMIT):
        await reader.removed()


async def test_pulled_while_the_pin_is_typed(reader: PcscReader, slot: VirtualSlot) -> None:
    await put_in(reader, slot, my_number_card(HANAKO))
    async with reader.session() as session:
        await session.facts()
        slot.pull()
        async with asyncio.timeout(LIMIT):
            await reader.removed()
        with pytest.raises(CardFailure) as caught:
            await session.person_by_pin(Pin.typed(PIN))
    assert caught.value.fault is CardFault.PULLED


async def test_card_swapped_faster_than_the_poll_is_a_removal(reader: PcscReader, slot: VirtualSlot) -> None:
    await put_in(reader, slot, my_number_card(HANAKO))
    async with reader.session() as session:
        await session.facts()
        gone = asyncio.ensure_future(reader.removed())
        slot.insert(my_number_card(HANAKO))
        async with asyncio.timeout(LIMIT):
            await gone
    async with asyncio.timeout(LIMIT):
        await reader.inserted()
    assert await read_whole(reader) == HANAKO


async def test_faults_of_known_cards_are_read_through(reader: PcscReader, slot: VirtualSlot) -> None:
    card = VirtualCard(CardSpec(person=HANAKO, stray_bytes=2, first_select_fails=True))
    await put_in(reader, slot, card)
    assert await read_whole(reader) == HANAKO


@pytest.mark.parametrize(
    ("make", "fault", "other"),
    [
        (cards.driving_licence, CardFault.WRONG_CARD, OtherCard.DRIVING_LICENCE),
        (cards.transit_card, CardFault.WRONG_CARD, OtherCard.TRANSIT_OR_STAFF_CARD),
        (cards.unknown_card, CardFault.WRONG_CARD, OtherCard.UNKNOWN),
        (lambda: cards.android_phone(HANAKO), CardFault.WRONG_CARD, OtherCard.PHONE),
        (cards.upside_down, CardFault.MUTE, None),
    ],
    ids=["licence", "felica", "unknown", "phone", "mute"],
)
async def test_other_cards(
    reader: PcscReader,
    slot: VirtualSlot,
    make: Callable[[], VirtualCard],
    fault: CardFault,
    other: OtherCard | None,
) -> None:
    await put_in(reader, slot, make())
    wrong = await failure(reader)
    assert (wrong.fault, wrong.other) == (fault, other)


async def test_cancelled_in_the_middle_sends_nothing_more(reader: PcscReader, slot: VirtualSlot) -> None:
    card = await put_in(reader, slot, my_number_card(HANAKO))
    pin = Pin.typed(PIN)
    async with reader.session() as session:
        await session.facts()
        before = card.power_offs
        reading = asyncio.ensure_future(session.person_by_pin(pin))
        await asyncio.sleep(0)
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading
        assert pin.octets == bytes(4)
    # The session has ended, so the thread has come to rest.
    assert card.pin_left == 3
    assert card.verifications <= 1
    async with reader.session() as session:
        await session.facts()
        assert card.power_offs == before + 1
        assert await session.person_by_pin(Pin.typed(PIN)) == HANAKO


class Hanging(VirtualCard):
    """Does not answer until it is let go."""

    def __init__(self) -> None:
        super().__init__(CardSpec(person=HANAKO))
        self.let_go = threading.Event()

    def process(self, command: bytes) -> bytes:
        assert self.let_go.wait(LIMIT)
        return super().process(command)


async def test_card_that_hangs_costs_the_deadline_and_no_more(slot: VirtualSlot) -> None:
    """The reader counts as down while the call hangs, nothing more is sent, and it recovers by itself."""
    card = Hanging()
    async with PcscReader(READER, limits=Limits(read=0.05, close=0.05)) as reader:
        await put_in(reader, slot, card)
        assert (await failure(reader)).fault is CardFault.TROUBLE
        down = not reader.available
        assert down
        with pytest.raises(CardFailure) as caught:
            async with reader.session():
                pass
        assert caught.value.fault is CardFault.NO_READER
        card.let_go.set()
        async with asyncio.timeout(LIMIT):
            while not reader.available:
                await asyncio.sleep(0)
    assert len(card.log) == 1


async def test_used_pin_is_not_sent_again(reader: PcscReader, slot: VirtualSlot) -> None:
    card = await put_in(reader, slot, my_number_card(HANAKO))
    pin = Pin.typed(WRONG_PIN)
    async with reader.session() as session:
        for fault in (CardFault.PIN_WRONG, CardFault.TROUBLE):
            with pytest.raises(CardFailure) as caught:
                await session.person_by_pin(pin)
            assert caught.value.fault is fault
    assert card.verifications == 1


async def test_log_holds_nothing_of_the_card(
    reader: PcscReader, slot: VirtualSlot, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await put_in(reader, slot, VirtualCard(CardSpec(person=HANAKO, lost_answers=1)))
    await failure(reader, WRONG_PIN)
    await read_whole(reader)
    slot.insert(cards.unknown_card())
    for secret in (
        PIN,
        WRONG_PIN,
        HANAKO.name,
        "花子",
        HANAKO.address,
        "19700102",
        "1970",
        INDIVIDUAL_NUMBER_TRAP,
    ):
        assert secret not in caplog.text
