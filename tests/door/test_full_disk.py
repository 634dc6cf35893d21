"""The disk is full while the kiosk serves: the last person gets a number, then it closes, and it opens by itself."""

from __future__ import annotations

import asyncio
import os
import shlex
from pathlib import Path

import pytest

from kiosk.station.status import State, read_status
from tests.door.conftest import House
from tests.door.pane import LOOK_SECONDS, PATIENCE, Pane
from tests.door.visits import START, said, stop, unsure
from tests.ledger.filling import fill
from tests.parts import namespaces_allowed

SMALL_DISK = "mount -t tmpfs -o size=4m tmpfs {state} && exec {kiosk}"


@pytest.mark.skipif(not namespaces_allowed(), reason="no user namespaces here, so no small disk can be mounted")
async def test_full_disk_ends_in_a_number_a_closed_kiosk_and_an_open_one_again(house: House, pane: Pane) -> None:
    house.state.mkdir()
    kiosk = shlex.join(map(str, house.kiosk("run")))
    script = SMALL_DISK.format(state=shlex.quote(str(house.state)), kiosk=kiosk)
    await pane.open(["unshare", "--map-root-user", "--mount", "sh", "-c", script])
    await pane.until(START)
    # The small disk is seen only by the kiosk, and through it.
    disk = Path(f"/proc/{read_status(house.run).pid}/root{house.state}")
    filler = fill(disk)
    assert os.statvfs(disk).f_bavail == 0

    await unsure(pane)
    await pane.until("受付番号 A-001", "N01", "受付票を", "お取りください")
    await pane.strike("1")
    await pane.until("いま、この端末では受付できません", "H02")
    async with asyncio.timeout(PATIENCE):
        while not read_status(house.run).space_low:  # told with the next beat
            await asyncio.sleep(LOOK_SECONDS)
    assert read_status(house.run).state is State.OUT_OF_ORDER
    code, words = said(house.kiosk("status"))
    assert code == 2
    assert "ディスクの空きがありません" in words

    filler.unlink()
    await unsure(pane)
    await pane.until("受付番号 A-002", "N01")
    await pane.strike("1")
    await pane.until(START)
    assert await stop(pane, house) == 0
