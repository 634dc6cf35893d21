"""Every row of a damaged ledger that can be read, in a new one; with its chain, when that is whole."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlite_utils import Database

from kiosk.ledger.chain import GENESIS, Event, signed
from kiosk.ledger.given import given_in_chain
from kiosk.ledger.marker import Given
from kiosk.ledger.opening import require_sound, reseal_word, seal_first_word
from kiosk.ledger.readable import readable_rows
from kiosk.ledger.report import Report
from kiosk.ledger.schema import migrations
from kiosk.ledger.sealed_texts import unreadable_in
from kiosk.ledger.verify import verify
from kiosk.ports.desk import LedgerFailure
from kiosk.vault import Vault

_TABLES = ("seal", "visit", "print_job", "settlement", "staff_entry", "number_floor", "outbox")
_CHAIN = ("event", "head")


@dataclass(frozen=True, slots=True)
class Saved:
    visits: int
    lost: tuple[tuple[str, str], ...]
    unreadable: tuple[tuple[str, str], ...]
    """Table and row of the sealed texts that no key opens."""
    chain_kept: bool
    given: Given
    rows: Mapping[str, int]
    """The highest rows of which the chain tells."""


class Rescue:
    def __init__(self, source: sqlite3.Connection, draft: Path, vault: Vault, today: date) -> None:
        self._today = today
        self._source = source
        self._draft = draft
        self._vault = vault

    def save(self) -> Saved:
        os.close(os.open(self._draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        with closing(Database(sqlite3.connect(self._draft), execute_plugins=False)) as db:
            db.conn.row_factory = sqlite3.Row
            migrations.apply(db)
            triggers = db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
            with db.atomic():
                for trigger in triggers:
                    db.execute(f"DROP TRIGGER {trigger['name']}")
                for table in _TABLES:
                    self._copy(db, table)
                self._drop_what_hangs(db)
                kept = self._chain(db)
            (visits,) = db.execute("SELECT count(*) FROM visit").fetchone()
            if not visits:
                raise LedgerFailure("no visit can be read any more; put a backup back")
            unreadable = tuple(unreadable_in(db, self._vault))
            found = verify(db, self._vault) if kept else Report()
            # More than one event can name, or an event itself: then what is left is told anew, row by row.
            kept = kept and found.count == len(found.problems)
            kept = kept and not any(problem.table in _CHAIN for problem in found.problems)
            given, told = given_in_chain(db, self._today) if kept else ({}, {})
            with db.atomic():
                self._end(db, kept=kept)
                for trigger in triggers:
                    db.execute(trigger["sql"])
            require_sound(db)
            db.execute("VACUUM")
        lost = tuple((problem.table, problem.row) for problem in found.problems) if kept else ()
        return Saved(visits, lost, unreadable, kept, given, told)

    def _end(self, db: Database, *, kept: bool) -> None:
        """The ledger's word says whether the next opening finds a chain or begins one."""
        if kept:
            reseal_word(db, self._vault)
            return
        for table in _CHAIN:
            db.execute(f"DELETE FROM {table}")  # noqa: S608 - ours
        seal_first_word(db, self._vault)

    def _copy(self, db: Database, table: str) -> int:
        columns = [row[1] for row in db.execute(f"PRAGMA table_info({table})")]
        try:
            there = {row[1] for row in self._source.execute(f"PRAGMA table_info({table})")}
        except sqlite3.Error:
            return 0
        columns = [column for column in columns if column in there]
        count = 0
        for row in readable_rows(self._source, table, columns) if columns else ():
            with suppress(sqlite3.IntegrityError):  # a row that damage has made into nonsense, or twice the same
                db.execute(
                    f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})",  # noqa: S608 - ours
                    list(row),
                )
                count += 1
        return count

    def _drop_what_hangs(self, db: Database) -> None:
        """Rows of visits that are lost; and jobs for visits whose job is lost, as if it had not come out."""
        for table in ("print_job", "settlement", "staff_entry", "outbox"):
            db.execute(f"DELETE FROM {table} WHERE visit NOT IN (SELECT id FROM visit)")  # noqa: S608 - ours
        db.execute(
            "INSERT INTO print_job (visit, state, fault, at) SELECT id, 'failed', 'unknown', at FROM visit"
            " WHERE id NOT IN (SELECT visit FROM print_job)"
        )

    def _chain(self, db: Database) -> bool:
        """Keep the events when every one of them is there and in its place."""
        for table in _CHAIN:
            self._copy(db, table)
        head = db.execute("SELECT seq, hash, mac FROM head").fetchone()
        previous, last = GENESIS, 0
        whole = head is not None and self._vault.is_authentic(signed(head["seq"], head["hash"]), head["mac"])
        for row in db.execute("SELECT * FROM event ORDER BY seq") if whole else ():
            event = Event.of(row)
            if (event.seq, event.previous, event.computed()) != (last + 1, previous, event.hash):
                whole = False
                break
            previous, last = event.hash, event.seq
        return whole and (last, previous) == (head["seq"], head["hash"])
