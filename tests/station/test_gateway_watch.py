"""The running terminal and its line: told to staff at once, and what waits is made up when it is back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from kiosk.checkin.outcome import QueryFault
from kiosk.checkin.precheck import Precheck
from kiosk.ledger.ledger import SqliteLedger
from kiosk.ports.device import Condition, DeviceFault, Part
from kiosk.precheck.store import PrecheckStore
from kiosk.settings import Settings, load
from kiosk.station import clock_watch
from kiosk.station.clock import SiteClock
from kiosk.station.clock_watch import ClockWatch
from kiosk.station.status import NoStatus, Status, read_status
from kiosk.station.wiring import gateway_watch, terminal
from kiosk.station.wiring.house import configure, new_token
from kiosk.station.wiring.relay import Relay
from kiosk.station.wiring.terminal import serve_examinees
from tests.precheck.invented import ANSWER, QUERY
from tests.station.deferred import TOKEN, draft_of
from tests.station.test_terminal import Waiting


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terminal, "BEAT_SECONDS", 0.02)
    monkeypatch.setattr(gateway_watch, "BEAT_SECONDS", 0.02)
    monkeypatch.setattr(gateway_watch, "ASK_GATEWAY_SECONDS", 0.02)


@pytest.fixture
def settings(relay: Relay, tmp_path: Path) -> Settings:
    new_token(tmp_path)
    (tmp_path / "gateway.token").write_text(TOKEN)
    return load(configure(tmp_path, gateway=f"http://127.0.0.1:{relay.port}", printer=f"virtual:{tmp_path / 'slips'}"))


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[None]:
    examinee = Waiting()
    serving = asyncio.create_task(serve_examinees(settings, examinee, lambda _: None))
    try:
        async with asyncio.timeout(20):
            await examinee.shown.get()
        yield
    finally:
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)


async def until(settings: Settings, true: Callable[[Status], bool]) -> Status:
    async with asyncio.timeout(20):
        while True:
            try:
                if true(status := read_status(settings.terminal.run)):
                    return status
            except NoStatus:
                pass
            await asyncio.sleep(0.01)


async def test_line_that_goes_down_is_told_and_what_waits_is_made_up_when_it_is_back(
    settings: Settings, relay: Relay
) -> None:
    clock = SiteClock(settings.zone)
    ledger = SqliteLedger(settings.terminal.state, "A", "k01", clock)
    await ledger.open()
    await ledger.commit(draft_of("taro", clock.now().date()))
    await ledger.close()
    await relay.cut()
    async with running(settings):
        status = await until(settings, lambda status: status.today.deferred == 1)
        assert status.line is not None
        assert (status.line.online, status.line.reason) == (False, QueryFault.UNREACHABLE)
        assert status.condition(Part.GATEWAY) is Condition.DOWN
        await relay.mend()
        # It sleeps for two minutes by itself: only the line's return can have woken it.
        status = await until(settings, lambda status: status.today.settled_later == 1)
        assert status.line is not None
        assert (status.line.online, status.condition(Part.GATEWAY)) == (True, Condition.OK)


async def test_answers_of_the_evening_before_are_counted(settings: Settings) -> None:
    now = SiteClock(settings.zone).now()
    asked = Precheck(replace(QUERY, confirmation_date=now.date()), ANSWER, now)
    async with running(settings):
        await asyncio.to_thread(PrecheckStore(settings.terminal.state).write, [asked])
        await until(settings, lambda status: status.today.prechecked == 1)


async def test_clock_that_differs_from_the_gateways_is_told(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, relay: Relay
) -> None:
    """Ten minutes; the gateway says its time in the header Date of a real answer."""
    await relay.mend()
    ahead = partial(ClockWatch, wall=lambda: datetime.now(UTC) + timedelta(minutes=10))
    monkeypatch.setattr(terminal, "ClockWatch", ahead)
    monkeypatch.setattr(clock_watch, "LOOK_SECONDS", 0.02)
    async with running(settings):
        status = await until(settings, lambda status: status.condition(Part.CLOCK) is Condition.DOWN)
        assert status.faults[Part.CLOCK] is DeviceFault.OFF


async def test_clock_that_agrees_with_the_gateways_is_well(settings: Settings, relay: Relay) -> None:
    await relay.mend()
    async with running(settings):
        await until(settings, lambda status: status.condition(Part.CLOCK) is Condition.OK)
