"""`kiosk setup`, asked and unasked: the file is written whole or not at all."""

from __future__ import annotations

import json
import stat
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kiosk.cli import cli
from kiosk.settings import load
from kiosk.setup.questions import QUESTIONS, Kind
from tests.modes import bound_by_modes


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "etc" / "kiosk.toml"


def own(folder: Path, more: str = "") -> str:
    """Answers of a terminal that has its places below that folder, and needs no device."""
    return (
        f'[site]\nname = "ためし健診センター"\n[terminal]\nstate = "{folder}/state"\nrun = "{folder}/run"\n'
        f'[gateway]\nurl = ""\n[printer]\ndevice = "virtual:{folder}/slips"\n[voice]\nenabled = false\n{more}'
    )


def unasked(file: Path, answers: str, *more: str) -> Result:
    arguments = ["--config", str(file), "setup", "--answers", "-", "--json", "--no-check", *more]
    return CliRunner().invoke(cli, arguments, input=answers)


def test_answers_make_a_file_that_loads_and_keeps_the_explanations(file: Path, tmp_path: Path) -> None:
    result = unasked(file, own(tmp_path, "[roster]\nrequired = true\n"))
    assert result.exit_code == 0, result.output
    report = json.loads(result.output)
    assert (report["written"], report["kept"]) == (True, None)
    assert "site.name" in report["answered"]
    settings = load(file)
    assert (settings.site.name, settings.roster.required) == ("ためし健診センター", True)
    assert "# Name of the facility" in file.read_text(encoding="utf-8")
    assert stat.S_IMODE(file.stat().st_mode) == 0o644


def test_a_second_time_changes_only_what_is_answered_and_keeps_the_old_file(file: Path, tmp_path: Path) -> None:
    unasked(file, own(tmp_path))
    before = file.read_text(encoding="utf-8")
    report = json.loads(unasked(file, '[site]\ndesk = "2階受付"\n').output)
    assert Path(report["kept"]).read_text(encoding="utf-8") == before
    assert load(file).site.desk == "2階受付"
    assert load(file).site.name == "ためし健診センター"
    assert json.loads(unasked(file, '[site]\ndesk = "2階受付"\n').output)["kept"] is None


@pytest.mark.parametrize(
    ("answers", "named"),
    [
        ('[terminal]\nletter = "あ"\n', "terminal.letter"),
        ("[site]\nnmae = 'x'\n", "site.nmae"),
        ("[gateway]\nurl = 'https://gateway.example'\n", "gateway"),
        ("name = 'x'\n", "name"),
        ("[site\n", "TOML"),
        ("", "site.name"),
    ],
)
def test_wrong_answers_change_nothing_and_are_named(file: Path, tmp_path: Path, answers: str, named: str) -> None:
    unasked(file, own(tmp_path))
    before = file.read_text(encoding="utf-8")
    result = unasked(file, answers or '[site]\nname = ""\n')
    assert result.exit_code == 1
    assert named in " ".join(json.loads(result.output)["errors"]) or named == "TOML"
    assert file.read_text(encoding="utf-8") == before
    assert [path.name for path in file.parent.iterdir()] == ["kiosk.toml"]


def test_a_file_that_is_no_utf_8_or_no_toml_is_named(file: Path, tmp_path: Path) -> None:
    file.parent.mkdir()
    for octets, words in (('[site]\nname = "健診"\n'.encode("cp932"), "UTF-8"), (b"[site\n", "TOML")):
        file.write_bytes(octets)
        result = unasked(file, own(tmp_path))
        assert result.exit_code == 1
        assert words in json.loads(result.output)["errors"][0]
        assert file.read_bytes() == octets


def test_answers_may_come_from_windows_own_editor(file: Path, tmp_path: Path) -> None:
    """Which puts a mark (BOM) before the first letter."""
    assert unasked(file, f"\ufeff{own(tmp_path)}").exit_code == 0


def test_the_token_goes_into_a_file_of_its_own_and_nowhere_else(file: Path, tmp_path: Path) -> None:
    token, place = "s3cr3t-" * 6, tmp_path / "etc" / "gateway.token"
    (tmp_path / "token").write_text(token + "\n")
    answers = own(tmp_path).replace('url = ""', f'url = "http://127.0.0.1:1"\ntoken_file = "{place}"')
    result = unasked(file, answers, "--token-file", str(tmp_path / "token"))
    assert result.exit_code == 0
    assert place.read_text() == token + "\n"
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    assert token not in result.output + file.read_text(encoding="utf-8")


def test_devices_are_tried_and_a_failure_is_told_by_the_exit_code(file: Path, tmp_path: Path) -> None:
    answers = own(tmp_path).replace(f"virtual:{tmp_path}/slips", "tcp:127.0.0.1:1")
    arguments = ["--config", str(file), "setup", "--answers", "-", "--json"]
    result = CliRunner().invoke(cli, arguments, input=answers)
    assert result.exit_code == 2
    layers = {layer["layer"]: layer for layer in json.loads(result.output)["doctor"]["layers"]}
    assert layers["printer"]["level"] == "failure"
    assert load(file).printer.device == "tcp:127.0.0.1:1"


def interview(file: Path, said: list[str]) -> Result:
    return CliRunner().invoke(cli, ["--config", str(file), "setup", "--no-check"], input="\n".join(said) + "\n")


def test_the_interview_proposes_what_is_there_and_asks_again_what_is_wrong(file: Path, tmp_path: Path) -> None:
    unasked(file, own(tmp_path))
    said = [""] * (len(QUESTIONS) + 2)
    said[4:5] = ["b", "B"]  # the letter: a small one first
    result = interview(file, said)
    assert result.exit_code == 0, result.output
    assert "ためし健診センター" in result.output
    assert "半角の大文字を1字入れてください" in result.output
    assert load(file).terminal.letter == "B"
    assert load(file).gateway.url == ""


def test_what_is_no_number_and_no_yes_is_asked_again_in_japanese(file: Path, tmp_path: Path) -> None:
    unasked(file, own(tmp_path))
    said = [""] * (len(QUESTIONS) + 4)
    width = next(at for at, question in enumerate(QUESTIONS) if question.kind is Kind.NUMBER)
    said[width : width + 1] = ["広い", "80", "３８４"]
    voice = next(at for at, question in enumerate(QUESTIONS) if question.kind is Kind.YES_NO) + 2
    said[voice : voice + 1] = ["たぶん", "いいえ"]
    result = interview(file, said)
    assert result.exit_code == 0, result.output
    assert "数字だけを入れてください" in result.output
    assert "次のどれかを入れてください: 384, 576" in result.output
    assert "「はい」なら y、「いいえ」なら n を入れてください" in result.output
    assert "Error" not in result.output
    assert (load(file).printer.head.value, load(file).voice.enabled) == (384, False)


def test_an_interview_that_is_broken_off_changes_nothing(file: Path, tmp_path: Path) -> None:
    unasked(file, own(tmp_path))
    before = file.read_text(encoding="utf-8")
    result = interview(file, ["別の施設"])
    assert result.exit_code == 1
    assert "何も書いていません" in result.output
    assert file.read_text(encoding="utf-8") == before
    declined = interview(file, ["別の施設", *[""] * (len(QUESTIONS) - 1), "n"])
    assert declined.exit_code == 1
    assert file.read_text(encoding="utf-8") == before


def test_a_token_for_the_gateway_of_this_machine_is_made_and_only_its_digest_is_kept_there(
    file: Path, tmp_path: Path
) -> None:
    places = f'token_file = "{tmp_path}/gateway.token"\n[serve]\ntokens_file = "{tmp_path}/gateway.tokens"\n'
    unasked(file, own(tmp_path).replace('url = ""\n', f'url = "http://127.0.0.1:8460"\n{places}'))
    result = interview(file, [""] * (len(QUESTIONS) + 3))
    assert result.exit_code == 0, result.output
    token = (tmp_path / "gateway.token").read_text().strip()
    assert len(token) == 43
    assert token not in result.output + (tmp_path / "gateway.tokens").read_text()
    assert "k01" in (tmp_path / "gateway.tokens").read_text()


def test_without_rights_the_words_say_sudo(tmp_path: Path) -> None:
    folder = tmp_path / "etc"
    folder.mkdir(mode=0o500)
    result = bound_by_modes(lambda: unasked(folder / "kiosk.toml", own(tmp_path)))
    assert result.exit_code == 1
    assert "sudo" in result.output


def test_every_question_is_a_key_of_the_configuration(file: Path, tmp_path: Path) -> None:
    unasked(file, own(tmp_path))
    whole = load(file).model_dump()
    assert all(question.key in whole[question.table] for question in QUESTIONS)
    assert tomllib.loads(file.read_text(encoding="utf-8"))
