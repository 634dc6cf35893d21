"""The short version of `bench/endurance_card.py`: nothing is left behind, and no kill costs more than a moment."""

from __future__ import annotations

import pytest
from structlog.testing import capture_logs

from bench.endurance_card import endure
from hardware.virtual.pcscd import Pcscd

pytestmark = [pytest.mark.pcscd, pytest.mark.usefixtures("clean_output")]


async def test_cards_and_kills_leave_nothing_behind(own_pcscd: Pcscd) -> None:
    with capture_logs():
        figures = await endure(own_pcscd, cycles=8, kills=4, down_seconds=(0.0,))
    assert figures["kept"], figures
    assert figures["interrupted"] == 2
