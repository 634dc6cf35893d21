"""A new key for the ledger: everything sealed is sealed anew, then the old key is dropped.

The order makes a crash harmless: the new key is on disk before anything is sealed with it, and the old one goes only
when nothing needs it any more. In between both unseal, and the next run goes on where this one stopped.

A text that no key opens (a damaged one that a repair saved with its row) stays as it is. Its old key opens it no more
than the new one, but a former ledger or a copy from before the damage may hold the text whole, and opens with the old
key alone. So that key is put aside then, for the retention time; in use it stays no longer, for what it could forge.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlite_utils import Database

from kiosk.ledger.chain import Chain, Json, Kind
from kiosk.ledger.digests import KEY, SEALED, Relation, sealed_digest
from kiosk.ledger.opening import as_failures, only_writer, reseal_word
from kiosk.ledger.sealed_texts import SealedText, batches_of
from kiosk.ports.desk import LedgerFailure
from kiosk.sealed.file import PRECHECK_NAME, ROSTER_NAME, SealedFile
from kiosk.sealed.problems import SealedUnavailable
from kiosk.vault import Vault, VaultFailure, add_key, keep_newest_key, put_old_key_aside


@dataclass(frozen=True, slots=True)
class Rotated:
    """What a rotation did."""

    count: int
    """Texts that were sealed anew."""
    unreadable: tuple[tuple[str, str], ...] = ()
    """Table and row of each text that no key opens; they stay as they are. Rows as `kiosk ledger verify` names them."""
    old_key: Path | None = None
    """Where the old key was put aside, when there are such texts."""


def rotate_key(state: Path, at: datetime, progress: Callable[[int], None] = lambda _: None) -> Rotated:
    """Give the ledger of a kiosk that is not running a new key.

    Raises LedgerFailure: the kiosk runs, the ledger is not sound, or the key file cannot be written. `progress` is told
    how many are done.
    """
    old_key = None
    with only_writer(state) as (db, _):
        with as_failures("writing the new key"):
            add_key(state)
        with as_failures("sealing anew"):
            resealing = _Resealing(db, Vault.open(state, create=False), at, progress)
            resealing.run()
        _reseal_files(state)
        with as_failures("dropping the old key"):
            if resealing.unreadable:
                old_key = put_old_key_aside(state, at)
            keep_newest_key(state)
    return Rotated(resealing.count, tuple(resealing.unreadable), old_key)


class _Resealing:
    def __init__(self, db: Database, vault: Vault, at: datetime, progress: Callable[[int], None]) -> None:
        self._db = db
        self._vault = vault
        self._chain = Chain(db, vault)
        self._at = at
        self._progress = progress
        (done,) = db.execute("SELECT count(*) FROM event WHERE kind = ?", [Kind.KEY.value]).fetchone()
        self._rotation = done + 1
        self.count = 0
        self.unreadable: list[tuple[str, str]] = []

    def run(self) -> None:
        """Every table, then the ledger's word, then an event that tells of all of it."""
        for relation in Relation:
            for batch in batches_of(self._db, relation):
                self._reseal(relation, batch)
                self._progress(self.count)
        unreadable: list[Json] = [[table, row] for table, row in self.unreadable]
        with self._db.atomic():
            reseal_word(self._db, self._vault)
            body: dict[str, Json] = {"resealed": self.count, "unreadable": unreadable}
            self._chain.append(Kind.KEY, self._at, sure=True, body=body)
        (busy, *_) = self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if busy:
            raise LedgerFailure("somebody reads the ledger just now; end that, and run this again")

    def _reseal(self, relation: Relation, batch: list[SealedText]) -> None:
        """One batch, but for what the newest key has sealed already, and for what no key opens."""
        anew: list[tuple[SealedText, str]] = []
        for text in batch:
            if self._vault.is_newest(text.sealed):
                continue
            try:
                opened = self._vault.unseal(text.sealed)
            except VaultFailure:
                self.unreadable.append((relation.value, text.name))
            else:
                anew.append((text, self._vault.seal(opened)))
        if not anew:
            return
        rows: list[Json] = [[text.place, sealed_digest(sealed)] for text, sealed in anew]
        with self._db.atomic():
            for text, sealed in anew:
                self._db.execute(
                    f"UPDATE {relation.value} SET {SEALED[relation]} = ? WHERE {KEY[relation]} = ?",  # noqa: S608 - ours
                    [sealed, text.own],
                )
            self._chain.append(
                Kind.RESEALED,
                self._at,
                sure=True,
                subject=relation.value,
                body={"relation": relation.value, "rotation": self._rotation, "rows": rows},
            )
        self.count += len(anew)


def _reseal_files(state: Path) -> None:
    """The roster and the prechecks of the day are sealed with the same key."""
    for name in (ROSTER_NAME, PRECHECK_NAME):
        file = SealedFile(state, name, SealedUnavailable, "remove it, or import it again")
        try:
            if file.mark() is not None:
                file.write(file.read())
        except SealedUnavailable as failure:
            raise LedgerFailure(str(failure)) from failure
