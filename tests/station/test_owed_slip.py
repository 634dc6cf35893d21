"""Paper runs out under a slip: once there is paper the same slip comes out, once, as a whole; and no pile of others."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from hardware.printer.factory import open_printer
from hardware.printer.printer import EscposPrinter
from hardware.virtual.printer import Condition as Printing
from hardware.virtual.printer import VirtualPrinter
from kiosk.checkin.visit import Visit
from kiosk.ledger.ledger import SqliteLedger
from kiosk.ports.desk import Flag
from kiosk.ports.device import Condition, Part
from kiosk.ports.printer import PrinterFailure, PrinterFault, Slip
from kiosk.station.clock import SiteClock
from kiosk.station.heartbeat import StatusFile
from kiosk.station.owed_slip import OWED_FOR, Owed, OwedSlip
from kiosk.station.printer_watch import PrinterWatch
from kiosk.station.status import State
from tests.ledger.invented import CONFIRMED, StillClock
from tests.printer.slips import a_slip


class Slips:
    """Draws the number as the QR, so that a slip on paper tells whose it is."""

    async def draw(self, visit: Visit) -> Slip:
        return a_slip(text=f"{visit.number.sequence:024d}")


@dataclass
class Counter:
    """A terminal without examinees: its printer, ledger and watch are real."""

    machine: VirtualPrinter
    printer: EscposPrinter
    ledger: SqliteLedger
    clock: StillClock
    status: StatusFile
    watch: PrinterWatch
    owed: OwedSlip

    async def visit(self) -> Visit:
        """A visit whose slip is tried, as the journey does."""
        visit = await self.ledger.commit(CONFIRMED)
        fault: PrinterFault | None = None
        try:
            await self.printer.print(await Slips().draw(visit))
        except PrinterFailure as failure:
            fault = failure.fault
            self.status.raise_flag(Flag.PRINTER)
        await self.ledger.printed(visit, fault)
        return visit

    async def look(self) -> None:
        self.status.part(Part.PRINTER, *await self.watch.look())

    @property
    def on_paper(self) -> list[int]:
        """Whose slips came out."""
        return [int(job.qr) for job in self.machine.jobs]


@pytest.fixture
async def counter(tmp_path: Path) -> AsyncIterator[Counter]:
    machine = VirtualPrinter()
    await machine.start()
    clock = StillClock()
    ledger = SqliteLedger(tmp_path / "state", "A", "k01", clock)
    await ledger.open()
    printer = open_printer(machine.device, 576, 5, cut=True)
    assert isinstance(printer, EscposPrinter)
    status = StatusFile(tmp_path / "run", SiteClock(ZoneInfo("Asia/Tokyo")), kiosk="k01", version="1")
    status.enter(State.IDLE)
    owed = OwedSlip(ledger, Slips(), printer, busy=lambda: status.status.state is State.SERVING)
    yield Counter(machine, printer, ledger, clock, status, PrinterWatch(printer, status, owed.give), owed)
    await ledger.close()
    await machine.close()


async def test_the_same_slip_comes_out_once_when_the_paper_is_changed(counter: Counter) -> None:
    await counter.machine.become(Printing.RUNS_OUT)
    await counter.visit()
    await counter.look()
    assert counter.status.status.condition(Part.PRINTER) is Condition.DOWN
    assert counter.on_paper == []
    await counter.machine.become(Printing.OK)
    await counter.look()
    await counter.look()
    await asyncio.wait_for(counter.machine.next_job(), 5)
    assert counter.on_paper == [1]
    assert Flag.PRINTER not in counter.status.status.flags
    assert (await counter.ledger.counts()).unprinted == 0


async def test_paper_changed_before_anybody_looked_gives_the_slip_too(counter: Counter) -> None:
    await counter.machine.become(Printing.RUNS_OUT)
    await counter.visit()
    await counter.machine.become(Printing.OK)
    await counter.look()
    await asyncio.wait_for(counter.machine.next_job(), 5)
    assert counter.on_paper == [1]
    assert Flag.PRINTER not in counter.status.status.flags


async def test_nothing_comes_out_while_the_next_one_is_served(counter: Counter) -> None:
    """Somebody touched the screen after the printer was asked and before it prints."""
    await counter.machine.become(Printing.OUT)
    await counter.visit()
    await counter.machine.become(Printing.OK)
    counter.status.enter(State.SERVING)
    assert await counter.owed.give() is Owed.NOT_YET
    assert counter.on_paper == []
    counter.status.enter(State.IDLE)
    assert await counter.owed.give() is Owed.GIVEN


@pytest.mark.parametrize("fault", PrinterFault)
async def test_only_what_is_surely_not_on_paper_is_given(counter: Counter, fault: PrinterFault) -> None:
    await counter.ledger.printed(await counter.ledger.commit(CONFIRMED), fault)
    sure = {PrinterFault.PAPER_OUT, PrinterFault.COVER_OR_OFFLINE, PrinterFault.UNREACHABLE}
    assert await counter.owed.give() is (Owed.GIVEN if fault in sure else Owed.NOTHING)


async def test_clock_that_was_set_back_owes_nobody_anything(counter: Counter) -> None:
    await counter.machine.become(Printing.OUT)
    await counter.visit()
    counter.clock.time -= timedelta(hours=3)
    await counter.machine.become(Printing.OK)
    assert await counter.owed.give() is Owed.NOTHING


async def test_those_who_went_on_with_the_number_leave_no_pile(counter: Counter) -> None:
    await counter.machine.become(Printing.OUT)
    for _ in range(5):
        await counter.visit()
        await counter.look()
    await counter.machine.become(Printing.OK)
    await counter.look()
    await asyncio.wait_for(counter.machine.next_job(), 5)
    assert counter.on_paper == [5]


async def test_slip_of_somebody_who_left_long_ago_is_not_given(counter: Counter) -> None:
    await counter.machine.become(Printing.OUT)
    await counter.visit()
    await counter.look()
    counter.clock.time += OWED_FOR + timedelta(seconds=1)
    await counter.machine.become(Printing.OK)
    await counter.look()
    assert counter.on_paper == []
    assert Flag.PRINTER not in counter.status.status.flags


async def test_slip_that_came_out_is_never_owed(counter: Counter) -> None:
    await counter.visit()
    await counter.machine.next_job()
    await counter.machine.become(Printing.OUT)
    await counter.look()
    await counter.machine.become(Printing.OK)
    await counter.look()
    assert counter.on_paper == [1]


async def test_printer_that_fails_again_is_tried_no_third_time_by_itself(counter: Counter) -> None:
    await counter.machine.become(Printing.RUNS_OUT)
    await counter.visit()
    await counter.machine.become(Printing.RUNS_OUT)
    await counter.look()
    assert Flag.PRINTER in counter.status.status.flags
    await counter.machine.become(Printing.OK)
    await counter.look()
    assert counter.on_paper == [], "staff give it out; the screen has shown the number"
    await counter.visit()
    await counter.machine.next_job()
    assert counter.on_paper == [2]


async def test_half_a_slip_in_the_printers_memory_is_forgotten(counter: Counter) -> None:
    """A real printer prints what it has kept as soon as it has paper."""
    await counter.machine.become(Printing.RUNS_OUT)
    await counter.visit()
    await counter.machine.become(Printing.OK)
    assert counter.on_paper == []


async def test_ledger_that_cannot_be_read_gives_nothing_and_harms_nothing(counter: Counter) -> None:
    await counter.machine.become(Printing.OUT)
    await counter.visit()
    await counter.look()
    await counter.ledger.close()
    await counter.machine.become(Printing.OK)
    await counter.look()
    assert counter.status.status.condition(Part.PRINTER) is Condition.OK
    assert Flag.PRINTER in counter.status.status.flags
