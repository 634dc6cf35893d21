"""A crash is told by type and place; its message and its variables stay untold."""

from __future__ import annotations

import asyncio
import gc
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from kiosk.station import crash

Lines = Callable[[], list[str]]


def _break(name: str) -> None:
    try:
        int(name)
    except ValueError as cause:
        raise RuntimeError(name) from cause


def test_crash_names_type_and_places_of_every_link(log: Lines) -> None:
    try:
        _break("金糸雀")
    except RuntimeError as broken:
        crash.report(broken)
    first, second = log()
    assert "level=critical event=crash error=RuntimeError" in first
    assert "test_crash.py:" in first
    assert "_break <" in first
    assert "error=ValueError" in second
    assert "金糸雀" not in first + second


def test_exception_group_tells_each_member(log: Lines) -> None:
    crash.report(ExceptionGroup("金糸雀", [KeyError("花子"), OSError("花子")]))
    assert [line.split("error=")[1].split()[0] for line in log()] == ["ExceptionGroup", "KeyError", "OSError"]


def test_thread_that_breaks_is_reported(log: Lines) -> None:
    crash.install()
    thread = threading.Thread(target=_break, args=("金糸雀",))
    thread.start()
    thread.join()
    assert "error=RuntimeError" in log()[0]


async def test_task_that_nobody_awaited_is_reported(log: Lines) -> None:
    async def broken() -> None:
        _break("金糸雀")

    loop = asyncio.get_running_loop()
    crash.watch(loop)
    task = asyncio.create_task(broken())
    await asyncio.wait([task])
    del task
    gc.collect()
    loop.set_exception_handler(None)
    assert "error=RuntimeError" in log()[0]


def test_process_that_breaks_prints_nothing_of_it_and_does_not_end_well(tmp_path: Path) -> None:
    script = """
import pathlib, sys
from kiosk.station import crash
from kiosk.station.log import start_log
start_log(pathlib.Path(sys.argv[1]))
crash.install()
name = "金糸雀"
raise RuntimeError(name)
"""
    answer = subprocess.run([sys.executable, "-c", script, tmp_path], capture_output=True, text=True, check=False)
    assert (answer.returncode, answer.stdout, answer.stderr) == (1, "", "")
    log = (tmp_path / "log" / "kiosk.log").read_text(encoding="utf-8")
    assert "error=RuntimeError" in log
    assert "金糸雀" not in log
