"""Which terminals may ask."""

from __future__ import annotations

import json
import resource
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from click.testing import CliRunner

from kiosk.gateway.command import gateway
from kiosk.gateway.tokens import Tokens, WatchedTokens, add_line, line_for, new_token
from kiosk.settings import SettingsError

ONE, TWO = "first-token-of-a-terminal", "second-token-of-a-terminal"


def test_file_names_the_terminals(tmp_path: Path) -> None:
    file = tmp_path / "tokens"
    file.write_text(f"# terminals\n\n{ONE} k01\n  {TWO}  \n")
    tokens = Tokens.from_file(file)
    assert tokens.name_of(ONE.encode()) == "k01"
    assert tokens.name_of(TWO.encode()) == "terminal-4"
    assert tokens.name_of(b"") is None
    assert tokens.name_of(ONE[:-1].encode()) is None
    assert tokens.name_of(b"\xff" * 30) is None


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "holds no token"),
        ("# only a comment\n", "holds no token"),
        (f"{ONE}\nshort k02\n", "line 2"),
        ("全角のトークンは使えませんのでご注意ください\n", "ASCII"),
        (f"{line_for(ONE, 'k01')}\nsha256:12345 k02\n", "line 2"),
        (f"{line_for(ONE, 'k01').upper()}\n".replace("SHA256", "sha256"), "line 1"),
        (f"{line_for(ONE, 'k01')}\n\n{ONE} k02\n", "line 3"),
    ],
)
def test_unusable_file_says_where_and_what_to_do(tmp_path: Path, content: str, said: str) -> None:
    file = tmp_path / "tokens"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(SettingsError) as wrong:
        Tokens.from_file(file)
    assert str(file) in str(wrong.value)
    assert said in str(wrong.value)
    assert "short" not in str(wrong.value)


def test_missing_file_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="kiosk gateway token"):
        Tokens.from_file(tmp_path / "nowhere")


@pytest.mark.parametrize("names", [{}, {"short": "k01"}])
def test_no_token_at_all_is_refused(names: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="tokens have at least"):
        Tokens(names)


def test_tokens_show_nothing() -> None:
    assert ONE not in repr(vars(Tokens({ONE: "k01"})))


def test_file_holds_digests_and_the_tokens_work(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    file = tmp_path / "tokens"
    made = new_token()
    file.write_text(f"# terminals\n{line_for(made, 'k01')}\n{line_for(TWO, 'k02')}\n{line_for(ONE, 'k02')}\n")
    tokens = Tokens.from_file(file)
    assert tokens.name_of(made.encode()) == "k01"
    assert tokens.name_of(ONE.encode()) == tokens.name_of(TWO.encode()) == "k02"
    assert tokens.name_of(line_for(made, "k01").split()[0].encode()) is None
    assert made not in file.read_text()
    assert not caplog.records


def test_token_in_clear_works_with_a_warning_that_names_the_line(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "tokens"
    file.write_text(f"{line_for(TWO, 'k02')}\n{ONE} k01\n")
    assert Tokens.from_file(file).name_of(ONE.encode()) == "k01"
    (warning,) = caplog.messages
    assert f"{file}: line 2" in warning
    assert "kiosk gateway token k01 --add" in warning
    assert ONE not in warning


def test_tokens_are_read_again_when_the_file_is_another_one(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    file = tmp_path / "tokens"
    file.write_text(line_for(ONE, "k01"))
    tokens = WatchedTokens(file)
    assert (tokens.name_of(ONE.encode()), tokens.name_of(TWO.encode())) == ("k01", None)
    other = tmp_path / "other"
    other.write_text(line_for(TWO, "k02"))
    other.replace(file)
    assert (tokens.name_of(ONE.encode()), tokens.name_of(TWO.encode())) == (None, "k02")
    caplog.clear()
    file.unlink()
    assert [tokens.name_of(TWO.encode()) for _ in range(3)] == ["k02"] * 3
    assert len(caplog.messages) == 1
    file.write_text(line_for(ONE, "k03"))
    assert (tokens.name_of(ONE.encode()), tokens.name_of(TWO.encode())) == ("k03", None)


def test_line_is_added_whole_and_for_the_owner_only(tmp_path: Path) -> None:
    file = tmp_path / "tokens"
    for content in (None, "", f"{ONE} k01", f"{ONE} k01\n"):
        file.unlink(missing_ok=True)
        if content is not None:
            file.write_text(content)
            file.chmod(0o644)
        add_line(file, line_for(TWO, "k02"))
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert Tokens.from_file(file).name_of(TWO.encode()) == "k02"
        assert file.read_text().endswith(" k02\n")
        assert not content or Tokens.from_file(file).name_of(ONE.encode()) == "k01"


def test_lines_of_many_installers_do_not_meet(tmp_path: Path) -> None:
    file = tmp_path / "tokens"
    with ThreadPoolExecutor(8) as installers:
        list(installers.map(lambda number: add_line(file, line_for(f"{ONE}-{number}", f"k{number}")), range(100)))
    tokens = Tokens.from_file(file)
    assert {tokens.name_of(f"{ONE}-{number}".encode()) for number in range(100)} == {f"k{n}" for n in range(100)}


@pytest.mark.parametrize("room", [0, 20])
def test_full_disk_leaves_no_half_a_line(tmp_path: Path, room: int) -> None:
    file = tmp_path / "tokens"
    file.write_text(f"{ONE} k01\n")
    before = file.read_bytes()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + room, hard))
    try:
        with pytest.raises(OSError, match=r"too large|full"):
            add_line(file, line_for(TWO, "k02"))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert file.read_bytes() == before


def test_command_prints_the_token_once_and_only_its_digest_goes_into_the_file(tmp_path: Path) -> None:
    file = tmp_path / "tokens"
    first = CliRunner().invoke(gateway, ["token", "k01", "--add", str(file)])
    second = CliRunner().invoke(gateway, ["token", "k02"])
    assert (first.exit_code, second.exit_code) == (0, 0)
    token, other = first.stdout.strip(), second.stdout.strip()
    assert token != other
    assert len(token) == len(other) == 43
    assert token not in file.read_text() + first.stderr
    assert Tokens.from_file(file).name_of(token.encode()) == "k01"
    assert line_for(other, "k02") in second.stderr


def test_command_tells_programs_in_json() -> None:
    told = json.loads(CliRunner().invoke(gateway, ["token", "k01", "--json"]).stdout)
    assert told["line"] == line_for(told["token"], told["name"])
    assert told["name"] == "k01"


@pytest.mark.parametrize("arguments", [["token"], ["token", "K 01"], ["token", "k01\nk02"], ["token", "-x"]])
def test_command_wants_the_name_of_a_terminal(arguments: list[str]) -> None:
    result = CliRunner().invoke(gateway, arguments)
    assert result.exit_code == 2
    assert "Traceback" not in result.output


def test_command_makes_no_token_that_it_cannot_write(tmp_path: Path) -> None:
    result = CliRunner().invoke(gateway, ["token", "k01", "--add", str(tmp_path / "nowhere" / "tokens")])
    assert result.exit_code == 1
    assert result.stdout == ""
    assert "no token was made" in result.stderr
