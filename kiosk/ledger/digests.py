"""What an event vouches for in the other tables: a digest of a row, without what is erased from it one day.

The sealed text enters through its own digest, which stands in the event: the row can be checked as long as the text is
there, and after its erasure nothing of it can be guessed, because the text is encrypted with a random nonce.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from enum import Enum

from kiosk.ledger.chain import Json, canonical
from kiosk.ledger.rows import Stored


class Relation(Enum):
    """A table whose rows events vouch for."""

    VISIT = "visit"
    SETTLEMENT = "settlement"
    STAFF_ENTRY = "staff_entry"


COLUMNS: Mapping[Relation, tuple[str, ...]] = {
    Relation.VISIT: (
        *("entry", "id", "kiosk", "prefix", "day", "sequence", "at", "began_at"),
        *("reason", "way", "confirmed", "findings", "hints", "deferred", "dated"),
    ),
    Relation.SETTLEMENT: ("visit", "at", "reason", "way", "confirmed", "findings", "hints"),
    Relation.STAFF_ENTRY: ("entry", "id", "visit", "at", "who", "settling", "way", "undoes"),
}
"""Everything but the sealed text."""
SEALED: Mapping[Relation, str] = {
    Relation.VISIT: "personal",
    Relation.SETTLEMENT: "personal",
    Relation.STAFF_ENTRY: "note",
}
"""The column of the sealed text."""
KEY: Mapping[Relation, str] = {Relation.VISIT: "entry", Relation.SETTLEMENT: "rowid", Relation.STAFF_ENTRY: "entry"}
"""What the rows are in order by."""


def digest_of(relation: Relation, row: Stored) -> bytes:
    """SHA-256 over the row as canonical JSON."""
    return hashlib.sha256(
        canonical([relation.value, *(row[column] for column in COLUMNS[relation])]).encode("ascii")
    ).digest()


def sealed_digest(token: str | int | None) -> str | None:
    """SHA-256 of a sealed text in hexadecimal digits; None when there is none."""
    return hashlib.sha256(str(token).encode("ascii", "replace")).hexdigest() if token is not None else None


def job_of(row: Stored) -> list[Json]:
    """A print job as an event tells it."""
    return [row["state"], row["fault"], row["at"]]


def visit_body(row: Stored, job: list[Json]) -> dict[str, Json]:
    """What the event of a visit tells: where the row is, how it was, and its print job."""
    return {
        "row": row["entry"],
        "number": f"{row['prefix']}-{int(row['sequence'] or 0):03d}",
        "day": row["day"],
        "way": row["way"],
        "reason": row["reason"],
        "confirmed": row["confirmed"],
        "sealed": sealed_digest(row["personal"]),
        "print": job,
    }


def later_body(row: Stored) -> dict[str, Json]:
    """What the event of a query made up later tells."""
    return {
        "way": row["way"],
        "reason": row["reason"],
        "confirmed": row["confirmed"],
        "sealed": sealed_digest(row["personal"]),
    }


def entry_body(row: Stored) -> dict[str, Json]:
    """What the event of an entry of staff tells."""
    return {
        "row": row["entry"],
        "entry": row["id"],
        "settling": row["settling"],
        "way": row["way"],
        "undoes": row["undoes"],
        "sealed": sealed_digest(row["note"]),
    }
