"""What tests need of the machine. What `make test` installs has to be there; what the kernel decides may be missing."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path

import pytest

from hardware.virtual.pcscd import Pcscd, PcscdError
from hardware.virtual.readers import running_pcscd

LOCK_SECONDS = 600.0
"""A rehearsal that runs at the same time holds the machine's readers for minutes."""


def require(program: str, package: str) -> None:
    """Fail where a program is missing: a skip would hide that a part of the product is not tested."""
    if shutil.which(program) is None:
        pytest.fail(f"{program} is not installed: make setup, or apt-get install {package}", pytrace=False)


@cache
def namespaces_allowed() -> bool:
    """Whether the kernel lets this user have a user namespace with mounts of its own."""
    require("unshare", "util-linux")
    asked = ["unshare", "--map-root-user", "--mount", "mount", "-t", "tmpfs", "tmpfs", "/etc"]
    return subprocess.run(asked, capture_output=True, check=False).returncode == 0


@contextmanager
def pcscd_with_readers(lock_seconds: float = LOCK_SECONDS) -> Iterator[Pcscd | None]:
    """A pcscd with virtual readers; None when it ran before the tests did.

    Skips only where the kernel lets no ordinary user have one; a part that is missing fails.
    """
    with ExitStack() as kept:
        try:
            own = kept.enter_context(running_pcscd(lock_seconds=lock_seconds))
        except PcscdError as missing:
            require("unshare", "util-linux")
            if os.geteuid() != 0 and installed() and not namespaces_allowed():
                pytest.skip(str(missing))
            pytest.fail(f"{missing} (make setup does it)", pytrace=False)
        yield own


def installed() -> bool:
    """Whether pcscd and its virtual readers are there."""
    path = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/sbin"))
    return shutil.which("pcscd", path=path) is not None and Path("/etc/reader.conf.d/vpcd").exists()
