"""The real pcscd with the virtual readers, one user at a time on a machine."""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack

import pytest

from hardware.card.reader import PcscReader
from hardware.virtual.pcscd import Pcscd, PcscdError, running_pcscd
from hardware.virtual.vpcd import VirtualSlot

READER = "Virtual PCD 00 00"
LOCK_SECONDS = 600.0
"""A rehearsal that runs at the same time holds the readers for minutes."""


@pytest.fixture(scope="package")
def pcscd() -> Iterator[Pcscd | None]:
    """A pcscd that shows the virtual readers: None when it ran before the tests did.

    An ordinary user on a machine without one cannot start it, and is told so; for root that is an error.
    """
    with ExitStack() as kept:
        try:
            own = kept.enter_context(running_pcscd(lock_seconds=LOCK_SECONDS))
        except PcscdError as missing:
            if os.geteuid() == 0:
                raise
            pytest.skip(str(missing))
        yield own


@pytest.fixture
def own_pcscd(pcscd: Pcscd | None) -> Pcscd:
    """The pcscd that the tests have started and may therefore stop; left running for the next test."""
    if pcscd is None:
        pytest.skip("pcscd ran before the tests did, and is not theirs to stop")
    return pcscd


@pytest.fixture
def slot(pcscd: Pcscd | None) -> Iterator[VirtualSlot]:
    """The first virtual reader, empty."""
    with VirtualSlot() as empty:
        yield empty


@pytest.fixture
async def reader(pcscd: Pcscd | None) -> AsyncIterator[PcscReader]:
    """The port on the first virtual reader, with nothing in it."""
    async with PcscReader(READER) as started:
        await started.removed()
        yield started


@pytest.fixture
def clean_output(capfd: pytest.CaptureFixture[str]) -> Iterator[None]:
    """Fails when anything was written to stdout or stderr, by Python or by a library below it."""
    capfd.readouterr()
    yield
    sys.stdout.flush()
    written = capfd.readouterr()
    assert (written.out, written.err) == ("", "")
