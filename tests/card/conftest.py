"""The real pcscd with the virtual readers, one user at a time on a machine."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Iterator

import pytest

from hardware.card.reader import PcscReader
from hardware.virtual.pcscd import Pcscd
from hardware.virtual.vpcd import VirtualSlot
from tests.parts import pcscd_with_readers

READER = "Virtual PCD 00 00"


@pytest.fixture(scope="package")
def pcscd() -> Iterator[Pcscd | None]:
    """A pcscd that shows the virtual readers: None when it ran before the tests did."""
    with pcscd_with_readers() as own:
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
