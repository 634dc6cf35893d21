"""The log holds what a technician needs, and cannot hold a person."""

from __future__ import annotations

import logging
import resource
import stat
import subprocess
import sys
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from kiosk.checkin.reasons import Reason
from kiosk.ports.printer import PrinterFault
from kiosk.station import log as station_log
from kiosk.station.log import only_allowed
from kiosk.station.stderr import struck_out

Lines = Callable[[], list[str]]


def test_line_holds_what_was_told(log: Lines) -> None:
    structlog.get_logger().warning("slip failed", fault=PrinterFault.PAPER_OUT, reason=Reason.INVALID, attempt=2)
    (line,) = log()
    assert line.partition(" level=")[2] == 'warning event="slip failed" fault="paper out" reason=Q02 attempt=2'


def test_key_that_is_not_allowed_is_withheld_by_name(log: Lines) -> None:
    structlog.get_logger().info("query sent", name="金糸雀", insured_number="7766554", seconds=1.5)
    (line,) = log()
    assert line.endswith('event="query sent" seconds=1.5 withheld=insured_number,name')


@pytest.mark.parametrize(
    ("event", "fields"),
    [
        ("金糸雀 花子 came", {}),
        ("ticket 26199988877", {}),
        ("query", {"count": 26199988877}),
        ("query", {"visit": "26199988877"}),
        ("query", {"error": "金糸雀"}),
        ("query", {"where": "金糸雀.py:3"}),
        ("query", {"花子": "x"}),
    ],
)
def test_value_of_another_shape_is_withheld(log: Lines, event: str, fields: dict[str, object]) -> None:
    structlog.get_logger().info(event, **fields)
    (line,) = log()
    assert "withheld=" in line
    assert not any(canary in line for canary in ("金糸雀", "花子", "26199988877"))


@given(st.dictionaries(st.text(), st.text(alphabet="金糸雀花子カナリア")), st.text(alphabet="金糸雀花子カナリア"))
def test_japanese_never_passes(fields: dict[str, str], event: str) -> None:
    kept = only_allowed(None, "info", {**fields, "event": event})
    assert str(kept).isascii() or "…" in str(kept)
    assert not any("\u3040" < sign < "\ua000" for sign in str(kept))


def test_libraries_are_logged_by_place_only(log: Lines) -> None:
    try:
        int("金糸雀")
    except ValueError:
        logging.getLogger("httpx").exception("GET /金糸雀 %s", "26199988877")
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(capture=True)
        warnings.warn("金糸雀", stacklevel=1)
    said, warned = log()
    assert 'event="said by a library" logger=httpx where=test_log:' in said
    assert said.endswith("error=ValueError")
    assert "logger=py.warnings" in warned
    assert "金糸雀" not in said + warned


def test_requests_are_no_news_but_their_trouble_and_other_libraries_are(log: Lines) -> None:
    for library in ("httpx", "httpcore.connection", "sqlite_utils"):
        logging.getLogger(library).info("HTTP Request: GET /v1/health")
        logging.getLogger(library).warning("trouble")
    said = [line.partition(" level=")[2].split(" where=")[0] for line in log()]
    assert said == [
        'warning event="said by a library" logger=httpx',
        'warning event="said by a library" logger=httpcore.connection',
        'info event="said by a library" logger=sqlite_utils',
        'warning event="said by a library" logger=sqlite_utils',
    ]


def test_our_own_rooms_are_quoted_up_to_the_first_argument(log: Lines) -> None:
    logging.getLogger("kiosk.qualifier").warning("query failed fault=%s", "金糸雀")
    logging.getLogger("kiosk.qualifier").warning("Taro %s", "26199988877")
    first, second = log()
    assert 'event="query failed" logger=kiosk.qualifier where=test_log:' in first
    assert "26199988877" not in second


def test_log_is_for_its_owner_and_capped(log: Lines, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(station_log, "LOG_BYTES", 2000)
    path = station_log.start_log(tmp_path / "capped")
    for number in range(500):
        structlog.get_logger().info("beat", count=number)
    files = sorted(file.name for file in path.parent.iterdir())
    assert files == ["kiosk.log", *(f"kiosk.log.{number}" for number in range(1, station_log.LOG_FILES + 1))]
    assert sum(file.stat().st_size for file in path.parent.iterdir()) <= 2000 * 6
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_log_that_cannot_be_written_disturbs_nobody_and_counts_what_it_lost(log: Lines) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1, hard))
    for _ in range(3):
        structlog.get_logger().info("beat")
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    structlog.get_logger().info("beat")
    assert any(line.endswith('event="log lines were lost" count=3') for line in log())


def test_what_is_printed_goes_to_the_log_and_the_terminal_stays_the_screens(tmp_path: Path) -> None:
    script = """
import os, pathlib, subprocess, sys
from kiosk.station.log import start_log
from kiosk.station.stderr import own_stderr
path = start_log(pathlib.Path(sys.argv[1]))
with own_stderr():
    print("printed by python 金糸雀 26199988877")
    print("told by python", file=sys.stderr)
    os.write(2, b"told by a C library\\n")
    subprocess.run(["echo", "told by a child"])
    sys.__stderr__.write("a frame of the screen")
    sys.__stderr__.flush()
    sys.__stdout__.write("its size is asked here")
    sys.__stdout__.flush()
print("after")
"""
    answer = subprocess.run([sys.executable, "-c", script, tmp_path], capture_output=True, text=True, check=True)
    assert answer.stderr == "a frame of the screen"
    assert answer.stdout == "its size is asked hereafter\n"
    log = (tmp_path / "log" / "kiosk.log").read_text(encoding="utf-8")
    for text in ("printed by python ? #", "told by python", "told by a C library", "told by a child"):
        assert f'event=printed text="{text}"' in log
    assert "金糸雀" not in log


def test_flood_of_printing_does_not_fill_the_log(tmp_path: Path) -> None:
    script = """
import os, pathlib, sys
from kiosk.station.log import start_log
from kiosk.station.stderr import own_stderr
start_log(pathlib.Path(sys.argv[1]))
with own_stderr():
    for _ in range(20000):
        os.write(2, b"again\\n")
"""
    subprocess.run([sys.executable, "-c", script, tmp_path], check=True, timeout=60)
    lines = (tmp_path / "log" / "kiosk.log").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 201
    assert lines[-1].endswith("count=19800")


@given(st.text())
def test_struck_out_line_has_no_name_and_no_number(line: str) -> None:
    text = struck_out(line)
    assert text.isascii()
    assert len(text) <= 200
    assert not any(text[at : at + 4].isdigit() for at in range(len(text) - 3))
