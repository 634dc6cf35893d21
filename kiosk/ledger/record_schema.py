"""The tables of the record: events in a chain, what staff settle, and the head that tells where the chain ends."""

from __future__ import annotations

SELDOM = "kind IN ('slip shown', 'day closed', 'erased', 'resealed', 'number floor', 'salvaged', 'restored')"
"""Kinds that are looked for; an index has these alone, so that a visit pays nothing for it. Queries repeat it."""

RECORD = (
    """CREATE TABLE event (
        seq INTEGER PRIMARY KEY NOT NULL,
        at TEXT NOT NULL,
        sure INTEGER NOT NULL CHECK (sure IN (0, 1)),
        who TEXT NOT NULL,
        kind TEXT NOT NULL,
        subject TEXT,
        body TEXT NOT NULL,
        digest BLOB,
        previous BLOB NOT NULL,
        hash BLOB NOT NULL
    ) STRICT""",
    f"CREATE INDEX event_seldom ON event (kind, subject) WHERE {SELDOM}",
    """CREATE TRIGGER event_follows_the_last BEFORE INSERT ON event
        WHEN NEW.seq <> 1 + coalesce((SELECT max(seq) FROM event), 0)
            OR NEW.previous <> coalesce((SELECT hash FROM event ORDER BY seq DESC LIMIT 1), zeroblob(32))
        BEGIN SELECT raise(ABORT, 'an event is left out'); END""",
    """CREATE TRIGGER event_is_written_once BEFORE UPDATE ON event
        BEGIN SELECT raise(ABORT, 'an event is never changed'); END""",
    """CREATE TRIGGER event_stays BEFORE DELETE ON event
        BEGIN SELECT raise(ABORT, 'an event is never deleted'); END""",
    # One row: where the chain ends, and a code that nobody makes without the ledger's key.
    """CREATE TABLE head (
        entry INTEGER PRIMARY KEY CHECK (entry = 1),
        seq INTEGER NOT NULL,
        hash BLOB NOT NULL,
        mac BLOB NOT NULL
    ) STRICT""",
    """CREATE TRIGGER head_goes_on BEFORE UPDATE ON head WHEN NEW.seq < OLD.seq
        BEGIN SELECT raise(ABORT, 'an event is never deleted'); END""",
    """CREATE TRIGGER head_stays BEFORE DELETE ON head
        BEGIN SELECT raise(ABORT, 'an event is never deleted'); END""",
    """CREATE TABLE staff_entry (
        entry INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        visit TEXT NOT NULL REFERENCES visit (id),
        at TEXT NOT NULL,
        who TEXT NOT NULL,
        settling TEXT NOT NULL,
        way TEXT,
        undoes TEXT,
        note TEXT
    ) STRICT""",
    "CREATE INDEX staff_entry_visit ON staff_entry (visit)",
    """CREATE TRIGGER staff_entry_is_written_once
        BEFORE UPDATE OF entry, id, visit, at, who, settling, way, undoes ON staff_entry
        BEGIN SELECT raise(ABORT, 'an entry of staff is never changed'); END""",
    """CREATE TRIGGER staff_entry_stays BEFORE DELETE ON staff_entry
        BEGIN SELECT raise(ABORT, 'an entry of staff is never deleted'); END""",
    # The event that tells how the job stands; what went before it is in the chain.
    "ALTER TABLE print_job ADD COLUMN event INTEGER",
    """CREATE TRIGGER visit_stays_as_it_was
        BEFORE UPDATE OF entry, kiosk, at, began_at, reason, way, confirmed, findings, hints, deferred, dated ON visit
        BEGIN SELECT raise(ABORT, 'a visit is never changed'); END""",
    # What waits for its erasure, by day.
    "CREATE INDEX visit_personal ON visit (day) WHERE personal IS NOT NULL",
    # After a backup was put back, numbers go on behind those that were given since it was made.
    "DROP TRIGGER visit_numbers_have_no_gap",
    """CREATE TRIGGER visit_numbers_have_no_gap BEFORE INSERT ON visit
        WHEN NEW.sequence <> 1 + max(
            coalesce((SELECT max(sequence) FROM visit WHERE prefix = NEW.prefix AND day = NEW.day), 0),
            coalesce((SELECT floor FROM number_floor WHERE prefix = NEW.prefix AND day = NEW.day), 0))
        BEGIN SELECT raise(ABORT, 'a number is left out'); END""",
    "DROP TRIGGER number_floor_stays",
    """CREATE TRIGGER number_floor_rises BEFORE UPDATE ON number_floor
        WHEN NEW.prefix <> OLD.prefix OR NEW.day <> OLD.day OR NEW.floor <= OLD.floor
        BEGIN SELECT raise(ABORT, 'numbers were given by it'); END""",
)
