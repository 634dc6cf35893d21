"""Room on the disk that is kept for the last person: a file of ballast beside the ledger."""

from __future__ import annotations

import os
from pathlib import Path

from kiosk.vault import sync_folder

BALLAST_BYTES = 1024 * 1024
"""Far more than one transaction writes (about ten pages of 4096 bytes), and nothing on any disk."""


class Ballast:
    """A file that only takes up room, so that there is some to give back when the disk is full."""

    def __init__(self, path: Path, size: int = BALLAST_BYTES) -> None:
        self._path = path
        self._size = size
        self._held = False

    @property
    def held(self) -> bool:
        """Whether the room is kept now."""
        return self._held

    def hold(self) -> bool:
        """Take up the room, if there is enough; tells whether it is kept."""
        if not self._held:
            try:
                self._allocate()
                self._held = True
            except OSError:
                self._remove()
        return self._held

    def give_back(self) -> bool:
        """Give the room back to the disk; tells whether there was any."""
        held, self._held = self._held, False
        return self._remove() and held

    def _allocate(self) -> None:
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            # Blocks, not only a length: a sparse file would keep nothing.
            os.posix_fallocate(descriptor, 0, self._size)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def _remove(self) -> bool:
        try:
            self._path.unlink(missing_ok=True)
            sync_folder(self._path.parent)
        except OSError:
            return False
        return True
