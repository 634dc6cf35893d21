"""A new key for the ledger: everything sealed is sealed anew, then the old key is dropped.

The order makes a crash harmless: the new key is on disk before anything is sealed with it, and the old one goes only
when nothing needs it any more. In between both unseal, and the next run goes on where this one stopped.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from sqlite_utils import Database

from kiosk.ledger.chain import Chain, Json, Kind
from kiosk.ledger.digests import SEALED, Relation, sealed_digest
from kiosk.ledger.opening import as_failures, only_writer, reseal_word
from kiosk.ports.desk import LedgerFailure
from kiosk.sealed.file import PRECHECK_NAME, ROSTER_NAME, SealedFile
from kiosk.sealed.problems import SealedUnavailable
from kiosk.vault import Vault, add_key, keep_newest_key

BATCH = 200
"""Rows to a transaction: about 15 KB of chain, and a fraction of a second."""
_ROWS = {
    Relation.VISIT: "SELECT entry AS place, entry AS own, personal AS sealed FROM visit",
    Relation.SETTLEMENT: "SELECT visit.entry AS place, settlement.rowid AS own, settlement.personal AS sealed"
    " FROM visit JOIN settlement ON settlement.visit = visit.id",
    Relation.STAFF_ENTRY: "SELECT entry AS place, entry AS own, note AS sealed FROM staff_entry",
}
_OWN = {Relation.VISIT: "entry", Relation.SETTLEMENT: "rowid", Relation.STAFF_ENTRY: "entry"}


def rotate_key(state: Path, at: datetime, progress: Callable[[int], None] = lambda _: None) -> int:
    """Give the ledger of a kiosk that is not running a new key; how many texts were sealed anew.

    Raises LedgerFailure: the kiosk runs, the ledger is not sound, or the key file cannot be written. `progress` is told
    how many are done.
    """
    with only_writer(state) as (db, _):
        with as_failures("writing the new key"):
            add_key(state)
        vault = Vault.open(state, create=False)
        with as_failures("sealing anew"):
            count = _reseal_all(db, vault, at, progress)
        _reseal_files(state)
        with as_failures("dropping the old key"):
            keep_newest_key(state)
    return count


def _reseal_all(db: Database, vault: Vault, at: datetime, progress: Callable[[int], None]) -> int:
    chain, count = Chain(db, vault), 0
    (rotation,) = db.execute("SELECT count(*) FROM event WHERE kind = ?", [Kind.KEY.value]).fetchone()
    for relation in Relation:
        after = 0
        while batch := _next(db, relation, after):
            after = batch[-1][0]
            count += _reseal(db, chain, vault, relation, rotation + 1, batch, at)
            progress(count)
    with db.atomic():
        reseal_word(db, vault)
        chain.append(Kind.KEY, at, sure=True, body={"resealed": count})
    (busy, *_) = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if busy:
        raise LedgerFailure("somebody reads the ledger just now; end that, and run this again")
    return count


def _next(db: Database, relation: Relation, after: int) -> list[tuple[int, int, str]]:
    rows = db.execute(
        f"SELECT * FROM ({_ROWS[relation]}) WHERE sealed IS NOT NULL AND place > ? ORDER BY place LIMIT ?",  # noqa: S608 - ours
        [after, BATCH],
    )
    return [(row["place"], row["own"], row["sealed"]) for row in rows.fetchall()]


def _reseal(
    db: Database,
    chain: Chain,
    vault: Vault,
    relation: Relation,
    rotation: int,
    batch: list[tuple[int, int, str]],
    at: datetime,
) -> int:
    """One batch, but for what the newest key has sealed already."""
    anew = [(place, own, vault.seal(vault.unseal(text))) for place, own, text in batch if not vault.is_newest(text)]
    if not anew:
        return 0
    rows: list[Json] = [[place, sealed_digest(text)] for place, _, text in anew]
    with db.atomic():
        for _, own, text in anew:
            db.execute(
                f"UPDATE {relation.value} SET {SEALED[relation]} = ? WHERE {_OWN[relation]} = ?",  # noqa: S608 - ours
                [text, own],
            )
        chain.append(
            Kind.RESEALED,
            at,
            sure=True,
            subject=relation.value,
            body={"relation": relation.value, "rotation": rotation, "rows": rows},
        )
    return len(anew)


def _reseal_files(state: Path) -> None:
    """The roster and the prechecks of the day are sealed with the same key."""
    for name in (ROSTER_NAME, PRECHECK_NAME):
        file = SealedFile(state, name, SealedUnavailable, "remove it, or import it again")
        try:
            if file.mark() is not None:
                file.write(file.read())
        except SealedUnavailable as failure:
            raise LedgerFailure(str(failure)) from failure
