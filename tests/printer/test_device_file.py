"""A printer behind a device file: a pseudo-terminal stands for /dev/usb/lp0."""

from __future__ import annotations

import asyncio
import fcntl
import os
import termios
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from hardware.printer.device_file import FileTransport, FlowControl
from hardware.printer.factory import open_printer
from hardware.printer.printer import EscposPrinter
from hardware.printer.proof import decode_raster, read_qr
from kiosk.ports.printer import PrinterFailure, PrinterFault
from tests.printer.slips import a_slip, longest_stall


@dataclass
class Device:
    """The far end of a device file: a thread that reads in small pieces and answers as it is told."""

    master: int
    slave: int
    answer: bytes = b""
    reads: bool = True
    taken: bytearray = field(default_factory=bytearray)
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def path(self) -> Path:
        return Path(os.ttyname(self.slave))

    def serve(self) -> None:
        """Take what comes, 61 bytes at a time."""
        while self.reads and not self.over.is_set():
            try:
                came = os.read(self.master, 61)
            except OSError:
                return
            self.taken += came
            if self.answer and self.taken[-3:-1] == b"\x10\x04":
                os.write(self.master, self.answer)


@pytest.fixture
def device() -> Iterator[Device]:
    far = Device(*os.openpty())
    yield far
    far.over.set()
    os.close(far.slave)
    os.close(far.master)


def printer_for(device: Device, deadline: float = 10) -> EscposPrinter:
    return EscposPrinter(FileTransport(device.path), 576, deadline, cut=True, status_seconds=0.2)


def open_files() -> int:
    """How many files this process has open."""
    return len(list(Path("/proc/self/fd").iterdir()))


def without_questions(data: bytes) -> bytes:
    """The slip between the questions before and after it."""
    return data[data.index(b"\x1b@") :]


async def test_slip_goes_through_in_pieces_and_unchanged(device: Device) -> None:
    """Line feeds and control characters of the raster included: a terminal would change them."""
    device.answer = b"\x12"
    serving = threading.Thread(target=device.serve, daemon=True)
    serving.start()
    slip = a_slip(height=600)
    # Octets that a cooked terminal eats or changes: line end, end of file, interrupt, suspend, flow control.
    for x, octet in enumerate((0x0A, 0x0D, 0x04, 0x03, 0x1A, 0x11, 0x13, 0x7F)):
        for bit in range(8):
            slip.image.putpixel((x * 8 + bit, 20), 0 if octet & (0x80 >> bit) else 255)
    await printer_for(device).print(slip)
    image = decode_raster(without_questions(bytes(device.taken)))
    assert (read_qr(image), image.tobytes()) == (slip.qr, slip.image.tobytes())


async def test_paper_out_is_told(device: Device) -> None:
    device.answer = b"\x72"
    threading.Thread(target=device.serve, daemon=True).start()
    with pytest.raises(PrinterFailure) as failure:
        await printer_for(device).print(a_slip())
    assert failure.value.fault is PrinterFault.PAPER_OUT


async def test_silent_device_prints(device: Device) -> None:
    threading.Thread(target=device.serve, daemon=True).start()
    await printer_for(device).print(a_slip())


async def test_device_that_takes_nothing_is_given_up_at_the_deadline(device: Device) -> None:
    began = time.monotonic()
    with pytest.raises(PrinterFailure) as failure:
        await printer_for(device, 0.6).print(a_slip())
    assert failure.value.fault is PrinterFault.TIMED_OUT
    assert time.monotonic() - began < 10


async def test_loop_turns_while_a_device_takes_nothing(device: Device) -> None:
    printing = asyncio.create_task(printer_for(device, 2).print(a_slip()))
    assert await longest_stall(printing) < 1.5
    with pytest.raises(PrinterFailure):
        printing.result()


async def test_abandoned_job_lets_go_of_the_device(device: Device) -> None:
    before = open_files()
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(printer_for(device).print(a_slip()), 0.5)
    deadline = time.monotonic() + 20
    while open_files() > before and time.monotonic() < deadline:
        await asyncio.sleep(0.01)
    assert open_files() <= before


async def test_missing_device_is_unreachable(tmp_path: Path) -> None:
    for path in (tmp_path / "lp0", tmp_path):
        printer = EscposPrinter(FileTransport(path), 576, 1, cut=True)
        with pytest.raises(PrinterFailure) as failure:
            await printer.print(a_slip())
        assert failure.value.fault is PrinterFault.UNREACHABLE


async def test_device_that_is_pulled_out_is_unreachable() -> None:
    master, slave = os.openpty()
    path = Path(os.ttyname(slave))

    def pull() -> None:
        os.read(master, 1000)
        os.close(slave)
        os.close(master)

    pulling = threading.Thread(target=pull, daemon=True)
    pulling.start()
    with pytest.raises(PrinterFailure) as failure:
        await EscposPrinter(FileTransport(path), 576, 5, cut=True, status_seconds=0.2).print(a_slip())
    assert failure.value.fault is PrinterFault.UNREACHABLE
    pulling.join(5)


def test_configuration_names_the_printer(tmp_path: Path) -> None:
    assert isinstance(open_printer("/dev/usb/lp0", 576, 15, cut=True), EscposPrinter)
    assert isinstance(open_printer("tcp:[::1]:9100", 576, 15, cut=True), EscposPrinter)
    for wrong in ("", "tcp:", "tcp:host", "tcp:host:port", "virtual:", "lpt1", str(tmp_path)):
        with pytest.raises(ValueError, match="tcp:HOST:PORT"):
            open_printer(wrong, 576, 15, cut=True)


async def test_two_programs_never_mix_their_bytes_on_one_slip(device: Device) -> None:
    """The running kiosk and `kiosk printer test`: the second one waits, and gives up when its time is over."""
    with device.path.open("rb", buffering=0) as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(PrinterFailure) as failed:
            await printer_for(device, deadline=0.3).print(a_slip())
        assert failed.value.fault in (PrinterFault.UNREACHABLE, PrinterFault.TIMED_OUT)
        assert not device.taken
        waiting = asyncio.ensure_future(_open_once(device))
        await asyncio.sleep(0)
        assert not waiting.done()
        fcntl.flock(other, fcntl.LOCK_UN)
        await asyncio.wait_for(waiting, 10)


async def _open_once(device: Device) -> None:
    async with FileTransport(device.path).open(10):
        pass


@pytest.mark.parametrize(
    ("flow", "by_lines", "by_characters"),
    [(FlowControl.NONE, False, False), (FlowControl.RTS_CTS, True, False), (FlowControl.XON_XOFF, False, True)],
)
async def test_flow_control_is_set_as_configured(
    device: Device, flow: FlowControl, by_lines: bool, by_characters: bool
) -> None:
    async with FileTransport(device.path, 19200, flow).open(5):
        attributes = termios.tcgetattr(device.slave)
    assert bool(attributes[2] & termios.CRTSCTS) is by_lines
    assert bool(attributes[0] & termios.IXON) is bool(attributes[0] & termios.IXOFF) is by_characters
