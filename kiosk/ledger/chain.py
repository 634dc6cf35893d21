"""The chain of events: each one holds the hash of the one before it, and the head says where the chain ends.

An event's hash is SHA-256 over the previous hash and the canonical JSON of all its columns. The head holds the number
and the hash of the last event with an HMAC under a key that is derived from the ledger's: a tail that was cut off, or a
chain that was computed anew, does not fit it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Self

from sqlite_utils import Database

from kiosk.ledger.record_schema import SELDOM
from kiosk.ledger.rows import Stored
from kiosk.ports.desk import LedgerFailure
from kiosk.vault import Vault

GENESIS = bytes(32)
"""What the first event holds as the previous hash."""
KIOSK = "kiosk"
"""Who: the terminal itself, not a person."""

KEPT = "kept"
"""What the event of a repair says of its chain: it goes on. Otherwise it began anew, with what could be read."""

Json = None | bool | int | str | list["Json"] | Mapping[str, "Json"]


class Kind(Enum):
    """What an event tells; the value stands in the ledger."""

    VISIT = "visit"
    """A visit was recorded, with its number and its print job."""
    PRINT = "print"
    """How a print job ended."""
    LATER = "settled later"
    """A query that was made up brought a later result."""
    ENTRY = "staff entry"
    LOOK = "look"
    """Somebody looked at who it is."""
    SLIP = "slip shown"
    STAFF = "staff"
    """Anything else that staff did at the terminal."""
    CLOSED = "day closed"
    ERASED = "erased"
    """The personal fields of a day's visits were erased."""
    RESEALED = "resealed"
    """Sealed texts were sealed anew with another key."""
    KEY = "key rotated"
    FLOOR = "number floor"
    """The numbers of a day go on behind this one."""
    ADOPTED = "adopted"
    """A row that an older version wrote, as it was found when the chain began."""
    RESTORED = "restored"
    """A backup took the place of the ledger."""
    SALVAGED = "salvaged"
    """The readable rows of a damaged ledger were put into a new one."""


@dataclass(frozen=True, slots=True)
class Event:
    """One row of the chain."""

    seq: int
    at: str
    sure: int
    """Whether the clock was known to be right: 0 or 1."""
    who: str
    kind: str
    subject: str | None
    """What it is about: the visit's id, or the day."""
    body: str
    """Canonical JSON without personal data."""
    digest: bytes | None
    """Of the row in another table that the event stands for."""
    previous: bytes
    hash: bytes

    @classmethod
    def of(cls, row: Stored) -> Self:
        """The event of a row of the table."""
        return cls(*tuple(row))  # STRICT columns, in this order

    def computed(self) -> bytes:
        """What its hash has to be."""
        return chained(
            self.previous, self.seq, self.at, self.sure, self.who, self.kind, self.subject, self.body, self.digest
        )


def canonical(value: Json) -> str:
    """JSON with one spelling: sorted keys, no spaces, ASCII."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def told_in(body: object) -> Mapping[str, Json]:
    """What an event's body tells; nothing when somebody made it into something that no kiosk writes."""
    try:
        told = json.loads(str(body))
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def chained(
    previous: bytes,
    seq: int,
    at: str,
    sure: int,
    who: str,
    kind: str,
    subject: str | None,
    body: str,
    digest: bytes | None,
) -> bytes:
    """The hash of an event."""
    told = canonical([seq, at, sure, who, kind, subject, body, digest.hex() if digest is not None else None])
    return hashlib.sha256(previous + told.encode("ascii")).digest()


class Chain:
    """The chain of one open ledger; its writer is the ledger's. `append` belongs into the transaction it tells of."""

    def __init__(self, db: Database, vault: Vault) -> None:
        self._db = db
        self._vault = vault
        self._lost_rows: Mapping[str, int] | None = None
        self._written: tuple[int, bytes] | None = None
        """The end of the chain in the transaction that is open."""
        self._committed: tuple[int, bytes] | None = None
        """The end of the chain when this process wrote last."""

    def begin(self) -> None:
        """Write the head of a chain without events."""
        self._db.execute("INSERT INTO head VALUES (1, 0, ?, ?)", [GENESIS, self._code(0, GENESIS)])

    def append(
        self,
        kind: Kind,
        at: datetime,
        *,
        sure: bool,
        who: str = KIOSK,
        subject: str | None = None,
        body: Mapping[str, Json] | None = None,
        digest: bytes | None = None,
    ) -> Event:
        """Add an event behind the last one. Raises LedgerFailure for an end that nobody with the key has written.

        Else the new head would vouch for whatever chain somebody put there while the kiosk runs.
        """
        last, previous = self._end()
        return self._write(last + 1, previous, kind, at, sure, who, subject, canonical(body or {}), digest)

    def require_same(self) -> None:
        """At the beginning of a transaction: raises LedgerFailure when somebody else has written to the record since
        `remember`, or put an older one back, whose head this kiosk has written, too.
        """
        self._written = self._end()
        if self._committed not in (None, self._written):
            raise LedgerFailure(f"the end of the record is not where this kiosk left it; {REMEDY}")

    def remember(self) -> None:
        """What was appended since `require_same` is on disk now."""
        self._committed = self._written

    def next_seq(self) -> int:
        """The number that the next event will have."""
        (last,) = self._db.execute("SELECT seq FROM head").fetchone()
        return int(last) + 1

    def free_row(self, table: str) -> int | None:
        """The number that a new row of a table must have after a repair, so that it is not that of a lost one."""
        if self._lost_rows is None:
            told = self._db.execute(
                f"SELECT body FROM event WHERE {SELDOM} AND kind = ? ORDER BY seq DESC LIMIT 1",  # noqa: S608 - ours
                [Kind.SALVAGED.value],
            ).fetchone()
            self._lost_rows = _rows_told(told["body"]) if told else {}
        floor = self._lost_rows.get(table, 0)
        if not floor:
            return None
        (last,) = self._db.execute(f"SELECT coalesce(max(entry), 0) FROM {table}").fetchone()  # noqa: S608 - ours
        return int(max(last, floor)) + 1

    def require_end(self) -> None:
        """Raises LedgerFailure when the head and the last event do not belong together, or not to this key."""
        end = self._end()
        last = self._db.execute("SELECT * FROM event ORDER BY seq DESC LIMIT 1").fetchone()
        event = Event.of(last) if last else None
        if (event.seq if event else 0, event.hash if event else GENESIS) != end:
            raise LedgerFailure(f"the end of the record does not fit its head; {REMEDY}")
        if event and event.computed() != event.hash:
            raise LedgerFailure(f"event {event.seq}, the last of the record, was changed; {REMEDY}")

    def _end(self) -> tuple[int, bytes]:
        """Number and hash of the last event. Raises LedgerFailure when nobody with the key wrote them."""
        head = self._db.execute("SELECT seq, hash, mac FROM head WHERE entry = 1").fetchone()
        if head is None:
            raise LedgerFailure(f"the head of the record is missing; {REMEDY}")
        if not self._vault.is_authentic(signed(head["seq"], head["hash"]), head["mac"]):
            raise LedgerFailure(f"the head of the record was not written by this kiosk; {REMEDY}")
        return head["seq"], head["hash"]

    def _write(
        self,
        seq: int,
        previous: bytes,
        kind: Kind,
        at: datetime,
        sure: bool,
        who: str,
        subject: str | None,
        body: str,
        digest: bytes | None,
    ) -> Event:
        moment, known = at.isoformat(), int(sure)
        own = chained(previous, seq, moment, known, who, kind.value, subject, body, digest)
        event = Event(seq, moment, known, who, kind.value, subject, body, digest, previous, own)
        self._db.execute(
            "INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [seq, moment, known, who, kind.value, subject, body, digest, previous, own],
        )
        self._db.execute("UPDATE head SET seq = ?, hash = ?, mac = ?", [seq, own, self._code(seq, own)])
        self._written = seq, own
        return event

    def _code(self, seq: int, found: bytes) -> bytes:
        return self._vault.authenticate(signed(seq, found))


def exchanges_in(db: Database) -> Iterator[Event]:
    """The events of backups that were put back and of repairs, the last one first."""
    rows = db.execute(
        f"SELECT * FROM event WHERE {SELDOM} AND kind IN (?, ?) ORDER BY seq DESC",  # noqa: S608 - ours
        [Kind.RESTORED.value, Kind.SALVAGED.value],
    )
    return map(Event.of, rows.fetchall())


REMEDY = "`kiosk ledger verify` says what was changed, `kiosk ledger repair` puts it right"
REMEDY_WITHIN = "`kiosk ledger verify` says what else was changed; a backup has it as it was (`kiosk ledger restore`)"
"""For what stands in the middle of the chain: a kiosk opens such a ledger, so there is nothing to repair."""


def _rows_told(body: object) -> Mapping[str, int]:
    rows = told_in(body).get("rows")
    if not isinstance(rows, dict) or not all(isinstance(last, int) for last in rows.values()):
        raise LedgerFailure(f"the event of the last repair was changed; {REMEDY_WITHIN}")
    return rows


def signed(seq: int, found: bytes) -> bytes:
    """What the head's code is made of."""
    return b"%d:" % seq + found
