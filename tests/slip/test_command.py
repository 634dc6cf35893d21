"""`kiosk slip`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kiosk.checkin.reasons import Reason
from kiosk.cli import cli
from kiosk.slip.keys import KEY_FILE, SigningKey
from kiosk.slip.payload import sign
from kiosk.slip.press import SlipPress
from tests.slip.people import HANAKO, a_site, a_visit


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A terminal's configuration; its key is not made yet."""
    file = tmp_path / "kiosk.toml"
    file.write_text(
        f"""
        [site]
        name = "見本健診センター"
        [terminal]
        name = "k01"
        state = "{tmp_path / "state"}"
        [printer]
        device = "virtual:{tmp_path / "slips"}"
        """,
        encoding="utf-8",
    )
    return file


@pytest.fixture
def key(tmp_path: Path, config: Path) -> SigningKey:
    return SigningKey.load_or_create(tmp_path / "state" / KEY_FILE)


def run(config: Path, *arguments: str | Path, stdin: str | bytes | None = None) -> Result:
    """`kiosk --config FILE slip …`; no command may end in a traceback."""
    result = CliRunner().invoke(cli, ["--config", str(config), "slip", *map(str, arguments)], input=stdin)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def test_genuine_slip(config: Path, key: SigningKey) -> None:
    result = run(config, "verify", sign(a_visit(), key))
    assert result.exit_code == 0
    assert "A-012" in result.stdout
    assert "C01" in result.stdout
    assert HANAKO.name not in result.stdout
    assert "時刻      2026-05-12 08:31:05" in result.stdout
    assert "結果      確認済  C01  マイナンバーカードと番号照会" in result.stdout
    desk = run(config, "verify", sign(a_visit(Reason.NOT_FOUND), key)).stdout
    assert "結果      窓口で確認  Q" in desk
    assert "再照会" not in desk


def test_genuine_slip_as_json_from_standard_input(config: Path, key: SigningKey) -> None:
    result = run(config, "verify", "--json", "-", stdin=sign(a_visit(), key) + "\r\n")
    assert result.exit_code == 0
    answer = json.loads(result.stdout)
    assert answer.pop("at") == "2026-05-12T08:31:05+09:00"
    assert answer == {
        "genuine": True,
        "kiosk": "k01",
        "day": "2026-05-12",
        "number": "A-012",
        "visit": a_visit().id,
        "way": "card",
        "outcome": "confirmed",
        "code": "C01",
        "settled_at": None,
        "settled_code": None,
    }


async def test_picture_of_a_slip(config: Path, key: SigningKey, tmp_path: Path) -> None:
    slip = await SlipPress(a_site, key).draw(a_visit())
    slip.image.save(tmp_path / "slip.png")
    result = run(config, "verify", "--json", "--image", tmp_path / "slip.png")
    assert (result.exit_code, json.loads(result.stdout)["number"]) == (0, "A-012")


def test_picture_without_a_qr_is_not_genuine(config: Path, key: SigningKey, tmp_path: Path) -> None:
    from PIL import Image

    Image.new("L", (100, 100), 255).save(tmp_path / "blank.png")
    assert run(config, "verify", "--image", tmp_path / "blank.png").exit_code == 1


@pytest.mark.parametrize("octets", [b"", b"no picture", b"\x89PNG\r\n\x1a\n" + b"\x00" * 40])
def test_broken_picture_is_a_usage_error(config: Path, key: SigningKey, tmp_path: Path, octets: bytes) -> None:
    (tmp_path / "broken.png").write_bytes(octets)
    result = run(config, "verify", "--image", tmp_path / "broken.png")
    assert result.exit_code == 2
    assert "broken.png" in result.stderr


def test_edited_slip_is_not_genuine(config: Path, key: SigningKey) -> None:
    text = sign(a_visit(), key)
    result = run(config, "verify", "--json", text[:-1] + str((int(text[-1]) + 1) % 10))
    assert (result.exit_code, json.loads(result.stdout)["problem"]) == (1, "bad-signature")


def test_slip_of_another_terminal_is_not_genuine_here(config: Path, key: SigningKey) -> None:
    result = run(config, "verify", sign(a_visit(kiosk="k02"), key))
    assert result.exit_code == 1
    assert "other-kiosk" in result.stderr


def test_slip_of_another_terminal_is_checked_with_its_key(config: Path, key: SigningKey, tmp_path: Path) -> None:
    other = SigningKey.load_or_create(tmp_path / "other" / "slip.key")
    text = sign(a_visit(kiosk="k02"), other)
    assert run(config, "verify", text).exit_code == 1
    (tmp_path / "k02.pub").write_text(other.public.to_json(), encoding="utf-8")
    (tmp_path / "k01.pub").write_text(run(config, "key").stdout, encoding="utf-8")
    both = ("--key", tmp_path / "k01.pub", "--key", tmp_path / "k02.pub")
    result = run(config, "verify", "--json", *both, text)
    assert (result.exit_code, json.loads(result.stdout)["kiosk"]) == (0, "k02")


@pytest.mark.parametrize("stdin", ["", "受付票", b"\xff\xfe\x00", "a" * 100_000])
def test_garbage_is_not_genuine(config: Path, key: SigningKey, stdin: str | bytes) -> None:
    result = run(config, "verify", "-", stdin=stdin)
    assert result.exit_code == 1
    assert "not-a-slip" in result.stderr


def test_nothing_given_is_a_usage_error(config: Path, key: SigningKey) -> None:
    assert run(config, "verify").exit_code == 2
    assert run(config, "verify", "text", "--image", config).exit_code == 2


def test_missing_key_is_told_and_not_made(config: Path, tmp_path: Path) -> None:
    for arguments in (("key",), ("verify", "text")):
        result = run(config, *arguments)
        assert result.exit_code == 2
        assert "no such key" in result.stderr
    assert not (tmp_path / "state").exists()


def test_wrong_configuration_is_told(tmp_path: Path) -> None:
    result = run(tmp_path / "missing.toml", "key")
    assert result.exit_code == 2
    assert "missing.toml" in result.stderr


def test_key_prints_the_public_half_only(config: Path, key: SigningKey) -> None:
    printed = json.loads(run(config, "key").stdout)
    assert printed["kid"] == key.public.id
    assert "d" not in printed


@pytest.mark.parametrize("arguments", [("--help",), ("verify", "--help"), ("key", "--help")])
def test_help_has_an_example(config: Path, arguments: tuple[str, ...]) -> None:
    assert "kiosk slip" in run(config, *arguments).stdout
