from __future__ import annotations

import logging
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
import structlog

from kiosk.gateway.serve import running_gateway
from kiosk.gateway.simulator import Simulator
from kiosk.gateway.tokens import Tokens
from kiosk.station.log import TALKATIVE, start_log
from kiosk.station.wiring.relay import Relay
from tests.station.deferred import TOKEN


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Callable[[], list[str]]]:
    """A started log; calling it gives its lines. Everything global is put back afterwards."""
    root = logging.getLogger()
    handlers, level, hooks = root.handlers[:], root.level, (sys.excepthook, threading.excepthook, sys.unraisablehook)
    path = start_log(tmp_path / "state")
    yield lambda: path.read_text(encoding="utf-8").splitlines()
    for ours in root.handlers[:]:
        root.removeHandler(ours)
        ours.close()
    for theirs in handlers:
        root.addHandler(theirs)
    root.setLevel(level)
    for library in TALKATIVE:
        logging.getLogger(library).setLevel(logging.NOTSET)
    logging.captureWarnings(capture=False)
    structlog.reset_defaults()
    sys.excepthook, threading.excepthook, sys.unraisablehook = hooks


@pytest.fixture(scope="module")
def gateway_port() -> Iterator[int]:
    with running_gateway(Simulator(), Tokens({TOKEN: "k01"})) as url:
        yield int(url.rpartition(":")[2])


@pytest.fixture
async def relay(gateway_port: int) -> AsyncIterator[Relay]:
    """The line to the gateway; it is up."""
    line = Relay(gateway_port)
    await line.mend()
    yield line
    await line.cut()
