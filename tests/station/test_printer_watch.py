"""The kiosk knows how its printer is before an examinee finds out; the printer is a real one behind a socket."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner

from hardware.printer.factory import open_printer
from hardware.virtual.printer import Condition as Printing
from hardware.virtual.printer import VirtualPrinter
from kiosk.checkin.language import Language
from kiosk.cli import cli
from kiosk.ports.board import Level
from kiosk.ports.desk import Flag
from kiosk.ports.device import Condition, DeviceFault, Part
from kiosk.ports.examinee import Move, Question, Step, Working
from kiosk.ports.printer import PaperState, Slip
from kiosk.station.clock import SiteClock
from kiosk.station.heartbeat import StatusFile
from kiosk.station.judgement import judge
from kiosk.station.printer_watch import PrinterWatch
from kiosk.station.status import State, read_status
from kiosk.station.supervision import Supervisor
from kiosk.station.tidy import Tidy
from kiosk.station.wiring.house import configure
from kiosk.station.wiring.watched import WatchedExaminee
from tests.printer.slips import a_slip
from tests.waiting import until

Lines = Callable[[], list[str]]
A = TypeVar("A")
SOON = 0.01


async def until_it_is(condition: Condition, status: StatusFile) -> None:
    await until(lambda: status.status.condition(Part.PRINTER) is condition)


@pytest.fixture
async def machine(tmp_path: Path) -> AsyncIterator[VirtualPrinter]:
    virtual = VirtualPrinter(tmp_path / "paper")
    await virtual.start()
    yield virtual
    await virtual.close()


@pytest.fixture
def status(tmp_path: Path) -> StatusFile:
    file = StatusFile(tmp_path / "run", SiteClock(ZoneInfo("Asia/Tokyo")), kiosk="k01", version="1")
    file.enter(State.IDLE)
    return file


@dataclass
class Looked:
    """A watch whose looks are told to the status as the supervisor tells them."""

    watch: PrinterWatch
    status: StatusFile

    async def look(self) -> None:
        self.status.part(Part.PRINTER, *await self.watch.look())


@pytest.fixture
def watch(machine: VirtualPrinter, status: StatusFile) -> Looked:
    return Looked(PrinterWatch(open_printer(machine.device, 576, 5.0, cut=True), status), status)


@pytest.mark.parametrize(
    ("printing", "condition"),
    [
        (Printing.OK, Condition.OK),
        (Printing.NEAR_END, Condition.ATTENTION),
        (Printing.OUT, Condition.DOWN),
        (Printing.COVER, Condition.DOWN),
        (Printing.REFUSES, Condition.DOWN),
        (Printing.SILENT, Condition.UNKNOWN),
    ],
)
async def test_status_file_says_how_the_printer_is(
    machine: VirtualPrinter, watch: Looked, tmp_path: Path, printing: Printing, condition: Condition
) -> None:
    await machine.become(printing)
    await watch.look()
    found = read_status(tmp_path / "run")
    assert found.condition(Part.PRINTER) is condition
    judgement = judge(found, datetime.now(UTC))
    if condition in (Condition.DOWN, Condition.ATTENTION):
        assert judgement.level is Level.WARNING
        assert "紙" in " ".join(judgement.words)
    else:
        assert judgement.level is Level.OK


async def test_staff_are_told_by_the_command(machine: VirtualPrinter, watch: Looked, tmp_path: Path) -> None:
    await machine.become(Printing.OUT)
    await watch.look()
    file = configure(tmp_path, gateway="http://127.0.0.1:9", printer=machine.device)
    result = await asyncio.to_thread(CliRunner().invoke, cli, ["--config", str(file), "status", "--json"])
    assert result.exit_code == Level.WARNING
    assert json.loads(result.stdout)["status"]["parts"]["printer"] == "down"
    assert "紙・ふた・電源・線を確かめてください" in json.loads(result.stdout)["words"][0]


async def test_lost_and_regained_are_logged_once_each(machine: VirtualPrinter, status: StatusFile, log: Lines) -> None:
    printer = open_printer(machine.device, 576, 5.0, cut=True)
    supervisor = Supervisor(status)
    supervisor.device(PrinterWatch(printer, status, every=SOON, soon=SOON))
    for printing, condition in (
        (Printing.OK, Condition.OK),
        (Printing.OUT, Condition.DOWN),
        (Printing.OK, Condition.OK),
    ):
        await machine.become(printing)
        await until_it_is(condition, status)
    await supervisor.aclose()
    assert [line.partition(" level=")[2] for line in log()] == [
        'warning event="device lost" part=printer fault="needs hand"',
        'info event="device is back" part=printer',
    ]


@pytest.mark.parametrize(
    ("printing", "fault"),
    [
        (Printing.OUT, DeviceFault.NEEDS_HAND),
        (Printing.COVER, DeviceFault.NEEDS_HAND),
        (Printing.REFUSES, DeviceFault.NOT_THERE),
    ],
)
async def test_staff_read_what_is_wrong_with_it(
    machine: VirtualPrinter, watch: Looked, status: StatusFile, printing: Printing, fault: DeviceFault
) -> None:
    await machine.become(printing)
    await watch.look()
    assert status.status.faults[Part.PRINTER] is fault


async def test_a_slip_that_did_not_come_out_is_settled_when_the_printer_is_regained(
    machine: VirtualPrinter, watch: Looked, status: StatusFile
) -> None:
    status.raise_flag(Flag.PRINTER)
    await watch.look()
    assert Flag.PRINTER in status.status.flags  # the printer never said that anything was wrong
    await machine.become(Printing.OUT)
    await watch.look()
    await machine.become(Printing.OK)
    await watch.look()
    assert Flag.PRINTER not in status.status.flags


async def test_a_printer_that_hangs_is_down_within_the_deadline(status: StatusFile) -> None:
    watch = PrinterWatch(Hanging(), status, within=SOON)
    async with asyncio.timeout(5):
        assert await watch.look() == (Condition.DOWN, DeviceFault.HANGS)


async def test_nobody_asks_while_somebody_is_served_or_a_slip_is_printed(status: StatusFile) -> None:
    printer = Counting()
    looking = asyncio.create_task(PrinterWatch(printer, status, every=0).attend(Deaf()))
    async with asyncio.timeout(5):
        await printer.asked.get()
        examinee = WatchedExaminee(Silent(), status, Tidy())
        examinee.show(Working(Step.PRINT, (Step.PRINT,)))
        while not printer.asked.empty():
            printer.asked.get_nowait()
        for _ in range(100):  # turns of the loop, in each of which it would have been asked
            await asyncio.sleep(0)
        assert printer.asked.empty()
        status.enter(State.IDLE)
        await printer.asked.get()
    looking.cancel()
    await asyncio.gather(looking, return_exceptions=True)


async def test_a_slip_and_a_look_do_not_disturb_each_other(machine: VirtualPrinter, status: StatusFile) -> None:
    printer = open_printer(machine.device, 576, 5.0, cut=True)
    watch = Looked(PrinterWatch(printer, status), status)
    await printer.warm_up()
    await asyncio.gather(watch.look(), printer.print(a_slip()), watch.look())
    assert (await machine.next_job()).qr == a_slip().qr
    assert status.status.condition(Part.PRINTER) is Condition.OK


class Deaf:
    """Takes beats and does nothing with them."""

    def beat(self, condition: Condition = Condition.OK, fault: DeviceFault | None = None) -> None: ...


class Counting:
    """A printer that notes every question."""

    def __init__(self) -> None:
        self.asked: asyncio.Queue[None] = asyncio.Queue()

    async def paper(self) -> PaperState:
        self.asked.put_nowait(None)
        return PaperState.OK

    async def warm_up(self) -> None: ...

    async def print(self, slip: Slip) -> None: ...


class Hanging(Counting):
    """A printer that never answers nor lets go of the line."""

    async def paper(self) -> PaperState:
        await asyncio.get_running_loop().create_future()
        raise AssertionError


class Silent:
    """A screen that nobody looks at."""

    language = Language.JAPANESE

    async def ask(self, question: Question[A]) -> A | Move:
        raise AssertionError(question)

    def show(self, working: Working) -> None: ...


async def test_long_check_in_beside_a_printer_without_paper_is_no_other_fault(
    machine: VirtualPrinter, status: StatusFile
) -> None:
    await machine.become(Printing.OUT)
    watch = PrinterWatch(open_printer(machine.device, 576, 5.0, cut=True), status, every=SOON)
    beats: asyncio.Queue[tuple[Condition, DeviceFault | None]] = asyncio.Queue()

    class Hearing:
        def beat(self, condition: Condition = Condition.OK, fault: DeviceFault | None = None) -> None:
            beats.put_nowait((condition, fault))

    attending = asyncio.create_task(watch.attend(Hearing()))
    async with asyncio.timeout(10):
        assert await beats.get() == (Condition.DOWN, DeviceFault.NEEDS_HAND)
        status.enter(State.SERVING)
        for _ in range(5):
            assert await beats.get() == (Condition.DOWN, DeviceFault.NEEDS_HAND)
    attending.cancel()
