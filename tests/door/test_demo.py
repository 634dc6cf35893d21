"""`kiosk demo` at its real door: on the folders of a simulated terminal, with a face reader, and killed."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.gateway.people import by_key
from tests.door.pane import LOOK_SECONDS, PATIENCE, Pane
from tests.door.table import check_in_with_card
from tests.door.visits import START
from tests.parts import pcscd_with_readers

HANAKO = by_key("hanako")
LOOKS_SECONDS = 1.5
"""As a person who walks to the face reader: what comes within a look of the folders is nobody's."""


@pytest.fixture
def pcscd() -> Iterator[None]:
    with pcscd_with_readers():
        yield


def demo(folder: Path) -> list[str | Path]:
    return [sys.executable, "-I", "-m", "kiosk", "demo", "--folders", "--faces", "--delay", "0.2", "--folder", folder]


def children_of(folder: Path) -> dict[int, str]:
    """Processes that run on the demo's configuration."""
    found = {}
    for entry in Path("/proc").iterdir():
        try:
            words = (entry / "cmdline").read_bytes().decode("utf-8", "replace").split("\0")
        except OSError:
            continue
        if str(folder / "kiosk.toml") in words:
            found[int(entry.name)] = "terminal" if "--terminal" in words else "gateway"
    return found


async def to_the_birth_date(pane: Pane) -> None:
    """Hanako with her card, who knows neither PIN nor 照合番号B."""
    await pane.until(START)
    await pane.strike("1")
    await pane.until("どれをお持ちですか")
    await pane.key("F2", "F3")
    await pane.strike("1")
    for title in ("暗証番号を入れてください", "カードのおもての数字"):
        await pane.until(title)
        await pane.strike("*")
    await pane.until("生年月日を入れてください")


@pytest.mark.pcscd
async def test_card_and_face_go_through_the_folders(pcscd: None, pane: Pane, tmp_path: Path) -> None:
    root = tmp_path / "oqs"
    await pane.open(demo(tmp_path))
    await pane.until(START, "F7 顔認証", "F8 フォルダ")
    assert sorted(children_of(tmp_path).values()) == ["gateway", "terminal"]

    await check_in_with_card(pane, "A-001")
    assert len([*(root / "res").glob("OQSsiquc01res_*.xml")]) == 1
    await pane.key("F4")
    await pane.strike("1")

    await to_the_birth_date(pane)
    await pane.strike("2410517", enter=True)
    await pane.until("みょうじ", "はじめの文字")  # nobody else was born on that day, so one letter is enough
    await pane.strike("24")  # カ行, ケ
    await pane.until("ご本人の確認です")
    await pane.strike("1")
    await pane.until("カードをお取りください")
    await pane.key("F4")
    await pane.until("顔認証付きカードリーダーへ")
    await asyncio.sleep(LOOKS_SECONDS)
    await pane.key("F7")
    await pane.until("受付番号 A-002", "C06")
    assert len([*(root / "face").glob("OQSsiquc01res_face_*.xml")]) == 1
    assert not [*(root / "req").iterdir()]

    await pane.key("F8")
    await pane.until(str(root), "req  0", "res  1", "face  1")
    await pane.key("F8", "F9")
    assert await pane.ended() == 0
    assert await pane.restored()
    assert not children_of(tmp_path)


@pytest.mark.pcscd
async def test_a_demo_that_is_killed_leaves_no_process(pcscd: None, pane: Pane, tmp_path: Path) -> None:
    await pane.open(demo(tmp_path))
    await pane.until(START)
    children = children_of(tmp_path)
    assert sorted(children.values()) == ["gateway", "terminal"]
    (parent,) = {_parent(child) for child in children}
    os.kill(parent, signal.SIGKILL)
    end = time.monotonic() + PATIENCE
    while left := children_of(tmp_path):
        assert time.monotonic() < end, left
        await asyncio.sleep(LOOK_SECONDS)


def _parent(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith("PPid:")))
