"""The serial scanner on a real pseudo-terminal."""

from __future__ import annotations

import asyncio
import os
import pty
import termios
import tty
from collections.abc import Iterator
from pathlib import Path

import pytest

from hardware.scanner.line import INPUT_SPEED
from hardware.scanner.source import open_source
from kiosk.checkin.ticket_code import MOST_CHARACTERS, CodeFault, InvalidCode, read_code
from kiosk.ports.device import Condition, DeviceFailure, DeviceFault
from kiosk.ports.framing import Framing
from tests.scanner.watching import looked_after
from tests.waiting import until

CODE = "26100000001"


class Cable:
    """The far end of the scanner's cable."""

    def __init__(self, link: Path) -> None:
        self.link = link
        self.plugged = False
        self.plug_in()

    def plug_in(self) -> None:
        self.far, self.near = pty.openpty()
        tty.setraw(self.near)
        self.link.unlink(missing_ok=True)
        self.link.symlink_to(os.ttyname(self.near))
        self.plugged = True

    def scan(self, data: bytes) -> None:
        while data:
            data = data[os.write(self.far, data[:512]) :]

    def pull_out(self) -> None:
        if self.plugged:
            self.link.unlink()
            os.close(self.near)
            os.close(self.far)
        self.plugged = False


@pytest.fixture
def cable(tmp_path: Path) -> Iterator[Cable]:
    laid = Cable(tmp_path / "scanner")
    yield laid
    laid.pull_out()


@pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\n", b"\t", b"\t\r\n", b""])
async def test_a_code_ends_with_what_scanners_send_or_with_a_pause(cable: Cable, end: bytes) -> None:
    async with looked_after(cable.link, pause_seconds=0.05) as desk:
        assert await desk.code(lambda: cable.scan(CODE.encode() + end)) == CODE
        assert desk.scanner.damaged == desk.scanner.missed == 0


async def test_prefix_and_suffix_are_taken_off(cable: Cable) -> None:
    async with looked_after(cable.link, framing=Framing("\x02", "\x03")) as desk:
        assert await desk.code(lambda: cable.scan(b"\x02" + CODE.encode() + b"\x03")) == CODE


async def test_a_code_without_its_suffix_is_no_code_and_spoils_none(cable: Cable) -> None:
    """Half of 保険者番号 and 整理番号 must not pass for 整理番号."""
    async with looked_after(cable.link, framing=Framing(suffix="\r"), pause_seconds=0.02) as desk:
        await desk.there()
        waiting = asyncio.create_task(desk.scanner.code())
        await asyncio.sleep(0)
        cable.scan(b"01130012261")
        await until(lambda: desk.scanner.damaged == 1)
        assert not waiting.done()
        cable.scan(CODE.encode() + b"\r")
        assert await waiting == CODE


async def test_a_code_without_its_prefix_is_not_the_scanners(cable: Cable) -> None:
    async with looked_after(cable.link, framing=Framing(prefix="~")) as desk:
        assert await desk.code(lambda: cable.scan(b"99999999999\r~" + CODE.encode() + b"\r")) == CODE
        assert desk.scanner.damaged == 1


async def test_a_code_that_nobody_waited_for_does_not_count(cable: Cable) -> None:
    async with looked_after(cable.link) as desk:
        await desk.there()
        cable.scan(b"25100000009\r")
        await until(lambda: desk.scanner.missed == 1)
        assert await desk.code(lambda: cable.scan(b"26100000002\r")) == "26100000002"


async def test_of_two_in_a_row_the_first_counts(cable: Cable) -> None:
    async with looked_after(cable.link) as desk:
        assert await desk.code(lambda: cable.scan(b"26100000001\r26100000002\r")) == CODE
        await until(lambda: desk.scanner.missed == 1)


async def test_two_thousand_characters_arrive_whole(cable: Cable) -> None:
    long = "".join(str(place % 10) for place in range(MOST_CHARACTERS))
    async with looked_after(cable.link) as desk:
        assert await desk.code(lambda: cable.scan(long.encode() + b"\r")) == long


async def test_more_than_that_is_refused_and_not_cut_to_fit(cable: Cable) -> None:
    async with looked_after(cable.link) as desk:
        code = await desk.code(lambda: cable.scan(b"9" * 20_000 + b"\r"))
        assert len(code) == MOST_CHARACTERS + 1
        with pytest.raises(InvalidCode) as refused:
            read_code(code)
        assert refused.value.fault is CodeFault.NOT_A_TICKET
        assert await desk.code(lambda: cable.scan(CODE.encode() + b"\r")) == CODE


@pytest.mark.parametrize(
    ("octets", "code"),
    [
        (b"0113\x1d26100000001", "0113\x1d26100000001"),
        (b"\x1b[200~\x1b[A", "\x1b[200~\x1b[A"),
        (b"\xff\x00\x1b", "\ufffd\x00\x1b"),
        ("受診券".encode(), "受診券"),
    ],
)
async def test_control_characters_and_octets_that_are_no_text_stay_in_the_code(
    cable: Cable, octets: bytes, code: str
) -> None:
    async with looked_after(cable.link) as desk:
        assert await desk.code(lambda: cable.scan(octets + b"\r")) == code


async def test_a_scanner_that_comes_back_is_found_again_and_half_a_code_is_forgotten(cable: Cable) -> None:
    async with looked_after(cable.link, pause_seconds=60) as desk:
        assert await desk.code(lambda: cable.scan(CODE.encode() + b"\r")) == CODE
        cable.scan(b"261000")
        cable.pull_out()
        await until(lambda: not desk.scanner.available)
        await until(lambda: desk.told.last == (Condition.DOWN, DeviceFault.NOT_THERE))
        cable.plug_in()
        assert await desk.code(lambda: cable.scan(b"26100000002\r")) == "26100000002"
        assert desk.told.all == [
            (Condition.OK, None),
            (Condition.DOWN, DeviceFault.GONE),
            (Condition.DOWN, DeviceFault.NOT_THERE),
            (Condition.OK, None),
        ]


async def test_it_beats_again_and_again(cable: Cable) -> None:
    beats = 0

    class Counting:
        def beat(self, condition: Condition = Condition.OK, fault: DeviceFault | None = None) -> None:
            assert fault is None
            nonlocal beats
            beats += condition is Condition.OK

    async with looked_after(cable.link, beat_seconds=0.01) as desk:
        await desk.there()
    attending = asyncio.create_task(desk.scanner.attend(Counting()))
    await until(lambda: beats > 3)
    attending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await attending


async def test_another_program_has_it(cable: Cable) -> None:
    held = open_source(cable.link, 9600)
    async with looked_after(cable.link) as desk:
        await until(lambda: desk.told.last == (Condition.DOWN, DeviceFault.BUSY))
        held.close()
        assert await desk.code(lambda: cable.scan(CODE.encode() + b"\r")) == CODE


@pytest.mark.parametrize("what", ["file", "folder", "null", "pipe"])
async def test_something_else_is_named(tmp_path: Path, what: str) -> None:
    device = tmp_path / "scanner"
    match what:
        case "file":
            device.touch()
        case "folder":
            device.mkdir()
        case "null":
            device.symlink_to("/dev/null")
        case _:
            os.mkfifo(device)
    async with looked_after(device) as desk:
        await until(lambda: desk.told.last == (Condition.DOWN, DeviceFault.WRONG_DEVICE))


def test_no_permission(cable: Cable, tmp_path: Path) -> None:
    root = os.geteuid() == 0
    tmp_path.chmod(0)  # an ordinary user is shut out by this, root by being nobody for a moment
    try:
        if root:
            os.seteuid(65534)
        with pytest.raises(DeviceFailure) as refused:
            open_source(cable.link, 9600)
    finally:
        if root:
            os.seteuid(0)
        tmp_path.chmod(0o700)
    assert refused.value.fault is DeviceFault.NOT_ALLOWED


def test_what_was_scanned_before_is_thrown_away_and_the_speed_is_set(cable: Cable) -> None:
    cable.scan(b"25100000009\r")
    source = open_source(cable.link, 115200)
    try:
        assert termios.tcgetattr(source.descriptor)[INPUT_SPEED] == termios.B115200
        with pytest.raises(BlockingIOError):
            os.read(source.descriptor, 100)
    finally:
        os.close(source.descriptor)
