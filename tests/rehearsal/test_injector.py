"""Faults on virtual devices: planned or struck by a hand, and put right again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from hardware.printer.factory import open_printer
from hardware.virtual.disk import Trouble
from hardware.virtual.pcscd import Pcscd, virtual_readers
from kiosk.gateway.people import by_key
from kiosk.ports.printer import PaperState, PrinterFailure, PrinterFault
from kiosk.rehearsal.counting import Use
from kiosk.rehearsal.faults import Fault
from kiosk.rehearsal.planned import Plan, Planned
from kiosk.rehearsal.scenario import CardShown
from kiosk.station.wiring.house import card_of
from kiosk.station.wiring.injector import Injector, NotPossible
from kiosk.station.wiring.props import Props, props
from tests.parts import pcscd_with_readers

TODAY = date(2026, 11, 20)
NOBODY_LISTENS = 9
"""The port of the line to the gateway, which none of these needs."""
CODE = "26100000001"


@pytest.fixture
def things(tmp_path: Path) -> Iterator[Props]:
    """Without pcscd: nothing is put in."""
    with props(tmp_path, NOBODY_LISTENS, None) as things:
        yield things


def planned(things: Props, *texts: str) -> Injector:
    return Injector(things, Plan([Planned.parse(text) for text in texts]))


async def paper(things: Props) -> PaperState | PrinterFault:
    try:
        return await open_printer(things.printer.device, 576, 5.0, cut=True).paper()
    except PrinterFailure as failure:
        return failure.fault


def trouble(things: Props) -> Trouble:
    return things.disk.trouble


async def test_a_planned_fault_strikes_at_its_slip_and_goes_on(things: Props) -> None:
    injector = planned(things, "printer.paper_out@2")
    await injector.begin()
    await injector.before(Use.PRINT)
    assert await paper(things) is PaperState.OK
    await injector.before(Use.PRINT)
    assert await paper(things) is PaperState.OUT
    await injector.before(Use.PRINT)
    assert list(injector.going_on) == [Fault.PAPER_OUT]
    await injector.clear(Fault.PAPER_OUT)
    assert await paper(things) is PaperState.OK
    assert not injector.going_on


async def test_a_fault_from_the_start_is_there_before_any_use(things: Props) -> None:
    await planned(things, "printer.unplugged").begin()
    assert await paper(things) is PrinterFault.UNREACHABLE


async def test_of_two_faults_of_a_device_the_last_counts_and_the_first_comes_back(things: Props) -> None:
    injector = planned(things)
    await injector.strike(Fault.COVER_OPEN)
    await injector.strike(Fault.PAPER_OUT)
    assert await paper(things) is PaperState.OUT
    await injector.clear(Fault.PAPER_OUT)
    assert await paper(things) is PaperState.COVER_OR_OFFLINE
    await injector.clear()
    assert await paper(things) is PaperState.OK


async def test_a_fault_that_strikes_twice_is_one_fault(things: Props) -> None:
    injector = planned(things)
    await injector.strike(Fault.DISK_FULL)
    await injector.strike(Fault.DISK_FULL)
    assert trouble(things) is Trouble.FULL
    await injector.clear(Fault.DISK_FULL)
    assert trouble(things) is Trouble.NONE


async def test_the_clock_leaps_and_is_right_again(things: Props) -> None:
    injector = planned(things, "clock.leaps_forward@1")
    await injector.before(Use.CHECK_IN)
    assert things.clock.ahead == timedelta(days=1)
    assert not things.clock.synchronised().kept
    await injector.clear()
    assert things.clock.ahead == timedelta()
    assert things.clock.synchronised().kept


@pytest.mark.parametrize(
    ("fault", "read"),
    [
        ("scanner.damaged", ("26100\ufffd00001",)),
        ("scanner.unreadable", ()),
        ("scanner.two_in_a_row", (CODE, CODE)),
        ("scanner.control_characters", ("26100\x1d\x00000001",)),
        ("scanner.shop_code", ("4901234567894",)),
    ],
)
async def test_one_code_is_read_otherwise(things: Props, fault: str, read: tuple[str, ...]) -> None:
    injector = planned(things, f"{fault}@2")
    assert [await injector.codes_for(CODE) for _ in range(3)] == [(CODE,), read, (CODE,)]


async def test_a_long_code_has_more_than_two_thousand_characters(things: Props) -> None:
    (read,) = await planned(things, "scanner.too_long").codes_for(CODE)
    assert len(read) > 2000


async def test_somebody_elses_pcscd_is_not_harmed(things: Props) -> None:
    injector = planned(things)
    with pytest.raises(NotPossible, match="pcscd"):
        await injector.strike(Fault.SERVICE_KILLED)
    assert not injector.going_on


@pytest.fixture(scope="module")
def pcscd() -> Iterator[Pcscd | None]:
    with pcscd_with_readers() as own:
        yield own


@pytest.fixture
def reader(pcscd: Pcscd | None, tmp_path: Path) -> Iterator[Props]:
    with props(tmp_path, NOBODY_LISTENS, pcscd) as things:
        yield things


@pytest.mark.pcscd
async def test_the_second_card_is_another_one(reader: Props) -> None:
    injector = planned(reader, "card.licence@2")
    own = card_of(by_key("taro"), CardShown.OWN, TODAY)
    put_in = [await injector.put_in(own) for _ in range(2)]
    assert put_in[0] is own
    assert put_in[1].spec.person is None
    await injector.clear()
    assert await injector.put_in(own) is own


@pytest.mark.pcscd
async def test_a_card_in_the_reader_is_struck_at_once(reader: Props) -> None:
    injector = planned(reader)
    await injector.put_in(card_of(by_key("taro"), CardShown.OWN, TODAY))
    await injector.strike(Fault.PULLED)
    assert reader.slot.card is None
    assert not injector.going_on


@pytest.mark.pcscd
async def test_a_reader_is_unplugged_and_plugged_in(reader: Props, pcscd: Pcscd | None) -> None:
    if pcscd is None:
        pytest.skip("pcscd is somebody else's here")
    injector = planned(reader, "card.reader_unplugged")
    await injector.begin()
    assert virtual_readers() == ()
    await injector.clear()
    assert virtual_readers()
