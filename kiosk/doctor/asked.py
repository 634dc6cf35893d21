"""Asking the programs of the system: always with a deadline, never with an error that ends the check."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence

PROGRAM_SECONDS = 5.0
"""dpkg-query and fc-match answer in a tenth of a second on a Raspberry Pi."""


def said_by(command: Sequence[str], seconds: float = PROGRAM_SECONDS) -> str | None:
    """What a program writes to its standard output, whatever its exit code; None where it is not there or hangs."""
    try:
        answer = subprocess.run(  # noqa: S603 - fixed commands of ours
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=seconds,
            check=False,
            env={**os.environ, "LC_ALL": "C.UTF-8"},
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return answer.stdout.decode("utf-8", "replace")
