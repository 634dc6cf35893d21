"""The configuration file as somebody writes it who is no programmer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from kiosk.cli import cli
from kiosk.settings import SettingsError, load
from kiosk.settings.section import Section
from kiosk.settings.whole import Settings

ODD = (
    *('""', '" "', '"Asia/Tokio"', '"Asia"', '"../x"', '"²"', '"("', '"a{99999999999}"', '"' + "(" * 2000 + '"'),
    *('"http://127.0.0.1:99999"', '"http://[::1"', '"tcp:host:²"', '"2026-13-01"', '"12:00+09:00"'),
    *("0", "-1", "1.5", "nan", "inf", "1e300", "99999999999999999999", "true"),
    *("2026-03-31", "12:00:00", "2026-03-31T12:00:00+09:00", "[]", "[1]", '["x"]', "{}"),
)
"""What somebody could write behind any key."""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "kiosk.toml"


def written(file: Path, changes: str = "", *, site: str = "") -> Path:
    """A file with these lines beside those that are needed."""
    state = file.parent
    text = f"""
[site]
name = "見本健診センター"
{site}
[printer]
device = "virtual:{state}/slips"
{changes}
"""
    file.write_text(text, encoding="utf-8")
    return file


def check(file: Path, *options: str) -> Result:
    result = CliRunner().invoke(cli, ["--config", str(file), "config", "check", *options])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def every_key() -> Iterator[tuple[str, str]]:
    for table, field in Settings.model_fields.items():
        section = field.annotation
        assert isinstance(section, type)
        assert issubclass(section, Section)
        yield from ((table, key) for key in section.model_fields)


@pytest.mark.parametrize(("table", "key"), list(every_key()))
def test_no_value_of_any_key_ends_in_a_traceback(file: Path, table: str, key: str) -> None:
    for value in ODD:
        needed = {"site": {"name": '"見本"'}, "printer": {"device": '"virtual:slips"'}}
        needed.setdefault(table, {})[key] = value
        lines = (f"[{name}]\n" + "\n".join(f"{k} = {v}" for k, v in keys.items()) for name, keys in needed.items())
        file.write_text("\n".join(lines), encoding="utf-8")
        said = ""
        try:
            settings = load(file)
            assert settings.policy
            assert settings.zone
        except SettingsError as wrong:
            said = str(wrong)
        assert "Input should" not in said, value
        assert "should match" not in said, value


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ("[terminal]\nletter = 'a'", "terminal.letter: give one capital letter from A to Z, such as A"),
        ("[terminal]\nname = 'K 01'", "terminal.name: give up to 16 small letters"),
        ("[terminal]\nstate = 'state'", "terminal.state: give the whole path"),
        ("[gateway]\nurl = 'https://gateway.example:8460'", "gateway: an https address needs gateway.ca_file"),
        ("[screen]\nidle_seconds = 600000", "screen.idle_seconds: write a number of at most 600"),
        ("[screen]\nidle_seconds = 29", "screen.idle_seconds: write a number of at least 30"),
        ("[screen]\nwarning_seconds = 19.9", "screen.warning_seconds: write a number of at least 20"),
        ("[screen]\nresult_seconds = 5", "screen.result_seconds: write a number of at least 20"),
        ("[screen]\nidle_second = 60", "screen.idle_second: there is no such key; did you mean idle_seconds?"),
        ("[screens]\nidle_seconds = 60", "screens: there is no such key; did you mean screen?"),
        ("[terminal]\nslip_name = 'full'", "did you mean it for the table [site]?"),
        ("[terminal]\nxyzzy = 1", "remove it or correct its spelling"),
        ("[voice]\nenabled = 'on and off'", "voice.enabled: write true or false"),
        ("[voice]\nquiet_from = 12", "voice.quiet_from: give a time of the site's clock in quotes"),
        ("[scanner]\nbaud = 1", "scanner.baud: write one of 1200, 2400"),
    ],
)
def test_what_to_write_is_said(file: Path, changes: str, words: str) -> None:
    answer = check(written(file, changes))
    assert answer.exit_code == 1
    assert words in answer.stderr


@pytest.mark.parametrize(
    ("site", "words"),
    [
        ("time_zone = 'Asia/Tokio'", "site.time_zone: give a time zone such as Asia/Tokyo"),
        ("next_place = ''", "site.next_place: write at least 1 character"),
        ("desk = ' '", "site.desk: write at least 1 character"),
        ("desks = '受付'", "site.desks: there is no such key; did you mean desk?"),
        ("services = []", "site.services: name at least 1"),
        ("languages = []", "site.languages: name at least 1"),
        ('languages = ["ja", "en", "ja"]', "site.languages: name each language once"),
        ('languages = ["fr"]', "site.languages.0: write one of 'ja', 'ja-x-easy', 'en'"),
        ("slip_name = 'short'", "site.slip_name: write one of 'masked' or 'full'"),
        ("tickets_required = 'perhaps'", "site.tickets_required: write true or false"),
    ],
)
def test_what_to_write_for_the_site_is_said(file: Path, site: str, words: str) -> None:
    answer = check(written(file, site=site))
    assert answer.exit_code == 1
    assert words in answer.stderr


@pytest.mark.parametrize("command", [["status"], ["run"], ["ledger", "list"]], ids=" ".join)
def test_a_misspelt_time_zone_is_said_by_every_command(file: Path, command: list[str]) -> None:
    written(file, site="time_zone = 'Asia/Tokio'")
    answer = CliRunner().invoke(cli, ["--config", str(file), *command])
    assert isinstance(answer.exception, SystemExit)
    assert "give a time zone such as Asia/Tokyo" in click.unstyle(answer.output)


def test_a_mark_before_the_first_letter_is_no_mistake(file: Path) -> None:
    written(file)
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    assert check(file).exit_code == 0


def test_files_that_are_not_here_are_a_warning(file: Path, tmp_path: Path) -> None:
    here = tmp_path / "token"
    here.touch()
    gateway = "[gateway]\nurl = 'https://gateway.example:8460'\n"
    written(file, f"{gateway}token_file = '{here}'\nca_file = '{tmp_path}/ca.pem'")
    answer = check(file)
    assert (answer.exit_code, "all keys are right" in answer.stdout) == (0, True)
    assert f"warning: gateway.ca_file: {tmp_path}/ca.pem is not on this machine" in answer.stderr
    assert "token_file" not in answer.stderr
    here.unlink()
    (first, second) = json.loads(check(file, "--json").stdout)["warnings"]
    assert first.startswith(f"gateway.token_file: {here} is not on this machine")
    assert second.startswith("gateway.ca_file")


def test_without_a_gateway_its_token_is_not_missed(file: Path) -> None:
    assert check(written(file, "[gateway]\nurl = ''\ntoken_file = '/nowhere/token'")).stderr == ""
