"""The rule about counters on the real pcscd: random histories of a card, and processes that end in the middle."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hardware.card.calls import Limits
from hardware.card.pcsc import Context
from hardware.card.reader import PcscReader
from hardware.card.session import PcscSession
from hardware.virtual.card import VirtualCard, my_number_card
from hardware.virtual.card_spec import CardSpec
from hardware.virtual.pcscd import Pcscd
from hardware.virtual.vpcd import VirtualSlot
from kiosk.ports.card import CardFailure, CardFault, FaceCode, Pin
from tests.card.conftest import READER
from tests.card.people import HANAKO, PIN, WRONG_PIN, assert_nothing_forbidden

pytestmark = [pytest.mark.pcscd, pytest.mark.usefixtures("clean_output")]

LIMIT = 15.0
QUICK = Limits(read=0.5, close=0.5)
ENTRIES = ("facts", "right", "wrong", "right face", "wrong face", "cancelled", "pcscd killed", "swapped")


@dataclass(frozen=True)
class Visit:
    """One insertion of the card: what it does then, and what is done with it."""

    entries: list[str]
    lost_at: frozenset[int]
    pulled_after: int | None
    silent_after: int | None
    hangs_at: int | None


VISITS = st.builds(
    Visit,
    entries=st.lists(st.sampled_from(ENTRIES), min_size=1, max_size=4),
    lost_at=st.frozensets(st.integers(0, 16), max_size=2),
    pulled_after=st.one_of(st.none(), st.integers(0, 20)),
    silent_after=st.one_of(st.none(), st.none(), st.integers(0, 16)),
    hangs_at=st.one_of(st.none(), st.none(), st.none(), st.integers(0, 16)),
)


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    visits=st.lists(VISITS, min_size=1, max_size=3),
    pin=st.sampled_from([3, 3, 2, 1]),
    face_code=st.sampled_from([10, 3, 2, 1]),
)
def test_counters_never_fall_below_one(own_pcscd: Pcscd, visits: list[Visit], pin: int, face_code: int) -> None:
    asyncio.run(history(own_pcscd, visits, CardSpec(person=HANAKO, pin_tries=pin, face_code_tries=face_code)))


async def history(own: Pcscd, visits: list[Visit], spec: CardSpec) -> None:
    card = VirtualCard(spec)
    with VirtualSlot() as slot:
        async with PcscReader(READER, limits=QUICK) as reader:
            for visit in visits:
                card = card.that_now(
                    replace(
                        spec,
                        lost_at=visit.lost_at,
                        pulled_after=visit.pulled_after,
                        silent_after=visit.silent_after,
                        hangs_at=visit.hangs_at,
                    )
                )
                async with asyncio.timeout(LIMIT):
                    slot.insert(card)
                    await came(reader)
                with contextlib.suppress(CardFailure):
                    async with reader.session() as session:
                        for entry in visit.entries:
                            sent = card.verifications
                            with contextlib.suppress(CardFailure):
                                await do(session, entry, card, slot, own)
                            assert card.verifications <= sent + 1, "one confirmation, one VERIFY"
                assert card.pin_left >= min(1, spec.pin_tries)
                assert card.face_code_left >= min(1, spec.face_code_tries)
                assert_nothing_forbidden(card)
                slot.pull()
                async with asyncio.timeout(LIMIT):
                    while reader.holds_card or not reader.available:
                        await asyncio.sleep(0.005)


async def came(reader: PcscReader) -> None:
    """A card is in, also when pcscd has just been started again."""
    while not reader.holds_card:
        with contextlib.suppress(CardFailure):
            await reader.inserted()
        await asyncio.sleep(0.005)


async def do(session: PcscSession, entry: str, card: VirtualCard, slot: VirtualSlot, own: Pcscd) -> None:
    match entry:
        case "facts":
            await session.facts()
        case "right" | "wrong":
            await session.person_by_pin(Pin.typed(PIN if entry == "right" else WRONG_PIN))
        case "right face" | "wrong face":
            right = entry == "right face"
            await session.person_by_face_code(FaceCode.typed(card.spec.face_code if right else "0" * 14))
        case "cancelled":
            pin = Pin.typed(WRONG_PIN)
            reading = asyncio.ensure_future(session.person_by_pin(pin))
            await asyncio.sleep(0.002)
            reading.cancel()
            await asyncio.wait((reading,))
            assert pin.octets == bytes(4)
        case "swapped":
            slot.insert(card)
        case _:
            reading = asyncio.ensure_future(session.person_by_pin(Pin.typed(WRONG_PIN)))
            await asyncio.sleep(0.001)
            await asyncio.to_thread(own.kill)
            await asyncio.wait((reading,))
            await asyncio.to_thread(own.start)
            await reading


async def read_whole(reader: PcscReader, pin: str = PIN) -> int:
    """The tries that were left before, once the person was read."""
    async with reader.session() as session:
        facts = await session.facts()
        assert await session.person_by_pin(Pin.typed(pin)) == HANAKO
        return facts.pin_tries


async def read_after_crash(reader: PcscReader, pin: str = PIN) -> int:
    """The same, once pcscd has noticed that the process that held the card is gone."""
    async with asyncio.timeout(LIMIT):
        while True:
            await came(reader)
            try:
                return await read_whole(reader, pin)
            except CardFailure as failure:
                if failure.fault is not CardFault.TROUBLE:
                    raise


CHILD = """
import asyncio, sys
from hardware.card.pcsc import Context
from hardware.card.reader import PcscReader
from kiosk.ports.card import Pin
async def main():
    async with PcscReader("Virtual PCD 00 00") as reader:
        await reader.inserted()
        async with reader.session() as session:
            await session.facts()
            await session.person_by_pin(Pin.typed(sys.argv[1]))
            print("read", flush=True)
            await asyncio.Event().wait()
asyncio.run(main())
"""
ROOT = Path(__file__).parents[2]


def crashed(pin: str, card: VirtualCard, commands: int) -> None:
    """Another kiosk process, killed when the card has got so many commands."""
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, pin], cwd=ROOT, env=dict(os.environ), stdout=subprocess.DEVNULL
    )
    try:
        end = time.monotonic() + LIMIT
        while len(card.log) < commands:
            assert time.monotonic() < end
            assert child.poll() is None
            time.sleep(0.001)
    finally:
        child.send_signal(signal.SIGKILL)
        child.wait()


@pytest.mark.parametrize(("pin", "left"), [(PIN, 3), (WRONG_PIN, 2)])
async def test_process_killed_with_the_verify_on_its_way(pcscd: object, slot: VirtualSlot, pin: str, left: int) -> None:
    """The next process asks the counter, and nothing that was verified is left open for it."""
    card = VirtualCard(CardSpec(person=HANAKO, lost_at=frozenset({8}), command_seconds=0.02))
    slot.insert(card)
    await asyncio.to_thread(crashed, pin, card, 9)
    assert (card.verifications, card.pin_left) == (1, left)
    async with PcscReader(READER) as reader:
        assert await read_after_crash(reader) == left
    assert card.verifications == 2


async def test_process_killed_after_the_right_pin_leaves_nothing_open(pcscd: object, slot: VirtualSlot) -> None:
    card = my_number_card(HANAKO)
    slot.insert(card)
    await asyncio.to_thread(crashed, PIN, card, 11)
    async with PcscReader(READER) as reader:
        with pytest.raises(CardFailure) as caught:
            await read_after_crash(reader, WRONG_PIN)
    assert (caught.value.fault, caught.value.tries_left) == (CardFault.PIN_WRONG, 2)


@pytest.mark.parametrize("place", [0, 4, 8, 10])
async def test_card_swapped_after_it_was_pulled_in_the_middle(
    reader: PcscReader, slot: VirtualSlot, place: int
) -> None:
    """pcscd would never report it by itself: it calls the reader empty, and then sees no change."""
    card = VirtualCard(CardSpec(person=HANAKO, pulled_after=place))
    slot.insert(card)
    async with asyncio.timeout(LIMIT):
        await reader.inserted()
    before = reader._slot.insertion
    with pytest.raises(CardFailure) as caught:
        await read_whole(reader)
    assert caught.value.fault is CardFault.PULLED
    slot.insert(card.that_now(CardSpec(person=HANAKO)))
    async with asyncio.timeout(LIMIT):
        while not reader.holds_card or reader._slot.insertion == before:
            await reader._changed.wait()
    async with reader.session() as session:
        assert await session.person_by_pin(Pin.typed(PIN)) == HANAKO


async def test_reader_that_another_process_left_blind_sees_again(pcscd: object, slot: VirtualSlot) -> None:
    card = VirtualCard(CardSpec(person=HANAKO, pulled_after=3))
    slot.insert(card)
    async with PcscReader(READER) as first:
        async with asyncio.timeout(LIMIT):
            await came(first)
        with contextlib.suppress(CardFailure):
            async with first.session() as session:
                await session.facts()
        slot.insert(card.that_now(CardSpec(person=HANAKO)))
    async with PcscReader(READER) as second:
        async with asyncio.timeout(LIMIT):
            await came(second)
        async with second.session() as session:
            assert await session.person_by_pin(Pin.typed(PIN)) == HANAKO


async def test_card_that_was_there_only_between_two_looks(reader: PcscReader, slot: VirtualSlot) -> None:
    """pcscd was made to look while it was in, and then never notices that it went."""
    for _ in range(3):
        slot.insert(my_number_card(HANAKO))
        with Context() as context:
            context.look_again(READER)
        slot.pull()
        # A pcscd that happened to look by itself between the two has counted it, and all is well.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(1.5):
                await came(reader)
        async with asyncio.timeout(LIMIT):
            while reader.holds_card:
                await reader._changed.wait()
    async with asyncio.timeout(LIMIT):
        slot.insert(my_number_card(HANAKO))
        await came(reader)
    assert await read_whole(reader) == 3
