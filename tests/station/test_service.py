"""Pause and out of order: kept over restarts, and told at once to whoever waits."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.checkin.reasons import Reason
from kiosk.ports.board import Service
from kiosk.station.service import SERVICE_NAME, NotKept, ServiceLatch

NOW = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)
CLOSED = {Service.OPEN: None, Service.PAUSED: Reason.PAUSED, Service.OUT_OF_ORDER: Reason.TAKEN_OUT}


@pytest.mark.parametrize("service", CLOSED)
async def test_what_staff_switched_is_so_after_a_restart(tmp_path: Path, service: Service) -> None:
    await ServiceLatch(tmp_path / "state").switch(service, NOW)
    after = ServiceLatch(tmp_path / "state")
    assert (after.service, after.closed) == (service, CLOSED[service])
    assert [path.name for path in (tmp_path / "state").iterdir()] == [SERVICE_NAME]


async def test_who_waits_is_told_at_once_and_only_of_a_change(tmp_path: Path) -> None:
    latch = ServiceLatch(tmp_path)
    waiting = asyncio.create_task(latch.until_not(None))
    await latch.switch(Service.OPEN, NOW)
    await asyncio.sleep(0)
    assert not waiting.done()
    await latch.switch(Service.PAUSED, NOW)
    async with asyncio.timeout(5):
        await waiting
        await latch.until_not(None)


@pytest.mark.parametrize(
    "broken",
    [b"", b"{", b"null", b'{"service":"paused"', b'{"service":"closed","at":"2026-11-20T08:30:00Z"}', b"\xff\0"],
)
async def test_a_broken_file_means_that_nobody_is_served_until_somebody_opens_it_and_stands_in_the_log(
    tmp_path: Path, log: Callable[[], list[str]], broken: bytes
) -> None:
    (tmp_path / SERVICE_NAME).write_bytes(broken)
    latch = ServiceLatch(tmp_path)
    assert (latch.service, latch.closed) == (Service.UNKNOWN, Reason.PAUSED)
    assert any("service file cannot be read, so nobody is served" in line for line in log())
    await latch.switch(Service.OPEN, NOW)
    assert ServiceLatch(tmp_path).service is Service.OPEN


def test_a_file_that_cannot_be_opened_means_paused(tmp_path: Path) -> None:
    (tmp_path / SERVICE_NAME).mkdir()
    assert ServiceLatch(tmp_path).closed is Reason.PAUSED


def test_without_a_file_it_is_open_and_nothing_is_said(tmp_path: Path, log: Callable[[], list[str]]) -> None:
    assert ServiceLatch(tmp_path / "nowhere").service is Service.OPEN
    assert log() == []


async def test_a_disk_that_takes_nothing_pauses_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file where the folder should be", encoding="utf-8")
    latch = ServiceLatch(tmp_path / "state")
    with pytest.raises(NotKept):
        await latch.switch(Service.PAUSED, NOW)
    assert latch.closed is Reason.PAUSED
