"""The whole house: screens, journey, pcscd, HTTP, ledger, slip and printer, played by named scenarios."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.checkin.reasons import Reason
from kiosk.gateway.people import PEOPLE, by_key
from kiosk.rehearsal.programme import SCENARIOS, named
from kiosk.rehearsal.report import Performance
from kiosk.rehearsal.scenario import Scenario, Trouble
from kiosk.station.wiring.rehearsal import rehearse
from tests.parts import pcscd_with_readers

CHOSEN = (
    "card",
    "card-letters",
    "face-code",
    "pin-wrong-once",
    "pin-last-try",
    "licence",
    "pulled",
    "certificate-kokuho",
    "check-digit",
    "unsure",
    "staff",
    "superseded",
    "slow",
    "huge",
    "gateway-down",
    "printer-unplugged",
    "paper-out",
    "card-typed",
    "face-reader",
    "face-nobody",
)
"""One of each kind; `kiosk rehearse` plays them all."""


@pytest.fixture(scope="module")
def pcscd() -> Iterator[None]:
    with pcscd_with_readers():
        yield


@pytest.fixture(scope="module")
def played(pcscd: None, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Performance], Path]:
    folder = tmp_path_factory.mktemp("rehearsal")
    performances = asyncio.run(rehearse(named(CHOSEN), lambda _: None, folder=folder))
    return {performance.scenario.name: performance for performance in performances}, folder


@pytest.mark.pcscd
@pytest.mark.parametrize("name", CHOSEN)
def test_a_scenario_ends_as_it_must(played: tuple[dict[str, Performance], Path], name: str) -> None:
    performance = played[0][name]
    assert (performance.stuck_at, performance.code) == ("", performance.scenario.ends.value)
    assert performance.qr_decoded is performance.scenario.prints


@pytest.mark.pcscd
def test_numbers_are_gapless_over_all_scenarios(played: tuple[dict[str, Performance], Path]) -> None:
    assert [performance.number for performance in played[0].values()] == [
        f"A-{place:03d}" for place in range(1, len(CHOSEN) + 1)
    ]


@pytest.mark.pcscd
def test_no_file_of_the_house_names_anybody(played: tuple[dict[str, Performance], Path]) -> None:
    """The slips are pictures; every other file is searched for names, numbers and secrets of everybody who came."""
    performances, folder = played
    came = {performance.scenario.person for performance in performances.values()}
    canaries = []
    for person in map(by_key, came):
        family, _, given = person.name.partition("　")
        canaries += [family + given, person.name, person.kana, person.face_code, f"{person.birthdate:%Y%m%d}"]
        canaries += [person.birthdate.isoformat(), person.insured.number]
    files = [file for file in folder.rglob("*") if file.is_file() and file.suffix != ".png"]
    assert any(file.name == "ledger.db" for file in files)
    found = {
        (str(file.relative_to(folder)), canary)
        for file in files
        for canary in canaries
        for encoding in ("utf-8", "cp932", "utf-16-le")
        if canary.encode(encoding, errors="ignore") in file.read_bytes()
    }
    assert found == set()


def test_the_programme_is_whole() -> None:
    assert len(SCENARIOS) >= 16
    assert len({scenario.name for scenario in SCENARIOS}) == len(SCENARIOS)
    assert {scenario.person for scenario in SCENARIOS} <= {person.key for person in PEOPLE}
    assert {scenario.trouble for scenario in SCENARIOS} == set(Trouble)
    assert {scenario.ends for scenario in SCENARIOS} >= {Reason.CONFIRMED_BY_CARD, Reason.CONFIRMED_BY_CERTIFICATE}


def test_a_report_tells_what_was_not_as_expected() -> None:
    scenario = Scenario("x", "x", Reason.CONFIRMED_BY_CARD)
    assert Performance(scenario, "C01", "A-001", True, {}).as_expected
    assert not Performance(scenario, "C02", "A-001", True, {}).as_expected
    assert not Performance(scenario, "C01", "A-001", False, {}).as_expected
    assert not Performance(scenario, "C01", "A-001", True, {}, stuck_at="AskPin").as_expected
