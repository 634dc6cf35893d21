"""What to do with a damaged ledger: see what is wrong, save what can be read into a new one, or put a backup back."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlite_utils import Database

from kiosk.ledger.backups import FOLDER, backups_in
from kiosk.ledger.chain import GENESIS, Event, Json, Kind, signed, told_in
from kiosk.ledger.exchange import (
    DRAFT,
    SALVAGE,
    Given,
    clear_draft,
    finish,
    given_by,
    go_on,
    higher,
    put_in_place,
    still_here,
    sweep_salvage,
    with_told,
)
from kiosk.ledger.opening import (
    DATABASE,
    EXCHANGE,
    as_failures,
    only_writer,
    require_no_exchange,
    require_sound,
    reseal_word,
    seal_first_word,
    sole_writer,
)
from kiosk.ledger.restore import require_restorable
from kiosk.ledger.schema import migrations
from kiosk.ledger.verify import Report, verify
from kiosk.ports.desk import LedgerFailure
from kiosk.vault import Vault

_TABLES = ("seal", "visit", "print_job", "settlement", "staff_entry", "number_floor", "outbox")
_CHAIN = ("event", "head")
_KEPT = "kept"


@dataclass(frozen=True, slots=True)
class Salvaged:
    """What was saved of a damaged ledger."""

    visits: int
    lost: int
    """Rows of which the chain tells and that cannot be read as they were."""
    chain_kept: bool
    """False: events were lost too, so a new chain begins with what is there."""
    kept: Path | None
    """Where the damaged ledger lies now."""


def what_is_wrong(state: Path) -> str | None:
    """Why a kiosk could not start with this ledger; None when it is sound. Raises LedgerFailure while a kiosk runs."""
    with as_failures(str(state)):
        os.close(sole_writer(state))
        if not (state / DATABASE).exists():
            try:
                require_no_exchange(state)
            except LedgerFailure as interrupted:
                return str(interrupted)
            return f"{state / DATABASE}: there is no ledger"
    try:
        with only_writer(state):
            return None
    except LedgerFailure as wrong:
        return str(wrong)


def newest_good_backup(state: Path) -> Path | None:
    """The newest backup that could be put back. Raises LedgerFailure when the key is missing."""
    vault = Vault.open(state, create=False)
    for file in backups_in(state / FOLDER):
        with suppress(LedgerFailure, sqlite3.Error):
            require_restorable(file, vault)
            return file
    return None


def salvage(state: Path, letter: str, at: datetime, last_number: int | None = None) -> Salvaged:
    """Put every row that can be read into a new ledger in the place of the damaged one, which is kept.

    Raises LedgerFailure: the kiosk runs, no visit at all can be read, the key is another one, or nobody knows the last
    number of today (NumbersUnknown). Then everything is as it was.
    """
    with as_failures("saving what can be read"), TemporaryDirectory(prefix=SALVAGE, dir=state) as folder:
        lock = sole_writer(state)
        try:
            vault = Vault.open(state, create=False)
            sweep_salvage(state, Path(folder))
            ended = go_on(state)
            if ended and ended[0].kind == Kind.SALVAGED.value:
                return _salvaged(told_in(ended[0].body), ended[1])
            clear_draft(state)
            # A copy: reading a damaged database plays its log back, and what was found is to stay as it was.
            for file in state.glob(f"{DATABASE}*"):
                shutil.copy(file, folder)
            with closing(_tolerant(Path(folder) / DATABASE)) as source:
                saved = _Salvage(source, state / DRAFT, vault, at.date()).save()
            given = _numbers(state, saved, letter, at, last_number)
            body: dict[str, Json] = {
                "chain": _KEPT if saved.chain_kept else "begun anew",
                "lost": [[table, row] for table, row in saved.lost],
                "rows": dict(saved.rows),
                "visits": saved.visits,
            }
            finish(state, at, given, Kind.SALVAGED, body)
            return _salvaged(body, put_in_place(state, at, given))
        finally:
            os.close(lock)


def _salvaged(told: Mapping[str, Json], kept: Path | None) -> Salvaged:
    """As the event of the repair tells it."""
    visits, lost = told.get("visits"), told.get("lost")
    return Salvaged(
        visits if isinstance(visits, int) else 0,
        len(lost) if isinstance(lost, list) else 0,
        told.get("chain") == _KEPT,
        kept,
    )


@dataclass(frozen=True, slots=True)
class _Saved:
    visits: int
    lost: tuple[tuple[str, str], ...]
    chain_kept: bool
    given: Given
    rows: Mapping[str, int]
    """The highest rows of which the chain tells."""


class _Salvage:
    def __init__(self, source: sqlite3.Connection, draft: Path, vault: Vault, today: date) -> None:
        self._today = today
        self._source = source
        self._draft = draft
        self._vault = vault

    def save(self) -> _Saved:
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
            found = verify(db, self._vault) if kept else Report()
            # More than one event can name, or an event itself: then what is left is told anew, row by row.
            kept = kept and found.count == len(found.problems)
            kept = kept and not any(problem.table in _CHAIN for problem in found.problems)
            given, told = _told(db, self._today) if kept else ({}, {})
            with db.atomic():
                self._end(db, kept=kept)
                for trigger in triggers:
                    db.execute(trigger["sql"])
            require_sound(db)
            db.execute("VACUUM")
        lost = tuple((problem.table, problem.row) for problem in found.problems) if kept else ()
        return _Saved(visits, lost, kept, given, told)

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
        for row in _readable(self._source, table, columns) if columns else ():
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


def _told(db: Database, today: date) -> tuple[dict[tuple[str, str], int], dict[str, int]]:
    """The highest numbers by letter and day, and the highest rows by table, of which the chain tells.

    The last series counts as today's, with what an unsure clock has given since, as in `exchange.given_by`.
    """
    given: dict[tuple[str, str], int] = {}
    rows: dict[str, int] = {}
    series: dict[str, str] = {}
    unsure: dict[str, int] = {}
    found = db.execute(
        "SELECT kind, subject, sure, body FROM event WHERE kind IN (?, ?, ?, ?) ORDER BY seq",
        [Kind.VISIT.value, Kind.ADOPTED.value, Kind.ENTRY.value, Kind.FLOOR.value],
    )
    for row in found:
        body = json.loads(row["body"])
        if row["kind"] == Kind.FLOOR.value:
            place, number = (body["prefix"], row["subject"]), body["floor"]
        elif "number" in body:
            prefix, _, sequence = body["number"].rpartition("-")
            place, number = (prefix, body["day"]), int(sequence)
            rows["visit"] = max(body["row"], rows.get("visit", 0))
            series[prefix] = body["day"]
            unsure[prefix] = 0 if row["sure"] or row["kind"] != Kind.VISIT.value else max(number, unsure.get(prefix, 0))
        else:
            if "row" in body:
                rows["staff_entry"] = max(body["row"], rows.get("staff_entry", 0))
            continue
        given[place] = max(number, given.get(place, 0))
    here = {
        (prefix, today.isoformat()): max(given[prefix, day], unsure[prefix], still_here(db, prefix))
        for prefix, day in series.items()
    }
    return higher(given, here), rows


def _readable(source: sqlite3.Connection, table: str, columns: Sequence[str]) -> Iterator[tuple[object, ...]]:
    """Every row that can be read: a range that cannot is halved until only single rows are left out."""
    names = ", ".join(columns)
    try:
        (last,) = source.execute(f"SELECT max(rowid) FROM {table}").fetchone()  # noqa: S608 - ours
    except sqlite3.Error:
        last = _LAST_ROW
    ranges, tries = [(1, last or 0)], _MOST_TRIES
    while ranges and tries:
        first, end = ranges.pop()
        if first > end:
            continue
        try:
            rows = source.execute(
                f"SELECT {names} FROM {table} NOT INDEXED WHERE rowid BETWEEN ? AND ? ORDER BY rowid",  # noqa: S608 - ours
                [first, end],
            ).fetchall()
        except sqlite3.Error:
            tries -= 1
            if first < end:
                middle = (first + end) // 2
                ranges += [(middle + 1, end), (first, middle)]
            continue
        yield from rows


_LAST_ROW = 1 << 24
"""Where nobody can tell how many rows there are: sixteen million, which halve quickly."""
_MOST_TRIES = 50_000
"""Ranges of one table that may fail: more than damaged pages hold rows, and a few seconds; the low rows come first."""


def _tolerant(file: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(file)
    connection.execute("PRAGMA cell_size_check = ON")
    return connection


def _numbers(state: Path, saved: _Saved, letter: str, at: datetime, last_number: int | None) -> Given:
    """The chain tells all numbers; without it only somebody who was there knows whether the last ones are lost."""
    known: Given | None = given_by(state, at.date())
    if saved.chain_kept and (known is not None or not (state / EXCHANGE).exists()):
        known = higher(saved.given, known or {})
    return with_told(known, letter, at.date(), last_number)
