"""`kiosk demo --fault`, and the list of faults at its table, at the real door."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from kiosk.cli import cli
from tests.door.pane import Pane
from tests.door.table import check_in_with_card
from tests.door.visits import START
from tests.parts import pcscd_with_readers


@pytest.fixture
def pcscd() -> Iterator[None]:
    with pcscd_with_readers():
        yield


@pytest.mark.pcscd
async def test_paper_is_out_at_the_second_slip_and_put_in_from_the_list(
    pcscd: None, pane: Pane, tmp_path: Path
) -> None:
    demo: list[str | Path] = [sys.executable, "-I", "-m", "kiosk", "demo", "--roster", "--delay", "0.1"]
    await pane.open([*demo, "--fault", "printer.paper_out@2", "--folder", tmp_path])
    await check_in_with_card(pane, "A-001")
    await pane.until("受付票を", "お取りください。")
    await pane.key("F4")
    await pane.strike("1")

    await check_in_with_card(pane, "A-002")
    await pane.until("受付票は印刷できませんでした")
    assert len([*(tmp_path / "slips").glob("*.png")]) == 1
    await pane.key("F4")
    await pane.strike("1")
    await pane.until(START)

    await pane.key("F12")
    await pane.until("訓練のための故障")
    await pane.key("F12", "F9")
    assert await pane.ended() == 0
    assert await pane.restored()


def test_a_fault_that_there_is_not_is_an_error_with_close_ones() -> None:
    refused = CliRunner().invoke(cli, ["demo", "--fault", "printer.paperout"])
    assert refused.exit_code == 1
    assert "printer.paper_out" in refused.output
