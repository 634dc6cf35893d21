"""The sealed texts of all tables, a batch at a time, as octets: damage may have made one into what is no text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlite_utils import Database

from kiosk.ledger.digests import Relation
from kiosk.vault import Vault, VaultFailure

BATCH = 200
"""Rows to a transaction: about 15 KB of chain, and a fraction of a second."""
_ROWS = {
    Relation.VISIT: "SELECT entry AS place, entry AS own, entry AS name, personal AS text FROM visit",
    Relation.SETTLEMENT: "SELECT visit.entry AS place, settlement.rowid AS own, settlement.visit AS name,"
    " settlement.personal AS text FROM visit JOIN settlement ON settlement.visit = visit.id",
    Relation.STAFF_ENTRY: "SELECT entry AS place, entry AS own, entry AS name, note AS text FROM staff_entry",
}


@dataclass(frozen=True, slots=True, repr=False)
class SealedText:
    """One of them."""

    place: int
    """By which `resealed` finds it."""
    own: int
    """What its row is in order by."""
    name: str
    """What `verify` calls its row."""
    sealed: bytes


def batches_of(db: Database, relation: Relation) -> Iterator[list[SealedText]]:
    """Those of a table that are not erased; a batch may be changed before the next one is read."""
    after = 0
    while True:
        rows = db.execute(
            f"SELECT place, own, name, CAST(text AS BLOB) FROM ({_ROWS[relation]})"  # noqa: S608 - ours
            " WHERE text IS NOT NULL AND place > ? ORDER BY place LIMIT ?",
            [after, BATCH],
        ).fetchall()
        if not rows:
            return
        yield [SealedText(place, own, str(name), sealed) for place, own, name, sealed in rows]
        after = rows[-1][0]


def unreadable_in(db: Database, vault: Vault) -> Iterator[tuple[str, str]]:
    """Table and row of each text that no key opens."""
    for relation in Relation:
        for batch in batches_of(db, relation):
            for text in batch:
                try:
                    vault.unseal(text.sealed)
                except VaultFailure:
                    yield relation.value, text.name
