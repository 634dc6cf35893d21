"""Reading the ledger from beside the kiosk: read-only, and while the kiosk writes."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date
from enum import Enum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Self

from sqlite_utils import Database

from kiosk.checkin.visit import Visit
from kiosk.ledger.chain import Chain, Event, Json, Kind, exchanges_in, told_in
from kiosk.ledger.closing import Close
from kiosk.ledger.opening import DATABASE, READ_ALL, require_sound
from kiosk.ledger.records import WITH_SETTLEMENT, Found, as_far_as_it_opens
from kiosk.ledger.report import Report
from kiosk.ledger.rows import Stored
from kiosk.ledger.schema import require_known
from kiosk.ledger.verify import verify
from kiosk.ports.desk import LedgerFailure
from kiosk.vault import Vault

_BY_WHOM = "run this as the kiosk's user or with sudo"
_OF_THE_DISK = ("SQLITE_IOERR", "SQLITE_FULL")


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
    unreadable: bool = False
    """Whether there are personal fields that do not open."""
    altered: bool = False
    """Whether its record is not as a kiosk writes it: the codes and times of `visit` are then stand-ins."""

    @property
    def deferred(self) -> bool:
        """Whether its query is not made up yet."""
        return self.visit.draft.query is not None and self.visit.settled_at is None


class LedgerReader:
    """A read-only view of one state folder's ledger."""

    def __init__(self, db: Database, vault: Vault) -> None:
        self._db = db
        self.vault = vault

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
                connection.text_factory = READ_ALL
                db = Database(connection, execute_plugins=False)
                db.execute("PRAGMA busy_timeout = 5000")
                require_known(db)
                yield cls(db, Vault.open(state, create=False))
        except sqlite3.Error as broken:
            name = getattr(broken, "sqlite_errorname", "")
            remedy = "check the disk and the room on it" if name.startswith(_OF_THE_DISK) else _BY_WHOM
            raise LedgerFailure(f"{path}: {broken}; {remedy}") from broken
        except PermissionError as closed:
            raise LedgerFailure(f"{path}: {closed.strerror}; {_BY_WHOM}") from closed

    def require_sound(self) -> None:
        """Read the whole file. Raises LedgerFailure when it is damaged, VaultFailure when its key is another one.

        Also when the end of its chain does not fit: a kiosk would not open it.
        """
        self.require_readable()
        if "head" in self._db.table_names():
            Chain(self._db, self.vault).require_end()

    def require_readable(self) -> None:
        """The same, whatever the chain says."""
        require_sound(self._db)
        self._require_key()

    def copy_into(self, file: Path) -> None:
        """Write the ledger as it is now into that file, which is empty: compact, and without a write-ahead log."""
        self._db.execute("VACUUM INTO ?", [str(file)])

    def verify(self, progress: Callable[[int, int], None] = lambda _done, _total: None) -> Report:
        """Whether the record is as it was written. Raises LedgerFailure when it is of a version without a chain."""
        if "head" not in self._db.table_names():
            raise LedgerFailure("no kiosk of this version has opened this ledger yet; it has no chain to verify")
        return verify(self._db, self.vault, progress)

    def differs_from(self, close: Mapping[str, Json]) -> str | None:
        """Why a signed close of a day does not belong to this record; None when it does."""
        anchor = close["anchor"]
        seq = anchor.get("seq") if isinstance(anchor, dict) else None
        row = self._db.execute("SELECT * FROM event WHERE seq = ?", [seq]).fetchone()
        if row is None:
            return (
                f"the record ends before event {seq}, where this day was closed: it was cut, or a backup was put back"
            )
        event = Event.of(row)
        if event.kind != Kind.CLOSED.value or Close.of(event).content(str(close.get("kiosk"))) != close:
            return f"event {seq} is not the close of this day: the record was exchanged, or a backup was put back"
        return None

    def may_be_of_a_former(self, close: Mapping[str, Json]) -> bool:
        """Whether a close may be of a record whose place this one took: a backup was put back, or a ledger salvaged.

        By their places in the chain alone: a clock that was wrong then would excuse closes for years, or none.
        """
        anchor, since = close["anchor"], close.get("since")
        seq = anchor.get("seq") if isinstance(anchor, dict) else None
        if not isinstance(seq, int):
            return False
        for exchange in exchanges_in(self._db):
            if exchange.hash.hex() == since:  # the close was made behind this one, in this very chain
                return False
            behind = told_in(exchange.body).get("behind")
            if not isinstance(behind, int) or behind < seq:
                return True
        return False

    def committed(self, day: date) -> Iterator[Visit]:
        """The visits of that day as they were committed, and as their slips say; no query that was made up later.

        Without those whose records somebody altered: nobody knows what their slips said.
        """
        for row in self._db.execute("SELECT * FROM visit WHERE day = ? ORDER BY entry", [day.isoformat()]):
            found = self._found(row)
            if not found.altered:
                yield found.visit

    def entries(self, first: date, last: date) -> Iterator[Entry]:
        """The visits of those days and the days between, in the order in which they were recorded."""
        columns, settlements = "visit.*", ""
        # A ledger that no kiosk of this version has opened yet has none.
        if "settlement" in self._db.table_names():
            columns, settlements = WITH_SETTLEMENT, " LEFT JOIN settlement ON settlement.visit = visit.id"
        rows = self._db.execute(
            f"SELECT {columns}, print_job.state AS printing"  # noqa: S608 - nothing but our own names
            f" FROM visit LEFT JOIN print_job ON print_job.visit = visit.id{settlements}"
            " WHERE visit.day BETWEEN ? AND ? ORDER BY visit.entry",
            [first.isoformat(), last.isoformat()],
        )
        for row in rows:
            found, printing = self._found(row), _printing_of(row["printing"])
            yield Entry(
                found.visit,
                printing or Printing.PENDING,
                unreadable=not found.opens,
                altered=found.altered or printing is None,
            )

    def _found(self, row: Stored) -> Found:
        """The visit as far as its row tells of it. Raises VaultFailure for the key of another ledger."""
        found = as_far_as_it_opens(row, self.vault)
        if not found.opens:
            self._require_key()
        return found

    def _require_key(self) -> None:
        seal = self._db.execute("SELECT token FROM seal").fetchone()
        if seal is not None:
            self.vault.unseal(seal["token"])


def _printing_of(state: str | None) -> Printing | None:
    """None for a print job that is gone, or that somebody altered."""
    try:
        return Printing(state)
    except ValueError:
        return None


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
