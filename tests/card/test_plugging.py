"""Readers that come and go while pcscd lives, in a pcscd that is played: the real one does that with USB only."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Mapping
from typing import ClassVar

import pytest

from hardware.card import monitor as monitors
from hardware.card.errors import PcscError, ReturnCode
from hardware.card.pcsc import Context, ReaderEvent
from hardware.card.reader import PcscReader
from kiosk.ports.device import Condition, DeviceFault
from tests.waiting import until

LIMIT = 10.0
LEFT, RIGHT, BUILT_IN = "ACME Reader [0001] 00 00", "ACME Reader [0001] 01 00", "Other Reader 00 00"
Plug = Callable[[dict[str, int]], None]
EMPTY, PRESENT, UNAVAILABLE = 0x1_0010, 0x2_0020, 0x0008


class Played(Context):
    """A pcscd with readers that the test plugs in and out."""

    readers_there: ClassVar[dict[str, int]] = {}
    news: ClassVar[threading.Condition] = threading.Condition()

    def __init__(self) -> None:
        self._cancelled = False

    def readers(self) -> tuple[str, ...]:
        return tuple(self.readers_there)

    def wait(self, known: Mapping[str, int], milliseconds: int) -> tuple[ReaderEvent, ...]:
        with self.news:
            self.news.wait_for(lambda: self._cancelled or dict(known) != self.readers_there, milliseconds / 1000)
            if self._cancelled:
                raise PcscError(ReturnCode.CANCELLED)
            if any(name not in self.readers_there for name in known):
                raise PcscError(ReturnCode.UNKNOWN_READER)
            return tuple(ReaderEvent(name, self.readers_there[name]) for name in known)

    def look_again(self, reader: str) -> None:
        pass

    def cancel(self) -> None:
        with self.news:
            self._cancelled = True
            self.news.notify_all()

    def release(self) -> None:
        pass


@pytest.fixture
def plug(monkeypatch: pytest.MonkeyPatch) -> Plug:
    """Lets exactly these readers be there, each with its state."""
    monkeypatch.setattr(monitors, "Context", Played)
    monkeypatch.setattr(Played, "readers_there", {})

    def plug(readers: dict[str, int]) -> None:
        with Played.news:
            monkeypatch.setattr(Played, "readers_there", readers)
            Played.news.notify_all()

    return plug


class Heart:
    """Keeps the last beat."""

    def __init__(self) -> None:
        self.last: tuple[Condition, DeviceFault | None] | None = None

    def beat(self, condition: Condition = Condition.OK, fault: DeviceFault | None = None) -> None:
        self.last = (condition, fault)


async def test_reader_unplugged_and_back_in_another_port(plug: Plug) -> None:
    """Only its name tells that it is another port; the card in it is seen."""
    plug({LEFT: EMPTY})
    async with PcscReader("^ACME Reader") as reader:
        heart = Heart()
        attending = asyncio.ensure_future(reader.attend(heart))
        await until(lambda: heart.last == (Condition.OK, None))
        for name in (RIGHT, LEFT, RIGHT):
            plug({})
            await until(lambda: heart.last == (Condition.DOWN, DeviceFault.GONE))
            assert not reader.available
            plug({name: PRESENT})
            await until(lambda: heart.last == (Condition.OK, None))
            await until(lambda: reader.holds_card)
            assert reader._slot.reader == name
        attending.cancel()


async def test_reader_that_is_not_meant_is_left_alone(plug: Plug) -> None:
    """It holds a card, and is still not the one on the counter."""
    plug({BUILT_IN: PRESENT})
    async with PcscReader("^ACME Reader") as reader:
        assert reader.fault is DeviceFault.NOT_THERE
        plug({BUILT_IN: PRESENT, LEFT: EMPTY})
        await until(lambda: reader.available)
        assert not reader.holds_card


async def test_reader_that_does_not_work_is_down_though_it_is_listed(plug: Plug) -> None:
    plug({LEFT: UNAVAILABLE})
    async with PcscReader() as reader:
        assert (reader.fault, reader.available) == (DeviceFault.GONE, False)
        plug({LEFT: PRESENT})
        await until(lambda: reader.available and reader.holds_card)


async def test_working_reader_is_chosen_before_one_that_does_not(plug: Plug) -> None:
    plug({LEFT: UNAVAILABLE, RIGHT: EMPTY})
    async with PcscReader() as reader:
        assert reader.available
        assert reader._slot.reader == RIGHT


async def test_reader_with_the_card_is_unplugged_beside_another(plug: Plug) -> None:
    """Whoever waits for the card to be taken is told, and the other reader takes the next one."""
    plug({LEFT: PRESENT, RIGHT: EMPTY})
    async with PcscReader() as reader:
        assert reader._slot.reader == LEFT
        gone = asyncio.ensure_future(reader.removed())
        await asyncio.sleep(0)
        plug({RIGHT: EMPTY})
        async with asyncio.timeout(LIMIT):
            await gone
        await until(lambda: reader.available)
        plug({RIGHT: PRESENT})
        async with asyncio.timeout(LIMIT):
            await reader.inserted()
        assert reader._slot.reader == RIGHT


async def test_pcscd_that_ends_while_it_is_asked_is_not_one_that_refuses(
    plug: Plug, monkeypatch: pytest.MonkeyPatch
) -> None:
    """libpcsclite calls both the same, and the second is tried again only after a minute."""
    plug({LEFT: EMPTY})
    seen: list[DeviceFault | None] = []
    answers = [ReturnCode.SECURITY_VIOLATION, ReturnCode.NO_SERVICE, ReturnCode.SECURITY_VIOLATION]

    class Ending(Played):
        def __init__(self) -> None:
            super().__init__()
            if answers:
                raise PcscError(answers.pop(0))

    monkeypatch.setattr(monitors, "Context", Ending)
    watching = monitors.Monitor("", lambda slot: seen.append(slot.fault))
    watching.start()
    await until(lambda: seen and seen[-1] is None)
    watching.stop()
    await until(lambda: not watching.running)
    assert set(seen) == {DeviceFault.NO_SERVICE, None}
