"""`kiosk gateway` as a process of its own, with a configuration for real folders."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kiosk.gateway.tokens import line_for
from tests.gateway.conftest import TOKEN
from tests.gateway.oqs.playing import INSTITUTION

CONFIGURATION = """
[site]
name = "見本健診センター"
[printer]
device = "virtual:slips"
[serve]
backend = "folders"
folder = "{root}"
institution = "{institution}"
state = "{state}"
tokens_file = "{tokens}"
port = 0
"""


@dataclass
class Machine:
    """A machine with a configuration for `kiosk gateway`."""

    folder: Path

    @property
    def config(self) -> Path:
        return self.folder / "kiosk.toml"

    def configure(self, root: Path) -> None:
        tokens = self.folder / "gateway.tokens"
        tokens.write_text(line_for(TOKEN, "k01") + "\n")
        text = CONFIGURATION.format(root=root, institution=INSTITUTION, state=self.folder / "state", tokens=tokens)
        self.config.write_text(text, encoding="utf-8")

    @contextmanager
    def gateway(self, *arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
        """`kiosk gateway` as a process, and what it says first."""
        command = [sys.executable, "-I", "-m", "kiosk", "--config", str(self.config), "gateway", *arguments]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
            try:
                assert process.stdout
                yield process, process.stdout.readline()
            finally:
                process.kill()
