"""What holds for every test: nothing of the machine's own kiosk is seen; the garbage collector is left as it was."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

THRESHOLD = gc.get_threshold()
WAITING = ("foot", "rehearsal", "lockdown", "card", "screens", "voice", "door", "gateway", "precheck")
"""Folders of tests that wait for real parts; begun first, they wait while the others work."""

NO_FILE = Path("/nowhere/kiosk.toml")

# How fast a machine is decides nothing: what is slow is measured in bench/.
hypothesis_settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("house")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first, so that at the end no worker is alone with them."""
    here = Path(__file__).parent

    def place(item: pytest.Item) -> int:
        folder = item.path.relative_to(here).parts[0]
        return WAITING.index(folder) if folder in WAITING else len(WAITING)

    items.sort(key=place)


@pytest.fixture(autouse=True)
def no_kiosk_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither its configuration nor the credentials of its service."""
    for variable in ("KIOSK_CONFIG", "CREDENTIALS_DIRECTORY"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setattr("kiosk.settings.reading.DEFAULT_PATH", NO_FILE)


@pytest.fixture(autouse=True)
def collector() -> Iterator[None]:
    """A terminal that was opened collects garbage at its own times; afterwards Python does again.

    Otherwise the garbage of hundreds of screens is collected at one go, which stalls a later test for many seconds.
    """
    yield
    if gc.get_threshold() != THRESHOLD:
        gc.set_threshold(*THRESHOLD)
        gc.unfreeze()
