"""Keys of staff: which are taken, whose they are, and that the file is always whole."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_ssh_public_key,
)
from hypothesis import given
from hypothesis import strategies as st

from kiosk.cli import cli
from kiosk.control.messages import VERSION, Hello
from kiosk.ssh.behind import BEHIND, behind
from kiosk.ssh.keys import KeyRefused, keys_in, owner_of, public_key, read_keys


def text_of(private: ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> str:
    return private.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode("ascii")


ONE, OTHER = (text_of(ed25519.Ed25519PrivateKey.generate()) for _ in range(2))


def called(folder: Path, *arguments: str, given: str = "") -> tuple[int, str]:
    command, *rest = arguments
    result = CliRunner().invoke(cli, ["staff-key", command, "--folder", str(folder), *rest], input=given)
    return result.exit_code, result.output


def test_a_key_that_was_added_is_listed_with_its_owner_and_removed_by_name(tmp_path: Path) -> None:
    assert called(tmp_path, "add", "佐藤 花子", given=f"{ONE} hanako@pc\n")[0] == 0
    assert called(tmp_path, "add", "山田 太郎", given=OTHER)[0] == 0
    assert "佐藤 花子" in called(tmp_path, "list")[1]
    assert called(tmp_path, "remove", "佐藤　花子")[0] == 0
    assert [key.name for key in read_keys(tmp_path / "kiosk-staff")] == ["山田 太郎"]
    assert called(tmp_path, "remove", "佐藤 花子")[0] == 1


def test_the_file_is_readable_for_sshd_and_writable_for_nobody_else(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        called(tmp_path / "keys", "add", "佐藤", given=ONE)
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "keys" / "kiosk-staff").stat().st_mode) == 0o644
    assert [path.name for path in (tmp_path / "keys").iterdir()] == ["kiosk-staff"]


def test_every_key_in_the_file_is_one_that_sshd_reads_and_can_do_nothing_but_a_terminal(tmp_path: Path) -> None:
    called(tmp_path, "add", "佐藤 花子", given=ONE)
    (line,) = [line for line in (tmp_path / "kiosk-staff").read_text("utf-8").splitlines() if line[0] != "#"]
    options, rest = line.split(" ", 1)
    assert options == "restrict,pty"
    assert load_ssh_public_key(rest.encode())


def test_one_key_is_one_person(tmp_path: Path) -> None:
    called(tmp_path, "add", "佐藤", given=ONE)
    code, words = called(tmp_path, "add", "--viewer", "山田", given=ONE)
    assert code == 1
    assert "佐藤" in words
    assert not (tmp_path / "kiosk-viewer").exists()


def test_a_private_key_is_refused_and_not_shown(tmp_path: Path) -> None:
    secret = ed25519.Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
    code, words = called(tmp_path, "add", "佐藤", given=secret.decode())
    assert code == 1
    assert "秘密鍵" in words
    assert secret.decode().splitlines()[1] not in words


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        ONE[:-10],
        ONE.replace("ssh-ed25519", "ssh-rsa"),
        f"{ONE}\n{OTHER}",
        f'command="/bin/sh" {ONE}',
        text_of(rsa.generate_private_key(65537, 2048)),
        "ssh-dss AAAAB3NzaC1kc3MAAACBAP",
    ],
    ids=["empty", "words", "cut", "another kind", "two", "with options", "short", "old"],
)
def test_what_is_no_good_key_is_refused(text: str) -> None:
    with pytest.raises(KeyRefused):
        public_key(text, "佐藤")


@pytest.mark.parametrize("name", ["", "  ", "a" * 41, "佐藤\x1b[2J", "\u202e佐藤", "佐藤（受付）", "佐藤 (root)"])
def test_what_is_no_name_is_refused(name: str) -> None:
    with pytest.raises(KeyRefused):
        public_key(ONE, name)


@given(st.text(st.sampled_from("a佐藤 　\t()（）\u202e\u2028〔〕[]\ue000"), max_size=45) | st.text(max_size=45))
def test_whoever_is_given_a_key_can_enter_with_that_name(name: str) -> None:
    """One check for both: `kiosk staff-key` takes no name that the kiosk then refuses."""
    try:
        given_as = public_key(ONE, name).name
    except KeyRefused:
        return
    assert Hello(version=VERSION, name=given_as).name == given_as


def test_other_good_kinds_are_taken() -> None:
    assert public_key(text_of(rsa.generate_private_key(65537, 3072)), "佐藤").kind == "ssh-rsa"
    assert public_key(text_of(ec.generate_private_key(ec.SECP256R1())), "佐藤").kind == "ecdsa-sha2-nistp256"


def test_the_owner_is_the_one_of_the_key_that_was_used() -> None:
    keys = tuple(keys_in(f"restrict,pty {ONE} 佐藤 花子\n# {OTHER} 消した人\n"))
    assert owner_of(f"publickey {ONE}\n", keys) == "佐藤 花子"
    assert owner_of(f"publickey {OTHER}\n", keys) is None
    assert owner_of(f"password\npublickey {ONE} x\n", keys) is None
    assert owner_of("", keys) is None


def test_a_key_without_a_name_opens_nothing() -> None:
    assert owner_of(f"publickey {ONE}\n", keys_in(ONE)) is None


def test_without_root_the_words_say_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    code, words = called(tmp_path / "file", "list")
    assert code in (1, 2)
    assert "Traceback" not in words


@pytest.mark.parametrize(
    "asked",
    [
        "sh",
        "kiosk",
        "kiosk status;sh",
        "kiosk status ",
        " kiosk status",
        "kiosk  status",
        "kiosk status --json\n",
        "kiosk control relay --as 所長",
        "kiosk staff --as 所長",
        "/usr/lib/openssh/sftp-server",
        "internal-sftp",
        "scp -t /",
    ],
)
def test_nothing_else_is_behind_the_door(asked: str) -> None:
    assert behind(asked, "佐藤") is None


def test_who_it_is_goes_with_what_is_recorded() -> None:
    assert behind("", "佐藤 花子") == ("staff", "--as", "佐藤 花子")
    assert behind("kiosk control relay", "佐藤") == ("control", "relay", "--as", "佐藤")
    assert behind("kiosk status --json", "佐藤") == ("status", "--json")
    assert behind("", None) == ("staff",)


def test_every_command_behind_the_door_is_one_of_the_kiosk() -> None:
    for arguments in BEHIND.values():
        result = CliRunner().invoke(cli, [*arguments, "--help"])
        assert result.exit_code == 0, arguments
        assert all(option in result.output for option in arguments if option.startswith("--"))
