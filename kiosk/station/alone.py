"""One kiosk to a run folder: a second one would write the same status and ask the same devices."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from kiosk.station.status import NoStatus, read_status


class AlreadyRunning(Exception):
    """Another kiosk has this run folder; the message names its process and how to end it."""


@contextmanager
def only_kiosk(run: Path) -> Iterator[None]:
    """Be the only kiosk of that folder, by a lock on the folder itself that ends with the process.

    Raises AlreadyRunning, and has written nothing then.
    """
    try:
        run.mkdir(parents=True, exist_ok=True)
        folder = os.open(run, os.O_RDONLY | os.O_DIRECTORY)
    except OSError:
        yield  # as with the status file: a folder that cannot be used keeps nobody from serving
        return
    try:
        _lock(folder, run)
        yield
    finally:
        os.close(folder)


def _lock(folder: int, run: Path) -> None:
    try:
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as taken:
        process = ""
        with suppress(NoStatus):  # it has not written one yet
            process = f" {read_status(run).pid}"
        raise AlreadyRunning(
            f"a kiosk is already running (pid{process or ' unknown'}); end it first: sudo systemctl stop kiosk, "
            f"or kill{process or ' PID'} when it was started by hand"
        ) from taken
