"""The file for node_exporter: valid for both readers, whole at any time, and without anybody in it."""

from __future__ import annotations

import asyncio
import re
import stat
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from kiosk.ports.board import Level, Service
from kiosk.ports.desk import Flag
from kiosk.ports.device import Condition, Part
from kiosk.station.clock import SiteClock
from kiosk.station.heartbeat import StatusFile
from kiosk.station.metrics import METRICS, MetricsFile, metrics_of
from kiosk.station.status import State, Status, Today

NOW = datetime(2026, 11, 20, 8, 30, tzinfo=ZoneInfo("Asia/Tokyo"))
_SAMPLE = re.compile(
    r'(?P<name>[a-z_][a-z0-9_]*)(?:\{(?P<labels>[a-z_]+="(?:[^"\\\n]|\\["\\n])*"(?:,[a-z_]+="(?:[^"\\\n]|\\["\\n])*")*)\})?'
    r" (?P<value>[0-9.e+-]+)"
)


@pytest.fixture
def status(tmp_path: Path) -> StatusFile:
    return StatusFile(tmp_path / "run", SiteClock(ZoneInfo("Asia/Tokyo")), kiosk="k01", version="1.2.3")


def names_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def read(text: str) -> dict[str, float]:
    """Every sample, by the rules of OpenMetrics 1.0 that also hold for the text format 0.0.4."""
    *lines, end, nothing = text.split("\n")
    assert (end, nothing) == ("# EOF", "")
    samples: dict[str, float] = {}
    family, told = "", list[str]()
    for line in lines:
        if line.startswith("# HELP "):
            family = line.split(" ")[2]
            assert family not in told, "the samples of a metric stand together"
            told.append(family)
        elif line.startswith("# TYPE "):
            assert line == f"# TYPE {family} gauge", "the only type that both formats know by the same name and suffix"
        else:
            found = _SAMPLE.fullmatch(line)
            assert found, line
            assert found["name"] == family
            key = line.rpartition(" ")[0]
            assert key not in samples, "no sample twice"
            samples[key] = float(found["value"])
    return samples


def test_every_name_has_its_words_and_a_value(status: StatusFile) -> None:
    samples = read(metrics_of(status.status))
    assert {key.partition("{")[0] for key in samples} == set(METRICS)


def test_what_the_status_says_stands_in_it(status: StatusFile) -> None:
    status.enter(State.IDLE)
    status.part(Part.READER, Condition.DOWN)
    status.raise_flag(Flag.CARD_LEFT)
    status.serve(Service.PAUSED)
    status.count(Today(confirmed=41, desk=7, open=3, deferred=2), space_low=True)
    samples = read(metrics_of(status.status))
    assert samples['kiosk_info{kiosk="k01",version="1.2.3"}'] == 1
    assert samples['kiosk_state{state="idle"}'] == 1
    assert samples['kiosk_state{state="serving"}'] == 0
    assert samples['kiosk_service{service="paused"}'] == 1
    assert samples['kiosk_part{part="reader",condition="down"}'] == 1
    assert samples['kiosk_part{part="voice",condition="unknown"}'] == 1
    assert samples['kiosk_flag{flag="card left"}'] == 1
    assert samples['kiosk_visits{outcome="confirmed"}'] == 41
    assert samples['kiosk_visits{outcome="desk"}'] == 7
    assert samples["kiosk_visits_open"] == 3
    assert samples["kiosk_disk_space_low"] == 1
    assert samples["kiosk_level"] == Level.WARNING.value


def test_times_are_whole_seconds_since_1970() -> None:
    told = Status(kiosk="k01", version="1", pid=1, started_at=NOW, updated_at=NOW)
    assert read(metrics_of(told))["kiosk_started_timestamp_seconds"] == NOW.timestamp()


def test_signs_in_a_label_are_escaped() -> None:
    told = Status(kiosk='k"\\\n', version="1", pid=1, started_at=NOW, updated_at=NOW)
    assert r'kiosk_info{kiosk="k\"\\\n",version="1"}' in read(metrics_of(told))


def test_the_official_parser_takes_it(status: StatusFile) -> None:
    newer = pytest.importorskip("prometheus_client.openmetrics.parser").text_string_to_metric_families
    older = pytest.importorskip("prometheus_client.parser").text_string_to_metric_families
    text = metrics_of(status.status)
    for families in (newer(text), older(text)):
        assert {family.name for family in families} == set(METRICS)


async def test_it_is_written_again_and_again_for_another_user_to_read(tmp_path: Path, status: StatusFile) -> None:
    path = tmp_path / "kiosk.prom"
    writing = asyncio.create_task(MetricsFile(path, status).keep_writing(0.01))
    async with asyncio.timeout(5):
        while not path.exists():
            await asyncio.sleep(0.005)
        status.raise_flag(Flag.PRINTER)
        while read(path.read_text(encoding="utf-8"))['kiosk_flag{flag="printer"}'] != 1:
            await asyncio.sleep(0.005)
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    status.enter(State.STOPPED)
    writing.cancel()
    await asyncio.gather(writing, return_exceptions=True)
    assert read(path.read_text(encoding="utf-8"))['kiosk_state{state="stopped"}'] == 1, "the last word"
    assert names_in(tmp_path) == {"kiosk.prom", "run"}, "no draft is left"


async def test_a_folder_that_is_not_there_disturbs_nobody(tmp_path: Path, status: StatusFile) -> None:
    MetricsFile(tmp_path / "missing" / "kiosk.prom", status).write()
