"""`kiosk doctor` as it is called: on this machine, with a gateway and a printer that are there."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from kiosk.cli import cli
from kiosk.doctor.report import ReportJson
from kiosk.doctor.symptoms import Layer, Symptom
from tests.doctor.conftest import House
from tests.door.pane import Pane
from tests.parts import require

QUIET = ["locale", "fonts", "disk", "token", "certificate", "clock"]
"""Layers that are well wherever these tests run."""


def call(house: House | None, *arguments: str) -> Result:
    config = ["--config", str(house.config)] if house else ["--config", "none.toml"]
    return CliRunner().invoke(cli, [*config, "doctor", *arguments], catch_exceptions=False)


def only(layers: list[str]) -> list[str]:
    return [word for layer in layers for word in ("--only", layer)]


def process(house: House, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", "-m", "kiosk", "--config", str(house.config), "doctor", *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, check=False, env={**os.environ, **environment}, timeout=120
    )


def test_a_terminal_that_is_well_ends_with_0(house: House) -> None:
    result = call(house, *only(QUIET))
    assert result.exit_code == 0, result.output
    lines = result.output.splitlines()
    assert lines[-1].startswith("異常 0、注意 0")
    assert [line.split()[0] for line in lines if not line.startswith((" ", "異常"))] == ["正常"] * len(QUIET)


def test_every_layer_is_walked_in_order_and_the_report_keeps_its_form(house: House) -> None:
    said = process(house, "--json")
    report: ReportJson = json.loads(said.stdout)
    assert said.stderr == ""
    assert [layer["layer"] for layer in report["layers"]] == [layer.value for layer in Layer]
    assert set(report) == set(ReportJson.__annotations__)
    assert (report["kiosk"], report["running"]) == ("k01", False)
    assert report["code"] == said.returncode
    assert report["level"] == ("ok", "warning", "failure")[said.returncode]
    known = {symptom.value for symptom in Symptom}
    for layer in report["layers"]:
        assert set(layer) == {"layer", "level", "seconds", "seen", "findings"}
        for finding in layer["findings"]:
            assert set(finding) == {"id", "level", "words", "remedy"}
            assert finding["id"] in known
            assert finding["level"] in ("note", "warning", "failure")
    # Nothing crashed, nothing hung.
    assert not re.search(r'"doctor\.', said.stdout)


def test_a_warning_ends_with_1_and_a_failure_with_2_and_says_what_to_type(house: House) -> None:
    house.rewrite('reader = "Virtual PCD 00 00"', 'reader = "SCR"')
    result = call(house, *only(["gateway"]))
    assert result.exit_code == 1
    assert "注意  ゲートウェイ" in result.output
    (house.config.parent / "gateway.token").chmod(0o644)
    result = call(house, *only(["gateway", "token"]))
    assert result.exit_code == 2
    assert re.search(r"直し方: sudo chown .*chmod 600", result.output)


def test_without_a_configuration_what_needs_none_is_examined_all_the_same() -> None:
    result = call(None, "--json")
    report = json.loads(result.output)
    assert result.exit_code == 3
    assert (report["level"], report["kiosk"]) == ("unknown", None)
    assert [layer["layer"] for layer in report["layers"]] == [
        "configuration", "packages", "versions", "locale", "fonts", "terminal", "pcscd",
    ]  # fmt: skip
    assert report["layers"][0]["findings"][0]["id"] == "configuration.wrong"
    assert call(None, "--only", "locale").exit_code == 0
    assert call(None, "--only", "gateway").exit_code == 3


def test_a_wrong_key_is_named_with_its_place(house: House) -> None:
    house.rewrite("[clock]", "[clok]")
    result = call(house, "--only", "configuration")
    assert result.exit_code == 3
    assert "clok" in result.output
    assert "Traceback" not in result.output


def test_the_list_names_every_layer() -> None:
    result = call(None, "--list")
    assert result.exit_code == 0
    assert [line.split()[0] for line in result.output.splitlines()] == [layer.value for layer in Layer]


@pytest.mark.parametrize(
    "arguments",
    [
        ["--before-start", "--print"],
        ["--before-start", "--only", "disk"],
        ["--only", "disk", "--print"],
        ["--only", "x"],
    ],
)
def test_what_does_not_go_together_is_refused_with_words(arguments: list[str]) -> None:
    result = call(None, *arguments)
    assert result.exit_code == 2
    assert "Usage:" in result.output


def test_a_pipe_gets_neither_colours_nor_progress(house: House) -> None:
    said = process(house, *only([*QUIET, "versions"]))
    assert "\x1b" not in said.stdout
    assert said.stderr == ""


def test_before_the_start_a_kiosk_without_printer_reader_and_gateway_starts(house: House) -> None:
    house.rewrite('reader = "Virtual PCD 00 00"', 'reader = "SCR"')
    (house.config.parent / "gateway.token").unlink()
    said = process(house, "--before-start")
    assert said.returncode == 0
    *findings, last = said.stdout.splitlines()
    assert any(line.startswith("異常 トークン: ") for line in findings)
    assert last.startswith("起動前の確認: 異常 ")


def test_before_the_start_nothing_of_the_network_and_no_device_is_asked(house: House) -> None:
    report = json.loads(call(house, "--before-start", "--json").output)
    assert not {layer["layer"] for layer in report["layers"]} & {
        "gateway",
        "printer",
        "reader",
        "scanner",
        "audio",
        "clock",
    }


def test_before_the_start_only_what_ends_the_kiosk_at_once_is_told_by_the_code(house: House) -> None:
    state = house.config.parent / "state"
    state.write_text("a file where the folder should be")
    house.rewrite(f'state = "{state}"', f'state = "{state}/deeper"')
    with_a_file = process(house, "--before-start")
    assert with_a_file.returncode in (0, 2)  # a file that its owner may write is no folder, which the kiosk says itself
    house.rewrite("[site]", "[sites]")
    assert process(house, "--before-start").returncode == 3


def test_the_journal_gets_priorities(house: House, tmp_path: Path) -> None:
    """As systemd tells a process that its output is the journal."""
    (house.config.parent / "gateway.token").unlink()
    output = tmp_path / "journal"
    with output.open("w") as opened:
        status = os.fstat(opened.fileno())
        subprocess.run(
            [sys.executable, "-I", "-m", "kiosk", "--config", str(house.config), "doctor", "--before-start"],
            stdout=opened,
            check=True,
            env={**os.environ, "JOURNAL_STREAM": f"{status.st_dev}:{status.st_ino}"},
        )
    lines = output.read_text(encoding="utf-8").splitlines()
    assert any(line.startswith("<3>異常 トークン") for line in lines)
    assert all(re.match(r"<[346]>", line) for line in lines)


def test_a_check_that_hangs_holds_up_neither_the_walk_nor_the_end(house: House) -> None:
    """A pipe that nobody writes to stands where a certificate should, as a dead folder of the network would."""
    pipe = house.config.parent / "ca.pem"
    os.mkfifo(pipe)
    house.rewrite("[clock]", "[serve_]\n[clock]")
    text = house.config.read_text(encoding="utf-8").replace("[serve_]\n", "")
    house.config.write_text(text.replace("[serve]", f'[serve]\ncertificate = "{pipe}"'), encoding="utf-8")
    script = (
        "import kiosk.station.wiring.doctor.command as command\n"
        "command.ALL_SECONDS = 2.0\n"
        "from kiosk.cli import main\n"
        f"main(['--config', {str(house.config)!r}, 'doctor', '--json', '--only', 'certificate', '--only', 'token'])\n"
    )
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=60)
    layers: dict[str, Any] = {layer["layer"]: layer for layer in json.loads(said.stdout)["layers"]}
    assert layers["token"]["level"] == "ok"
    assert [finding["id"] for finding in layers["certificate"]["findings"]] == ["doctor.hangs"]
    assert said.returncode == 1


async def test_no_secret_and_no_person_stands_in_a_report(house: House) -> None:
    secret = (house.config.parent / "gateway.token").read_text().strip()
    said = process(house, "--json")
    assert secret not in said.stdout + said.stderr
    assert "見本　太郎" not in said.stdout


def test_a_terminal_that_does_not_answer_is_named_and_waited_for_only_once(house: House) -> None:
    """`script` makes a terminal that nobody looks at."""
    command = f"{sys.executable} -I -m kiosk --config {house.config} doctor --only terminal"
    said = subprocess.run(
        ["script", "--quiet", "--return", "--command", command, "/dev/null"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert "端末が答えない" in said.stdout
    assert said.returncode == 0


@pytest.fixture
async def pane() -> AsyncIterator[Pane]:
    require("tmux", "tmux")
    with tempfile.TemporaryDirectory(prefix="doctor-") as folder:
        opened = Pane(Path(folder))
        yield opened
        await opened.close()


async def test_a_real_terminal_is_measured_and_left_as_it_was(house: House, pane: Pane) -> None:
    await pane.open(
        [sys.executable, "-I", "-m", "kiosk", "--config", house.config, "doctor", *only(["terminal", "locale"])]
    )
    assert await pane.ended() == 0
    shown = await pane.everything()
    assert "85×26" in shown
    assert "文字の幅" not in shown
    assert "調べています" not in shown
    assert re.search(r"(?<!-)\bicanon\b", shown)
    assert re.search(r"(?<!-)\becho\b", shown)
