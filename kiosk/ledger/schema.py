"""The tables of the ledger, and how an older file becomes one of this version.

Times are ISO 8601 with offset, days are yyyy-mm-dd. Rules that must hold whatever the code does stand here as
constraints and triggers: numbers without gap, visits that nobody deletes or renumbers.
"""

from __future__ import annotations

from contextlib import closing

from sqlite_utils import Database, Migrations

from kiosk.ledger.record_schema import RECORD
from kiosk.ports.desk import LedgerFailure

APPLICATION_ID = 0x4B4B4C47
"""「KKLG」 in the file's header: this SQLite file is a ledger and nothing else."""

migrations = Migrations("ledger")


@migrations()
def visits(db: Database) -> None:
    """The tables of the first version."""
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    for statement in _FIRST:
        db.execute(statement)


@migrations()
def settlements(db: Database) -> None:
    """What a query that was made up after an outage brought; the visit's own row stays as it was."""
    for statement in _SETTLEMENTS:
        db.execute(statement)


@migrations()
def unsure_days(db: Database) -> None:
    """Visits that were recorded while nobody knew the day, and the numbers that the right day does not give again."""
    for statement in _UNSURE_DAYS:
        db.execute(statement)


@migrations()
def record(db: Database) -> None:
    """Events in a chain, and what staff settle; `kiosk.ledger.adoption` then writes the events of older rows."""
    for statement in RECORD:
        db.execute(statement)


_FIRST = (
    """CREATE TABLE visit (
        entry INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        kiosk TEXT NOT NULL,
        prefix TEXT NOT NULL,
        day TEXT NOT NULL,
        sequence INTEGER NOT NULL,
        at TEXT NOT NULL,
        began_at TEXT NOT NULL,
        reason TEXT NOT NULL,
        way TEXT NOT NULL,
        confirmed INTEGER NOT NULL CHECK (confirmed IN (0, 1)),
        findings TEXT NOT NULL,
        hints TEXT NOT NULL,
        personal TEXT,
        UNIQUE (prefix, day, sequence)
    ) STRICT""",
    "CREATE INDEX visit_day ON visit (day)",
    """CREATE TRIGGER visit_numbers_have_no_gap BEFORE INSERT ON visit
        WHEN NEW.sequence <> 1 + coalesce(
            (SELECT max(sequence) FROM visit WHERE prefix = NEW.prefix AND day = NEW.day), 0)
        BEGIN SELECT raise(ABORT, 'a number is left out'); END""",
    """CREATE TRIGGER visit_keeps_its_number BEFORE UPDATE OF id, prefix, day, sequence ON visit
        BEGIN SELECT raise(ABORT, 'a number is given for ever'); END""",
    """CREATE TRIGGER visit_stays BEFORE DELETE ON visit
        BEGIN SELECT raise(ABORT, 'a visit is never deleted'); END""",
    """CREATE TABLE print_job (
        visit TEXT PRIMARY KEY NOT NULL REFERENCES visit (id),
        state TEXT NOT NULL CHECK (state IN ('pending', 'printed', 'failed')),
        fault TEXT,
        at TEXT NOT NULL,
        CHECK ((state = 'failed') = (fault IS NOT NULL))
    ) STRICT""",
    "CREATE INDEX print_job_pending ON print_job (visit) WHERE state = 'pending'",
    """CREATE TABLE outbox (
        entry INTEGER PRIMARY KEY AUTOINCREMENT,
        event TEXT NOT NULL UNIQUE,
        visit TEXT NOT NULL REFERENCES visit (id),
        kind TEXT NOT NULL,
        body TEXT NOT NULL,
        made_at TEXT NOT NULL,
        sent_at TEXT
    ) STRICT""",
    "CREATE INDEX outbox_waiting ON outbox (entry) WHERE sent_at IS NULL",
    # One row: a text that only the ledger's own key unseals.
    "CREATE TABLE seal (entry INTEGER PRIMARY KEY CHECK (entry = 1), token TEXT NOT NULL) STRICT",
)

_UNSURE_DAYS = (
    "ALTER TABLE visit ADD COLUMN dated INTEGER NOT NULL DEFAULT 1 CHECK (dated IN (0, 1))",
    # The numbers of that day begin behind it: those up to it were given earlier on the same day, under another date.
    """CREATE TABLE number_floor (
        prefix TEXT NOT NULL,
        day TEXT NOT NULL,
        floor INTEGER NOT NULL CHECK (floor > 0),
        PRIMARY KEY (prefix, day)
    ) STRICT""",
    "DROP TRIGGER visit_numbers_have_no_gap",
    """CREATE TRIGGER visit_numbers_have_no_gap BEFORE INSERT ON visit
        WHEN NEW.sequence <> 1 + coalesce(
            (SELECT max(sequence) FROM visit WHERE prefix = NEW.prefix AND day = NEW.day),
            (SELECT floor FROM number_floor WHERE prefix = NEW.prefix AND day = NEW.day), 0)
        BEGIN SELECT raise(ABORT, 'a number is left out'); END""",
    """CREATE TRIGGER number_floor_stays BEFORE UPDATE ON number_floor
        BEGIN SELECT raise(ABORT, 'numbers were given by it'); END""",
    """CREATE TRIGGER number_floor_is_kept BEFORE DELETE ON number_floor
        BEGIN SELECT raise(ABORT, 'numbers were given by it'); END""",
)

_SETTLEMENTS = (
    "ALTER TABLE visit ADD COLUMN deferred INTEGER NOT NULL DEFAULT 0 CHECK (deferred IN (0, 1))",
    "CREATE INDEX visit_deferred ON visit (day) WHERE deferred = 1",
    """CREATE TABLE settlement (
        visit TEXT PRIMARY KEY NOT NULL REFERENCES visit (id),
        at TEXT NOT NULL,
        reason TEXT NOT NULL,
        way TEXT NOT NULL,
        confirmed INTEGER NOT NULL CHECK (confirmed IN (0, 1)),
        findings TEXT NOT NULL,
        hints TEXT NOT NULL,
        personal TEXT
    ) STRICT""",
    "CREATE INDEX settlement_at ON settlement (at)",
    """CREATE TRIGGER settlement_needs_a_deferred_visit BEFORE INSERT ON settlement
        WHEN NOT EXISTS (SELECT 1 FROM visit WHERE id = NEW.visit AND deferred = 1)
        BEGIN SELECT raise(ABORT, 'this visit waits for no query'); END""",
    """CREATE TRIGGER settlement_is_made_once
        BEFORE UPDATE OF visit, at, reason, way, confirmed, findings, hints ON settlement
        BEGIN SELECT raise(ABORT, 'a visit is settled once'); END""",
    """CREATE TRIGGER settlement_stays BEFORE DELETE ON settlement
        BEGIN SELECT raise(ABORT, 'a settlement is never deleted'); END""",
)


def require_known(db: Database) -> None:
    """Raises LedgerFailure when the file is no ledger, or one that a newer version has made or changed."""
    (application,) = db.execute("PRAGMA application_id").fetchone()
    if application != APPLICATION_ID and (application != 0 or db.table_names()):
        raise LedgerFailure("this SQLite file is not a ledger; move it away")
    with closing(Database(memory=True, execute_plugins=False)) as empty:
        known = {migration.name for migration in migrations.pending(empty)}
    if {migration.name for migration in migrations.applied(db)} - known:
        raise LedgerFailure("this ledger was made by a newer version of the kiosk; install that version")
