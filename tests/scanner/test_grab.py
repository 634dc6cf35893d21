"""A scanner that is a keyboard, through the kernel itself."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from hardware.scanner.device import DeviceScanner
from hardware.scanner.source import open_source
from kiosk.checkin.ticket_code import MOST_CHARACTERS
from kiosk.ports.device import Condition, DeviceFailure, DeviceFault
from kiosk.ports.framing import Framing
from tests.scanner.uinput import Keyboard, usable
from tests.scanner.watching import looked_after
from tests.waiting import until

pytestmark = pytest.mark.skipif(not usable(), reason="/dev/uinput is not there or may not be written: modprobe uinput")
CODE = "26100000001"
FAST = 0.002
"""Seconds between two reports; scanners take 2 to 8 ms."""


@pytest.fixture
def keyboard(tmp_path: Path) -> Iterator[Keyboard]:
    plugged = Keyboard(tmp_path / "scanner")
    yield plugged
    plugged.pull_out()


async def scanned(desk_code: asyncio.Future[str] | asyncio.Task[str]) -> str:
    async with asyncio.timeout(60):
        return await desk_code


async def code_of(scanner: DeviceScanner, keyboard: Keyboard, text: str, seconds: float = FAST) -> str:
    waiting = asyncio.create_task(scanner.code())
    await asyncio.sleep(0)
    await asyncio.to_thread(keyboard.scan, text, seconds)
    return await scanned(waiting)


@pytest.mark.parametrize("code", [CODE, "https://Example.jp/?a=*&B=~", "0113\x1d26100000001", "A" * 4])
async def test_what_is_typed_is_the_code(keyboard: Keyboard, tmp_path: Path, code: str) -> None:
    async with looked_after(tmp_path / "scanner") as desk:
        await desk.there()
        assert await code_of(desk.scanner, keyboard, code + "\r") == code


async def test_prefix_suffix_and_no_suffix(keyboard: Keyboard, tmp_path: Path) -> None:
    async with looked_after(tmp_path / "scanner", framing=Framing("~", "\t")) as desk:
        await desk.there()
        assert await code_of(desk.scanner, keyboard, f"~{CODE}\t") == CODE
    async with looked_after(tmp_path / "scanner", pause_seconds=0.1) as desk:
        await desk.there()
        assert await code_of(desk.scanner, keyboard, CODE) == CODE


async def test_two_thousand_characters_arrive_whole(keyboard: Keyboard, tmp_path: Path) -> None:
    long = "".join(str(place % 10) for place in range(MOST_CHARACTERS))
    async with looked_after(tmp_path / "scanner") as desk:
        await desk.there()
        assert await code_of(desk.scanner, keyboard, long + "\r") == long


async def test_nobody_else_gets_a_key(keyboard: Keyboard, tmp_path: Path) -> None:
    other = os.open(keyboard.device, os.O_RDONLY | os.O_NONBLOCK)
    try:
        async with looked_after(tmp_path / "scanner") as desk:
            await desk.there()
            assert await code_of(desk.scanner, keyboard, CODE + "\r") == CODE
            with pytest.raises(BlockingIOError):
                os.read(other, 4096)
        keyboard.scan("1")
        assert os.read(other, 4096)  # let go again
    finally:
        os.close(other)


async def test_a_code_of_which_the_kernel_lost_a_part_is_none(keyboard: Keyboard, tmp_path: Path) -> None:
    """The loop stands still while more comes than the kernel keeps."""
    async with looked_after(tmp_path / "scanner", pause_seconds=0.1) as desk:
        await desk.there()
        waiting = asyncio.create_task(desk.scanner.code())
        await asyncio.sleep(0)
        keyboard.scan("9" * 500 + "\r")
        await until(lambda: desk.scanner.damaged == 1)
        assert not waiting.done()
        waiting.cancel()
        assert await code_of(desk.scanner, keyboard, CODE + "\r") == CODE


async def test_it_comes_back_as_another_event_device(keyboard: Keyboard, tmp_path: Path) -> None:
    async with looked_after(tmp_path / "scanner") as desk:
        await desk.there()
        keyboard.pull_out()
        await until(lambda: desk.told.last == (Condition.DOWN, DeviceFault.NOT_THERE))
        first = Keyboard(tmp_path / "another", range(1, 128))
        again = Keyboard(tmp_path / "scanner")
        try:
            assert again.device != keyboard.device
            await desk.there()
            assert await code_of(desk.scanner, again, CODE + "\r") == CODE
            assert (Condition.DOWN, DeviceFault.GONE) in desk.told.all
        finally:
            first.pull_out()
            again.pull_out()


async def test_already_grabbed(keyboard: Keyboard, tmp_path: Path) -> None:
    held = open_source(keyboard.device, 9600)
    async with looked_after(tmp_path / "scanner") as desk:
        await until(lambda: desk.told.last == (Condition.DOWN, DeviceFault.BUSY))
        os.close(held.descriptor)
        await desk.there()


def test_an_input_device_without_digits_is_another_one(tmp_path: Path) -> None:
    buttons = Keyboard(tmp_path / "scanner", range(113, 117))
    try:
        with pytest.raises(DeviceFailure) as refused:
            open_source(tmp_path / "scanner", 9600)
    finally:
        buttons.pull_out()
    assert refused.value.fault is DeviceFault.WRONG_DEVICE
