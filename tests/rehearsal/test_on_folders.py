"""The whole house once more, with the gateway on the folders of a simulated terminal: answers are files there."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from kiosk.checkin.reasons import Reason
from kiosk.rehearsal.programme import SCENARIOS, named, on_folders
from kiosk.rehearsal.report import Performance, as_json
from kiosk.station.wiring.commands import rehearse as command
from kiosk.station.wiring.house import folders_in
from kiosk.station.wiring.rehearsal import rehearse
from tests.parts import pcscd_with_readers

CHOSEN = on_folders(
    named(("card", "certificate-kokuho", "processing-once", "superseded", "html", "face-reader", "face-gateway-down"))
)
"""A few of each kind; `kiosk rehearse --folders` plays all that can be."""


@pytest.fixture(scope="module")
def pcscd() -> Iterator[None]:
    with pcscd_with_readers():
        yield


@pytest.fixture(scope="module")
def played(pcscd: None, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Performance], Path]:
    folder = tmp_path_factory.mktemp("on-folders")
    performances = asyncio.run(rehearse(CHOSEN, lambda _: None, folder=folder, folders=True))
    return {performance.scenario.name: performance for performance in performances}, folder


@pytest.mark.pcscd
@pytest.mark.parametrize("name", [scenario.name for scenario in CHOSEN])
def test_a_scenario_ends_as_it_must(played: tuple[dict[str, Performance], Path], name: str) -> None:
    performance = played[0][name]
    assert (performance.stuck_at, performance.code) == ("", performance.scenario.ends.value)
    assert performance.qr_decoded is performance.scenario.prints


@pytest.mark.pcscd
def test_the_answers_were_files(played: tuple[dict[str, Performance], Path]) -> None:
    """One in `res` for each query (and for one that was made up since), and one in `face` for the one who looked."""
    root = folders_in(played[1])
    asked = [name for name in played[0] if not name.startswith("face")]
    assert len([*(root / "res").glob("OQSsiquc01res_*.xml")]) >= len(asked)
    assert len([*(root / "face").glob("OQSsiquc01res_face_*.xml")]) == 1


def test_everything_is_played_on_folders_or_says_why_not() -> None:
    left_out = [scenario for scenario in SCENARIOS if scenario.not_on_folders]
    assert {scenario.name for scenario in left_out} == {"http-500"}
    assert len(on_folders(SCENARIOS)) == len(SCENARIOS) - len(left_out)
    differing = {
        scenario.name: (scenario.ends, scenario.ends_on_folders) for scenario in SCENARIOS if scenario.ends_on_folders
    }
    unreadable = (Reason.GARBAGE, Reason.SERVER_ERROR)
    assert differing == {
        "slow": (Reason.TIMED_OUT, Reason.STILL_PROCESSING),
        **dict.fromkeys(("html", "empty", "huge", "unknown-code"), unreadable),
    }


def test_what_is_skipped_stands_in_the_report() -> None:
    (skipped,) = named(("http-500",))
    assert as_json([], [skipped])["skipped"] == [{"name": "http-500", "why": skipped.not_on_folders}]


def test_naming_what_cannot_be_played_on_folders_is_refused_with_the_reason() -> None:
    told = CliRunner().invoke(command, ["--folders", "card", "http-500"], obj=None)
    assert told.exit_code == 2
    assert "http-500: folders have no HTTP status" in told.output


def test_real_devices_have_no_simulated_folders() -> None:
    told = CliRunner().invoke(command, ["--folders", "--devices", "real"], obj=None)
    assert told.exit_code == 2
    assert "--folders" in told.output


def test_the_list_tells_both_codes() -> None:
    told = CliRunner().invoke(command, ["--list", "--json"], obj=None)
    listed = {scenario["name"]: scenario["ends_on_folders"] for scenario in json.loads(told.output)}
    assert (listed["card"], listed["html"], listed["http-500"]) == ("C01", "S03", None)
