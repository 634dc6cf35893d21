from __future__ import annotations

import sys
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from hardware.virtual.printer import VirtualPrinter
from kiosk.gateway.serve import running_gateway
from kiosk.gateway.simulator import Simulator
from kiosk.gateway.tokens import Tokens
from kiosk.station.wiring.house import configure, new_token
from tests.door.pane import Pane
from tests.parts import require


@dataclass(frozen=True, slots=True)
class House:
    """What stands around a kiosk: its configuration, its printer, and the simulator's gateway."""

    config: Path
    printer: VirtualPrinter

    @property
    def state(self) -> Path:
        return self.config.parent / "state"

    @property
    def run(self) -> Path:
        return self.config.parent / "run"

    def kiosk(self, *arguments: str | Path) -> list[str | Path]:
        """A command of the kiosk, as an installed one is started."""
        return [sys.executable, "-I", "-m", "kiosk", "--config", self.config, *arguments]


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    printer = VirtualPrinter()
    await printer.start()
    with running_gateway(Simulator(), Tokens({new_token(tmp_path): "door"})) as url:
        yield House(configure(tmp_path, gateway=url, printer=printer.device), printer)
    await printer.close()


@pytest.fixture
async def pane(house: House) -> AsyncIterator[Pane]:
    """A terminal; what runs in it ends before the house is taken down."""
    require("tmux", "tmux")
    # Not the test's own folder: the path of a socket has at most 107 characters.
    with tempfile.TemporaryDirectory(prefix="door-") as folder:
        opened = Pane(Path(folder))
        yield opened
        await opened.close()
