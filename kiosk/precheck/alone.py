"""One round at a time: two would hand the same people in twice, and the last to save would lose the other's answers."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kiosk.precheck.store import PrecheckUnavailable
from kiosk.vault import give_to_owner_of

LOCK_NAME = "precheck.lock"
"""A file of its own, as the sealed one is replaced whenever it is saved. It stays; the lock ends with the process."""


@contextmanager
def only_round(state: Path) -> Iterator[None]:
    """Be the only round over that state folder. Raises PrecheckUnavailable while there is another one."""
    file = state / LOCK_NAME
    try:
        lock = os.open(file, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except OSError as failure:
        raise _unusable(file, failure) from failure
    try:
        try:
            give_to_owner_of(state, lock)
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise PrecheckUnavailable(
                "another kiosk precheck is running here; when it is done, run this again: its answers are kept"
            ) from None
        except OSError as failure:
            raise _unusable(file, failure) from failure
        yield
    finally:
        os.close(lock)


def _unusable(file: Path, failure: OSError) -> PrecheckUnavailable:
    return PrecheckUnavailable(
        f"{file}: {failure.strerror}; check the disk, and run this as the kiosk's user or with sudo"
    )
