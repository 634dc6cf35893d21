"""The tour of the demo, played whole on the real kiosk as fast as it goes: virtual devices, gateway, ledger, slips."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.cells import cell_len

from hardware.virtual.pcscd import Pcscd
from kiosk.checkin.language import Language
from kiosk.checkin.reasons import Reason
from kiosk.checkin.visit import Visit
from kiosk.gateway.serve import running_gateway
from kiosk.gateway.simulator import Simulator
from kiosk.gateway.tokens import Tokens
from kiosk.ports.examinee import AskPin
from kiosk.rehearsal.tour import EVERYBODY, FAREWELL, GUESTS, Words
from kiosk.rehearsal.touring import Seen
from kiosk.settings import ClockSource, load
from kiosk.station.clock import SiteClock
from kiosk.station.wiring.appointments import invented_appointments, put_roster
from kiosk.station.wiring.counter import counter
from kiosk.station.wiring.house import configure, new_token
from kiosk.station.wiring.injector import Injector
from kiosk.station.wiring.instead import Instead
from kiosk.station.wiring.props import props
from kiosk.station.wiring.table import Table
from kiosk.station.wiring.tour import Tour, recorded_on
from screens.tour import TourTray
from screens.tray import Tray, tray_beside
from tests.parts import pcscd_with_readers

PATIENCE = 120.0
"""Seconds for all five, of whom the last is waited for; a few are enough on a machine with nothing else to do."""
CODES = ["C01", "C01", "C02", "K08", "N04"]
COLUMNS = 78
"""Of a line under the kiosk on the smallest terminal."""


@pytest.fixture(scope="module")
def pcscd() -> Iterator[Pcscd | None]:
    with pcscd_with_readers() as own:
        yield own


@pytest.mark.pcscd
def test_the_five_check_in_as_it_is_told(pcscd: Pcscd | None, tmp_path: Path) -> None:
    seen, visits, slips, calm = asyncio.run(_played(tmp_path, pcscd))
    assert [one.code for one in seen] == CODES
    assert all(one.as_expected for one in seen)
    assert [one.number for one in seen] == [f"A-{place:03d}" for place in range(1, 6)]
    assert [(str(visit.number), visit.outcome.reason.value) for visit in visits] == [
        (one.number, one.code) for one in seen
    ]
    assert [visit.draft.language for visit in visits][:2] == [Language.JAPANESE, Language.VIETNAMESE]
    assert slips == len(GUESTS)
    assert calm


async def _played(place: Path, pcscd: Pcscd | None) -> tuple[list[Seen], list[Visit], int, bool]:
    """How it ended, what is in the ledger, how many slips came out, and whether all is as usual afterwards."""
    with (
        running_gateway(Simulator(), Tokens({new_token(place): "tour"})) as url,
        props(place / "slips", int(url.rpartition(":")[2]), pcscd) as things,
    ):
        settings = load(configure(place, gateway=url, printer=things.printer.device))
        settings = settings.model_copy(update={"clock": settings.clock.model_copy(update={"source": ClockSource.NTP})})
        now = SiteClock(settings.zone).now()
        put_roster(settings, tuple(invented_appointments(now)))
        injector, state = Injector(things), settings.terminal.state
        table = Table(things.slot, things.scanner, injector, place / "slips", now.date(), settings)
        tour = Tour(injector, state, now.date(), 0.0, tray_beside(table))
        instead = tour.instead(Instead(things.disk.connect, things.clock))
        app = counter(settings, things.scanner, tour.beside, instead, accompany=tour.accompany)
        async with app.run_test(size=(80, 24)) as pilot:
            usual = app.site.idle_seconds
            async with asyncio.timeout(PATIENCE):
                await tour.done.wait()
                assert app.large is False
                assert app.site.idle_seconds == usual
                while not app.screen.query(Tray):
                    await pilot.press("space")
            calm = not app.screen.query(TourTray) and not table.holds_card and app.screen.has_class("-papers") is False
            app.exit()
        return tour.seen, recorded_on(state, now.date()), len(list((place / "slips").glob("*.png"))), calm


def test_the_story_has_what_it_promises() -> None:
    assert [guest.scenario.ends.value for guest in GUESTS] == CODES
    assert {guest.scenario.language for guest in GUESTS} == {Language.JAPANESE, Language.VIETNAMESE}
    assert [guest.large for guest in GUESTS].count(True) == 1
    assert [guest.scenario.ends for guest in GUESTS if guest.leaves_at is AskPin] == [Reason.WALKED_AWAY]
    assert [guest.scenario.ends for guest in GUESTS if guest.slip] == [Reason.CERTIFICATE_EXPIRED]


def test_every_caption_is_one_line_in_both_languages() -> None:
    said: list[Words] = [*EVERYBODY.values(), FAREWELL]
    for guest in GUESTS:
        said += [guest.who, *guest.says.values(), *([guest.slip] if guest.slip else [])]
    too_long = [words for words in said if max(cell_len(words.japanese), cell_len(words.english)) > COLUMNS]
    assert too_long == []
    assert all(words.japanese and words.english for words in said)
