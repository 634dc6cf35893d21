"""`kiosk roster`, as a clerk uses it."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from click.testing import CliRunner, Result

from kiosk.checkin.person import Sex
from kiosk.cli import cli
from kiosk.roster.command import roster
from kiosk.roster.store import FILE_NAME, Store
from tests.roster.invented import APPOINTMENT, ENGLISH, JAPANESE, LINE, MORNING, TODAY, crowd, told_in, write


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("KIOSK_CONFIG", "nowhere.toml")
    with time_machine.travel(MORNING, tick=False):
        yield


@pytest.fixture
def config(tmp_path: Path, state: Path) -> Path:
    path = tmp_path / "kiosk.toml"
    path.write_text(
        f'[site]\nname = "試験"\n[terminal]\nstate = "{state}"\n[printer]\ndevice = "virtual:slips"\n', encoding="utf-8"
    )
    return path


def run(config: Path | None, *arguments: str | Path) -> Result:
    return CliRunner().invoke(roster, [str(argument) for argument in arguments], obj=config)


@pytest.mark.parametrize("encoding", ["utf-8", "cp932"])
def test_import_seals_the_file_and_tells_lines_days_and_what_is_missing(
    config: Path, store: Store, file: Path, encoding: str
) -> None:
    second = "2026/11/21,,26112345679,髙橋　次郎,,S45.1.3,男,,,,,,,"
    write(file, JAPANESE, LINE, second, encoding=encoding)
    done = run(config, "import", file)
    assert (done.exit_code, done.stderr) == (0, "")
    assert "2 lines imported" in done.output
    assert "2026-11-20: 1, 2026-11-21: 1" in done.output
    assert "1 without カナ/kana" in done.output
    assert "1 without 予約時刻/time" in done.output
    assert "without 整理番号" not in done.output
    assert "erases it when 2026-11-21 is over" in done.output
    assert told_in(done.output.encode()) == []
    assert store.read().lines[0] == APPOINTMENT
    assert [line.person.sex for line in store.read().lines if line.person] == [Sex.FEMALE, Sex.MALE]


def test_import_as_json_is_one_object(config: Path, file: Path) -> None:
    write(file, ENGLISH.replace("course", "colour"), LINE, LINE.replace("2026/11/20", "").replace("5678", "5679"))
    told = json.loads(run(config, "import", file, "--json").stdout)
    assert told["imported"] is True
    assert (told["lines"], told["days"], told["without_day"]) == (2, {"2026-11-20": 1}, 1)
    assert told["missing"] == {"course": 2}
    assert told["notes"] == ["columns that are not read: colour"]
    assert told["erased_after"] == "2026-11-20"


def test_wrong_file_imports_nothing_and_keeps_the_old_roster(config: Path, store: Store, file: Path) -> None:
    run(config, "import", write(file, JAPANESE, LINE))
    before = store.mark()
    refused = run(config, "import", write(file, JAPANESE, LINE, LINE.replace("9:00", "9:99")))
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert f"{file}: line 3: 予約時刻/time: no such time" in refused.stderr
    assert "2 problems; nothing was imported" in refused.stderr
    assert store.mark() == before
    told = json.loads(run(config, "import", file, "--json").stdout)
    assert (told["imported"], told["problems"][0]["line"]) == (False, 3)


def test_check_tells_the_same_and_imports_nothing(config: Path, state: Path, file: Path) -> None:
    write(file, JAPANESE, LINE)
    checked, imported = run(config, "check", file), run(config, "import", file)
    assert checked.output.replace("can be imported", "imported") == imported.output
    run(config, "erase")
    wrong = write(file, JAPANESE, LINE.replace("女", "F"))
    assert run(config, "check", wrong).stderr == run(config, "import", wrong).stderr
    assert run(config, "check", wrong).exit_code == 1
    assert not (state / FILE_NAME).exists()


def test_check_and_template_need_no_configuration(file: Path) -> None:
    write(file, JAPANESE, LINE)
    assert run(None, "check", file).exit_code == 0
    assert run(None, "template").exit_code == 0
    assert run(None, "import", file).exit_code == 1


def test_roster_of_past_days_is_refused(config: Path, file: Path) -> None:
    refused = run(config, "import", write(file, JAPANESE, LINE.replace("11/20", "11/19")))
    assert refused.exit_code == 1
    assert "2026-11-19, is over" in refused.stderr


def test_lines_without_a_day_get_the_day_that_is_given(config: Path, store: Store, file: Path) -> None:
    without = LINE.replace("2026/11/20", "").replace("5678", "5679")
    done = run(config, "import", write(file, JAPANESE, LINE, without), "--day", "2026-11-21")
    assert done.exit_code == 0
    assert [line.day for line in store.read().lines] == [TODAY, TODAY + timedelta(days=1)]


@pytest.mark.parametrize("encoding", ["utf-8", "cp932"])
def test_template_can_be_imported(config: Path, file: Path, store: Store, encoding: str) -> None:
    printed = run(config, "template", "--encoding", encoding)
    file.write_bytes(printed.stdout_bytes)
    assert "氏名".encode(encoding) in printed.stdout_bytes
    done = run(config, "import", file)
    assert (done.exit_code, done.stderr) == (0, "")
    lines = store.read().lines
    assert {line.day for line in lines} == {TODAY, None}
    assert any(line.ticket is None for line in lines)
    assert any(line.person is None for line in lines)


def test_erase_says_whether_there_was_one(config: Path, state: Path, file: Path) -> None:
    run(config, "import", write(file, JAPANESE, LINE))
    assert run(config, "erase").output == "roster erased\n"
    assert not (state / FILE_NAME).exists()
    assert run(config, "erase").output == "there was no roster\n"
    assert json.loads(run(config, "erase", "--json").output) == {"erased": False}


def test_mistakes_end_with_a_sentence_and_no_traceback(config: Path, state: Path, file: Path) -> None:
    state.write_text("in the way")
    refused = run(config, "import", write(file, JAPANESE, LINE))
    assert (refused.exit_code, refused.output.startswith("Error: ")) == (1, True)
    assert run(config, "import", file.with_name("nowhere.csv")).exit_code == 1
    assert run(config, "import").exit_code == 2
    config.write_text("x")
    assert run(config, "import", file).exit_code == 1


@pytest.mark.parametrize("command", ["import", "check", "template", "erase"])
def test_help_has_examples(command: str) -> None:
    told = CliRunner().invoke(cli, ["roster", command, "--help"])
    assert told.exit_code == 0
    assert "Example" in told.output


def test_progress_is_for_terminals_only(tmp_path: Path, file: Path) -> None:
    write(file, *crowd(10_000))
    command = [sys.executable, "-m", "kiosk", "roster", "check", str(file)]
    piped = subprocess.run(command, capture_output=True, check=False)
    assert b"reading" not in piped.stdout + piped.stderr
    terminal, end = pty.openpty()
    try:
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=end) as checking:
            os.close(end)
            shown = b""
            while b"100%" not in shown:
                shown += os.read(terminal, 65536)
            assert b"reading" in shown
            assert checking.stdout is not None
            checking.stdout.read()
    finally:
        os.close(terminal)
