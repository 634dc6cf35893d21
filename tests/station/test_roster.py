"""The roster in the running terminal, and the demo's."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from kiosk.checkin.appointment import arrival_reason, choose
from kiosk.gateway.people import PEOPLE
from kiosk.roster.search import Index
from kiosk.settings import load
from kiosk.station.clock import SiteClock
from kiosk.station.status import NoStatus, read_status
from kiosk.station.wiring import terminal
from kiosk.station.wiring.appointments import invented_appointments, put_roster, take_away_roster
from kiosk.station.wiring.house import configure, new_token
from kiosk.station.wiring.terminal import serve_examinees
from tests.station.test_terminal import Waiting


async def appointments_become(run: Path, expected: int | None) -> None:
    async with asyncio.timeout(20):
        while True:
            try:
                if read_status(run).today.appointments == expected:
                    return
            except NoStatus:
                pass
            await asyncio.sleep(0.01)


async def test_status_counts_a_roster_imported_beside_the_running_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(terminal, "BEAT_SECONDS", 0.02)
    new_token(tmp_path)
    settings = load(configure(tmp_path, gateway="http://127.0.0.1:9", printer=f"virtual:{tmp_path / 'slips'}"))
    examinee = Waiting()
    serving = asyncio.create_task(serve_examinees(settings, examinee, lambda _: None))
    async with asyncio.timeout(20):
        await examinee.shown.get()
    lines = tuple(invented_appointments(SiteClock(settings.zone).now()))
    await asyncio.to_thread(put_roster, settings, lines)
    await appointments_become(settings.terminal.run, len(lines))
    await asyncio.to_thread(take_away_roster, settings)
    await appointments_become(settings.terminal.run, None)
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)
    texts = [path.read_text(encoding="utf-8", errors="replace") for path in (tmp_path / "run").iterdir()]
    assert not any(person.name in text for person in PEOPLE for text in texts)


@pytest.mark.parametrize("now", ["00:00", "09:29", "23:59"])
def test_everybody_of_the_demo_with_a_checkup_ticket_is_found_by_card_and_on_time(now: str) -> None:
    at = datetime.fromisoformat(f"2026-11-20T{now}").replace(tzinfo=ZoneInfo("Asia/Tokyo"))
    index = Index(invented_appointments(at))
    for person in PEOPLE:
        found = choose(index.by_person(person.person), at.date())
        if person.kind.is_guidance:
            assert found is None
            continue
        assert found in index.by_number(person.ticket(at.date()))
        assert arrival_reason(found, at, timedelta(0)) is None
