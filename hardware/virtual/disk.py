"""A disk that fails under a database: a connection of SQLite that raises what SQLite raises, at the statement where it
would. A lock is a real one, held by a second connection.
"""

from __future__ import annotations

import sqlite3
import threading
from enum import Enum
from pathlib import Path
from typing import Any

_WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE")
_LOCK_SECONDS = 30.0
"""For taking the lock: longer than any transaction of the kiosk."""


class Trouble(Enum):
    """How the disk is."""

    NONE = "none"
    FULL = "full"
    """No room, and what the kiosk gives back is taken at once by somebody else."""
    READ_ONLY = "read only"
    WRITE_ERROR = "write error"
    COMMIT_ERROR = "commit error"
    """Everything is taken, and at the end it does not come to rest on the disk."""
    LOCKED = "locked"
    """Another program is in the middle of a transaction."""


_ERRORS = {
    Trouble.FULL: ("database or disk is full", sqlite3.SQLITE_FULL),
    Trouble.READ_ONLY: ("attempt to write a readonly database", sqlite3.SQLITE_READONLY),
    Trouble.WRITE_ERROR: ("disk I/O error", sqlite3.SQLITE_IOERR_WRITE),
    Trouble.COMMIT_ERROR: ("disk I/O error", sqlite3.SQLITE_IOERR_FSYNC),
}


class VirtualDisk:
    """The disk; `connect` takes the place of sqlite3.connect. Its methods may be called from any thread."""

    def __init__(self) -> None:
        self.trouble = Trouble.NONE
        self._path: Path | None = None
        self._holder: sqlite3.Connection | None = None
        self._changing = threading.Lock()

    def connect(self, path: Path) -> sqlite3.Connection:
        """Open a database on this disk. Raises sqlite3.Error."""
        self._path = path
        disk = self

        class Connection(sqlite3.Connection):
            def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
                disk.reach(sql)
                return super().execute(sql, parameters)

            def commit(self) -> None:
                disk.reach("COMMIT")
                super().commit()

        return sqlite3.connect(path, factory=Connection)

    def become(self, trouble: Trouble) -> None:
        """Change how it is. May wait for the end of a transaction."""
        with self._changing:
            self._let_go()
            self.trouble = trouble
            if trouble is Trouble.LOCKED:
                self._hold()

    def reach(self, sql: str) -> None:
        """A statement reaches the disk. Raises what SQLite raises there."""
        trouble = self.trouble
        commits = sql == "COMMIT"
        if trouble is Trouble.LOCKED and sql.startswith("BEGIN"):
            self._hold()
        if trouble in _ERRORS and (commits if trouble is Trouble.COMMIT_ERROR else sql.lstrip().startswith(_WRITES)):
            words, code = _ERRORS[trouble]
            error = sqlite3.OperationalError(words)
            error.sqlite_errorcode = code
            raise error

    def _hold(self) -> None:
        """Be the other program, unless the database was never opened or it is already."""
        if self._holder is None and self._path is not None:
            self._holder = sqlite3.connect(self._path, timeout=_LOCK_SECONDS, check_same_thread=False)
            self._holder.execute("BEGIN IMMEDIATE")

    def _let_go(self) -> None:
        if self._holder is not None:
            self._holder.rollback()
            self._holder.close()
            self._holder = None
