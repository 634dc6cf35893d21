"""The reader as the station looks after it, on a real pcscd: why it is down, when it is back, what is left behind."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field

import pytest
from structlog.testing import capture_logs

from hardware.card import monitor as monitors
from hardware.card import reader as readers
from hardware.card.calls import Limits
from hardware.card.errors import LibraryMissing, PcscError, ReturnCode
from hardware.card.pcsc import Context
from hardware.card.reader import PcscReader
from hardware.virtual.card import VirtualCard, my_number_card
from hardware.virtual.card_spec import CardSpec
from hardware.virtual.pcscd import Pcscd
from hardware.virtual.vpcd import VirtualSlot
from kiosk.ports.card import CardFailure, CardFault, Pin
from kiosk.ports.device import Condition, DeviceFault, Part
from kiosk.station.supervision import Pace, Supervisor
from tests.card.conftest import READER
from tests.card.people import HANAKO, PIN, WRONG_PIN
from tests.waiting import until

pytestmark = [pytest.mark.pcscd, pytest.mark.usefixtures("clean_output")]

LIMIT = 20.0
PACE = Pace(first=0.05, longest=0.2, permanent=0.05, steady=60.0, let_go=2.0)
IMPATIENT = Limits(first_report=0.05, connect=0.3, read=0.3, close=0.2, hang=0.1, silence=2.5)
"""The monitor's life sign comes every second, and every other one while it looks for pcscd."""
OK = (Condition.OK, None)


@dataclass
class Board:
    """What the status would say of the reader."""

    told: list[tuple[Condition, DeviceFault | None]] = field(default_factory=list)

    def part(self, part: Part, condition: Condition, fault: DeviceFault | None = None) -> None:
        assert part is Part.READER
        if self.told[-1:] != [(condition, fault)]:
            self.told.append((condition, fault))


@asynccontextmanager
async def looked_after(pattern: str = READER, limits: Limits | None = None) -> AsyncIterator[tuple[PcscReader, Board]]:
    """A reader in the station's care."""
    board = Board()
    supervisor = Supervisor(board, PACE)
    with capture_logs():
        async with PcscReader(pattern, limits=limits) as reader:
            supervisor.device(reader)
            try:
                yield reader, board
            finally:
                await supervisor.aclose()


async def says(board: Board, *told: tuple[Condition, DeviceFault | None]) -> None:
    """Wait until these stand at the end of what was told, one after the other."""
    await until(lambda: tuple(board.told[-len(told) :]) == told)


def down(fault: DeviceFault) -> tuple[Condition, DeviceFault | None]:
    return Condition.DOWN, fault


async def read(reader: PcscReader, pin: str = PIN) -> None:
    async with reader.session() as session:
        await session.facts()
        assert await session.person_by_pin(Pin.typed(pin)) == HANAKO


def card_threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("card")]


@contextmanager
def frozen(own: Pcscd) -> Iterator[None]:
    own.freeze()
    try:
        yield
    finally:
        own.thaw()


async def test_pcscd_is_started_after_the_kiosk(own_pcscd: Pcscd) -> None:
    await asyncio.to_thread(own_pcscd.stop)
    try:
        async with looked_after() as (reader, board):
            await says(board, down(DeviceFault.NO_SERVICE))
            assert not reader.available
            await asyncio.to_thread(own_pcscd.start)
            await says(board, down(DeviceFault.NO_SERVICE), OK)
            assert reader.available
    finally:
        await asyncio.to_thread(own_pcscd.stop)
        await asyncio.to_thread(own_pcscd.start)


@pytest.mark.parametrize("end", [Pcscd.stop, Pcscd.kill], ids=["stopped", "killed"])
async def test_pcscd_goes_and_comes_back_again_and_again(
    own_pcscd: Pcscd, slot: VirtualSlot, end: Callable[[Pcscd], None], caplog: pytest.LogCaptureFixture
) -> None:
    """Each time both are told once, and the card that lay there all the time is read."""
    card = my_number_card(HANAKO)
    slot.insert(card)
    async with looked_after() as (reader, board):
        await says(board, OK)
        for _ in range(3):
            await asyncio.to_thread(end, own_pcscd)
            await says(board, OK, down(DeviceFault.NO_SERVICE))
            assert not reader.holds_card
            await asyncio.to_thread(own_pcscd.start)
            await says(board, down(DeviceFault.NO_SERVICE), OK)
            await until(lambda: reader.holds_card)
            await read(reader)
    assert len(board.told) == 7
    assert card.pin_left == 3
    assert not caplog.records, "the station logs it"


async def test_socket_that_vanishes_while_pcscd_lives(own_pcscd: Pcscd, slot: VirtualSlot) -> None:
    """No session could reach it, so nobody may be asked for a card."""
    slot.insert(my_number_card(HANAKO))
    async with looked_after() as (reader, board):
        await until(lambda: reader.holds_card)
        own_pcscd.hide()
        try:
            await says(board, OK, down(DeviceFault.NO_SERVICE))
            with pytest.raises(CardFailure) as caught:
                await reader.inserted()
            assert caught.value.fault is CardFault.NO_READER
        finally:
            own_pcscd.show()
        await says(board, down(DeviceFault.NO_SERVICE), OK)
        await until(lambda: reader.holds_card)
        await read(reader)


async def test_socket_of_another_pcscd_is_followed(own_pcscd: Pcscd, monkeypatch: pytest.MonkeyPatch) -> None:
    """The old pcscd would go on telling its own clients that its readers are empty."""
    made: list[Context] = []

    class Counted(Context):
        def __init__(self) -> None:
            super().__init__()
            made.append(self)

    monkeypatch.setattr(monitors, "Context", Counted)
    async with looked_after() as (_, board):
        await says(board, OK)
        before = len(made)
        monkeypatch.setattr(monitors, "service_socket", lambda: (1, 2, 3))
        await until(lambda: len(made) > before)
        await says(board, OK)


async def test_no_reader_then_one_then_one_in_another_port(own_pcscd: Pcscd) -> None:
    """The name ends otherwise there; the pattern of the configuration is only found in it."""
    await asyncio.to_thread(own_pcscd.stop)
    own_pcscd.unplug()
    try:
        await asyncio.to_thread(own_pcscd.start)
        async with looked_after("^Virtual PCD") as (reader, board):
            await says(board, down(DeviceFault.NOT_THERE))
            for name in ("Virtual PCD", "Virtual PCD [left] (2)"):
                await asyncio.to_thread(own_pcscd.kill)
                await says(board, down(DeviceFault.NO_SERVICE))
                own_pcscd.plug_in(name)
                await asyncio.to_thread(own_pcscd.start)
                await says(board, down(DeviceFault.NO_SERVICE), OK)
            with VirtualSlot() as slot:
                slot.insert(my_number_card(HANAKO))
                await until(lambda: reader.holds_card)
                await read(reader)
    finally:
        await asyncio.to_thread(own_pcscd.stop)
        own_pcscd.plug_in()
        await asyncio.to_thread(own_pcscd.start)


async def test_pattern_that_no_reader_has(pcscd: Pcscd | None) -> None:
    async with looked_after("Sony") as (reader, board):
        await says(board, down(DeviceFault.NOT_THERE))
        assert not reader.available


@pytest.mark.parametrize(
    ("error", "fault"),
    [
        (PcscError(ReturnCode.SECURITY_VIOLATION), DeviceFault.NOT_ALLOWED),
        (LibraryMissing(), DeviceFault.NO_LIBRARY),
        (ZeroDivisionError(), DeviceFault.FAULTY),
    ],
    ids=["polkit", "library", "mistake"],
)
async def test_what_waiting_does_not_mend_is_told_and_tried_again(
    pcscd: Pcscd | None, monkeypatch: pytest.MonkeyPatch, error: Exception, fault: DeviceFault
) -> None:
    attempts: list[int] = []

    def refused() -> Context:
        attempts.append(1)
        raise error

    with monkeypatch.context() as refusing:
        refusing.setattr(monitors, "Context", refused)
        async with looked_after() as (reader, board):
            await says(board, down(fault))
            await until(lambda: len(attempts) > 2)
            assert not reader.available
            with pytest.raises(CardFailure):
                await reader.inserted()
            refusing.undo()
            await says(board, down(fault), OK)
            await until(lambda: reader.available)


async def test_pcscd_that_hangs_is_left_behind_and_taken_up_again(
    own_pcscd: Pcscd, slot: VirtualSlot, monkeypatch: pytest.MonkeyPatch
) -> None:
    most = 3
    monkeypatch.setattr(readers, "MOST_LEFT_BEHIND", most)
    card = my_number_card(HANAKO)
    slot.insert(card)
    async with looked_after(limits=IMPATIENT) as (reader, board):
        await until(lambda: reader.holds_card)
        with frozen(own_pcscd):
            with pytest.raises(CardFailure) as caught:
                await read(reader)
            assert caught.value.fault is CardFault.TROUBLE
            await says(board, OK, down(DeviceFault.HANGS))
            assert not reader.available
            await until(lambda: not reader.holds_card)
            # However long it lasts, there are not more and more threads.
            await until(reader._too_many_hang)
            # Each that hangs has one beside it that asks it to end.
            await until(lambda: len(card_threads()) <= 2 * most)
        await says(board, down(DeviceFault.HANGS), OK)
        await until(lambda: reader.holds_card)
        await read(reader)
    await until(lambda: not card_threads())
    assert card.pin_left == 3


async def test_pcscd_that_hangs_is_killed_and_started(own_pcscd: Pcscd, slot: VirtualSlot) -> None:
    slot.insert(my_number_card(HANAKO))
    async with looked_after(limits=IMPATIENT) as (reader, board):
        await until(lambda: reader.holds_card)
        own_pcscd.freeze()
        await says(board, OK, down(DeviceFault.HANGS))
        await asyncio.to_thread(own_pcscd.kill)
        await asyncio.to_thread(own_pcscd.start)
        await says(board, OK)
        await until(lambda: reader.holds_card)
        await read(reader)


async def test_card_that_hangs_the_reader_until_it_is_pulled(pcscd: Pcscd | None, slot: VirtualSlot) -> None:
    """Everybody else is served without the reader meanwhile, and the next card is read."""
    card = VirtualCard(CardSpec(person=HANAKO, hangs_at=4))
    slot.insert(card)
    async with looked_after(limits=IMPATIENT) as (reader, board):
        await until(lambda: reader.holds_card)
        with pytest.raises(CardFailure) as caught:
            await read(reader)
        assert caught.value.fault is CardFault.TROUBLE
        assert not reader.available
        await says(board, OK, down(DeviceFault.HANGS))
        slot.pull()
        await says(board, down(DeviceFault.HANGS), OK)
        await until(lambda: not reader.holds_card)
        slot.insert(my_number_card(HANAKO))
        await until(lambda: reader.holds_card)
        await read(reader)
    assert len(card.log) == 4


async def test_card_that_hangs_in_verify_gets_it_once(pcscd: Pcscd | None, slot: VirtualSlot) -> None:
    """It answers late, when nobody waits: the PIN was counted once, is wiped, and nothing more was sent."""
    card = VirtualCard(CardSpec(person=HANAKO, hangs_at=8, hang_seconds=0.8))
    slot.insert(card)
    pin = Pin.typed(WRONG_PIN)
    async with looked_after(limits=IMPATIENT) as (reader, board):
        await until(lambda: reader.holds_card)
        async with reader.session() as session:
            await session.facts()
            with pytest.raises(CardFailure) as caught:
                await session.person_by_pin(pin)
        assert caught.value.fault is CardFault.TROUBLE
        assert pin.octets == bytes(4)
        await until(lambda: reader.available)
        await says(board, OK)
        assert card.verifications == 1
        assert card.pin_left == 2
        await read(reader)
    assert card.pin_left == 3


async def test_call_that_never_returns_does_not_cost_the_next_reader(own_pcscd: Pcscd, slot: VirtualSlot) -> None:
    """When the reader was lost and is back, another thread talks to it."""
    slot.insert(my_number_card(HANAKO))
    let_go = threading.Event()
    async with looked_after(limits=IMPATIENT) as (reader, board):
        await until(lambda: reader.holds_card)
        worker = reader._worker
        assert worker is not None
        with pytest.raises(TimeoutError):
            await worker.run(lambda: let_go.wait(LIMIT), 0.01)
        await says(board, OK, down(DeviceFault.HANGS))
        await asyncio.to_thread(own_pcscd.kill)
        await says(board, down(DeviceFault.NO_SERVICE))
        await asyncio.to_thread(own_pcscd.start)
        await says(board, OK)
        await until(lambda: reader.holds_card)
        await read(reader)
        assert worker.running
        let_go.set()
    await until(lambda: not card_threads())


async def test_lost_reader_ends_a_session_that_waits_for_digits(own_pcscd: Pcscd, slot: VirtualSlot) -> None:
    card = my_number_card(HANAKO)
    slot.insert(card)
    async with looked_after(limits=IMPATIENT) as (reader, board):
        await until(lambda: reader.holds_card)
        async with reader.session() as session:
            await session.facts()
            with frozen(own_pcscd):
                async with asyncio.timeout(LIMIT):
                    await reader.removed()
                pin = Pin.typed(PIN)
                with pytest.raises(CardFailure):
                    await session.person_by_pin(pin)
                assert pin.octets == bytes(4)
        await says(board, OK)
        await until(lambda: reader.available and reader.holds_card)
        await read(reader)
    assert card.pin_left == 3
