"""`kiosk service` and `kiosk status --follow`: the commands themselves, at a socket that answers."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from kiosk.checkin.settlement import Settling
from kiosk.ports.board import Entered, Service
from kiosk.station.heartbeat import StatusFile
from kiosk.station.status import State
from kiosk.station.wiring.control import Control
from kiosk.station.wiring.house import configure
from kiosk.station.wiring.station_board import TOGETHER_SECONDS
from tests.ledger.invented import StillClock


def kiosk(folder: Path, *words: str) -> list[str]:
    return [sys.executable, "-I", "-m", "kiosk", "--config", str(folder / "kiosk.toml"), *words]


async def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return await asyncio.to_thread(
        subprocess.run, kiosk(folder, *words), capture_output=True, text=True, check=False, env=_environment()
    )


def _environment() -> dict[str, str]:
    return {**os.environ, "LC_ALL": "C.UTF-8"}


@pytest.fixture
async def control(tmp_path: Path) -> AsyncIterator[Control]:
    from kiosk.settings import load

    settings = load(configure(tmp_path, gateway="", printer=f"virtual:{tmp_path / 'slips'}"))
    status = StatusFile(settings.terminal.run, StillClock(), kiosk="k01", version="1")
    status.enter(State.IDLE)
    running = Control(settings, status, StillClock())
    keeping = asyncio.create_task(running.keep_open(0.05))
    yield running
    keeping.cancel()
    await asyncio.gather(keeping, return_exceptions=True)


async def test_pause_and_resume_and_how_it_stands(control: Control, tmp_path: Path) -> None:
    for words, service, said in (
        (("pause", "--as", "佐藤"), Service.PAUSED, "一時休止"),
        (("out-of-order",), Service.OUT_OF_ORDER, "使用停止"),
        (("resume",), Service.OPEN, "受付できます"),
    ):
        done = await run(tmp_path, "service", *words)
        assert (done.returncode, done.stdout) == (0, f"k01: {said}\n"), done.stderr
        assert control.gate.service is service
    shown = await run(tmp_path, "service", "show", "--json")
    assert json.loads(shown.stdout) == {"service": "open", "alive": True, "state": "idle", "words": "受付できます"}


async def test_a_kiosk_that_is_down_cannot_be_switched_and_a_mistake_has_no_traceback(tmp_path: Path) -> None:
    configure(tmp_path, gateway="", printer=f"virtual:{tmp_path / 'slips'}")
    for words in (("service", "pause"), ("service", "pause", "--as", "a (root)"), ("service", "explode")):
        failed = await run(tmp_path, *words)
        assert failed.returncode in (1, 2)
        assert failed.stdout == ""
        assert "Traceback" not in failed.stderr
        assert failed.stderr.strip()


async def test_following_tells_every_change_and_ctrl_c_ends_it_well(control: Control, tmp_path: Path) -> None:
    hears = ("env", "--default-signal=INT")  # a run in the background ignores Ctrl-C
    following = await asyncio.create_subprocess_exec(
        *hears, *kiosk(tmp_path, "status", "--follow"), stdout=asyncio.subprocess.PIPE, env=_environment()
    )
    assert following.stdout is not None
    async with asyncio.timeout(60):
        assert "08:30:15" in (first := (await following.stdout.readline()).decode())
        assert "k01 待機中" in first
        control.desk.enter(Entered("0" * 32, "1" * 32, "佐藤", Settling.NOTE))  # for boards; no news of the terminal
        await asyncio.sleep(2 * TOGETHER_SECONDS)
        assert (await run(tmp_path, "service", "pause")).returncode == 0
        assert "職員が一時休止にしています" in (await following.stdout.readline()).decode()
        following.send_signal(signal.SIGINT)
        assert await following.wait() == 0
    assert control.gate.service is Service.PAUSED


async def test_following_as_json_and_a_reader_that_goes_away(control: Control, tmp_path: Path) -> None:
    following = subprocess.Popen(  # noqa: ASYNC220 - its pipe is closed below, as `head -1` does
        kiosk(tmp_path, "status", "--follow", "--json"), stdout=subprocess.PIPE, env=_environment()
    )
    assert following.stdout is not None
    told = json.loads(await asyncio.to_thread(following.stdout.readline))
    assert (told["name"], told["alive"], told["service"]) == ("k01", True, "open")
    following.stdout.close()
    await run(tmp_path, "service", "pause")
    assert await asyncio.to_thread(following.wait, 30) == 0
    assert control.gate.service is Service.PAUSED
