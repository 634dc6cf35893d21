"""The machine of this run. Without KIOSK_SYSTEM=1 (`make test-system` sets it) nothing is booted, and that is said."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.system.machine import Machine, why_not


@pytest.fixture(scope="session")
def machine() -> Iterator[Machine]:
    """Booted, with a bundle of this checkout in /srv/kiosk/dist, and nothing installed."""
    if not os.environ.get("KIOSK_SYSTEM"):
        pytest.skip("boots a Debian 13: make test-system does it")
    if reason := why_not():
        pytest.skip(f"no Debian can be booted here: {reason}")
    fresh = Machine.prepare()
    try:
        fresh.before_boot("make -s -C /srv/kiosk bundle")
        fresh.boot()
        yield fresh
    finally:
        fresh.throw_away()
