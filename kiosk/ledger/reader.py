"""Reading the ledger from beside the kiosk: read-only, and while the kiosk writes."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date
from enum import Enum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Self

from sqlite_utils import Database

from kiosk.checkin.visit import Visit
from kiosk.ledger.opening import DATABASE, require_sound
from kiosk.ledger.records import WITH_SETTLEMENT, from_row
from kiosk.ledger.schema import require_known
from kiosk.ports.desk import LedgerFailure
from kiosk.vault import Vault

_BY_WHOM = "run this as the kiosk's user or with sudo"


class Printing(Enum):
    """What became of a visit's slip."""

    PENDING = "pending"
    PRINTED = "printed"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Entry:
    """A visit as the ledger holds it."""

    visit: Visit
    printing: Printing

    @property
    def deferred(self) -> bool:
        """Whether its query is not made up yet."""
        return self.visit.draft.query is not None and self.visit.settled_at is None


class LedgerReader:
    """A read-only view of one state folder's ledger."""

    def __init__(self, db: Database, vault: Vault) -> None:
        self._db = db
        self._vault = vault

    @classmethod
    @contextmanager
    def open(cls, state: Path) -> Iterator[Self]:
        """The ledger in <state>/ledger.db. Raises LedgerFailure, also from what is done with it."""
        path = state / DATABASE
        try:
            _require_there(path)
            with (
                _readable(path) as source,
                closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as connection,
            ):
                connection.row_factory = sqlite3.Row
                db = Database(connection, execute_plugins=False)
                db.execute("PRAGMA busy_timeout = 5000")
                require_known(db)
                yield cls(db, Vault.open(state, create=False))
        except sqlite3.Error as broken:
            raise LedgerFailure(f"{path}: {broken}; {_BY_WHOM}") from broken
        except PermissionError as closed:
            raise LedgerFailure(f"{path}: {closed.strerror}; {_BY_WHOM}") from closed

    def require_sound(self) -> None:
        """Read the whole file. Raises LedgerFailure when it is damaged, VaultFailure when its key is another one."""
        require_sound(self._db)
        seal = self._db.execute("SELECT token FROM seal").fetchone()
        if seal is not None:
            self._vault.unseal(seal["token"])

    def committed(self, day: date) -> Iterator[Visit]:
        """The visits of that day as they were committed, and as their slips say; no query that was made up later."""
        for row in self._db.execute("SELECT * FROM visit WHERE day = ? ORDER BY entry", [day.isoformat()]):
            yield from_row(row, self._vault)

    def entries(self, first: date, last: date) -> Iterator[Entry]:
        """The visits of those days and the days between, in the order in which they were recorded."""
        columns, settlements = "visit.*", ""
        # A ledger that no kiosk of this version has opened yet has none.
        if "settlement" in self._db.table_names():
            columns, settlements = WITH_SETTLEMENT, " LEFT JOIN settlement ON settlement.visit = visit.id"
        rows = self._db.execute(
            f"SELECT {columns}, print_job.state AS printing"  # noqa: S608 - nothing but our own names
            f" FROM visit JOIN print_job ON print_job.visit = visit.id{settlements}"
            " WHERE visit.day BETWEEN ? AND ? ORDER BY visit.entry",
            [first.isoformat(), last.isoformat()],
        )
        for row in rows:
            yield Entry(from_row(row, self._vault), Printing(row["printing"]))


def _require_there(path: Path) -> None:
    try:
        path.stat()
    except FileNotFoundError as missing:
        raise LedgerFailure(f"{path}: there is no ledger; it begins with the first `kiosk run`") from missing


@contextmanager
def _readable(path: Path) -> Iterator[Path]:
    """The ledger, or a copy of it when its disk became read-only: even a reader of a WAL needs to write beside it."""
    if not os.statvfs(path).f_flag & os.ST_RDONLY:
        yield path
        return
    with TemporaryDirectory(prefix="ledger-") as folder:
        try:
            for file in path.parent.glob(f"{path.name}*"):
                if not file.name.endswith("-shm"):
                    shutil.copy(file, folder)
        except OSError as failed:
            raise LedgerFailure(f"{path}: cannot be copied off the read-only disk ({failed.strerror})") from failed
        yield Path(folder) / path.name
