from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from hardware.virtual.printer import VirtualPrinter
from kiosk.gateway.serve import running_gateway
from kiosk.gateway.simulator import Simulator
from kiosk.gateway.tokens import Tokens
from kiosk.settings import Settings, load
from kiosk.station.wiring.house import configure, new_token


@dataclass(frozen=True, slots=True)
class House:
    """A terminal for practice: its configuration, and a gateway and a printer that are there."""

    config: Path
    printer: VirtualPrinter

    @property
    def settings(self) -> Settings:
        return load(self.config)

    def rewrite(self, before: str, after: str) -> None:
        """Change the configuration."""
        text = self.config.read_text(encoding="utf-8")
        assert before in text
        self.config.write_text(text.replace(before, after), encoding="utf-8")


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[str]:
    with running_gateway(Simulator(), Tokens({new_token(tmp_path): "k01"})) as url:
        yield url


@pytest.fixture
async def house(tmp_path: Path, gateway: str) -> AsyncIterator[House]:
    printer = VirtualPrinter()
    await printer.start()
    yield House(configure(tmp_path, gateway=gateway, printer=printer.device), printer)
    await printer.close()
