"""Looking into a ledger that lies still: a copy, or a draft that nobody has opened."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from kiosk.ledger.chain import Event

End = tuple[int, bytes]
"""Number and hash of a chain's last event; 0 for a ledger from before there was one."""


def end_of(file: Path) -> End:
    """Where the chain of that file ends. Raises sqlite3.Error."""
    with closing(still(file)) as copy:
        if copy.execute("SELECT 1 FROM sqlite_master WHERE name = 'head'").fetchone() is None:
            return 0, b""
        seq, found = copy.execute("SELECT seq, hash FROM head").fetchone() or (0, b"")
    return seq, bytes(found)


def goes_on_behind(file: Path, end: End) -> bool:
    """Whether the chain of that file has all up to that end, and more. Raises sqlite3.Error."""
    seq, found = end
    if not seq or end_of(file)[0] <= seq:
        return False
    with closing(still(file)) as copy:
        event = copy.execute("SELECT hash FROM event WHERE seq = ?", [seq]).fetchone()
    return event is not None and event[0] == found


def still(file: Path) -> sqlite3.Connection:
    """A ledger to which nobody writes, read without the files that a reader of a write-ahead log makes."""
    connection = sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
    connection.row_factory = sqlite3.Row
    return connection


def last_event(file: Path) -> Event:
    """The last event of that file. Raises sqlite3.Error."""
    with closing(still(file)) as raw:
        return Event.of(raw.execute("SELECT * FROM event ORDER BY seq DESC LIMIT 1").fetchone())
