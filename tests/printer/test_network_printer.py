"""A printer on the network, over a real socket, in good and in bad condition."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from hardware.printer.factory import open_printer
from hardware.printer.printer import ASK_AGAIN_AFTER, EscposPrinter
from hardware.printer.transport import TcpTransport
from hardware.virtual.printer import Condition, VirtualPrinter
from kiosk.ports.printer import PaperState, Printer, PrinterFailure, PrinterFault, Slip
from tests.printer.slips import a_slip, longest_stall

DEADLINE = 5.0
SHORT = 0.3


@pytest.fixture
async def machine(tmp_path: Path) -> AsyncIterator[VirtualPrinter]:
    virtual = VirtualPrinter(tmp_path / "paper")
    await virtual.start()
    yield virtual
    await virtual.close()


def printer_for(
    machine: VirtualPrinter, deadline: float = DEADLINE, *, status_seconds: float = SHORT, cut: bool = True
) -> EscposPrinter:
    """What the kiosk uses."""
    transport = TcpTransport("127.0.0.1", machine.port)
    return EscposPrinter(transport, 576, deadline, cut=cut, status_seconds=status_seconds)


@asynccontextmanager
async def listening(
    serve: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]],
) -> AsyncIterator[int]:
    """A printer of another make; gives its port, and waits until its lines are closed."""
    lines: list[asyncio.Task[None]] = []

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        lines.append(task)
        try:
            with contextlib.suppress(ConnectionError):
                await serve(reader, writer)
        finally:
            writer.transport.abort()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]
        await asyncio.gather(*lines)


async def fault_of(printer: Printer, slip: Slip | None = None) -> PrinterFault:
    """Why the slip did not come out."""
    with pytest.raises(PrinterFailure) as failure:
        await printer.print(slip or a_slip())
    return failure.value.fault


@pytest.mark.parametrize("head", [384, 576])
@pytest.mark.parametrize("cut", [True, False])
async def test_slip_comes_out_as_it_was_drawn(machine: VirtualPrinter, head: int, cut: bool) -> None:
    slip = a_slip(head)
    await open_printer(machine.device, head, DEADLINE, cut=cut).print(slip)
    job = await machine.next_job()
    assert job.image is not None
    assert (job.qr, job.image.size, job.image.tobytes()) == (slip.qr, slip.image.size, slip.image.tobytes())
    assert machine.jobs == [job]
    assert job.at_last_byte <= time.monotonic()


async def test_paper_near_its_end_still_prints(machine: VirtualPrinter) -> None:
    await machine.become(Condition.NEAR_END)
    printer = printer_for(machine)
    assert await printer.paper() is PaperState.NEAR_END
    await printer.print(a_slip())
    await machine.next_job()


@pytest.mark.parametrize(
    ("condition", "state", "fault"),
    [
        (Condition.OUT, PaperState.OUT, PrinterFault.PAPER_OUT),
        (Condition.COVER, PaperState.COVER_OR_OFFLINE, PrinterFault.COVER_OR_OFFLINE),
    ],
)
async def test_nothing_is_sent_to_a_printer_that_cannot_print(
    machine: VirtualPrinter, condition: Condition, state: PaperState, fault: PrinterFault
) -> None:
    await machine.become(condition)
    printer = printer_for(machine)
    assert await printer.paper() is state
    assert await fault_of(printer) is fault
    await machine.become(Condition.OK)
    await printer.print(a_slip(text="afterwards"))
    assert (await machine.next_job()).qr == "afterwards"
    assert len(machine.jobs) == 1


async def test_paper_that_runs_out_under_a_slip_is_noticed(machine: VirtualPrinter) -> None:
    await machine.become(Condition.RUNS_OUT)
    assert await fault_of(printer_for(machine)) is PrinterFault.PAPER_OUT
    assert machine.jobs == []


async def test_silent_printer_prints_and_costs_time_only_once(machine: VirtualPrinter) -> None:
    await machine.become(Condition.SILENT)
    printer = printer_for(machine, status_seconds=2)
    took = []
    for number in range(3):
        began = time.monotonic()
        await printer.print(a_slip(text=f"slip {number}"))
        took.append(time.monotonic() - began)
        assert (await machine.next_job()).qr == f"slip {number}"
    assert took[0] >= 2
    assert max(took[1:]) < 2
    assert await printer.paper() is PaperState.UNKNOWN


async def test_silent_printer_is_asked_again_after_a_while(machine: VirtualPrinter) -> None:
    await machine.become(Condition.SILENT)
    printer = printer_for(machine, status_seconds=0.02)
    for _ in range(ASK_AGAIN_AFTER + 1):
        await printer.print(a_slip(height=500))
    await machine.become(Condition.OUT)
    assert await fault_of(printer) is PrinterFault.PAPER_OUT


async def test_printer_that_used_to_answer_is_still_asked_after_a_silence(machine: VirtualPrinter) -> None:
    printer = printer_for(machine, status_seconds=0.1)
    await printer.print(a_slip())
    await machine.become(Condition.SILENT)
    await printer.print(a_slip())
    await machine.become(Condition.OUT)
    assert await fault_of(printer) is PrinterFault.PAPER_OUT


async def test_printer_that_stalls_is_given_up_at_the_deadline(machine: VirtualPrinter) -> None:
    await machine.become(Condition.STALLS)
    began = time.monotonic()
    assert await fault_of(printer_for(machine, 0.5)) is PrinterFault.TIMED_OUT
    assert time.monotonic() - began < DEADLINE


async def test_stall_with_a_slip_larger_than_all_buffers(machine: VirtualPrinter) -> None:
    """Then it is the sending that does not end."""
    await machine.become(Condition.STALLS)
    printer = printer_for(machine, 1.0)
    assert await fault_of(printer, a_slip(height=60_000)) is PrinterFault.TIMED_OUT


async def test_line_that_breaks_off_is_noticed(machine: VirtualPrinter) -> None:
    await machine.become(Condition.BREAKS_OFF)
    assert await fault_of(printer_for(machine)) is PrinterFault.BROKE_OFF, "the slip may be on paper all the same"
    assert machine.jobs == []


async def test_unplugged_printer_is_unreachable_and_comes_back(machine: VirtualPrinter) -> None:
    printer = printer_for(machine)
    await machine.become(Condition.REFUSES)
    assert await fault_of(printer) is PrinterFault.UNREACHABLE
    with pytest.raises(PrinterFailure):
        await printer.paper()
    await machine.become(Condition.OK)
    await printer.print(a_slip())
    await machine.next_job()


@pytest.mark.parametrize("host", ["no-such-host.invalid", "a..b", "x" * 300])
async def test_host_that_does_not_exist_is_unreachable(host: str) -> None:
    printer = open_printer(f"tcp:{host}:9100", 576, DEADLINE, cut=True)
    assert await fault_of(printer) in (PrinterFault.UNREACHABLE, PrinterFault.TIMED_OUT)


async def test_printer_that_takes_no_connection_is_given_up() -> None:
    """A full queue drops what knocks, as an address without a machine does."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        port = listener.getsockname()[1]
        crowd = []
        try:
            for _ in range(4):
                knocking = socket.socket()
                knocking.setblocking(False)
                knocking.connect_ex(("127.0.0.1", port))
                crowd.append(knocking)
            printer = EscposPrinter(TcpTransport("127.0.0.1", port), 576, 0.3, cut=True)
            assert await fault_of(printer) is PrinterFault.TIMED_OUT
        finally:
            for knocking in crowd:
                knocking.close()


async def test_jobs_wait_for_each_other(machine: VirtualPrinter) -> None:
    printer = printer_for(machine)
    await asyncio.gather(*(printer.print(a_slip(text=f"slip {number}")) for number in range(5)))
    assert {(await machine.next_job()).qr for _ in range(5)} == {f"slip {number}" for number in range(5)}


async def test_loop_turns_while_a_printer_stalls(machine: VirtualPrinter) -> None:
    await machine.become(Condition.STALLS)
    printing = asyncio.create_task(printer_for(machine, 2).print(a_slip(height=60_000)))
    assert await longest_stall(printing) < 1.5
    with pytest.raises(PrinterFailure):
        printing.result()


async def test_abandoned_job_leaves_the_printer_free(machine: VirtualPrinter) -> None:
    await machine.become(Condition.STALLS)
    printer = printer_for(machine)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(printer.print(a_slip()), 0.3)
    await machine.become(Condition.OK)
    await printer.print(a_slip())
    assert (await machine.next_job()).qr


async def test_slip_wider_than_the_head_is_not_sent(machine: VirtualPrinter) -> None:
    assert await fault_of(printer_for(machine), a_slip(384)) is PrinterFault.QR_UNREADABLE
    assert machine.jobs == []


async def test_slip_whose_qr_reads_otherwise_is_not_sent(machine: VirtualPrinter) -> None:
    wrong = Slip(a_slip().image, "something else")
    assert await fault_of(printer_for(machine), wrong) is PrinterFault.QR_UNREADABLE
    assert machine.jobs == []


async def test_babble_before_the_answer_is_passed_over() -> None:
    """A printer that reports changes by itself, and one that answers with bytes that are none."""

    async def babbling(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"\x00\xff\x14")
        while came := await reader.read(65536):
            if came.endswith((b"\x10\x04\x04", b"\x10\x04\x02", b"\x10\x04\x01")):
                writer.write(b"\x14\x00")
                await writer.drain()
                writer.write(b"\x72" if came.endswith(b"\x04\x04") else b"\x12")

    async with listening(babbling) as port:
        assert (
            await fault_of(EscposPrinter(TcpTransport("127.0.0.1", port), 576, 2, cut=True)) is PrinterFault.PAPER_OUT
        )


async def test_printer_that_answers_only_about_paper_is_served_at_full_speed(machine: VirtualPrinter) -> None:
    """What it does not answer is asked once, not for every slip."""
    asked: list[bytes] = []

    async def half_deaf(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while came := await reader.read(65536):
            asked.extend(came[at : at + 3] for at in range(len(came)) if came[at : at + 2] == b"\x10\x04")
            if came.endswith(b"\x10\x04\x04"):
                writer.write(b"\x12")

    async with listening(half_deaf) as port:
        printer = EscposPrinter(TcpTransport("127.0.0.1", port), 576, 2, cut=True, status_seconds=0.1)
        for _ in range(3):
            await printer.print(a_slip())
    assert asked.count(b"\x10\x04\x04") == 6
    assert asked.count(b"\x10\x04\x02") == 1


async def test_answer_that_comes_when_the_slip_is_printed_is_waited_for() -> None:
    """Many printers answer in their turn: a second after the last byte."""

    async def slow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        taken = 0
        while came := await reader.read(65536):
            taken += len(came)
            if came[-3:-1] == b"\x10\x04":
                if taken > 1000:
                    await asyncio.sleep(0.4)
                writer.write(b"\x72" if taken > 1000 else b"\x12")

    async with listening(slow) as port:
        printer = EscposPrinter(TcpTransport("127.0.0.1", port), 576, DEADLINE, cut=True, status_seconds=0.2)
        assert await fault_of(printer) is PrinterFault.PAPER_OUT


async def test_pictures_of_all_jobs_are_kept(machine: VirtualPrinter, tmp_path: Path) -> None:
    printer = printer_for(machine)
    await printer.warm_up()
    for _ in range(2):
        await printer.print(a_slip())
        await machine.next_job()
    assert sorted(file.name for file in (tmp_path / "paper").iterdir()) == ["slip-00001.png", "slip-00002.png"]
