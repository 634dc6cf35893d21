"""Processes of this program that end with the one that started them, in whatever way that ends."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

WITH_THE_PARENT = ("setpriv", "--pdeathsig", "TERM", "--")
"""util-linux; the kernel sends the signal when the thread that started the process is gone, also after a kill -9."""
STOP_SECONDS = 5.0


class ChildFailed(Exception):
    """A child did not start; the message says which, and what it said last."""


@contextmanager
def child(name: str, arguments: Sequence[str | Path], log: Path) -> Iterator[str]:
    """`python -m kiosk` with these arguments, for as long as the block runs; gives the first line that it prints.

    Its standard error goes to `log`. Begin it in a thread that lives as long as the process: the main one. Raises
    ChildFailed.
    """
    command = [*WITH_THE_PARENT, sys.executable, "-I", "-m", "kiosk", *map(str, arguments)]
    with log.open("w", encoding="utf-8") as errors:
        try:
            process = subprocess.Popen(  # noqa: S603 (our own program)
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                encoding="utf-8",
                start_new_session=True,  # a Ctrl+C at the terminal is for this process alone, which stops it in order
            )
        except OSError as missing:
            raise ChildFailed(f"{name} cannot be started: {missing}; install util-linux") from missing
        try:
            said = process.stdout.readline().strip() if process.stdout else ""
            if not said:
                raise ChildFailed(f"{name} did not start: {_last_line(log) or f'see {log}'}")
            yield said
        finally:
            _stop(process)


def _stop(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout:
        process.stdout.close()


def _last_line(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").split("\n")
    return next((line.strip() for line in reversed(lines) if line.strip()), "")
