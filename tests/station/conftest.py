from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import structlog

from kiosk.station.log import TALKATIVE, start_log


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
