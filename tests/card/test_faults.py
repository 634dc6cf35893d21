"""What cards do that they should not, through a real pcscd: each ends in one fault, and no counter is harmed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest

from hardware.card.reader import PcscReader
from hardware.virtual import other_cards as cards
from hardware.virtual.card import VirtualCard
from hardware.virtual.card_spec import CardSpec
from hardware.virtual.vpcd import VirtualSlot
from kiosk.checkin.person import Person
from kiosk.ports.card import CardFailure, CardFault, FaceCode, OtherCard, Pin
from tests.card.conftest import READER
from tests.card.people import HANAKO, PIN, WRONG_PIN, assert_nothing_forbidden

pytestmark = [pytest.mark.pcscd, pytest.mark.usefixtures("clean_output")]

LIMIT = 15.0
COMMANDS = 11
"""What a whole read takes; the eighth is the counter query, the ninth (8) the VERIFY."""


def card(**faults: object) -> VirtualCard:
    return VirtualCard(CardSpec(person=HANAKO, **faults))  # type: ignore[arg-type] # each test names a field


async def put_in(reader: PcscReader, slot: VirtualSlot, inserted: VirtualCard) -> VirtualCard:
    async with asyncio.timeout(LIMIT):
        slot.insert(inserted)
        await reader.inserted()
    return inserted


async def read_whole(reader: PcscReader, pin: str = PIN) -> Person:
    async with reader.session() as session:
        await session.facts()
        return await session.person_by_pin(Pin.typed(pin))


async def ending(reader: PcscReader, pin: str = PIN) -> CardFailure | Person:
    try:
        return await read_whole(reader, pin)
    except CardFailure as failure:
        return failure


FINE: dict[str, Callable[[], VirtualCard]] = {
    "first SELECT 6F00": lambda: card(first_select_fails=True),
    "two stray bytes": lambda: card(stray_bytes=2),
    "61xx": lambda: card(part_bytes=100),
    "61xx in small parts": lambda: card(part_bytes=33),
    "6Cxx": lambda: card(corrects_length=True),
    "contact reader": lambda: cards.contact_card(HANAKO),
    "everything together": lambda: card(
        first_select_fails=True, stray_bytes=2, part_bytes=64, corrects_length=True, verified=True
    ),
    "slow": lambda: card(command_seconds=0.05),
    "verified already": lambda: cards.used_card(HANAKO),
    "no certificate": lambda: card(certificate_end=None),
}


@pytest.mark.parametrize("make", FINE.values(), ids=FINE)
async def test_card_with_a_fault_of_its_kind_is_read(
    reader: PcscReader, slot: VirtualSlot, make: Callable[[], VirtualCard]
) -> None:
    inserted = await put_in(reader, slot, make())
    assert await read_whole(reader) == HANAKO
    assert (inserted.pin_left, inserted.verifications) == (3, 1)
    inserted.log[:] = [recorded for recorded in inserted.log if recorded.command[1] != 0xC0]
    assert_nothing_forbidden(inserted)


@pytest.mark.parametrize("query", [0x63C0, 0x6983, 0x6984])
@pytest.mark.parametrize("word", [0x6983, 0x6984])
async def test_locked_card_gets_no_verify(reader: PcscReader, slot: VirtualSlot, query: int, word: int) -> None:
    inserted = await put_in(reader, slot, card(pin_tries=0, locked_query=query, locked_word=word))
    async with reader.session() as session:
        assert (await session.facts()).pin_tries == 0
        with pytest.raises(CardFailure) as caught:
            await session.person_by_pin(Pin.typed(PIN))
    assert caught.value.fault is CardFault.LOCKED
    assert inserted.verifications == 0


@pytest.mark.parametrize("word", [0x6983, 0x6984])
async def test_card_that_calls_itself_locked_only_at_the_verify(
    reader: PcscReader, slot: VirtualSlot, word: int
) -> None:
    inserted = await put_in(reader, slot, card(answers={8: word.to_bytes(2, "big")}))
    failure = await ending(reader, WRONG_PIN)
    assert isinstance(failure, CardFailure)
    assert failure.fault is CardFault.LOCKED
    assert inserted.verifications == 1


@pytest.mark.parametrize(
    "make",
    [cards.face_authentication_card, cards.face_authentication_card_with_locked_key],
    ids=["no key", "locked key"],
)
async def test_card_without_a_pin_opens_with_the_face_code(
    reader: PcscReader, slot: VirtualSlot, make: Callable[[Person], VirtualCard]
) -> None:
    """顔認証マイナンバーカード."""
    inserted = await put_in(reader, slot, make(HANAKO))
    async with reader.session() as session:
        facts = await session.facts()
        assert facts.pin_tries == 0
        assert facts.certificate_end is not None
        with pytest.raises(CardFailure) as caught:
            await session.person_by_pin(Pin.typed(PIN))
        assert caught.value.fault is CardFault.LOCKED
        assert inserted.verifications == 0
        assert await session.face_code_tries() == 10
        assert await session.person_by_face_code(FaceCode.typed(inserted.spec.face_code)) == HANAKO


async def test_verified_card_does_not_lend_its_open_door(reader: PcscReader, slot: VirtualSlot) -> None:
    """Somebody else's PIN opened it; ours counts all the same, and a wrong one reads nothing."""
    inserted = await put_in(reader, slot, cards.used_card(HANAKO))
    failure = await ending(reader, WRONG_PIN)
    assert isinstance(failure, CardFailure)
    assert (failure.fault, failure.tries_left) == (CardFault.PIN_WRONG, 2)
    assert inserted.verifications == 1


async def test_card_that_stays_verified_without_power_gets_no_verify(reader: PcscReader, slot: VirtualSlot) -> None:
    """Its counter cannot be known."""
    inserted = await put_in(reader, slot, card(verified=True, stays_verified=True))
    failure = await ending(reader)
    assert isinstance(failure, CardFailure)
    assert failure.fault is CardFault.TROUBLE
    assert inserted.verifications == 0


@pytest.mark.parametrize("place", range(COMMANDS))
async def test_answer_lost_at_every_command(reader: PcscReader, slot: VirtualSlot, place: int) -> None:
    inserted = await put_in(reader, slot, card(lost_at=frozenset({place})))
    failure = await ending(reader)
    assert isinstance(failure, CardFailure)
    assert failure.fault is CardFault.TROUBLE
    assert inserted.verifications <= 1
    assert inserted.pin_left == 3
    assert await read_whole(reader) == HANAKO


@pytest.mark.parametrize("place", range(COMMANDS))
async def test_chip_that_dies_at_every_command(reader: PcscReader, slot: VirtualSlot, place: int) -> None:
    """It lies there and answers nothing any more: at most one VERIFY reached it, and the next card is read."""
    inserted = await put_in(reader, slot, card(silent_after=place))
    failure = await ending(reader)
    assert isinstance(failure, CardFailure)
    assert failure.fault in (CardFault.TROUBLE, CardFault.PULLED, CardFault.MUTE)
    assert inserted.verifications <= 1
    async with asyncio.timeout(LIMIT):
        slot.pull()
        await reader.removed()
    await put_in(reader, slot, card())
    assert await read_whole(reader) == HANAKO


@pytest.mark.parametrize(("pin", "left"), [(WRONG_PIN, 2), (PIN, 3)])
async def test_pulled_with_the_verify_on_its_way(reader: PcscReader, slot: VirtualSlot, pin: str, left: int) -> None:
    """The card counted it, nobody heard: nothing is said about the PIN, and the counter is asked when it is back."""
    inserted = await put_in(reader, slot, card(lost_at=frozenset({8}), pulled_after=9))
    failure = await ending(reader, pin)
    assert isinstance(failure, CardFailure)
    assert (failure.fault, failure.tries_left) == (CardFault.PULLED, None)
    assert (inserted.verifications, inserted.pin_left) == (1, left)


OTHERS: dict[str, tuple[Callable[[], VirtualCard], OtherCard]] = {
    "運転免許証": (cards.driving_licence, OtherCard.DRIVING_LICENCE),
    "住基カード": (lambda: cards.basic_resident_card(HANAKO), OtherCard.BASIC_RESIDENT_CARD),
    "在留カード": (cards.residence_card, OtherCard.RESIDENCE_CARD),
    "旅券": (cards.passport, OtherCard.PASSPORT),
    "credit card": (cards.payment_card, OtherCard.PAYMENT_CARD),
    "FeliCa": (cards.transit_card, OtherCard.TRANSIT_OR_STAFF_CARD),
    "Mifare": (cards.staff_card, OtherCard.TRANSIT_OR_STAFF_CARD),
    "Android": (lambda: cards.android_phone(HANAKO), OtherCard.PHONE),
    "iPhone": (lambda: cards.iphone(HANAKO), OtherCard.PHONE),
    "next generation": (lambda: cards.next_generation(HANAKO), OtherCard.UNKNOWN_GENERATION),
    "unknown": (cards.unknown_card, OtherCard.UNKNOWN),
}


@pytest.mark.parametrize(("make", "other"), OTHERS.values(), ids=OTHERS)
async def test_other_card_is_named_and_its_keys_are_left_alone(
    reader: PcscReader, slot: VirtualSlot, make: Callable[[], VirtualCard], other: OtherCard
) -> None:
    inserted = await put_in(reader, slot, make())
    failure = await ending(reader)
    assert isinstance(failure, CardFailure)
    assert (failure.fault, failure.other) == (CardFault.WRONG_CARD, other)
    assert not any(recorded.command[1] == 0x20 for recorded in inserted.log)
    assert_nothing_forbidden(inserted)


async def test_upside_down_then_turned(reader: PcscReader, slot: VirtualSlot) -> None:
    await put_in(reader, slot, cards.upside_down())
    failure = await ending(reader)
    assert isinstance(failure, CardFailure)
    assert failure.fault is CardFault.MUTE
    slot.pull()
    async with asyncio.timeout(LIMIT):
        await reader.removed()
    await put_in(reader, slot, card())
    assert await read_whole(reader) == HANAKO


@pytest.fixture
async def any_reader(pcscd: object) -> AsyncIterator[PcscReader]:
    """The port on whichever reader holds the card."""
    async with PcscReader("^Virtual PCD") as started:
        while started.holds_card:
            await started.removed()
        yield started


async def test_card_in_the_second_reader_is_taken(any_reader: PcscReader) -> None:
    with VirtualSlot(1) as second:
        await put_in(any_reader, second, card())
        assert any_reader._slot.reader == "Virtual PCD 00 01"
        assert await read_whole(any_reader) == HANAKO


async def test_second_card_beside_the_first_is_left_alone(any_reader: PcscReader) -> None:
    """The first one that was put in is read until it is taken; then the other's turn has come."""
    with VirtualSlot(0) as first, VirtualSlot(1) as second:
        mine = await put_in(any_reader, second, card())
        other = card()
        async with any_reader.session() as session:
            await session.facts()
            first.insert(other)
            # Its monitor has seen it when a third reader of the states has.
            async with PcscReader(READER) as witness, asyncio.timeout(LIMIT):
                await witness.inserted()
            assert await session.person_by_pin(Pin.typed(PIN)) == HANAKO
        assert any_reader._slot.reader == "Virtual PCD 00 01"
        assert await read_whole(any_reader) == HANAKO
        assert other.log == []
        gone = asyncio.ensure_future(any_reader.removed())
        second.pull()
        async with asyncio.timeout(LIMIT):
            await gone
            await any_reader.inserted()
        assert any_reader._slot.reader == READER
        assert await read_whole(any_reader) == HANAKO
        assert mine.verifications == 2


async def test_cards_in_both_readers_at_the_start(any_reader: PcscReader) -> None:
    """The first reader of the list is taken, and the same one every time."""
    with VirtualSlot(0) as first, VirtualSlot(1) as second:
        first.insert(card())
        second.insert(card())
        async with PcscReader(READER) as one, PcscReader("00 01$") as two, asyncio.timeout(LIMIT):
            await one.inserted()
            await two.inserted()
        for _ in range(5):
            async with PcscReader("^Virtual PCD") as reader:
                await reader.inserted()
                assert reader._slot.reader == READER
