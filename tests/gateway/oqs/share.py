"""A share of the terminal's folders that only the gateway's process sees: it can be full, read-only, or gone."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kiosk.gateway.oqs.folders import Folders
from kiosk.gateway.tokens import line_for
from tests.gateway.conftest import TOKEN
from tests.gateway.oqs.machine import CONFIGURATION
from tests.gateway.oqs.playing import INSTITUTION, LIMIT_SECONDS
from tests.ledger.filling import fill

HURRIED = """
poll_seconds = 0.1
answer_seconds = {answer_seconds}
queries_per_second = 1000
queries_at_once = 1000
connections_per_address = 200
"""
"""For the table [serve]."""
DISK_AND_SHARE = """
mount -t tmpfs -o size=128k tmpfs "$1" && mkdir "$1/req" "$1/res" "$1/face" && mount --bind "$1" "$2" || exit 1
shift 2
exec "$@"
"""


@dataclass(frozen=True, slots=True)
class Shared:
    """A running `kiosk gateway` and the two sides of its folders."""

    url: str
    process: subprocess.Popen[str]
    disk: Path
    """The disk of the terminal's machine, which is always there."""
    share: Path
    """The gateway's mount of it."""

    @property
    def terminal(self) -> Folders:
        """The folders as the terminal's machine has them."""
        return Folders(Path(f"/proc/{self.process.pid}/root{self.disk}"))

    def fill(self) -> Path:
        """Take up every block of the disk; the file that does."""
        return fill(self.terminal.root)

    def read_only(self, word: str = "ro") -> None:
        """Let the gateway only read; `rw` to end that."""
        self._there("mount", "-o", f"remount,bind,{word}", self.share)

    def gone(self) -> None:
        """Take the share away, as a network does it."""
        self._there("umount", "--lazy", self.share)

    def back(self) -> None:
        """Mount the share again."""
        self._there("mount", "--bind", self.disk, self.share)

    def _there(self, *command: str | Path) -> None:
        where = ["nsenter", "--user", "--preserve-credentials", "--mount", "--target", str(self.process.pid)]
        subprocess.run([*where, *command], check=True, capture_output=True)


@contextmanager
def gateway_on_a_share(folder: Path, answer_seconds: float = 180) -> Iterator[Shared]:
    """`kiosk gateway` as a process on a small disk of its own, through a mount of its own. Needs user namespaces."""
    disk, share, tokens, config = (folder / name for name in ("disk", "share", "gateway.tokens", "kiosk.toml"))
    disk.mkdir()
    share.mkdir()
    tokens.write_text(line_for(TOKEN, "k01") + "\n", encoding="ascii")
    text = CONFIGURATION.format(root=share, institution=INSTITUTION, state=folder / "state", tokens=tokens)
    config.write_text(text + HURRIED.format(answer_seconds=answer_seconds), encoding="utf-8")
    gateway = [sys.executable, "-I", "-m", "kiosk", "--config", str(config), "gateway"]
    command = ["unshare", "--map-root-user", "--mount", "sh", "-c", DISK_AND_SHARE, "sh", str(disk), str(share)]
    with (folder / "gateway.log").open("wb") as log:
        process = subprocess.Popen([*command, *gateway], stdout=subprocess.PIPE, stderr=log, text=True)
    with process:
        try:
            assert process.stdout
            said = process.stdout.readline().split()
            assert said, (folder / "gateway.log").read_text(encoding="utf-8")
            yield Shared(said[-1], process, disk, share)
            assert process.poll() is None
        finally:
            process.kill()
            process.wait(LIMIT_SECONDS)
