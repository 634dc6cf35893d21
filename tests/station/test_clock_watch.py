"""When the terminal's clock may decide: somebody said what time it is, and since then nothing leapt."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.ports.clock import Synchronisation
from kiosk.ports.device import Condition, DeviceFault
from kiosk.settings import ClockSection, ClockSource
from kiosk.station.clock_watch import OLD, ClockWatch

NOON = datetime(2026, 11, 20, 3, tzinfo=UTC)
TOKYO = ZoneInfo("Asia/Tokyo")


@dataclass
class Machine:
    """A machine whose clock can be set, and whose seconds since the start cannot."""

    wall: datetime = NOON
    uptime: float = 100.0
    synchronised: bool | None = False
    since: float | None = None
    """When the time service set it, where only that is known."""

    def passes(self, **time: float) -> None:
        self.wall += timedelta(**time)
        self.uptime += timedelta(**time).total_seconds()

    def watch(self, source: ClockSource = ClockSource.NTP, most: float = 120) -> ClockWatch:
        rule = ClockSection(source=source, most_off_seconds=most)
        return ClockWatch(
            TOKYO, rule, lambda: Synchronisation(self.synchronised, self.since), lambda: self.wall, lambda: self.uptime
        )


@pytest.fixture
def machine() -> Machine:
    return Machine()


def test_time_is_the_sites(machine: Machine) -> None:
    assert machine.watch().now().isoformat() == "2026-11-20T12:00:00+09:00"


def test_clock_that_nobody_set_since_the_start_is_not_sure(machine: Machine) -> None:
    watch = machine.watch()
    assert watch.doubt is DeviceFault.UNSYNCHRONISED
    watch.hear(machine.wall)
    assert watch.doubt is DeviceFault.UNSYNCHRONISED, "the site said that the time service keeps it right"


def test_clock_kept_by_the_time_service_is_sure(machine: Machine) -> None:
    machine.synchronised = True
    assert machine.watch().sure


def test_clock_set_right_while_the_kiosk_runs_becomes_sure(machine: Machine) -> None:
    watch = machine.watch()
    machine.wall += timedelta(days=300)
    machine.synchronised = True
    watch.look()
    assert watch.sure


def test_clock_once_right_stays_so_while_the_service_is_silent_for_a_day(machine: Machine) -> None:
    machine.synchronised = True
    watch = machine.watch()
    machine.synchronised = False
    machine.passes(hours=20)
    watch.look()
    assert watch.sure
    machine.passes(days=3)
    assert watch.doubt is DeviceFault.UNSYNCHRONISED


@pytest.mark.parametrize("leap", [timedelta(days=-1), timedelta(minutes=-3), timedelta(minutes=3), timedelta(days=365)])
@pytest.mark.parametrize("source", ClockSource)
def test_leap_is_seen_at_once_also_while_nobody_answers(machine: Machine, source: ClockSource, leap: timedelta) -> None:
    machine.synchronised = True
    watch = machine.watch(source)
    watch.hear(machine.wall)
    machine.synchronised = False
    machine.passes(minutes=5)
    assert watch.sure
    machine.wall += leap
    assert watch.doubt is DeviceFault.OFF
    watch.look()
    assert watch.doubt is DeviceFault.OFF, "another look does not forgive it"


@pytest.mark.parametrize("leap", [timedelta(days=-1), timedelta(days=365)])
def test_leap_stays_a_leap_where_only_the_time_of_the_last_setting_is_known(machine: Machine, leap: timedelta) -> None:
    """As in the kiosk's unit, which may not ask the kernel: the file of the time service is there for ever."""
    machine.synchronised, machine.since = True, 7.0
    watch = machine.watch()
    machine.passes(hours=3)
    watch.look()
    assert watch.sure
    machine.wall += leap
    for _ in range(3):
        watch.look()
        assert watch.doubt is DeviceFault.OFF
    machine.since = 8.0
    watch.look()
    assert watch.sure, "it was set right anew"


@pytest.mark.parametrize(("off", "doubt"), [(119, None), (-119, None), (121, DeviceFault.OFF), (-121, DeviceFault.OFF)])
def test_gateway_with_another_time_makes_it_unsure_beyond_the_limit(
    machine: Machine, off: float, doubt: DeviceFault | None
) -> None:
    machine.synchronised = True
    watch = machine.watch()
    watch.hear(machine.wall + timedelta(seconds=off))
    assert watch.doubt is doubt


def test_site_without_time_service_trusts_its_gateway(machine: Machine) -> None:
    watch = machine.watch(ClockSource.GATEWAY)
    assert watch.doubt is DeviceFault.UNSYNCHRONISED
    watch.hear(machine.wall)
    assert watch.sure
    machine.passes(hours=3)
    assert watch.sure, "the gateway went away since"
    machine.passes(seconds=OLD.total_seconds())
    assert watch.doubt is DeviceFault.UNSYNCHRONISED


def test_clock_chip_is_trusted_until_the_gateway_says_otherwise(machine: Machine) -> None:
    watch = machine.watch(ClockSource.CHIP)
    assert watch.sure
    watch.hear(machine.wall + timedelta(hours=1))
    assert watch.doubt is DeviceFault.OFF


def test_where_the_system_may_not_be_asked_the_gateway_counts(machine: Machine) -> None:
    machine.synchronised = None
    watch = machine.watch()
    assert watch.doubt is DeviceFault.UNSYNCHRONISED
    watch.hear(machine.wall)
    assert watch.sure


@given(st.lists(st.tuples(st.floats(0, 3600), st.floats(-1e6, 1e6)), max_size=8))
def test_sure_means_within_the_limit_of_what_time_it_really_is(events: list[tuple[float, float]]) -> None:
    """Whatever passes and leaps, as long as somebody told the right time at the start."""
    machine = Machine(synchronised=True)
    watch = machine.watch()
    machine.synchronised = False
    leapt = 0.0
    for passed, leap in events:
        machine.passes(seconds=passed)
        machine.wall += timedelta(seconds=leap)
        leapt += leap
        watch.look()
        assert watch.sure is (abs(leapt) <= 120) or abs(abs(leapt) - 120) < 1e-3


@dataclass
class Pulse:
    told: list[tuple[Condition, DeviceFault | None]] = field(default_factory=list)
    beaten: asyncio.Event = field(default_factory=asyncio.Event)

    def beat(self, condition: Condition = Condition.OK, fault: DeviceFault | None = None) -> None:
        self.told.append((condition, fault))
        self.beaten.set()


@pytest.mark.parametrize(
    ("synchronised", "told"),
    [(True, (Condition.OK, None)), (False, (Condition.DOWN, DeviceFault.UNSYNCHRONISED))],
)
async def test_staff_are_told(machine: Machine, synchronised: bool, told: tuple[Condition, DeviceFault | None]) -> None:
    machine.synchronised = synchronised
    pulse = Pulse()
    attending = asyncio.create_task(machine.watch().attend(pulse))
    async with asyncio.timeout(5):
        await pulse.beaten.wait()
    attending.cancel()
    assert pulse.told == [told]
