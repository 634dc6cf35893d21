"""`kiosk voices` as the person who installs sees it."""

from __future__ import annotations

import json
import tomllib
from importlib.util import find_spec
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kiosk.cli import cli
from kiosk.voice.build import build
from kiosk.voice.manifest import ENGINE, ENGINE_VERSION
from tests.voice.alsa import Alsa
from tests.voice.clips import WANTED, Engine, constant

CONFIGURATION = """\
[site]
name = "見本健診センター"
[printer]
device = "virtual:{folder}/slips"
[voice]
folder = "{folder}/clips"
volume = 5
"""


@pytest.fixture
def clips(tmp_path: Path) -> Path:
    (tmp_path / "kiosk.toml").write_text(CONFIGURATION.format(folder=tmp_path), encoding="utf-8")
    return tmp_path / "clips"


def run(clips: Path, *arguments: str) -> Result:
    return CliRunner().invoke(cli, ["--config", str(clips.parent / "kiosk.toml"), "voices", *arguments])


def test_the_engine_is_the_one_that_pyproject_pins() -> None:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["project"]["optional-dependencies"]["voices"] == [f"{ENGINE}=={ENGINE_VERSION}"]


@pytest.mark.skipif(find_spec("pyopenjtalk") is not None, reason="it is installed here")
def test_without_the_engine_the_remedy_is_told(clips: Path) -> None:
    result = run(clips, "build")
    assert result.exit_code == 1
    assert "requirements-voices.lock" in result.stderr
    assert "Traceback" not in result.output


def test_a_complete_folder_needs_no_engine(clips: Path) -> None:
    build(clips, WANTED, Engine)
    result = run(clips, "build", "--json")
    told = json.loads(result.stdout)
    assert (result.exit_code, told["rendered"], told["kept"]) == (0, 0, len(WANTED))
    assert f"{len(WANTED)} clips" in run(clips, "build").stdout


def test_what_is_missing_is_named(clips: Path) -> None:
    result = run(clips, "check")
    assert (result.exit_code, "prompt-pin" in result.stdout, "voices build" in result.stdout) == (3, True, True)
    build(clips, WANTED, Engine)
    assert run(clips, "check").exit_code == 0
    next(clips.glob("prompt-pin-*.wav")).unlink()
    result = run(clips, "check", "--json")
    assert (result.exit_code, json.loads(result.stdout)["lacking"]) == (3, ["prompt-pin"])


def test_another_folder_may_be_named(clips: Path, tmp_path: Path) -> None:
    build(tmp_path / "elsewhere", WANTED, Engine)
    assert run(clips, "check", "--folder", str(tmp_path / "elsewhere")).exit_code == 0


def test_everything_that_is_said_is_listed(clips: Path) -> None:
    texts = json.loads(run(clips, "list", "--json").stdout)
    assert (len(texts), texts["prompt-take-card"]) == (len(WANTED), "カードを、お取りください。")
    assert "prompt-take-card" in run(clips, "list").stdout


def test_sounds_and_a_sentence_are_played(clips: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    alsa = Alsa(tmp_path, monkeypatch)
    build(clips, WANTED, Engine)
    result = run(clips, "test")
    assert (result.exit_code, result.stdout.split()[::2]) == (
        0,
        ["accept", "attention", "error", "alarm", "tick", "test"],
    )
    said = constant(len(WANTED[next(key for key in WANTED if getattr(key, "value", "") == "test")]), 0.01)
    assert alsa.on_paper.startswith(said)
    alsa.unplug()
    result = run(clips, "test")
    assert (result.exit_code, "voice.device" in result.stderr) == (1, True)
    alsa.close()


def test_a_wrong_configuration_is_told_by_key(clips: Path) -> None:
    (clips.parent / "kiosk.toml").write_text(
        CONFIGURATION.format(folder=clips.parent) + "quiet_from = 12:00:00\n", encoding="utf-8"
    )
    result = run(clips, "check")
    assert (result.exit_code, "quiet_until" in result.stderr) == (1, True)
