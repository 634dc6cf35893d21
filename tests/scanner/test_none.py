"""A terminal without a scanner of its own, and which scanner the configuration means."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from hardware.scanner.device import DeviceScanner
from hardware.scanner.none import NoLineScanner
from kiosk.ports.device import Condition
from kiosk.settings import ScannerSection, Settings
from kiosk.station.supervision import Supervisor
from kiosk.station.wiring.devices import scanner_of
from tests.scanner.watching import Told
from tests.waiting import until

EXAMPLE = Path(__file__).parents[2] / "config" / "kiosk.example.toml"


async def test_a_scanner_that_types_is_told_as_absent_and_never_as_lost() -> None:
    told = Told()
    supervisor = Supervisor(told)
    supervisor.device(NoLineScanner())
    await until(lambda: bool(told.all))
    await supervisor.aclose()
    assert told.all == [(Condition.ABSENT, None)]


@pytest.mark.parametrize(("device", "kind"), [("", NoLineScanner), ("/dev/input/by-id/x-event-kbd", DeviceScanner)])
def test_the_configuration_says_which(device: str, kind: type) -> None:
    settings = Settings.model_validate(tomllib.loads(EXAMPLE.read_text(encoding="utf-8")))
    chosen = settings.model_copy(update={"scanner": ScannerSection(device=device)})
    assert isinstance(scanner_of(chosen), kind)
