"""`kiosk status`: what staff and monitoring learn of the terminal."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import time_machine
from click.testing import CliRunner, Result

from kiosk.checkin.outcome import QueryFault
from kiosk.ports.board import Level
from kiosk.ports.desk import Flag, Staff
from kiosk.ports.device import Condition, DeviceFault, Part
from kiosk.station.command import status
from kiosk.station.heartbeat import StatusFile
from kiosk.station.judgement import STALE, judge, summary
from kiosk.station.status import BEAT_SECONDS, GatewayLine, NoStatus, State, Status, Today, read_status

NOW = datetime(2026, 11, 20, 8, 30, tzinfo=ZoneInfo("Asia/Tokyo"))
WELL = dict.fromkeys(Part, Condition.OK)
UP = GatewayLine(online=True, since=NOW)
DOWN = GatewayLine(online=False, since=NOW - timedelta(minutes=15), reason=QueryFault.TIMED_OUT)


@dataclass
class StillClock:
    time: datetime = NOW
    sure: bool = True

    def now(self) -> datetime:
        return self.time


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def run_folder(tmp_path: Path) -> Path:
    return tmp_path / "run"


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def file(run_folder: Path, clock: StillClock) -> StatusFile:
    return StatusFile(run_folder, clock, kiosk="k01", version="0.1.0")


@pytest.fixture
def config(tmp_path: Path, run_folder: Path) -> Path:
    path = tmp_path / "kiosk.toml"
    path.write_text(
        f'[site]\nname = "試験"\n[terminal]\nrun = "{run_folder}"\n[printer]\ndevice = "virtual:slips"\n',
        encoding="utf-8",
    )
    return path


def ask(config: Path, *arguments: str) -> Result:
    return CliRunner().invoke(status, arguments, obj=config)


def well(file: StatusFile, state: State = State.IDLE) -> None:
    for part in Part:
        file.part(part, Condition.OK)
    file.enter(state)


def test_file_comes_back_as_it_was_told(file: StatusFile, run_folder: Path) -> None:
    well(file, State.SERVING)
    file.count(Today(confirmed=10, desk=2, unprinted=1, outbox=12), space_low=True)
    file.raise_flag(Flag.CARD_LEFT)
    assert read_status(run_folder) == file.status
    assert file.status.condition(Part.READER) is Condition.OK
    assert [path.name for path in run_folder.iterdir()] == ["status.json"]


def test_file_is_the_port_staff(file: StatusFile, run_folder: Path) -> None:
    staff: Staff = file
    for flag in (Flag.PRINTER, Flag.STAFF_CALLED, Flag.PRINTER):
        staff.raise_flag(flag)
    assert read_status(run_folder).flags == (Flag.PRINTER, Flag.STAFF_CALLED)
    staff.lower_flag(Flag.PRINTER)
    staff.lower_flag(Flag.RECORD)
    assert read_status(run_folder).flags == (Flag.STAFF_CALLED,)


def test_well_kiosk_is_one_line_and_zero(file: StatusFile, config: Path) -> None:
    well(file)
    file.count(Today(confirmed=10, desk=2), space_low=False)
    answer = ask(config)
    assert (answer.exit_code, answer.output) == (0, "正常: k01 待機中、本日12件(確認10・窓口2)\n")


def test_lines_of_todays_roster_are_counted(file: StatusFile, config: Path) -> None:
    well(file)
    file.count(Today(confirmed=1, appointments=30), space_low=False)
    assert ask(config).output == "正常: k01 待機中、本日1件(確認1・窓口0)、予約名簿30件\n"


def test_answers_of_the_evening_before_are_counted(file: StatusFile, config: Path) -> None:
    well(file)
    file.count(Today(appointments=30, prechecked=28), space_low=False)
    assert ask(config).output == "正常: k01 待機中、本日0件(確認0・窓口0)、予約名簿30件、事前照会28件\n"


def test_line_that_is_down_is_told_with_since_when_and_why(file: StatusFile, config: Path) -> None:
    well(file)
    file.gateway(DOWN)
    answer = ask(config)
    assert (answer.exit_code, "時間内に答えません(11-20 08:15から)" in answer.output) == (1, True)
    line = json.loads(ask(config, "--json").stdout)["status"]["line"]
    assert (line["online"], line["reason"]) == (False, "timed out")
    file.gateway(UP)
    assert ask(config).exit_code == 0


def test_json_has_level_words_and_the_status(file: StatusFile, config: Path) -> None:
    well(file)
    file.raise_flag(Flag.STAFF_CALLED)
    answer = ask(config, "--json")
    told = json.loads(answer.stdout)
    assert answer.exit_code == told["code"] == 1
    assert told["level"] == "warning"
    assert "キオスクへ行ってください" in told["words"][0]
    assert told["status"]["flags"] == ["staff called"]
    assert told["status"]["state"] == "idle"
    assert told["status"]["parts"]["printer"] == "ok"


def status_with(**told: object) -> Status:
    return Status.model_validate(
        {"kiosk": "k01", "version": "1", "pid": os.getpid(), "started_at": NOW, "updated_at": NOW, "state": State.IDLE}
        | {"parts": WELL}
        | told
    )


@pytest.mark.parametrize(
    ("told", "level", "words"),
    [
        ({}, Level.OK, ""),
        ({"state": State.SERVING}, Level.OK, ""),
        ({"state": State.STARTING}, Level.WARNING, "少し待って"),
        ({"state": State.OUT_OF_ORDER}, Level.CRITICAL, "休止"),
        ({"state": State.STOPPED}, Level.CRITICAL, "systemctl start"),
        ({"parts": WELL | {Part.READER: Condition.DOWN}}, Level.WARNING, "カードリーダー"),
        ({"parts": WELL | {Part.PRINTER: Condition.DOWN}}, Level.WARNING, "プリンター"),
        ({"parts": WELL | {Part.PRINTER: Condition.ATTENTION}}, Level.WARNING, "残りわずか"),
        ({"parts": WELL | {Part.GATEWAY: Condition.DOWN}}, Level.WARNING, "ゲートウェイ"),
        (
            {"parts": WELL | {Part.GATEWAY: Condition.DOWN}, "line": DOWN},
            Level.WARNING,
            "時間内に答えません(11-20 08:15から)",
        ),
        ({"line": UP}, Level.OK, ""),
        ({"parts": WELL | {Part.SCANNER: Condition.DOWN}}, Level.WARNING, "バーコードリーダー"),
        ({"parts": WELL | {Part.SCANNER: Condition.ABSENT}}, Level.OK, ""),
        ({"parts": WELL | {Part.LEDGER: Condition.DOWN}}, Level.CRITICAL, "ディスク"),
        ({"flags": (Flag.STAFF_CALLED,)}, Level.WARNING, "職員"),
        ({"flags": (Flag.CARD_LEFT,)}, Level.WARNING, "カードが"),
        ({"flags": (Flag.PRINTER,)}, Level.WARNING, "受付票"),
        ({"flags": (Flag.RECORD,)}, Level.CRITICAL, "記録できません"),
        ({"flags": (Flag.ROSTER,)}, Level.WARNING, "kiosk roster import"),
        ({"flags": (Flag.PRECHECK,)}, Level.WARNING, "kiosk precheck"),
        ({"today": Today(withdrawn=1)}, Level.WARNING, "1件あります"),
        ({"today": Today(altered=1)}, Level.WARNING, "記録が変わっている受付が本日1件あります"),
        ({"space_low": True}, Level.WARNING, "空き"),
        ({"today": Today(unprinted=2)}, Level.WARNING, "2件"),
        ({"today": Today(unprinted=1), "state": State.SERVING}, Level.OK, ""),
        ({"today": Today(outbox=5000)}, Level.OK, ""),
    ],
)
def test_everything_that_staff_should_do_has_words_and_a_level(
    told: dict[str, object], level: Level, words: str
) -> None:
    judgement = judge(status_with(**told), NOW)
    assert judgement.level is level
    assert bool(judgement.words) == bool(words)
    assert words in "".join(judgement.words)


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (QueryFault.REFUSED, ("gateway.token_file", "serve.tokens_file")),
        (QueryFault.SERVER_ERROR, ("ゲートウェイは答えますが", "その先の端末")),
        (QueryFault.UNTRUSTED, ("証明書", "gateway.ca_file", "gateway.url")),
        (QueryFault.UNREACHABLE, ("つながりません", "線")),
    ],
)
def test_line_that_is_down_says_what_to_look_at(fault: QueryFault, words: tuple[str, ...]) -> None:
    line = GatewayLine(online=False, since=NOW, reason=fault)
    judgement = judge(status_with(parts=WELL | {Part.GATEWAY: Condition.DOWN}, line=line), NOW)
    assert all(word in judgement.words[0] for word in words)
    assert "受付は窓口での確認になります" in judgement.words[0]
    assert ("つながりません" in judgement.words[0]) is (fault is QueryFault.UNREACHABLE)


@pytest.mark.parametrize("fault", QueryFault)
def test_every_fault_of_the_line_has_words(fault: QueryFault) -> None:
    line = GatewayLine(online=False, since=NOW, reason=fault)
    assert judge(status_with(parts=WELL | {Part.GATEWAY: Condition.DOWN}, line=line), NOW).words


def test_a_kiosk_that_was_killed_serves_nobody() -> None:
    process = subprocess.Popen(["true"])
    process.wait()
    killed = status_with(state=State.SERVING, pid=process.pid)
    assert "動いていません" in judge(killed, NOW).words[0]
    assert summary(killed) == "k01 停止中、本日0件(確認0・窓口0)"


def test_worst_comes_first() -> None:
    parts = WELL | {Part.READER: Condition.DOWN, Part.LEDGER: Condition.DOWN}
    judgement = judge(status_with(parts=parts, flags=(Flag.STAFF_CALLED,)), NOW)
    assert judgement.level is Level.CRITICAL
    assert "記録を書けません" in judgement.words[0]
    assert len(judgement.words) == 3


@pytest.mark.parametrize("away", [STALE + timedelta(seconds=1), -STALE - timedelta(seconds=1)])
def test_status_of_another_time_is_critical(away: timedelta) -> None:
    judgement = judge(status_with(), NOW + away)
    assert judgement.level is Level.CRITICAL
    assert "応答がありません" in judgement.words[0]


def test_one_late_beat_is_no_alarm() -> None:
    assert judge(status_with(), NOW + timedelta(seconds=2 * BEAT_SECONDS)).level is Level.OK


@pytest.fixture
def dead() -> int:
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    return process.pid


def test_dead_kiosk_is_critical_and_says_when_it_was_last_seen(dead: int) -> None:
    judgement = judge(status_with(pid=dead), NOW)
    assert judgement.level is Level.CRITICAL
    assert "動いていません(最後の記録 11-20 08:30:00)" in judgement.words[0]


def test_missing_or_garbled_status_and_configuration_are_unknown(config: Path, run_folder: Path) -> None:
    assert ask(config).exit_code == 3
    run_folder.mkdir()
    (run_folder / "status.json").write_text('{"kiosk": ')
    answer = ask(config)
    assert (answer.exit_code, answer.output.startswith("不明: "), answer.output.count("\n")) == (3, True, 1)
    assert json.loads(ask(config, "--json").stdout)["status"] is None
    config.unlink()
    answer = ask(config)
    assert (answer.exit_code, "Traceback" in answer.output) == (3, False)


def test_simulator_says_so(run_folder: Path, clock: StillClock, config: Path) -> None:
    well(StatusFile(run_folder, clock, kiosk="k01", version="0.1.0", simulator=True))
    assert "SIMULATOR シミュレーター" in ask(config).output


async def test_heart_beats(file: StatusFile, run_folder: Path, clock: StillClock) -> None:
    heart = asyncio.create_task(file.keep_beating(every=0))
    clock.time += timedelta(seconds=30)
    async with asyncio.timeout(5):
        while read_status(run_folder).updated_at != clock.time:
            await asyncio.sleep(0)
    heart.cancel()


def test_reader_never_sees_half_a_file(run_folder: Path, file: StatusFile) -> None:
    script = """
import pathlib, sys
from kiosk.station.status import read_status
print("ready", flush=True)
for _ in range(2000):
    read_status(pathlib.Path(sys.argv[1]))
"""
    reading = [sys.executable, "-c", script, str(run_folder)]
    with subprocess.Popen(reading, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as reader:
        assert reader.stdout is not None
        reader.stdout.readline()
        while reader.poll() is None:
            file.beat()
    assert reader.returncode == 0


def test_status_that_cannot_be_written_disturbs_nobody_and_is_told_once(
    tmp_path: Path, clock: StillClock, log: Callable[[], list[str]]
) -> None:
    place = tmp_path / "run"
    place.write_text("in the way")
    file = StatusFile(place, clock, kiosk="k01", version="0.1.0")
    file.enter(State.IDLE)
    with pytest.raises(NoStatus):
        read_status(place)
    place.unlink()
    file.beat()
    assert read_status(place).state is State.IDLE
    assert len(log()) == 1


def test_asking_costs_neither_screen_nor_network_nor_database() -> None:
    loaded = "import sys, kiosk.station.command; print(*sys.modules)"
    answer = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True)
    heavy = {"textual", "httpx", "sqlite_utils", "sqlite3", "cryptography", "structlog", "PIL", "smartcard"}
    assert not heavy & set(answer.stdout.split())


@pytest.mark.parametrize("fault", DeviceFault)
def test_staff_read_why_a_device_is_down_until_it_is_back(
    run_folder: Path, file: StatusFile, fault: DeviceFault
) -> None:
    file.enter(State.IDLE)
    file.part(Part.READER, Condition.DOWN)
    [plain] = judge(file.status, file.status.updated_at).words
    file.part(Part.READER, Condition.DOWN, fault)
    [with_reason] = judge(read_status(run_folder), file.status.updated_at).words
    assert with_reason.startswith(plain)
    assert with_reason != plain
    file.part(Part.READER, Condition.OK)
    assert not judge(read_status(run_folder), file.status.updated_at).words
    assert not file.status.faults
