"""A kiosk that breaks before its first screen: calm words, where to look, and the exit code of a crash."""

from __future__ import annotations

import os

import pytest

from tests.door.conftest import House
from tests.door.pane import Pane

BROKEN = """
import sys
from unittest import mock
from kiosk.cli import main

def broken(*_, **__):
    person = "金糸雀花子"
    raise ValueError(person)

with mock.patch({where!r}, broken):
    main(sys.argv[1:])
"""


@pytest.mark.parametrize(
    ("where", "look"),
    [
        ("screens.app.KioskApp.__init__", "kiosk.log"),
        ("kiosk.station.alone.only_kiosk", "kiosk.log"),
        ("kiosk.station.log.start_log", "journalctl -u kiosk"),
        ("kiosk.settings.load", "journalctl -u kiosk"),
    ],
)
async def test_start_that_breaks_says_so_and_where_to_look(house: House, pane: Pane, where: str, look: str) -> None:
    python, *_, config, name = house.kiosk("run")
    await pane.open([python, "-c", BROKEN.format(where=where), "--config", config, name])
    assert await pane.ended() == os.EX_SOFTWARE
    shown = "".join((await pane.everything()).split("\n"))
    assert "窓口へお越しください" in shown
    assert "The kiosk did not start: ValueError at" in shown
    assert look in shown
    assert "金糸雀" not in shown
    assert "Traceback" not in shown
    log = house.state / "log" / "kiosk.log"
    assert ("event=crash error=ValueError" in log.read_text() if log.exists() else False) is (look == "kiosk.log")
