"""The monitor's thread outlives pcscd: before it starts, when it restarts, when it is killed."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager

import pytest

from hardware.card.monitor import Monitor, Slot
from hardware.card.pcsc import Context, ReaderEvent
from hardware.card.reader import PcscReader
from hardware.virtual.card import my_number_card
from hardware.virtual.pcscd import Pcscd
from hardware.virtual.vpcd import VirtualSlot, VpcdUnavailable
from kiosk.ports.card import CardFailure, CardFault, Pin
from tests.card.conftest import READER
from tests.card.people import HANAKO, PIN

pytestmark = [pytest.mark.pcscd, pytest.mark.usefixtures("clean_output")]

LIMIT = 10.0


@asynccontextmanager
async def without(own: Pcscd, end: Callable[[Pcscd], None] = Pcscd.stop) -> AsyncIterator[None]:
    """No pcscd inside; it runs again afterwards."""
    await asyncio.to_thread(end, own)
    try:
        yield
    finally:
        await asyncio.to_thread(own.start)


async def until(reader: PcscReader, condition: Callable[[], bool]) -> None:
    """Wait for a state of the reader that no method of the port waits for."""
    async with asyncio.timeout(LIMIT):
        while not condition():
            await reader._changed.wait()


async def test_kiosk_starts_before_pcscd(own_pcscd: Pcscd) -> None:
    async with without(own_pcscd):
        reader = PcscReader(READER)
        await reader.start()
        assert not reader.available
        with pytest.raises(CardFailure) as caught:
            await reader.inserted()
        assert caught.value.fault is CardFault.NO_READER
        with pytest.raises(CardFailure) as caught:
            async with reader.session():
                pass
        assert caught.value.fault is CardFault.NO_READER
    await until(reader, lambda: reader.available)
    await reader.close()


@pytest.mark.parametrize("end", [Pcscd.stop, Pcscd.kill], ids=["stopped", "killed"])
async def test_pcscd_restarts_with_a_card_in(
    own_pcscd: Pcscd,
    reader: PcscReader,
    slot: VirtualSlot,
    end: Callable[[Pcscd], None],
) -> None:
    slot.insert(my_number_card(HANAKO))
    async with asyncio.timeout(LIMIT):
        await reader.inserted()
    async with without(own_pcscd, end):
        async with asyncio.timeout(LIMIT):
            await reader.removed()
        assert not reader.available
    await until(reader, lambda: reader.holds_card)
    async with reader.session() as session:
        assert await session.person_by_pin(Pin.typed(PIN)) == HANAKO


async def test_pcscd_killed_in_a_session(own_pcscd: Pcscd, reader: PcscReader, slot: VirtualSlot) -> None:
    card = my_number_card(HANAKO)
    slot.insert(card)
    async with asyncio.timeout(LIMIT):
        await reader.inserted()
    async with reader.session() as session:
        await session.facts()
        async with without(own_pcscd, Pcscd.kill):
            with pytest.raises(CardFailure) as caught:
                await session.person_by_pin(Pin.typed(PIN))
    assert caught.value.fault in (CardFault.NO_READER, CardFault.PULLED)
    assert card.verifications == 0
    await until(reader, lambda: reader.holds_card)
    async with reader.session() as again:
        assert await again.person_by_pin(Pin.typed(PIN)) == HANAKO


async def test_no_reader_matches(pcscd: Pcscd | None) -> None:
    async with PcscReader("no such reader") as reader:
        assert not reader.available
        with pytest.raises(CardFailure) as caught:
            await reader.inserted()
    assert caught.value.fault is CardFault.NO_READER


async def test_any_reader_takes_the_one_with_the_card(pcscd: Pcscd | None) -> None:
    with VirtualSlot(1) as second:
        async with PcscReader() as reader:
            await until(reader, lambda: not reader.holds_card)
            second.insert(my_number_card(HANAKO))
            async with asyncio.timeout(LIMIT):
                await reader.inserted()
            async with reader.session() as session:
                assert await session.person_by_pin(Pin.typed(PIN)) == HANAKO


EMPTY, PRESENT, UNAVAILABLE = 0x0010, 0x0020, 0x0008


class Script(Context):
    """States that pcscd gives one after the other, each as a count and flags; then the monitor ends."""

    def __init__(self, *states: tuple[int, int]) -> None:
        self.states = list(states)
        self.reports: list[Slot] = []
        self.reported: list[int] = []
        """How much was reported before each wait."""
        self.monitor = Monitor("", self._report)

    def _report(self, slot: Slot) -> None:
        """Keep what has changed."""
        if slot not in self.reports[-1:]:
            self.reports.append(slot)

    def readers(self) -> tuple[str, ...]:
        return (READER,)

    def wait(self, known: Mapping[str, int], milliseconds: int) -> tuple[ReaderEvent, ...]:  # noqa: ARG002 - as its base
        self.reported.append(len(self.reports))
        if not self.states:
            self.monitor._stop.set()
            return ()
        count, flags = self.states.pop(0)
        state = count << 16 | flags
        return (ReaderEvent(READER, state),) if known[READER] != state else ()


@pytest.mark.parametrize(
    ("states", "reported"),
    [
        pytest.param([(5, PRESENT), (5, EMPTY), (5, EMPTY), (6, EMPTY)], [0, 1, 1, 1, 2], id="hasty"),
        pytest.param([(5, PRESENT), (5, EMPTY), (7, PRESENT)], [0, 1, 1, 2], id="hasty-then-another-card"),
        pytest.param([(0, PRESENT), (0, EMPTY)], [0, 1, 2], id="no-count"),
        pytest.param([(5, PRESENT), (5, UNAVAILABLE)], [0, 1, 2], id="out-of-order"),
    ],
)
def test_a_card_is_out_when_pcscd_has_looked(states: list[tuple[int, int]], reported: list[int]) -> None:
    """pcscd calls a reader empty before that, and a card that is put in meanwhile is never reported."""
    script = Script(*states)
    script.monitor._watch(script)
    assert script.reported == reported


def test_slot_says_when_nothing_listens(own_pcscd: Pcscd) -> None:
    own_pcscd.stop()
    try:
        with VirtualSlot() as slot, pytest.raises(VpcdUnavailable, match="vsmartcard-vpcd"):
            slot.insert(my_number_card(HANAKO), seconds=0.01)
    finally:
        own_pcscd.start()


def test_missing_library_prints_nothing() -> None:
    """pyscard writes to stdout when libpcsclite is not there."""
    script = (
        "import ctypes\n"
        "def missing(name, *_): raise OSError(name)\n"
        "ctypes.CDLL = missing\n"
        "from hardware.card.errors import PcscError\n"
        "from hardware.card.pcsc import Context\n"
        "try:\n    Context()\n"
        "except PcscError as error:\n    assert 'NO_SERVICE' in str(error)\n"
        "else:\n    raise SystemExit(3)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, env=dict(os.environ), check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_importing_the_reader_imports_no_pyscard_and_no_cryptography() -> None:
    script = (
        "import sys, hardware.card.reader; raise SystemExit(bool({'smartcard', 'cryptography'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
