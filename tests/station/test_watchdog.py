"""What systemd hears of the kiosk, on a real datagram socket; and when it hears nothing."""

from __future__ import annotations

import asyncio
import os
import socket
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.ledger.ledger import SqliteLedger
from kiosk.ports.desk import LedgerFailure
from kiosk.ports.device import Condition, DeviceFault, Part, Pulse
from kiosk.station.notify import Notifier
from kiosk.station.supervision import Pace, Supervisor
from kiosk.station.watchdog import LONGEST_START_SECONDS, PROBE_LIMIT_SECONDS, Probe, Watchdog
from tests.ledger.invented import StillClock


class Clock:
    """Stands until somebody lets time pass."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Systemd:
    """The other end of $NOTIFY_SOCKET."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind("\0" + address[1:] if address.startswith("@") else address)
        self._socket.setblocking(False)

    def heard(self) -> list[str]:
        """All messages since the last call."""
        messages = []
        while True:
            try:
                messages.append(self._socket.recv(4096).decode("utf-8"))
            except BlockingIOError:
                return messages

    def close(self) -> None:
        self._socket.close()


@pytest.fixture(params=["path", "abstract"])
def systemd(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Systemd]:
    name = str(tmp_path / "notify") if request.param == "path" else f"@kiosk-test-{os.getpid()}-{tmp_path.name}"
    listening = Systemd(name)
    yield listening
    listening.close()


class Nobody:
    """Takes how parts are, for nobody."""

    def part(self, part: Part, condition: Condition, fault: DeviceFault | None = None) -> None:
        pass


def standing(systemd: Systemd, clock: Clock) -> Watchdog:
    """A watchdog of a kiosk whose first question stands."""
    watchdog = Watchdog(Notifier(systemd.address, 30), clock)
    watchdog.first_screen()
    systemd.heard()
    return watchdog


def test_the_environment_is_understood_and_taken_away(systemd: Systemd) -> None:
    environment = {
        "NOTIFY_SOCKET": systemd.address,
        "WATCHDOG_USEC": "30000000",
        "WATCHDOG_PID": str(os.getpid()),
        "LANG": "C",
    }
    notifier = Notifier.from_environment(environment)
    assert (notifier.address, notifier.watchdog_seconds) == (systemd.address, 30.0)
    assert environment == {"LANG": "C"}
    notifier.ready()
    notifier.status("受付中\n本日3件")
    notifier.stopping()
    assert systemd.heard() == ["READY=1", "STATUS=受付中 本日3件", "STOPPING=1"]


def test_the_watchdog_of_an_ancestor_is_ours_and_that_of_a_stranger_is_not() -> None:
    def seconds(process: int) -> float:
        values = {"NOTIFY_SOCKET": "/nowhere", "WATCHDOG_USEC": "5000000", "WATCHDOG_PID": str(process)}
        return Notifier.from_environment(values).watchdog_seconds

    assert seconds(os.getppid()) == 5.0
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as stranger:
        assert seconds(stranger.pid) == 0.0
        stranger.communicate(b"\n")


@pytest.mark.parametrize("values", [{}, {"WATCHDOG_USEC": "x", "NOTIFY_SOCKET": "/nowhere"}, {"WATCHDOG_USEC": "5"}])
def test_without_systemd_nothing_is_said_and_nothing_fails(values: dict[str, str]) -> None:
    notifier = Notifier.from_environment(dict(values))
    assert notifier.watchdog_seconds == 0.0
    notifier.ready()
    notifier.pet()


def test_ready_is_said_once_and_the_start_is_made_longer_until_then(systemd: Systemd) -> None:
    clock = Clock()
    watchdog = Watchdog(Notifier(systemd.address, 30), clock)
    assert watchdog.look()
    (message,) = systemd.heard()
    assert message.startswith("EXTEND_TIMEOUT_USEC=")
    watchdog.first_screen()
    watchdog.first_screen()
    assert watchdog.look()
    assert systemd.heard() == ["READY=1", "WATCHDOG=1"]


def test_a_start_that_never_ends_is_made_longer_no_more(systemd: Systemd) -> None:
    clock = Clock()
    watchdog = Watchdog(Notifier(systemd.address, 30), clock)
    clock.now += LONGEST_START_SECONDS + 1
    assert not watchdog.look()
    assert systemd.heard() == []


def test_an_opening_that_never_ends_stops_the_petting_also_after_the_first_screen(systemd: Systemd) -> None:
    clock = Clock()
    watchdog = standing(systemd, clock)
    with watchdog.opening() as opened:
        clock.now += LONGEST_START_SECONDS - 1
        assert watchdog.look()
        clock.now += 2
        assert not watchdog.look()
        opened()
        assert watchdog.look(), "what is open may last"
    with watchdog.opening():
        assert watchdog.look(), "each opening has its own time"
    clock.now += LONGEST_START_SECONDS + 1
    assert watchdog.look(), "an opening that failed is over"


def test_the_words_are_told_when_they_are_news(systemd: Systemd) -> None:
    watchdog = standing(systemd, Clock())
    for words in ("正常", "正常", "注意"):
        watchdog.say(words)
    assert systemd.heard() == ["STATUS=正常", "STATUS=注意"]


async def test_a_blocked_loop_stops_the_petting(systemd: Systemd) -> None:
    watchdog = Watchdog(Notifier(systemd.address, 0.04))
    watchdog.first_screen()
    looking = asyncio.create_task(watchdog.keep_looking())
    while "WATCHDOG=1" not in systemd.heard():
        await asyncio.sleep(0)
    seen: list[str] = []

    def outside(block: threading.Event) -> None:
        systemd.heard()
        block.wait(0.3)  # several rounds of a loop that is not stuck
        seen.extend(systemd.heard())

    stuck = threading.Event()
    observer = threading.Thread(target=outside, args=(stuck,))
    observer.start()
    observer.join()  # here, in the loop's own thread: it is stuck as long as the other looks
    assert seen == []
    while "WATCHDOG=1" not in systemd.heard():
        await asyncio.sleep(0)
    looking.cancel()


async def test_a_ledger_that_says_nothing_stops_the_petting_and_one_that_refuses_does_not(systemd: Systemd) -> None:
    clock, answers = Clock(), asyncio.Event()
    asked: list[str] = []

    async def refusing() -> None:
        asked.append("refused")
        raise LedgerFailure("full")

    async def silent() -> None:
        asked.append("silent")
        await answers.wait()

    watchdog = standing(systemd, clock)
    refused, hung = Probe("ledger", refusing, now=clock), Probe("ledger", silent, now=clock)
    tasks = [asyncio.create_task(probe.keep_asking(0)) for probe in (refused, hung)]
    with watchdog.watching(refused.silent, hung.silent):
        assert watchdog.look()
        clock.now += 21
        asked.clear()
        while "refused" not in asked:
            await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert list(refused.silent()) == []
        assert list(hung.silent()) == ["ledger"]
        systemd.heard()
        assert not watchdog.look()
        assert systemd.heard() == []
        answers.set()
        while list(hung.silent()):
            await asyncio.sleep(0)
        assert watchdog.look()
    assert systemd.heard() == ["WATCHDOG=1"]
    for task in tasks:
        task.cancel()


async def test_a_ledger_whose_check_lasts_and_fails_does_not_stop_the_petting(systemd: Systemd, tmp_path: Path) -> None:
    """It is out of order, as it should be: to start again would only begin the check again."""
    clock, begun, goes_on = Clock(), threading.Event(), threading.Event()

    def connect(path: Path) -> sqlite3.Connection:
        begun.set()
        goes_on.wait(20)
        raise sqlite3.OperationalError(f"{path.name}: disk I/O error")

    ledger = SqliteLedger(tmp_path / "state", "A", "k01", StillClock(), connect)
    watchdog, probe = standing(systemd, clock), Probe("ledger", ledger.counts, now=clock)
    opening = asyncio.create_task(ledger.open())
    await asyncio.to_thread(begun.wait, 20)
    asking = asyncio.create_task(probe.keep_asking(0))
    try:
        with watchdog.watching(probe.silent):
            for _ in range(4):
                clock.now += PROBE_LIMIT_SECONDS / 2
                for _ in range(10):
                    await asyncio.sleep(0)
                assert watchdog.look()
    finally:
        goes_on.set()
        asking.cancel()
    with pytest.raises(LedgerFailure, match="disk I/O error"):
        await opening
    assert not ledger.ready
    await ledger.close()


class Device:
    """Beats once, then does as it is told."""

    part = Part.READER
    silence_seconds = 0.02

    def __init__(self) -> None:
        self.begun = asyncio.Event()

    async def attend(self, pulse: Pulse) -> None:
        pulse.beat()
        self.begun.set()
        await asyncio.Event().wait()


async def test_a_device_that_hangs_is_declared_down_and_the_petting_goes_on(systemd: Systemd) -> None:
    told = Recorder()
    supervisor = Supervisor(told, Pace(first=60, let_go=0.01))
    supervisor.device(Device())
    watchdog = standing(systemd, Clock())
    with watchdog.watching(supervisor.silent):
        while (Part.READER, Condition.DOWN, DeviceFault.HANGS) not in told.told:
            await asyncio.sleep(0)
        assert list(supervisor.silent()) == []
        assert watchdog.look()
    await supervisor.aclose()


async def test_a_device_that_nobody_declares_down_stops_the_petting(
    systemd: Systemd, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The supervisor itself is stuck: its device beats no more, and nobody says so."""
    device, supervisor = Device(), Supervisor(Nobody(), Pace(let_go=0))
    device.silence_seconds = 3600.0
    supervisor.device(device)
    await device.begun.wait()
    watchdog = standing(systemd, Clock())
    with watchdog.watching(supervisor.silent):
        assert watchdog.look()
        loop = asyncio.get_running_loop()
        later = loop.time() + 2 * 3600
        monkeypatch.setattr(loop, "time", lambda: later)
        assert list(supervisor.silent()) == ["reader"]
        assert not watchdog.look()
        monkeypatch.undo()
    await supervisor.aclose()


async def test_a_watch_that_ended_stops_the_petting(systemd: Systemd) -> None:
    supervisor = Supervisor(Nobody())
    supervisor.device(Device())
    supervisor._tasks[0].cancel()
    while not supervisor._tasks[0].done():
        await asyncio.sleep(0)
    watchdog = standing(systemd, Clock())
    with watchdog.watching(supervisor.silent):
        assert not watchdog.look()
    assert watchdog.look(), "what is closed is not watched any more"
    await supervisor.aclose()


class Recorder:
    """Takes how parts are."""

    def __init__(self) -> None:
        self.told: list[tuple[Part, Condition, DeviceFault | None]] = []

    def part(self, part: Part, condition: Condition, fault: DeviceFault | None = None) -> None:
        self.told.append((part, condition, fault))


def test_a_systemd_that_is_gone_or_does_not_read_disturbs_nobody(systemd: Systemd) -> None:
    notifier = Notifier(systemd.address, 30)
    for _ in range(2000):  # more than a socket holds
        notifier.pet()
    assert systemd.heard()
    systemd.close()
    notifier.pet()
