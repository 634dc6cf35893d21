"""The door as a real sshd opens it, with the settings that are installed.

Only where openssh-server is: to install it for `make test` would open port 22 of a developer's machine. `make
test-system` installs it in its own Debian and tries the door there with the real users.
"""

from __future__ import annotations

import getpass
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SSHD = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
SHIPPED = ROOT / "systemd" / "etc" / "ssh" / "sshd_config.d" / "50-kiosk.conf"
SECONDS = 30.0

pytestmark = pytest.mark.skipif(
    not (SSHD and shutil.which("ssh")), reason="openssh-server is not installed here; make test-system has it"
)


@dataclass(frozen=True)
class Door:
    """A running sshd."""

    folder: Path
    port: int

    def ssh(self, *command: str, key: str = "sato", options: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
        """What somebody with that key gets."""
        fixed = ("BatchMode=yes", "IdentitiesOnly=yes", "StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null")
        return subprocess.run(
            ["ssh", "-F", "none", "-i", str(self.folder / key), "-p", str(self.port), *options]
            + [part for option in fixed for part in ("-o", option)]
            + [f"{getpass.getuser()}@127.0.0.1", *command],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    # StrictModes is off: everybody may write into the folder for temporary files, which stands above these keys.
    folder = tmp_path_factory.mktemp("sshd")
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)  # Debian's sshd wants it; its service makes it
    for name in ("host", "sato", "stranger", "nameless"):
        subprocess.run(
            ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", str(folder / name)], check=True
        )
    keys = folder / "keys"
    keys.mkdir()
    kiosk(folder, "staff-key", "add", "--folder", str(keys), "佐藤 花子", str(folder / "sato.pub"))
    (keys / "kiosk-staff").rename(keys / getpass.getuser())
    with (keys / getpass.getuser()).open("a") as file:
        file.write((folder / "nameless.pub").read_text().replace(" nameless", ""))
    write_configuration(folder)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (folder / "sshd_config").write_text(
        f"Port {port}\nListenAddress 127.0.0.1\nHostKey {folder}/host\nPidFile none\nStrictModes no\nUsePAM no\n"
        "PermitRootLogin yes\nSubsystem sftp internal-sftp\nAcceptEnv LANG LC_*\n"
        f"Include {folder}/50-kiosk.conf\n"
    )
    shipped = SHIPPED.read_text(encoding="utf-8")
    changed = (
        shipped.replace("kiosk-staff,kiosk-viewer", getpass.getuser())
        .replace("/etc/kiosk/keys", str(keys))
        .replace("/usr/local/bin/kiosk ssh-door", f"{folder}/kiosk ssh-door --folder {keys}")
    )
    assert changed.count(str(folder)) == 3
    (folder / "50-kiosk.conf").write_text(changed)
    (folder / "kiosk").write_text(
        f'#!/bin/sh\nexec "{sys.executable}" -I -m kiosk --config "{folder}/kiosk.toml" "$@"\n'
    )
    (folder / "kiosk").chmod(0o755)
    assert SSHD
    with (folder / "sshd.log").open("w") as log:
        server = subprocess.Popen([SSHD, "-D", "-e", "-f", str(folder / "sshd_config")], stderr=log)
        try:
            wait_for(port, server, folder / "sshd.log")
            opened = Door(folder, port)
            if os.geteuid() != 0 and opened.ssh("kiosk status").returncode == 255:
                pytest.skip("this account has no password or no shell, and without root no sshd lets it in")
            yield opened
        finally:
            server.terminate()
            server.wait(SECONDS)


def kiosk(folder: Path, *arguments: str) -> None:
    subprocess.run([sys.executable, "-I", "-m", "kiosk", *arguments], cwd=folder, check=True, capture_output=True)


def write_configuration(folder: Path) -> None:
    (folder / "kiosk.toml").write_text(
        f'[site]\nname = "見本健診センター"\n[printer]\ndevice = "virtual:{folder}/slips"\n'
        f'[terminal]\nstate = "{folder}/state"\nrun = "{folder}/run"\n',
        encoding="utf-8",
    )


def wait_for(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        assert server.poll() is None, log.read_text()
        with socket.socket() as line:
            line.settimeout(1)
            if line.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError(log.read_text())


def test_a_known_key_gets_the_status(door: Door) -> None:
    answer = door.ssh("kiosk status --json")
    assert answer.returncode == 3, answer.stderr  # no kiosk runs here
    assert '"level": "unknown"' in answer.stdout


@pytest.mark.parametrize("command", ["sh", "id", "kiosk status; id", "kiosk ledger export -", "kiosk staff --as 所長"])
def test_any_other_command_is_refused(door: Door, command: str) -> None:
    answer = door.ssh(command)
    assert answer.returncode == 2
    assert "uid=" not in answer.stdout
    assert "ここで使えるのは次だけです" in answer.stderr


def test_neither_files_nor_a_subsystem_come_through(door: Door) -> None:
    answer = door.ssh("sftp", options=("-s",))
    assert answer.returncode == 2  # whose words sshd keeps to itself
    assert not answer.stdout


def test_a_strange_key_and_a_password_do_not_open(door: Door) -> None:
    answer = door.ssh("kiosk status", key="stranger")
    assert answer.returncode == 255
    assert "Permission denied (publickey)" in answer.stderr


def test_a_key_without_a_name_is_let_in_by_sshd_and_stopped_by_the_door(door: Door) -> None:
    answer = door.ssh("kiosk status", key="nameless")
    assert answer.returncode == 1
    assert "だれの鍵か分かりません" in answer.stderr


def test_the_client_cannot_say_who_it_is(door: Door) -> None:
    sent = ("-o", "SetEnv=SSH_USER_AUTH=/etc/passwd SSH_ORIGINAL_COMMAND=sh LC_ALL=ja_JP.UTF-8 PYTHONPATH=/nowhere")
    assert door.ssh("kiosk status --json", options=sent).returncode == 3
    assert door.ssh("sh", options=sent).returncode == 2


def test_no_port_is_forwarded(door: Door) -> None:
    forwarding = ("-o", "ExitOnForwardFailure=yes", "-R", "0:127.0.0.1:1")
    answer = door.ssh("kiosk status", options=forwarding)
    assert answer.returncode == 255
    assert "remote port forwarding failed" in answer.stderr


def test_the_settings_end_with_their_file(door: Door) -> None:
    assert SSHD
    said = subprocess.run(
        [SSHD, "-T", "-f", str(door.folder / "sshd_config"), "-C", "user=somebody,host=h,addr=127.0.0.1"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert "forcecommand none" in said
    mine = subprocess.run(
        [SSHD, "-T", "-f", str(door.folder / "sshd_config"), "-C", f"user={getpass.getuser()},host=h,addr=127.0.0.1"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    for setting in (
        "disableforwarding yes",
        "exposeauthinfo yes",
        "permittunnel no",
        "permituserrc no",
        "permittty yes",
    ):
        assert setting in mine
